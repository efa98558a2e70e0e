//! The pages of whoever keeps the server.

use askama::Template;
use game::TableId;
use service::{InspectedSeat, InspectedTable};

use super::deadline::Deadline;
use super::words::Word;
use crate::say;
use crate::wire::OperatorStatusAnswer;

/// Asks for the operator's token.
#[derive(Debug, Template)]
#[template(path = "operator/sign_in.html")]
pub(crate) struct OperatorSignInPage<'a> {
    /// What was wrong with the one before.
    pub(crate) problem: Option<&'a str>,
}

/// How the server is, and a page of its tables.
#[derive(Debug, Template)]
#[template(path = "operator/tables.html")]
pub(crate) struct OperatorTablesPage<'a> {
    /// How the server is.
    pub(crate) status: &'a OperatorStatusAnswer,
    /// The tables.
    pub(crate) tables: &'a [InspectedTable],
    /// The last of them, if there are more.
    pub(crate) next: Option<&'a TableId>,
}

/// One table, and what may be done to it.
#[derive(Debug, Template)]
#[template(path = "operator/table.html")]
pub(crate) struct OperatorTablePage<'a> {
    /// The table.
    pub(crate) table: &'a InspectedTable,
    /// The server's clock.
    pub(crate) now_ms: u64,
    /// The operation that was done, as the address has it.
    pub(crate) done: Option<&'a str>,
    /// Why what was asked for was not done.
    pub(crate) problem: Option<&'a str>,
}

impl OperatorTablesPage<'_> {
    fn row(&self, table: &InspectedTable) -> TableRow {
        TableRow::of(table, self.status.now_ms)
    }

    fn live(&self) -> String {
        counted(self.status.tables.live)
    }

    fn in_use(&self) -> String {
        counted(self.status.tables.in_use)
    }

    fn rests_after(&self) -> String {
        span(self.status.limits.rests_after_ms)
    }
}

impl OperatorTablePage<'_> {
    fn row(&self) -> TableRow {
        TableRow::of(self.table, self.now_ms)
    }

    fn seats(&self) -> &[InspectedSeat] {
        let state = self.table.state.as_ref();
        state.map_or(&[], |state| &state.seats)
    }

    /// How long ago a seat gave a sign of life, in words.
    fn presence(seat: &InspectedSeat) -> &'static str {
        match seat.presence {
            Some(presence) => presence.title().as_str(),
            None if seat.present => "not known",
            None => "has left",
        }
    }

    /// Says what was done. Anything else than an operation's name says nothing.
    fn done_sentence(&self) -> Option<&'static str> {
        Some(match self.done? {
            "close" => "The table is closed.",
            "vacate" => "The seat is free.",
            "extend" => "The scene has its whole limit once more.",
            "hand-over" => "The seat is the host’s now.",
            "forget" => "The seat’s players are forgotten.",
            _ => return None,
        })
    }
}

/// A table in words.
struct TableRow {
    phase: String,
    opened: String,
    age: String,
    moved: String,
    size: String,
    seated: usize,
    here: usize,
    waits: Option<String>,
}

impl TableRow {
    fn of(table: &InspectedTable, now_ms: u64) -> Self {
        let ago = |at_ms: u64| span(now_ms.saturating_sub(at_ms));
        let state = table.state.as_ref();
        let seats = state.map_or(&[][..], |state| &state.seats);
        let is_here = |seat: &&InspectedSeat| seat.presence == Some(super::SeatPresence::Here);
        let phase = match (state, table.fault) {
            (Some(state), _) => phase_word(state.phase).to_owned(),
            (None, fault) => format!("cannot be read ({})", fault.unwrap_or("unknown")),
        };
        Self {
            phase,
            opened: Deadline(table.opened_ms).iso(),
            age: ago(table.opened_ms),
            moved: ago(table.last_commit_ms),
            size: size(table.bytes),
            seated: seats.iter().filter(|seat| seat.present).count(),
            here: seats.iter().filter(is_here).count(),
            waits: state
                .and_then(|state| state.deadline_ms)
                .map(|at_ms| Deadline(at_ms).iso()),
        }
    }
}

/// A count, or that the journal does not say.
fn counted(count: Option<u64>) -> String {
    count.map_or_else(|| "not known".to_owned(), |count| count.to_string())
}

fn phase_word(phase: game::Phase) -> &'static str {
    match phase {
        game::Phase::Gathering => "gathering",
        game::Phase::Interrogation => "interrogation",
        game::Phase::QuestChoice => "choice of a quest",
        game::Phase::Scene => "scene",
        game::Phase::Naming => "naming",
        game::Phase::Chronicle => "Chronicle",
        game::Phase::Closed => "closed",
    }
}

/// A span of time in its largest unit.
fn span(ms: u64) -> String {
    let seconds = ms / 1_000;
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Bytes in kilobytes, rounded up.
fn size(bytes: u64) -> String {
    format!("{} kB", bytes.div_ceil(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_one_unit_and_a_size_is_never_nothing() {
        for (ms, text) in [
            (0, "0 s"),
            (119_999, "119 s"),
            (120_000, "2 min"),
            (7_200_000, "2 h"),
            (172_800_000, "2 days"),
        ] {
            assert_eq!(span(ms), text);
        }
        assert_eq!(size(1), "1 kB");
    }
}
