//! The client's name for one command, and the names that the clock and the operator use.

use serde::{Deserialize, Serialize};

use crate::vocabulary::Version;

/// The client's name for one command, so that a repeat is known as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CommandId(String);

impl CommandId {
    /// Characters of an id at least: who knows the id of an opening or a sitting gets its answer again, so
    /// it must not be guessable.
    pub const LEN_MIN: usize = 16;
    /// Characters of an id at most.
    pub const LEN_MAX: usize = 64;

    /// Reads an id: 16 to 64 letters, digits, dashes and underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (Self::LEN_MIN..=Self::LEN_MAX).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        fits.then(|| Self(text.to_owned()))
    }

    /// The id under which time passes on `version`: the same for every instance, so that it passes once.
    pub fn of_clock(version: Version) -> Self {
        Self(format!("{CLOCK}{version:020}"))
    }

    /// The id under which the operator takes back what a table tells at `version`: the same for every instance, so that
    /// it is done once.
    pub fn of_operator(version: Version) -> Self {
        Self(format!("{OPERATOR}{version:020}"))
    }

    /// Whether the id is the clock's or the operator's, which nobody else may use.
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with(CLOCK) || self.0.starts_with(OPERATOR)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the clock's ids begin with.
const CLOCK: &str = "clock-on-version-";

/// What the operator's ids begin with.
const OPERATOR: &str = "operator-on-version-";

/// The text is no id of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a command_id has 16 to 64 letters, digits, dashes and underscores")]
pub struct CommandIdError;

impl TryFrom<String> for CommandId {
    type Error = CommandIdError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(CommandIdError)
    }
}

impl From<CommandId> for String {
    fn from(id: CommandId) -> Self {
        id.0
    }
}
