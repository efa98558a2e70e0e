//! Where a `PostgreSQL` is, which one is believed, and why it does not let anybody in.
//!
//! [`PgUrl`] is what an operator writes, [`Tls`] what besides may be chosen. The journal and the bus connect with
//! both, each in its own way.

mod connect_error;
mod encryption;
mod url;

pub use connect_error::connect_advice;
pub use encryption::Tls;
pub use tokio_postgres_rustls::MakeRustlsConnect;
pub use url::PgUrl;

/// What cannot be used as it is. It says what to do, and nothing that is secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PgConfigError(pub String);

impl PgConfigError {
    /// Says of a database what is wrong with it.
    fn of(url: &PgUrl, why: &str) -> Self {
        Self(format!("{url} {why}"))
    }
}
