//! The URL of a database: `postgres://user:password@host:port/name?…`.

use std::fmt;
use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::PgConfigError;

const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
const EXAMPLE: &str = "postgres://user:password@host:5432/name?sslmode=verify-full";

/// The URL of a database. Displayed, the password is `***`.
///
/// `sslmode` is `disable`, `allow` or `prefer` (the default: encrypted if the server can, with any certificate),
/// `require`, `verify-ca` or `verify-full`; with each of the last three the certificate is verified, unless
/// [`Tls`](crate::Tls) says otherwise.
/// `sslrootcert` names a PEM file of the authorities to trust; without it those of the system are trusted.
/// `options`, `hostaddr`, `channel_binding`, `target_session_attrs` and `keepalives` are as `PostgreSQL` has
/// them. A socket is `postgres://user@%2Fvar%2Frun%2Fpostgresql/name`.
#[derive(Clone)]
pub struct PgUrl {
    pub(crate) config: Config,
    pub(crate) mode: EncryptionMode,
    pub(crate) roots: Option<PathBuf>,
}

/// What the URL demands of a connection's encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EncryptionMode {
    Disable,
    Prefer,
    Require,
    Verify,
}

impl PgUrl {
    /// Parses a URL.
    ///
    /// # Errors
    ///
    /// [`PgConfigError`] says what is wrong with the URL, and repeats nothing secret of it.
    pub fn parse(text: &str) -> Result<Self, PgConfigError> {
        let rest = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme));
        let rest = rest.ok_or_else(|| invalid("does not begin with postgres://"))?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        // What follows may be half a password that was not encoded. It must not be taken for a host and printed.
        if place.matches('@').count() > 1 || query.contains('@') {
            return Err(invalid(
                "has an @ too many: write @ in a user or password as %40, / as %2F and ? as %3F",
            ));
        }
        // The driver knows fewer modes and no file of authorities. These two are taken out before it parses the rest.
        let (mut mode, mut roots, mut others) = (EncryptionMode::Prefer, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = EncryptionMode::parse(value)?,
                Some(("sslrootcert", "system")) => roots = None,
                Some(("sslrootcert", value)) => roots = Some(path(value)?),
                _ => others.push(pair),
            }
        }
        let mut config = configure(&format!("postgres://{place}?{}", others.join("&")))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(invalid("names no host"));
        }
        config.ssl_mode(mode.demand());
        Ok(Self {
            config,
            mode,
            roots,
        })
    }

    /// Returns the driver's configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }
}

impl EncryptionMode {
    fn parse(text: &str) -> Result<Self, PgConfigError> {
        match text {
            "disable" => Ok(Self::Disable),
            "allow" | "prefer" => Ok(Self::Prefer),
            "require" => Ok(Self::Require),
            "verify-ca" | "verify-full" => Ok(Self::Verify),
            _ => Err(invalid(
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
        // The driver's message names the parameter and never its value.
        let why = error.into_source().map(|cause| cause.to_string());
        invalid(&format!(
            "cannot be read ({})",
            why.as_deref().unwrap_or("it is no URL")
        ))
    })
}

/// A path in a URL, in which `%2F` may stand for `/`.
fn path(text: &str) -> Result<PathBuf, PgConfigError> {
    // The driver decodes a parameter only while parsing a URL, so the path goes through it as one it knows.
    let config = configure(&format!("postgres:///?options={text}"))?;
    Ok(PathBuf::from(config.get_options().unwrap_or_default()))
}

fn invalid(why: &str) -> PgConfigError {
    PgConfigError(format!("the database's URL {why}; one reads {EXAMPLE}"))
}
