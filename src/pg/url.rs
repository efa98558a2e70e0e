//! Where a database is, as `postgres://user:password@host:port/name?…` says it.

use std::fmt;
use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::PgConfigError;

const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
const EXAMPLE: &str = "postgres://user:password@host:5432/name?sslmode=verify-full";

/// Where a database is and who asks. It never prints the password.
///
/// `sslmode` is `disable`, `allow` or `prefer` (the default: encrypted if the server can, whoever it is),
/// `require`, `verify-ca` or `verify-full`; with each of the last three the server must prove its name.
/// `sslrootcert` names a file of the certificates to trust; without it those of the system are trusted.
/// `options`, `hostaddr`, `channel_binding`, `target_session_attrs` and `keepalives` are as `PostgreSQL` has
/// them. A socket is `postgres://user@%2Fvar%2Frun%2Fpostgresql/name`.
#[derive(Clone)]
pub struct PgUrl {
    pub(crate) config: Config,
    pub(crate) mode: Mode,
    pub(crate) roots: Option<PathBuf>,
}

/// What is asked of a connection's encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Disable,
    Prefer,
    Require,
    Verify,
}

impl PgUrl {
    /// Reads a URL.
    ///
    /// # Errors
    ///
    /// [`PgConfigError`] with what is wrong with it, and never with what is secret in it.
    pub fn parse(text: &str) -> Result<Self, PgConfigError> {
        let rest = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme));
        let rest = rest.ok_or_else(|| unreadable("does not begin with postgres://"))?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        // Whatever follows may be half a password, which must not be taken for a host and told.
        if place.matches('@').count() > 1 || query.contains('@') {
            return Err(unreadable(
                "has an @ too many: write @ in a user or password as %40, / as %2F and ? as %3F",
            ));
        }
        let (mut mode, mut roots, mut others) = (Mode::Prefer, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Mode::parse(value)?,
                Some(("sslrootcert", "system")) => roots = None,
                Some(("sslrootcert", value)) => roots = Some(path(value)?),
                _ => others.push(pair),
            }
        }
        let mut config = configure(&format!("postgres://{place}?{}", others.join("&")))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(unreadable("names no host"));
        }
        config.ssl_mode(mode.demand());
        Ok(Self {
            config,
            mode,
            roots,
        })
    }

    /// What the driver connects with.
    pub fn config(&self) -> &Config {
        &self.config
    }
}

impl Mode {
    fn parse(text: &str) -> Result<Self, PgConfigError> {
        match text {
            "disable" => Ok(Self::Disable),
            "allow" | "prefer" => Ok(Self::Prefer),
            "require" => Ok(Self::Require),
            "verify-ca" | "verify-full" => Ok(Self::Verify),
            _ => Err(unreadable(
                "has an sslmode that is none: write disable, prefer, require or verify-full",
            )),
        }
    }

    fn demand(self) -> SslMode {
        match self {
            Self::Disable => SslMode::Disable,
            Self::Prefer => SslMode::Prefer,
            Self::Require | Self::Verify => SslMode::Require,
        }
    }
}

impl fmt::Display for PgUrl {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(SCHEMES[0])?;
        if let Some(user) = self.config.get_user() {
            let password = self.config.get_password().map_or("", |_| ":***");
            write!(to, "{user}{password}@")?;
        }
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        });
        let addresses = self.config.get_hostaddrs().iter().map(ToString::to_string);
        let hosts: Vec<_> = hosts.chain(addresses).collect();
        write!(to, "{}", hosts.join(","))?;
        let ports: Vec<_> = self.config.get_ports().iter().map(u16::to_string).collect();
        if !ports.is_empty() {
            write!(to, ":{}", ports.join(","))?;
        }
        write!(to, "/{}", self.config.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for PgUrl {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

fn configure(url: &str) -> Result<Config, PgConfigError> {
    url.parse::<Config>().map_err(|error| {
        // It names the parameter and never its value.
        let why = error.into_source().map(|cause| cause.to_string());
        unreadable(&format!(
            "cannot be read ({})",
            why.as_deref().unwrap_or("it is no URL")
        ))
    })
}

/// A path in a URL, in which `%2F` may stand for `/`.
fn path(text: &str) -> Result<PathBuf, PgConfigError> {
    // Decoded as every other parameter is.
    let config = configure(&format!("postgres:///?options={text}"))?;
    Ok(PathBuf::from(config.get_options().unwrap_or_default()))
}

fn unreadable(why: &str) -> PgConfigError {
    PgConfigError(format!("the database's URL {why}; one reads {EXAMPLE}"))
}
