//! One commit of a table: as the service hands it over, and as the journal stores it.

use game::{Actor, Code, Command, CommandId, Event, Table, TableId, Version};
use serde::{Deserialize, Serialize};

use crate::Withholding;
use crate::admission::NoRoom;

/// A commit as the service hands it over.
#[derive(Clone, Debug)]
pub struct NewCommit {
    /// The client's name for the command.
    pub command_id: CommandId,
    /// The issuer of the command.
    pub actor: Actor,
    /// The command.
    pub command: Command,
    /// When it was decided, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The events the command led to.
    pub events: Vec<Event>,
    /// What the table is found by afterwards.
    pub index: TableIndex,
}

/// The columns a journal finds a table by. Everything else is in the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableIndex {
    /// The code that players join by; unique among the live tables.
    pub code: Code,
    /// When the table next acts by itself, in milliseconds since the Unix epoch; none for one that is over.
    pub deadline_ms: Option<u64>,
    /// Whether further commands are possible.
    pub live: bool,
}

impl TableIndex {
    /// Returns the columns of `table`; `None` if it was never opened.
    pub fn of(table: &Table) -> Option<Self> {
        Some(Self {
            code: table.code()?.clone(),
            deadline_ms: table.deadline_ms(),
            live: table.phase().is_live(),
        })
    }
}

/// A commit as the journal stores it. Serialised, it is one line of an exported Chronicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Record {
    /// The version this commit led to; the first is 1.
    pub version: Version,
    /// When it was decided, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The client's name for the command.
    pub command_id: CommandId,
    /// The issuer of the command.
    pub actor: Actor,
    /// The command.
    pub command: Command,
    /// The events the command led to.
    pub events: Vec<Event>,
    /// The hash of the record before, in hexadecimal digits; the table's own root for the first.
    pub before: String,
    /// The hash of this record, in hexadecimal digits: see [`crate::chain`].
    pub hash: String,
    /// What this commit withholds of the records before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withholds: Option<Withholding>,
    /// Whether what it told was withheld by a later commit: its hash is still that of what it told.
    #[serde(
        default,
        rename = "withheld",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub is_withheld: bool,
}

/// A table that the journal has something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSummary {
    /// The table.
    pub id: TableId,
    /// The code that players join, or joined, by.
    pub code: Code,
    /// The number of its commits.
    pub version: Version,
    /// Whether further commands are possible.
    pub live: bool,
    /// When it opened, in milliseconds since the Unix epoch.
    pub opened_ms: u64,
    /// The time of its last commit, in milliseconds since the Unix epoch.
    pub committed_ms: u64,
    /// Bytes of what its records tell.
    pub bytes: u64,
}

/// The result of an append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppendOutcome {
    /// The commit is durable, as this version of its table.
    Appended(Version),
    /// The journal had a record of this command already; nothing was appended.
    Repeated(Box<Record>),
}

/// The result of an append that needs room for one more table.
pub type OpenOutcome = Result<AppendOutcome, NoRoom>;
