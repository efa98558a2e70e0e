//! Every JSON answer, as a named struct: what other people's programs may rely on.
//!
//! Names and forms of fields stay; a field may be added. The tests beside this compare an example of each
//! with its text.

mod operation;
mod operator;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use game::{Code, SeatNo, TableId, Version, View};
use schemars::JsonSchema;
use serde::Serialize;
use service::SeatPresence;

use crate::error::title_of;
use crate::line_diff::LineEdit;
use crate::openapi::{ProblemCode, is_listed};

pub(crate) use operation::{
    BusCheck, DatabaseCheck, HealthAnswer, HealthChecks, LivenessAnswer, MetricsAnswer,
    ReadinessAnswer, ReplicaCheck, SettingsCheck, StreamsCheck, UptimeCheck,
};
pub(crate) use operator::{
    LimitsInForce, OperatedAnswer, OperatorStatusAnswer, TableCounts, TablesAnswer,
};

/// The table of a code.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct CodeAnswer {
    pub(crate) code: Code,
    /// The id by which the table is asked for.
    pub(crate) table: TableId,
}

/// A seat just taken, by opening a table or by joining one.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct SeatAnswer {
    pub(crate) table: TableId,
    /// The seat's number, counted from 1.
    pub(crate) seat: SeatNo,
    /// The code by which others join; none once the table is over.
    pub(crate) code: Option<Code>,
    /// The version the table stands at.
    pub(crate) version: Version,
    /// The words that bring the seat back on another device.
    pub(crate) recovery_phrase: String,
    /// The seat's bearer token.
    pub(crate) token: String,
}

/// The keys of a seat: what opens it on another device.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct PhraseAnswer {
    /// The words that bring the seat back.
    pub(crate) recovery_phrase: String,
    /// The seat's bearer token, signed by the newest key.
    pub(crate) token: String,
}

/// A command that is done.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct CommandAnswer {
    /// The version the command led to.
    pub(crate) version: Version,
    /// The server's clock, by which deadlines are told.
    pub(crate) now_ms: u64,
}

/// A table as one seat, or a spectator, sees it: an answer, and the data of a `view` event.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct TableAnswer<'a> {
    pub(crate) table: &'a TableId,
    pub(crate) view: &'a View,
    /// Who is there, by seat.
    pub(crate) presence: &'a BTreeMap<SeatNo, SeatPresence>,
    /// The hash of the seed and the chain's head together.
    pub(crate) fingerprint: Option<&'a str>,
    /// The chain's head, once all is told.
    pub(crate) head: Option<&'a str>,
}

/// One event as an answer, or as a message of a socket.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct NewsAnswer<'a> {
    /// `page`, `patch`, `view`, `beat` or `bye`.
    pub(crate) event: &'static str,
    /// What the client has then; nothing after a `bye`.
    pub(crate) id: &'a str,
    /// The event's data: HTML of a `page`, JSON of any other.
    pub(crate) data: &'a str,
}

/// A ticket that opens a socket.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct TicketAnswer {
    /// Where the socket is opened, with the ticket in the query.
    pub(crate) url: String,
    /// The ticket by itself.
    pub(crate) ticket: String,
    /// How long it is taken, in milliseconds.
    pub(crate) expires_ms: u64,
}

/// The data of a `patch` event: it makes the newest page of the one that the client has.
#[derive(Debug, Serialize)]
pub(crate) struct PatchEvent {
    /// The mark of the page that it starts from: what follows the version in that event's id.
    pub(crate) from: String,
    /// From the first line to the last: how many stay, how many go (negative), or what comes.
    pub(crate) lines: Vec<LineEdit>,
}

/// The data of a `beat` event.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct BeatEvent {
    /// The version the table stands at.
    pub(crate) version: Version,
    /// The server's clock, by which deadlines are told.
    pub(crate) now_ms: u64,
}

/// The data of a `bye` event: the stream ends, and its client connects again.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct ByeEvent {
    /// The time to wait before, in milliseconds.
    pub(crate) retry_ms: u64,
    /// Why the stream ends.
    pub(crate) reason: ByeReason,
}

/// Why a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ByeReason {
    /// This process closes.
    Closing,
    /// The stream has lasted as long as a stream may.
    Age,
    /// The same seat has opened newer streams. To connect again at once would end one of those.
    Replaced,
    /// The table was erased: there is nothing to connect to again.
    Erased,
}

/// A problem as programs read it (RFC 9457).
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub(crate) struct ProblemAnswer {
    /// A name of this kind of problem, made of its code.
    pub(crate) r#type: String,
    /// What this kind of problem is called.
    pub(crate) title: String,
    /// The status of the answer.
    pub(crate) status: u16,
    /// A sentence for the player.
    pub(crate) detail: String,
    /// A stable word for programs.
    #[schemars(with = "ProblemCode")]
    pub(crate) code: &'static str,
}

impl ProblemAnswer {
    pub(crate) fn new(status: http::StatusCode, code: &'static str, detail: String) -> Self {
        debug_assert!(is_listed(code, status), "{status} {code} is not described");
        Self {
            r#type: format!("urn:arcane-codex:problem:{code}"),
            title: title_of(code, status).to_string(),
            status: status.as_u16(),
            detail,
            code,
        }
    }
}
