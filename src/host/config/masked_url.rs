//! What a variable's value is made into, where that is ours.

use std::fmt;

use crate::secret::Secret;

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// Lines for people.
    Text,
    /// Lines for programs.
    Json,
}

/// Which server is believed, where its address demands TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVerification {
    /// One whose certificate is trusted and carries its name.
    Verify,
    /// Any. Nobody can listen, but somebody in between can pretend to be the server.
    AnyCertificate,
}

impl fmt::Display for TlsVerification {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Verify => "verify",
            Self::AnyCertificate => "any",
        })
    }
}

/// Where another server is, and who asks it. It prints without the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    text: Secret,
    shown: String,
}

impl Address {
    /// Hides `text`, which prints as `shown`.
    #[cfg_attr(
        not(any(feature = "postgres", feature = "redis")),
        expect(
            dead_code,
            reason = "a build that speaks to no server reads no address"
        )
    )]
    pub(super) fn new(text: &str, shown: impl fmt::Display) -> Self {
        Self {
            text: Secret::new(text),
            shown: shown.to_string(),
        }
    }

    /// Returns it as it was given, for what connects.
    pub fn reveal(&self) -> &str {
        self.text.reveal()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{self}")
    }
}
