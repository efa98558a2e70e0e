//! Where Redis is, as an operator writes it.

use std::fmt;
use std::str::FromStr;

use super::password::{Password, decode};

/// Where Redis is, and who asks it.
///
/// `redis://user:password@host:6379/0`, `redis+sentinel://:password@host:26379,host:26379/master-name`,
/// `redis+cluster://host:6379,host:6379`; with TLS `rediss://`, `rediss+sentinel://`, `rediss+cluster://`.
/// User and password are percent-encoded. Shown, the password is `***`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub(super) kind: Kind,
    pub(super) tls: bool,
    /// The servers to ask first, at least one.
    pub(super) servers: Vec<Server>,
    pub(super) user: Option<String>,
    pub(super) password: Option<Password>,
}

/// How the servers belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// There is one, with databases.
    Single { database: u8 },
    /// Sentinels know which one leads.
    Sentinel { master: String },
    /// Each has some of the keys.
    Cluster,
}

/// One server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
}

/// Why an address cannot be read. It repeats nothing of the address, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The beginning is not one of six.
    #[error(
        "it begins with none of redis://, rediss://, redis+sentinel://, rediss+sentinel://, \
         redis+cluster:// and rediss+cluster://"
    )]
    Scheme,
    /// There is more than an address.
    #[error(
        "it has a part after ? or #; percent-encode these letters in a password, leave out any other"
    )]
    Extra,
    /// User or password cannot be decoded.
    #[error("its user or password is not percent-encoded UTF-8")]
    Credentials,
    /// A user has no password.
    #[error("it names a user but no password; write user:password@ or :password@")]
    PasswordMissing,
    /// There is no host, or an empty one.
    #[error("a host is missing")]
    HostMissing,
    /// A host is not one.
    #[error("a host has letters no host has; percent-encode them in a password")]
    Host,
    /// A port is not one.
    #[error("a port is not a number from 1 to 65535; percent-encode : in a password")]
    Port,
    /// Several servers stand where one must.
    #[error("several hosts need redis+sentinel:// or redis+cluster://")]
    Several,
    /// What follows the host is not a database's number.
    #[error("after the host may only follow the number of a database from 0 to 255, as in /0")]
    Database,
    /// The sentinels must be told what they watch.
    #[error("the name of the master is missing: redis+sentinel://host:26379/master-name")]
    MasterMissing,
    /// A cluster has no databases.
    #[error("a cluster has no databases: nothing may follow the hosts")]
    ClusterPath,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::Scheme)?;
        let (family, tls) = match scheme.split_once('+').unwrap_or((scheme, "")) {
            ("redis", family) => (family, false),
            ("rediss", family) => (family, true),
            _ => return Err(AddressError::Scheme),
        };
        if rest.contains(['?', '#']) {
            return Err(AddressError::Extra);
        }
        let (credentials, rest) = match rest.rsplit_once('@') {
            Some((credentials, rest)) => (Some(credentials), rest),
            None => (None, rest),
        };
        let (user, password) = credentials.map_or(Ok((None, None)), read_credentials)?;
        let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (kind, port) = match family {
            "" if !scheme.ends_with('+') => (single(hosts, path)?, 6379),
            "sentinel" if path.is_empty() || path.contains('/') => {
                return Err(AddressError::MasterMissing);
            }
            "sentinel" => (
                Kind::Sentinel {
                    master: path.to_owned(),
                },
                26379,
            ),
            "cluster" if path.is_empty() => (Kind::Cluster, 6379),
            "cluster" => return Err(AddressError::ClusterPath),
            _ => return Err(AddressError::Scheme),
        };
        let servers: Result<_, _> = hosts
            .split(',')
            .map(|host| Server::read(host, port))
            .collect();
        Ok(Self {
            kind,
            tls,
            servers: servers?,
            user,
            password,
        })
    }
}

fn single(hosts: &str, path: &str) -> Result<Kind, AddressError> {
    if hosts.contains(',') {
        return Err(AddressError::Several);
    }
    let database = match path {
        "" => 0,
        path => path.parse().map_err(|_| AddressError::Database)?,
    };
    Ok(Kind::Single { database })
}

fn read_credentials(text: &str) -> Result<(Option<String>, Option<Password>), AddressError> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    if password.is_empty() {
        return Err(AddressError::PasswordMissing);
    }
    let user = decode(user).ok_or(AddressError::Credentials)?;
    let password = decode(password).ok_or(AddressError::Credentials)?;
    Ok((
        Some(user).filter(|user| !user.is_empty()),
        Some(Password(password)),
    ))
}

impl Server {
    /// Reads `host`, `host:port`, `[::1]` or `[::1]:port`.
    pub(super) fn read(text: &str, port: u16) -> Result<Self, AddressError> {
        let (host, rest) = match text.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or(AddressError::Host)?,
            None => text.split_at(text.find(':').unwrap_or(text.len())),
        };
        if host.is_empty() {
            return Err(AddressError::HostMissing);
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
        if !host.bytes().all(fits) {
            return Err(AddressError::Host);
        }
        let port = match rest.strip_prefix(':') {
            None if rest.is_empty() => port,
            None => return Err(AddressError::Host),
            Some(digits) => digits
                .parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or(AddressError::Port)?,
        };
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (family, path) = match &self.kind {
            Kind::Single { database } => ("", format!("/{database}")),
            Kind::Sentinel { master } => ("+sentinel", format!("/{master}")),
            Kind::Cluster => ("+cluster", String::new()),
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

impl fmt::Display for Server {
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
