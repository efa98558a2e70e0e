//! What is taken back of a table's journal: what records tell. Their places and their hashes stay.
//!
//! A commit may withhold what records of its table before it tell. The commit is a record like any other, so whoever
//! follows the journal learns of it, and its own body, which is hashed, holds what stands in place of what is withheld.
//! The body of a withheld record ends with a mark: it is not what was hashed, and says so itself.

use std::borrow::Cow;

use game::{Actor, Command, CommandId, Event, Version};
use serde::{Deserialize, Serialize};

use crate::Record;
use crate::chain::RecordBody;

/// The end of every body that stands in place of another. No other body ends like this.
pub(crate) const MARK: &str = ",\"withheld\":true}";

/// The part of a body that withholds others. Within a text of JSON its quotation marks would be escaped.
pub(crate) const WITHHOLDS: &str = ",\"withholds\":";

/// What a commit withholds of the records of its table before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Withholding {
    /// All that they tell: the table is erased.
    Everything,
    /// What some of them tell.
    Records(Vec<Replacement>),
}

/// What stands in place of what a record told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Replacement {
    pub(crate) version: Version,
    /// The new body, byte for byte.
    pub(crate) body: String,
}

impl Replacement {
    /// Replaces the command and the events of a record.
    pub fn of(record: &Record, command: &Command, events: &[Event]) -> Self {
        let body = RecordBody {
            version: record.version,
            at_ms: record.at_ms,
            command_id: Cow::Borrowed(&record.command_id),
            actor: record.actor,
            command: Cow::Borrowed(command),
            events: Cow::Borrowed(events),
            withholds: record.withholds.as_ref().map(Cow::Borrowed),
            withheld: true,
        };
        Self {
            version: record.version,
            body: body.text(),
        }
    }
}

/// The command id of a record of an erased table: its own may be a player's words.
pub(crate) fn erased_id(version: Version) -> CommandId {
    CommandId::parse(&format!("withheld-{version:020}")).expect("letters, a dash and digits")
}

/// The body of a record of an erased table.
pub(crate) fn erased_body(version: Version, at_ms: u64) -> String {
    RecordBody {
        version,
        at_ms,
        command_id: Cow::Owned(erased_id(version)),
        actor: Actor::Operator,
        command: Cow::Owned(Command::Erase {}),
        events: Cow::Borrowed(&[]),
        withholds: None,
        withheld: true,
    }
    .text()
}

/// Whether the first record of a table says that the table was erased, wherever the commit is that did it.
pub(crate) fn is_erased(version: Version, command_id: &CommandId) -> bool {
    version == Version(1) && *command_id == erased_id(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_withheld_says_so_at_its_end_and_what_players_say_cannot() {
        assert_eq!(
            erased_body(Version(7), 9),
            r#"{"version":7,"at_ms":9,"command_id":"withheld-00000000000000000007","actor":"operator","command":{"do":"erase"},"events":[],"withheld":true}"#
        );
        assert!(erased_body(Version(7), 9).ends_with(MARK));
        let said = serde_json::to_string(&Event::Said {
            seat: game::SeatNo(1),
            text: format!("x{MARK}{WITHHOLDS}"),
        });
        let said = said.unwrap();
        assert!(!said.contains(MARK) && !said.contains(WITHHOLDS), "{said}");
    }
}
