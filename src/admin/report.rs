//! The result of a subcommand: its report or its error, and the exit code of the process.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::anyhow;
use bucket::{BucketError, BucketUrlError};
use serde_json::{Value, json};
use store::StoreError;
use store::replica::ReplicaError;

/// The exit code when something was checked and is wrong.
const WRONG: u8 = 1;
/// The exit code when not all of it could be checked.
const UNCHECKED: u8 = 3;
/// The exit code when something needed is missing (`EX_UNAVAILABLE`).
const ABSENT: u8 = 69;
/// The exit code of a wrong argument or setting (`EX_CONFIG`).
const MISUSED: u8 = 78;
/// The exit code after a signal, as shells count SIGINT.
const INTERRUPTED: u8 = 130;

/// The exit codes, for the help text.
pub const EXIT_CODES: &str = "Exit codes of backup, restore, verify, copy, key, replica, tables, store, quest and doctor:
  0   done, and everything is in order
  1   something was looked at and is wrong: a damaged journal, a fault the doctor found
  3   not all could be checked: a Chronicle of other rules, or of a newer release
  69  something needed is not there: a file, a bucket, room on a disk, a database nobody else has open
  78  a setting or an argument is wrong
  130 interrupted; what was begun is undone
";

/// The report of a subcommand that ran to its end.
#[derive(Debug)]
pub(super) struct CommandReport {
    /// Lines for people.
    pub(super) text: String,
    /// The same for programs, an object.
    pub(super) json: Value,
    code: u8,
}

impl CommandReport {
    pub(super) fn new(text: String, json: Value) -> Self {
        Self {
            text,
            json,
            code: 0,
        }
    }

    /// Marks the report as one of a check that found something wrong, so that the process exits with 1.
    pub(super) fn found_wrong(mut self) -> Self {
        self.code = WRONG;
        self
    }

    /// Marks the report as one of a check that could not look at everything, so that the process exits with 3.
    pub(super) fn unchecked(mut self) -> Self {
        self.code = UNCHECKED;
        self
    }

    /// Adds a sentence to the text, and to the `notes` of the JSON object.
    pub(super) fn note(&mut self, sentence: &str) {
        let _ = write!(self.text, "\nNote: {sentence}.");
        let notes = self.json["notes"].as_array_mut();
        match notes {
            Some(notes) => notes.push(json!(sentence)),
            None => self.json["notes"] = json!([sentence]),
        }
    }
}

/// The failure of a subcommand: its cause, and the exit code of the process.
#[derive(Debug)]
pub struct CommandError {
    code: u8,
    error: anyhow::Error,
}

impl CommandError {
    /// Returns an error with exit code 1: something was checked and is wrong.
    pub fn wrong(error: impl Into<anyhow::Error>) -> Self {
        Self {
            code: WRONG,
            error: error.into(),
        }
    }

    /// Returns an error with exit code 3: what was to be checked is not understood.
    pub(super) fn unchecked(error: impl Into<anyhow::Error>) -> Self {
        Self {
            code: UNCHECKED,
            error: error.into(),
        }
    }

    /// Returns an error with exit code 69: a file, a bucket or a server that is needed is missing or does not answer.
    pub fn absent(error: impl Into<anyhow::Error>) -> Self {
        Self {
            code: ABSENT,
            error: error.into(),
        }
    }

    /// Returns an error with exit code 78: an argument or a setting is wrong.
    pub fn misused(error: impl Into<anyhow::Error>) -> Self {
        Self {
            code: MISUSED,
            error: error.into(),
        }
    }

    /// Returns the error of a finished file that could not be moved to its path: exit code 78 if the path is taken,
    /// else that of the storage error.
    pub(super) fn unplaced(error: StoreError) -> Self {
        if matches!(error, StoreError::Unusable(_)) {
            return Self::misused(error);
        }
        Self::from(error)
    }

    /// Returns an error with exit code 130: a signal ended the subcommand.
    pub(super) fn interrupted() -> Self {
        Self {
            code: INTERRUPTED,
            error: anyhow!("interrupted; what was begun is undone"),
        }
    }

    /// Adds what was being done to the error.
    pub(super) fn while_doing(self, what: impl Into<String>) -> Self {
        Self {
            code: self.code,
            error: self.error.context(what.into()),
        }
    }

    /// Replaces the path of a scratch file in the message by the name the operator knows.
    pub(super) fn naming(self, scratch: &str, name: &str) -> Self {
        let said = self.said();
        if !said.contains(scratch) {
            return self;
        }
        Self {
            code: self.code,
            error: anyhow!(said.replace(scratch, name)),
        }
    }

    /// Returns the message with its causes.
    pub(super) fn said(&self) -> String {
        format!("{:#}", self.error)
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        match error {
            // What a replica tells through the port of every journal is sorted as what it tells itself.
            StoreError::Unavailable(cause) => match cause.downcast::<ReplicaError>() {
                Ok(error) => Self::from(*error),
                Err(cause) => Self::absent(StoreError::Unavailable(cause)),
            },
            StoreError::Damaged { .. }
            | StoreError::NewerRelease { .. }
            | StoreError::Unusable(_)
            | StoreError::Conflict { .. }
            | StoreError::CodeTaken { .. } => Self::wrong(error),
        }
    }
}

impl From<ReplicaError> for CommandError {
    fn from(error: ReplicaError) -> Self {
        match error {
            ReplicaError::Bucket(_)
            | ReplicaError::Nothing
            | ReplicaError::Vanished
            | ReplicaError::Fenced { .. }
            | ReplicaError::Moved => Self::absent(error),
            ReplicaError::Foreign { .. } | ReplicaError::Unconditional => Self::misused(error),
            ReplicaError::Damaged(_)
            | ReplicaError::Missing(_)
            | ReplicaError::Disagree { .. }
            | ReplicaError::Behind => Self::wrong(error),
            ReplicaError::Local(cause) => match cause.downcast::<StoreError>() {
                Ok(error) => Self::from(*error),
                Err(cause) => Self::absent(ReplicaError::Local(cause)),
            },
        }
    }
}

impl From<BucketError> for CommandError {
    fn from(fault: BucketError) -> Self {
        Self::absent(fault)
    }
}

impl From<BucketUrlError> for CommandError {
    fn from(unfit: BucketUrlError) -> Self {
        Self::absent(unfit)
    }
}

/// Prints the result of a subcommand, and returns the exit code of the process.
pub(super) fn print(done: Result<CommandReport, CommandError>, json: bool) -> ExitCode {
    let (said, code) = match done {
        Ok(report) => {
            let mut object = report.json;
            object["ok"] = json!(report.code == 0);
            let said = if json {
                object.to_string()
            } else {
                report.text
            };
            (said, report.code)
        }
        Err(error) => {
            let sentence = error.said();
            // An error says that nobody reads the output, here and below.
            let _ = writeln!(io::stderr(), "{sentence}");
            let object = json!({ "ok": false, "error": sentence });
            let said = if json {
                object.to_string()
            } else {
                String::new()
            };
            (said, error.code)
        }
    };
    if !said.is_empty() {
        let _ = writeln!(io::stdout(), "{}", said.trim_end());
    }
    ExitCode::from(code)
}
