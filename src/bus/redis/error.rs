//! Why there is no connection to Redis.

use std::io;

use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::url::RedisServer;
use crate::LinkFailure;

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
    #[error("{server} {fault}")]
    Refused {
        server: String,
        fault: RedisSettingError,
        #[source]
        cause: RedisError,
    },
    #[error("{0} shows no certificate that is trusted")]
    Certificate(String, #[source] io::Error),
    #[error("the sentinels know no master of this name")]
    UnknownMaster,
    #[error("{0} is no master at the moment")]
    Demoted(String),
    #[error("the cluster sends from one server to the next without end")]
    TooManyRedirects,
}

/// What a server refuses for as long as nobody changes a setting, as what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RedisSettingError {
    #[error(
        "does not accept the user and password: write those it knows, as in redis://:password@host:6379/0"
    )]
    Credentials,
    #[error(
        "does not let this user do what is needed: allow its keys, channels, scripts and connection commands"
    )]
    Permission,
    #[error("is a node of a cluster: write redis+cluster:// in place of redis://")]
    Cluster,
    #[error(
        "is a node of a cluster without a place for our keys: give its slots to its nodes, or use a Redis without \
         cluster mode"
    )]
    Slots,
    #[error("has no database of this number: write another, or none")]
    Database,
    #[error("is older than version 7, or is no Redis")]
    Release,
}

impl RedisSettingError {
    /// Returns what has to be changed before the server takes what it has refused; `None` where waiting may help.
    fn of(error: &RedisError) -> Option<Self> {
        let detail = error.detail().unwrap_or_default();
        match (error.kind(), error.code().unwrap_or_default()) {
            (ErrorKind::AuthenticationFailed, _) | (_, "WRONGPASS" | "NOAUTH" | "DENIED") => {
                Some(Self::Credentials)
            }
            (_, "NOPERM") => Some(Self::Permission),
            (ErrorKind::Server(ServerErrorKind::Moved), _) => Some(Self::Cluster),
            (ErrorKind::Server(ServerErrorKind::ClusterDown), _) => Some(Self::Slots),
            (_, "NOPROTO") => Some(Self::Release),
            (_, "ERR") if detail.starts_with("unknown command") => Some(Self::Release),
            (_, "ERR") if detail.starts_with("DB index") => Some(Self::Database),
            _ => None,
        }
    }
}

impl RedisLinkError {
    /// Names the server in an error it has answered with, and what to do where only an operator can mend it.
    pub(super) fn of(error: RedisError, server: &RedisServer) -> Self {
        match RedisSettingError::of(&error) {
            Some(fault) => Self::Refused {
                server: server.to_string(),
                fault,
                cause: error,
            },
            None => Self::Redis(error),
        }
    }

    /// Names the server whose stream ends with an error.
    pub(super) fn of_tls(error: io::Error, server: &RedisServer) -> Self {
        // Of the library below, only what a certificate says is invalid data.
        if error.kind() == io::ErrorKind::InvalidData {
            Self::Certificate(server.to_string(), error)
        } else {
            Self::Unreachable(server.to_string(), error)
        }
    }

    /// Whether waiting may mend it.
    pub(super) fn failure(&self) -> LinkFailure {
        match self {
            Self::Refused { .. } | Self::Certificate(..) | Self::NoServerName(_) => {
                LinkFailure::Refused
            }
            Self::Untried
            | Self::Unreachable(..)
            | Self::Timeout
            | Self::Ended
            | Self::Redis(_)
            | Self::UnknownMaster
            | Self::Demoted(_)
            | Self::TooManyRedirects => LinkFailure::Unreachable,
        }
    }
}
