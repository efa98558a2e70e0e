//! Every problem a request may be answered with: its code, its status, and where it may come.

use std::borrow::Cow;

use game::Refusal;
use http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::error::{WebError, title_of};

/// A kind of problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProblemKind {
    /// The stable word for programs.
    pub(crate) code: &'static str,
    /// The status of the answer.
    pub(crate) status: u16,
    /// What it is called.
    pub(crate) title: &'static str,
    /// What the player reads, where that is always the same.
    pub(crate) sentence: Option<String>,
}

/// The problems that are not the rules', each with its status.
const OWN: [(&str, u16); 38] = [
    ("unreadable", 400),
    ("host-unclear", 400),
    ("no-seat", 401),
    ("cookie-unreadable", 401),
    ("token-unreadable", 401),
    ("not-your-seat", 401),
    ("metrics-token", 401),
    ("no-admin-token", 401),
    ("wrong-admin-token", 401),
    ("cross-site", 403),
    ("no-cookie", 403),
    ("wrong-phrase", 403),
    ("not-found", 404),
    ("no-such-table", 404),
    ("no-such-code", 404),
    ("no-such-story", 404),
    ("wrong-method", 405),
    ("other-seat", 409),
    ("still-here", 409),
    ("foreign-command", 409),
    ("not-over", 409),
    ("still-played", 409),
    ("table-erased", 410),
    ("too-large", 413),
    ("too-many-requests", 429),
    ("too-many-tries", 429),
    ("share-taken", 429),
    ("internal", 500),
    ("no-streams", 501),
    ("no-sockets", 501),
    ("opening", 503),
    ("closing", 503),
    ("too-many-streams", 503),
    ("server-full", 503),
    ("table-busy", 503),
    ("newer-release", 503),
    ("table-damaged", 503),
    ("storage-unavailable", 503),
];

/// Where a request may meet problems, apart from what the rules refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemSource {
    /// Whatever is asked.
    Anything,
    /// A request with a body.
    Body,
    /// The journal.
    Journal,
    /// A table, by its id.
    Lookup,
    /// The caller of an address that names a table.
    Table,
    /// A seat that must be the caller's.
    Seat,
    /// A code or a phrase that may be guessed.
    Guess,
    /// A phrase.
    Phrase,
    /// A place for one more table in use.
    Room,
    /// A command, whose id may be another's, and which others may overtake.
    Commit,
    /// The name of a newcomer.
    Name,
    /// A chair at somebody's table.
    Chair,
    /// What a seat may do.
    Deed,
    /// An answer that is kept open.
    Stream,
    /// A socket.
    Socket,
    /// A story that must be over.
    Ending,
}

impl ProblemSource {
    fn has(self, code: &str) -> bool {
        let codes: &[&str] = match self {
            Self::Anything => &["host-unclear", "too-many-requests", "internal", "opening"],
            Self::Body => &["unreadable", "too-large", "cross-site"],
            Self::Journal => &["storage-unavailable", "newer-release", "table-damaged"],
            Self::Lookup => &["no-such-table", "table-erased"],
            Self::Table => &["unreadable", "not-found", "token-unreadable"],
            Self::Seat => &["no-seat", "cookie-unreadable", "not-your-seat"],
            Self::Guess => &["unreadable", "no-such-code", "too-many-tries"],
            Self::Phrase => &["wrong-phrase"],
            Self::Room => &["server-full", "share-taken"],
            Self::Commit => &["foreign-command", "table-busy"],
            Self::Name => &[
                "name-missing",
                "name-too-long",
                "name-unreadable",
                "name-of-the-story",
            ],
            Self::Chair => &[
                "name-taken",
                "name-alike",
                "table-full",
                "already-begun",
                "table-closed",
                "rules-outdated",
                "rules-unknown",
                "quest-unknown",
                "too-much",
            ],
            Self::Deed => {
                let refused = Refusal::ALL.iter().any(|refusal| refusal.code() == code);
                return refused || code == "still-here";
            }
            Self::Stream => &["too-many-streams", "no-streams", "closing"],
            Self::Socket => &["no-sockets", "cross-site"],
            Self::Ending => &["not-over"],
        };
        codes.contains(&code)
    }
}

/// Every problem, by status and code.
pub(crate) fn all() -> Vec<ProblemKind> {
    let own = OWN.iter().map(|(code, status)| ProblemKind {
        code,
        status: *status,
        title: titled(code, *status),
        sentence: None,
    });
    let refused = Refusal::ALL.iter().map(|refusal| {
        let status = WebError::from(*refusal).status().as_u16();
        ProblemKind {
            code: refusal.code(),
            status,
            title: titled(refusal.code(), status),
            sentence: Some(refusal.to_string()),
        }
    });
    let mut all: Vec<ProblemKind> = refused.chain(own).collect();
    all.sort_by_key(|kind| (kind.status, kind.code));
    all.dedup_by_key(|kind| kind.code);
    all
}

/// The problems that may come of any of these.
pub(crate) fn of(sources: &[ProblemSource]) -> Vec<ProblemKind> {
    let mut all = all();
    all.retain(|kind| sources.iter().any(|source| source.has(kind.code)));
    all
}

/// Whether a problem stands in the list, with this status.
pub(crate) fn is_listed(code: &str, status: StatusCode) -> bool {
    let own = || {
        OWN.iter()
            .any(|(listed, with)| *listed == code && *with == status.as_u16())
    };
    Refusal::ALL.iter().any(|refusal| refusal.code() == code) || own()
}

fn titled(code: &str, status: u16) -> &'static str {
    title_of(
        code,
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    )
    .as_str()
}

/// The code of a problem, as its schema tells.
#[derive(Debug)]
pub(crate) enum ProblemCode {}

/// An open list: a client that checks answers by it takes the codes of later releases, too.
impl JsonSchema for ProblemCode {
    fn schema_name() -> Cow<'static, str> {
        "ProblemCode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let codes: Vec<&str> = all().iter().map(|kind| kind.code).collect();
        json_schema!({
            "description": "The codes there are. A release may add some: read one that you do not know by its status.",
            "anyOf": [{ "enum": codes }, { "type": "string", "pattern": "^[a-z0-9-]+$" }],
        })
    }
}
