//! The URL of a `PostgreSQL`, the TLS configuration of connections to it, and advice for errors of connecting.
//!
//! [`PgUrl`] is what an operator writes, [`Tls`] a setting beside it. The journal and the bus connect with both, each
//! with its own pool or connection.

mod connect_error;
mod encryption;
mod url;

pub use connect_error::connect_advice;
pub use encryption::Tls;
pub use tokio_postgres_rustls::MakeRustlsConnect;
pub use url::PgUrl;

/// Why a URL and its setting cannot be used: a sentence that says what to do, and holds no password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PgConfigError(pub String);

impl PgConfigError {
    /// Returns an error about the database at `url`; `predicate` completes the sentence that the URL begins.
    fn of(url: &PgUrl, predicate: &str) -> Self {
        Self(format!("{url} {predicate}"))
    }
}
