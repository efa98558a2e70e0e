//! Why there is no bus, or nobody is heard now.

use pg::PgConfigError;

/// Why a bus cannot be made of its settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The prefix would change the meaning of channels.
    #[error("the prefix has other letters than a-z, A-Z, 0-9, - and _, or none, or more than 48")]
    Prefix,
    /// Nobody could be believed, or the URL and the setting of encryption say the opposite.
    #[error(transparent)]
    PgConfigError(#[from] PgConfigError),
}

/// Why nobody is heard. What it says goes to operators, and holds no password.
#[derive(Debug, thiserror::Error)]
pub(super) enum Away {
    #[error("{0} cannot be reached")]
    Unreached(String, #[source] tokio_postgres::Error),
    #[error("{0}")]
    Refused(PgConfigError),
    #[error("it does not answer in time")]
    Slow,
    #[error("the connection has ended")]
    Ended(#[source] Option<tokio_postgres::Error>),
    #[error("it does not take what it is told")]
    Untold(#[from] tokio_postgres::Error),
    #[error(
        "what is told does not come back: a pooler that lends sessions by the transaction stands between, and \
         nobody can listen through it; name the server itself, or a Redis"
    )]
    Unheard,
}
