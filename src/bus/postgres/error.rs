//! Why there is no connection to `PostgreSQL`.

use pg::PgConfigError;

/// Why nothing is received from other instances. Its messages go to operators, and hold no password.
#[derive(Debug, thiserror::Error)]
pub(super) enum PgLinkError {
    #[error("{0} cannot be reached")]
    Unreachable(String, #[source] tokio_postgres::Error),
    #[error(transparent)]
    Refused(PgConfigError),
    #[error("it does not answer in time")]
    Timeout,
    #[error("the connection has ended")]
    Ended(#[source] Option<tokio_postgres::Error>),
    #[error("it refuses a statement of the bus")]
    Statement(#[from] tokio_postgres::Error),
    #[error(
        "notifications are not received: a pooler in transaction mode stands between, and nobody can listen through \
         it; name the server itself, or a Redis"
    )]
    Unheard,
}
