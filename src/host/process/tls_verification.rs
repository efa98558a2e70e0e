//! Which certificates of a server are accepted.

use std::fmt;

/// Which certificates are accepted where a server's URL demands TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVerification {
    /// A trusted one that carries the server's name.
    Verify,
    /// Every one. The connection is encrypted, but an impostor can pretend to be the server.
    AnyCertificate,
}

impl fmt::Display for TlsVerification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verify => "verify",
            Self::AnyCertificate => "any",
        })
    }
}
