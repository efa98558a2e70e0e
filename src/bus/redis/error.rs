//! Why there is no connection to Redis.

use std::io;

use redis::RedisError;

/// Why there is no connection to Redis, or no longer one. Its messages go to operators, and hold no password.
#[derive(Debug, thiserror::Error)]
pub(super) enum RedisLinkError {
    #[error("nothing was tried yet")]
    Untried,
    #[error("{0} cannot be reached")]
    Unreachable(String, #[source] io::Error),
    #[error("{0} has no name a certificate could have")]
    NoServerName(String),
    #[error("it does not answer in time")]
    Timeout,
    #[error("the connection has ended")]
    Ended,
    #[error("the connection fails")]
    Redis(#[from] RedisError),
    #[error("the sentinels know no master of this name")]
    UnknownMaster,
    #[error("{0} is no master at the moment")]
    Demoted(String),
    #[error("the cluster sends from one server to the next without end")]
    TooManyRedirects,
}
