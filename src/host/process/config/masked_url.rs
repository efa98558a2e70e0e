//! A URL that prints without its password.

use std::fmt;

use crate::process::secret::Secret;

/// The URL of a server, with credentials. `Display` and `Debug` print it without the password.
#[derive(Clone, PartialEq, Eq)]
pub struct MaskedUrl {
    full: Secret,
    masked: String,
}

impl MaskedUrl {
    /// Hides `full`, which prints as `masked`.
    #[cfg_attr(
        not(any(feature = "postgres", feature = "redis")),
        expect(dead_code, reason = "a build without server clients parses no URL")
    )]
    pub(super) fn new(full: &str, masked: impl fmt::Display) -> Self {
        Self {
            full: Secret::new(full),
            masked: masked.to_string(),
        }
    }

    /// Returns the whole URL, for the client that connects.
    pub fn reveal(&self) -> &str {
        self.full.reveal()
    }
}

impl fmt::Display for MaskedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked)
    }
}

impl fmt::Debug for MaskedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
