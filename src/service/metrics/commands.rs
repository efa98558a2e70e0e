//! Commands by kind and outcome, and refusals by code.
//!
//! Every series is made at the start, so that a command is counted without a lock and a rate begins at zero.

use std::collections::HashMap;
use std::sync::Arc;

use game::{Command, Refusal};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use crate::error::ServiceError;

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandOutcome {
    /// It was decided and appended.
    Done,
    /// It had been done before, and was answered as then.
    Repeated,
    /// It changed nothing, and the player reads why.
    Refused,
    /// The journal did not answer, or the table cannot be read.
    Failed,
}

impl CommandOutcome {
    const ALL: [Self; 4] = [Self::Done, Self::Repeated, Self::Refused, Self::Failed];

    /// Returns what an error makes of a command.
    pub(crate) fn of(error: &ServiceError) -> Self {
        match error {
            ServiceError::NewerRelease(_) | ServiceError::Damaged(_) | ServiceError::Store(_) => {
                Self::Failed
            }
            ServiceError::Refused(_)
            | ServiceError::NoSuchTable
            | ServiceError::Erased
            | ServiceError::NotYourSeat
            | ServiceError::StillHere { .. }
            | ServiceError::ForeignCommand
            | ServiceError::Full
            | ServiceError::ShareTaken { .. }
            | ServiceError::Busy
            | ServiceError::NotOver
            | ServiceError::StillPlayed => Self::Refused,
        }
    }

    /// Returns the word for labels and logs.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Repeated => "repeated",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// The codes of refusals that are not the rules' own.
const SERVICE_CODES: [&str; 11] = [
    "no-such-table",
    "table-erased",
    "not-your-seat",
    "still-here",
    "foreign-command",
    "server-full",
    "share-taken",
    "table-busy",
    "not-over",
    "still-played",
    OTHER,
];
/// Where a code is counted that has no series.
const OTHER: &str = "other";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CommandLabels {
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabel {
    code: &'static str,
}

/// Counts commands. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct CommandMetrics {
    /// A counter for each outcome of each kind.
    by_kind: Arc<HashMap<&'static str, [Counter; CommandOutcome::ALL.len()]>>,
    refusals: Arc<HashMap<&'static str, Counter>>,
}

impl CommandMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let commands: Family<CommandLabels, Counter> = Family::default();
        let refusals: Family<RefusalLabel, Counter> = Family::default();
        let by_kind = Command::KINDS.iter().map(|kind| {
            let counters = CommandOutcome::ALL.map(|outcome| {
                let outcome = outcome.word();
                let labels = CommandLabels { kind, outcome };
                commands.get_or_create(&labels).clone()
            });
            (*kind, counters)
        });
        let codes = Refusal::ALL.iter().map(|refusal| refusal.code());
        let by_code = codes.chain(SERVICE_CODES).map(|code| {
            let counter = refusals.get_or_create(&RefusalLabel { code }).clone();
            (code, counter)
        });
        let metrics = Self {
            by_kind: Arc::new(by_kind.collect()),
            refusals: Arc::new(by_code.collect()),
        };
        registry.register(
            "commands",
            "Commands by kind, and by what became of them",
            commands,
        );
        registry.register("refusals", "Commands refused, by the code of why", refusals);
        metrics
    }

    /// Counts a command.
    pub(crate) fn count(&self, kind: &'static str, outcome: CommandOutcome) {
        if let Some(counters) = self.by_kind.get(kind) {
            counters[outcome as usize].inc();
        }
    }

    /// Counts why a command was refused.
    pub(crate) fn refuse(&self, code: &'static str) {
        let counter = self.refusals.get(code).or_else(|| self.refusals.get(OTHER));
        if let Some(counter) = counter {
            counter.inc();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_the_word_that_json_has() {
        for kind in Command::KINDS {
            let read = serde_json::from_str::<Command>(&format!(r#"{{"do":"{kind}"}}"#));
            match read {
                Ok(command) => assert_eq!(command.kind(), *kind),
                Err(error) => assert!(error.to_string().contains("missing field"), "{error}"),
            }
        }
    }

    #[test]
    fn outcomes_are_numbered_as_they_are_listed() {
        for (number, outcome) in CommandOutcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, number);
        }
    }

    #[test]
    fn every_refusal_has_a_series_of_its_own() {
        let metrics = CommandMetrics::register(&mut Registry::default());
        for error in [
            ServiceError::Refused(Refusal::NameMissing),
            ServiceError::NoSuchTable,
            ServiceError::Erased,
            ServiceError::NotYourSeat,
            ServiceError::StillHere { away_minutes: 1 },
            ServiceError::ForeignCommand,
            ServiceError::Full,
            ServiceError::ShareTaken { tables_max: 1 },
            ServiceError::Busy,
            ServiceError::NotOver,
        ] {
            assert_eq!(CommandOutcome::of(&error), CommandOutcome::Refused);
            assert!(metrics.refusals.contains_key(error.code()), "{error}");
        }
    }
}
