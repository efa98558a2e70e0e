//! Why there is no bus, or no Redis now.

use std::io;

use redis::RedisError;
use tls::TlsConfigError;

/// Why a bus cannot be made of its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The prefix would change the meaning of keys.
    #[error("the prefix has other letters than a-z, A-Z, 0-9, - and _, or none, or more than 48")]
    Prefix,
    /// There is nobody to believe.
    #[error(transparent)]
    TlsConfigError(#[from] TlsConfigError),
}

/// Why Redis is away. What it says goes to operators, and holds no password.
#[derive(Debug, thiserror::Error)]
pub(super) enum Away {
    #[error("nothing was tried yet")]
    Untried,
    #[error("{0} cannot be reached")]
    Unreached(String, #[source] io::Error),
    #[error("{0} has no name a certificate could have")]
    Nameless(String),
    #[error("it does not answer in time")]
    Slow,
    #[error("the connection has ended")]
    Ended,
    #[error("the connection fails")]
    Refused(#[from] RedisError),
    #[error("the sentinels know no master of this name")]
    NoMaster,
    #[error("{0} is no master at the moment")]
    Demoted(String),
    #[error("the cluster sends from one server to the next without end")]
    Wandering,
}
