//! One commit of a table, before and after it is kept.

use game::{Actor, Code, Command, CommandId, Event, Table, Version};
use serde::{Deserialize, Serialize};

/// A commit as the service hands it over.
#[derive(Clone, Debug)]
pub struct NewCommit {
    /// The client's name for the command.
    pub command_id: CommandId,
    /// Who asked.
    pub actor: Actor,
    /// What was asked.
    pub command: Command,
    /// When it was decided, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// What happened.
    pub events: Vec<Event>,
    /// Where the table stands afterwards.
    pub standing: Standing,
}

/// What a journal must know of a table to find it: everything else is in the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// By which others join.
    pub code: Code,
    /// When the story goes on by itself; nothing for a table that is over.
    pub deadline_ms: Option<u64>,
    /// Whether anything can still happen.
    pub live: bool,
}

impl Standing {
    /// Where `table` stands. `None` for a table nobody opened.
    pub fn of(table: &Table) -> Option<Self> {
        Some(Self {
            code: table.code()?.clone(),
            deadline_ms: table.deadline_ms(),
            live: table.phase().is_live(),
        })
    }
}

/// A commit as the journal keeps it. Serialised, it is one line of an exported Chronicle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The version this commit led to; the first is 1.
    pub version: Version,
    /// When it was decided, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The client's name for the command.
    pub command_id: CommandId,
    /// Who asked.
    pub actor: Actor,
    /// What was asked.
    pub command: Command,
    /// What happened.
    pub events: Vec<Event>,
    /// The hash of the record before, in hexadecimal digits; the table's own root for the first.
    pub before: String,
    /// The hash of this record, in hexadecimal digits: see [`crate::chain`].
    pub hash: String,
}

impl Record {
    /// A commit as its writer knows it, without the hashes that only the journal knows.
    pub fn unchained(
        version: Version,
        at_ms: u64,
        command_id: CommandId,
        actor: Actor,
        command: Command,
        events: Vec<Event>,
    ) -> Self {
        Self {
            version,
            at_ms,
            command_id,
            actor,
            command,
            events,
            before: String::new(),
            hash: String::new(),
        }
    }
}

/// What an append came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Commit {
    /// It is kept, at this version.
    Appended(Version),
    /// The command had been kept before; this is what it led to.
    Repeated(Box<Record>),
}
