//! The origin of a site: scheme, host and port, equal however they are spelt.

use std::fmt;
use std::str::FromStr;

use url::{Host, ParseError, Url};

/// The origin of a site, in the one form in which browsers send it: lower case, without a default port, without the
/// dot that may end a host, and with the ASCII form of an international name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteOrigin {
    scheme: Scheme,
    host: String,
    /// None where it is the scheme's own.
    port: Option<u16>,
}

/// The scheme of an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// In clear.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// Reads a scheme as a proxy or a URL spells it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Http, Self::Https]
            .into_iter()
            .find(|scheme| scheme.as_str().eq_ignore_ascii_case(text))
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Why a text is no origin, as what would have been one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// It begins with neither scheme.
    #[error("an address such as https://codex.example.org: it begins with http:// or https://")]
    Scheme,
    /// It names no host, or one that no host can have.
    #[error("an address such as https://codex.example.org: its host is a name or an IP address")]
    Host,
    /// It holds a `*`.
    #[error(
        "an address such as https://codex.example.org: each host is named, and * stands for none"
    )]
    Wildcard,
    /// Its port is none.
    #[error("an address such as https://codex.example.org: its port is a number from 1 to 65535")]
    Port,
    /// It has a path.
    #[error(
        "an address such as https://codex.example.org: a path is not possible, because the Codex is served at the \
         root of its host"
    )]
    Path,
    /// It has a part that an origin has not.
    #[error(
        "an address such as https://codex.example.org: it has no user, no password, and no part after ? or #"
    )]
    Extra,
}

impl SiteOrigin {
    /// Returns the origin of a host as a request names it, with or without its port.
    pub(crate) fn of_host(scheme: Scheme, host: &str) -> Option<Self> {
        // What would end a host in a URL is not a part of one.
        if host.contains(['/', '\\', '?', '#', '@']) {
            return None;
        }
        format!("{}://{host}", scheme.as_str()).parse().ok()
    }

    /// Whether the origin's pages come over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// Whether both name the same host and port, each with the default port of its own scheme.
    pub(crate) fn has_host_of(&self, other: &Self) -> bool {
        self.host == other.host && self.port == other.port
    }
}

impl FromStr for SiteOrigin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text.trim()).map_err(|error| {
            if error == ParseError::RelativeUrlWithoutBase {
                OriginError::Scheme
            } else if error == ParseError::InvalidPort {
                OriginError::Port
            } else if text.contains('*') {
                OriginError::Wildcard
            } else {
                OriginError::Host
            }
        })?;
        let scheme = Scheme::parse(url.scheme()).ok_or(OriginError::Scheme)?;
        let host = match url.host().ok_or(OriginError::Host)? {
            Host::Domain(name) => name.strip_suffix('.').unwrap_or(name).to_owned(),
            address @ (Host::Ipv4(_) | Host::Ipv6(_)) => address.to_string(),
        };
        if host.contains('*') {
            return Err(OriginError::Wildcard);
        }
        if host.is_empty() {
            return Err(OriginError::Host);
        }
        if url.port() == Some(0) {
            return Err(OriginError::Port);
        }
        let credentials = !url.username().is_empty() || url.password().is_some();
        if credentials || url.query().is_some() || url.fragment().is_some() {
            return Err(OriginError::Extra);
        }
        if url.path() != "/" {
            return Err(OriginError::Path);
        }
        Ok(Self {
            scheme,
            host,
            port: url.port(),
        })
    }
}

impl fmt::Display for SiteOrigin {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}://{}", self.scheme.as_str(), self.host)?;
        match self.port {
            Some(port) => write!(to, ":{port}"),
            None => Ok(()),
        }
    }
}

/// The other sites whose pages may use the JSON API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorsOrigins {
    /// These, with the cookies of their visitors. None, where nobody is listed.
    Listed(Vec<SiteOrigin>),
    /// Every site, without cookies.
    Any,
}

impl Default for CorsOrigins {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

impl CorsOrigins {
    /// Whether pages of some named sites bring cookies along.
    pub(crate) fn allow_cookies(&self) -> bool {
        matches!(self, Self::Listed(origins) if !origins.is_empty())
    }

    /// Whether pages of an origin may use the API; of none, where they have one that is no site's.
    pub(crate) fn invite(&self, origin: Option<&SiteOrigin>) -> bool {
        match self {
            Self::Listed(origins) => origin.is_some_and(|origin| origins.contains(origin)),
            Self::Any => true,
        }
    }
}

impl fmt::Display for CorsOrigins {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => to.write_str("*"),
            Self::Listed(origins) => {
                let listed: Vec<_> = origins.iter().map(ToString::to_string).collect();
                to.write_str(&listed.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_origin_has_one_form_however_it_is_spelt() {
        for (spelt, origin) in [
            ("https://codex.example.org", "https://codex.example.org"),
            ("https://codex.example.org/", "https://codex.example.org"),
            ("https://codex.example.org:443", "https://codex.example.org"),
            ("http://codex.example.org:80/", "http://codex.example.org"),
            ("HTTPS://Codex.Example.ORG", "https://codex.example.org"),
            ("https://codex.example.org.", "https://codex.example.org"),
            (
                "https://codex.example.org.:443",
                "https://codex.example.org",
            ),
            (
                "https://codex.example.org:8443",
                "https://codex.example.org:8443",
            ),
            (
                "https://codex.example.org:80",
                "https://codex.example.org:80",
            ),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("http://[0:0:0:0:0:0:0:1]:5000", "http://[::1]:5000"),
            ("http://192.168.1.5:5000", "http://192.168.1.5:5000"),
        ] {
            let parsed = spelt.parse::<SiteOrigin>().map(|it| it.to_string());
            assert_eq!(parsed.as_deref(), Ok(origin), "{spelt}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused_with_its_reason() {
        for (text, error) in [
            ("", OriginError::Scheme),
            ("codex.example.org", OriginError::Scheme),
            ("codex.example.org:443", OriginError::Scheme),
            ("ftp://codex.example.org", OriginError::Scheme),
            ("null", OriginError::Scheme),
            ("https://", OriginError::Host),
            ("https://codex example", OriginError::Host),
            ("https://.", OriginError::Host),
            ("https://*", OriginError::Wildcard),
            ("https://*.example.org", OriginError::Wildcard),
            ("https://codex.example.org:99999", OriginError::Port),
            ("https://codex.example.org:0", OriginError::Port),
            ("https://codex.example.org:https", OriginError::Port),
            ("https://codex.example.org/game", OriginError::Path),
            ("https://codex.example.org?game", OriginError::Extra),
            ("https://codex.example.org/#game", OriginError::Extra),
            ("https://me@codex.example.org", OriginError::Extra),
        ] {
            assert_eq!(text.parse::<SiteOrigin>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_host_is_not_a_way_to_write_another_origin() {
        for host in [
            "a.test/b",
            "b@a.test",
            "a.test#b",
            "a.test?b",
            "a.test\\b",
            "",
            ":80",
        ] {
            assert_eq!(SiteOrigin::of_host(Scheme::Https, host), None, "{host:?}");
        }
    }
}
