//! The URL of a Redis: its servers, their topology and the credentials.

use std::fmt;
use std::str::FromStr;

use super::password::{Password, decode};

/// The URL of a Redis.
///
/// `redis://user:password@host:6379/0`, `redis+sentinel://:password@host:26379,host:26379/master-name`,
/// `redis+cluster://host:6379,host:6379`; with TLS `rediss://`, `rediss+sentinel://`, `rediss+cluster://`.
/// User and password are percent-encoded; TLS is `rediss`. Displayed, the password is `***`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisUrl {
    pub(super) topology: Topology,
    pub(super) tls: bool,
    /// The servers to connect to first, at least one.
    pub(super) servers: Vec<RedisServer>,
    pub(super) user: Option<String>,
    pub(super) password: Option<Password>,
}

/// How the servers are organised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Topology {
    /// One server with numbered databases.
    Single { database: u8 },
    /// Sentinels, which know the current master.
    Sentinel { master: String },
    /// A cluster: each server has some of the hash slots.
    Cluster,
}

/// Host and port of one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RedisServer {
    pub(super) host: String,
    pub(super) port: u16,
}

/// Why a URL cannot be parsed. Its messages repeat nothing of the URL, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedisUrlError {
    /// The scheme is unknown.
    #[error(
        "it begins with none of redis://, rediss://, redis+sentinel://, rediss+sentinel://, \
         redis+cluster:// and rediss+cluster://"
    )]
    Scheme,
    /// There is a query or a fragment.
    #[error(
        "it has a part after ? or #; percent-encode these letters in a password, leave out any other"
    )]
    Extra,
    /// User or password is not percent-encoded UTF-8.
    #[error("its user or password is not percent-encoded UTF-8")]
    Credentials,
    /// There is a user without a password.
    #[error("it names a user but no password; write user:password@ or :password@")]
    PasswordMissing,
    /// A host is missing or empty.
    #[error("a host is missing")]
    HostMissing,
    /// A host has letters no host has.
    #[error("a host has letters no host has; percent-encode them in a password")]
    Host,
    /// A port is not a number from 1 to 65535.
    #[error("a port is not a number from 1 to 65535; percent-encode : in a password")]
    Port,
    /// There are several servers without a topology.
    #[error("several hosts need redis+sentinel:// or redis+cluster://")]
    Several,
    /// The path is not the number of a database.
    #[error("after the host may only follow the number of a database from 0 to 255, as in /0")]
    Database,
    /// The master's name is missing, by which sentinels know it.
    #[error("the name of the master is missing: redis+sentinel://host:26379/master-name")]
    MasterMissing,
    /// A cluster has a path; it has no databases.
    #[error("a cluster has no databases: nothing may follow the hosts")]
    ClusterPath,
}

impl FromStr for RedisUrl {
    type Err = RedisUrlError;

    fn from_str(text: &str) -> Result<Self, RedisUrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(RedisUrlError::Scheme)?;
        let (family, tls) = match scheme.split_once('+').unwrap_or((scheme, "")) {
            ("redis", family) => (family, false),
            ("rediss", family) => (family, true),
            _ => return Err(RedisUrlError::Scheme),
        };
        // Not ignored: somebody who writes a parameter here expects it to do something.
        if rest.contains(['?', '#']) {
            return Err(RedisUrlError::Extra);
        }
        // The last @ ends the credentials: a password may hold another one unencoded, a host may not.
        let (credentials, rest) = match rest.rsplit_once('@') {
            Some((credentials, rest)) => (Some(credentials), rest),
            None => (None, rest),
        };
        let (user, password) = credentials.map_or(Ok((None, None)), parse_credentials)?;
        let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (topology, port) = match family {
            "" if !scheme.ends_with('+') => (single_server(hosts, path)?, 6379),
            "sentinel" if path.is_empty() || path.contains('/') => {
                return Err(RedisUrlError::MasterMissing);
            }
            "sentinel" => (
                Topology::Sentinel {
                    master: path.to_owned(),
                },
                26379,
            ),
            "cluster" if path.is_empty() => (Topology::Cluster, 6379),
            "cluster" => return Err(RedisUrlError::ClusterPath),
            _ => return Err(RedisUrlError::Scheme),
        };
        let servers: Result<_, _> = hosts
            .split(',')
            .map(|host| RedisServer::parse(host, port))
            .collect();
        Ok(Self {
            topology,
            tls,
            servers: servers?,
            user,
            password,
        })
    }
}

fn single_server(hosts: &str, path: &str) -> Result<Topology, RedisUrlError> {
    if hosts.contains(',') {
        return Err(RedisUrlError::Several);
    }
    let database = match path {
        "" => 0,
        path => path.parse().map_err(|_| RedisUrlError::Database)?,
    };
    Ok(Topology::Single { database })
}

fn parse_credentials(text: &str) -> Result<(Option<String>, Option<Password>), RedisUrlError> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    if password.is_empty() {
        return Err(RedisUrlError::PasswordMissing);
    }
    let user = decode(user).ok_or(RedisUrlError::Credentials)?;
    let password = decode(password).ok_or(RedisUrlError::Credentials)?;
    Ok((
        Some(user).filter(|user| !user.is_empty()),
        Some(Password(password)),
    ))
}

impl RedisServer {
    /// Parses `host`, `host:port`, `[::1]` or `[::1]:port`; without a port it is `port`.
    pub(super) fn parse(text: &str, port: u16) -> Result<Self, RedisUrlError> {
        let (host, rest) = match text.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or(RedisUrlError::Host)?,
            None => text.split_at(text.find(':').unwrap_or(text.len())),
        };
        if host.is_empty() {
            return Err(RedisUrlError::HostMissing);
        }
        // Strict, because a password with an unencoded letter could otherwise be taken for a host, and be logged.
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
        if !host.bytes().all(fits) {
            return Err(RedisUrlError::Host);
        }
        let port = match rest.strip_prefix(':') {
            None if rest.is_empty() => port,
            None => return Err(RedisUrlError::Host),
            Some(digits) => digits
                .parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or(RedisUrlError::Port)?,
        };
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (family, path) = match &self.topology {
            Topology::Single { database } => ("", format!("/{database}")),
            Topology::Sentinel { master } => ("+sentinel", format!("/{master}")),
            Topology::Cluster => ("+cluster", String::new()),
        };
        write!(to, "redis{}{family}://", if self.tls { "s" } else { "" })?;
        if let Some(password) = &self.password {
            write!(
                to,
                "{}:{password}@",
                self.user.as_deref().unwrap_or_default()
            )?;
        }
        for (index, server) in self.servers.iter().enumerate() {
            write!(to, "{}{server}", if index == 0 { "" } else { "," })?;
        }
        to.write_str(&path)
    }
}

impl fmt::Display for RedisServer {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(to, "[{}]:{}", self.host, self.port)
        } else {
            write!(to, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests;
