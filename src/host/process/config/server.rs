//! Settings of the HTTP server: its addresses, what stands in front of it, how long it may take to stop.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use web::{CorsOrigins, OriginError, SiteOrigin, SocketUrl, SocketUrlError};

use super::setting::{Setting, SettingGroup};
use super::{Config, parse};
use crate::Platform;
use crate::process::secret::Secret;

/// Settings of the HTTP server.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The IP address to listen on.
    pub host: IpAddr,
    /// The TCP port to listen on; 0 takes a free one.
    pub port: u16,
    /// A second port for metrics and health checks alone.
    pub metrics_port: Option<u16>,
    /// The token that scrapers must show.
    pub metrics_token: Option<Secret>,
    /// The origin that players open, if it differs from that of the requests.
    pub public_url: Option<SiteOrigin>,
    /// Where a gateway holds sockets open, through which pages are told of news.
    pub socket_url: Option<SocketUrl>,
    /// Other origins whose pages may call the API.
    pub cors_origins: CorsOrigins,
    /// The number of the operator's own reverse proxies in front. With any, the client address is the one the
    /// last of them adds to `X-Forwarded-For`, `X-Forwarded-Proto` is trusted, and the limit of connections of one
    /// address is off.
    pub trusted_proxy_hops: usize,
    /// The time within which the process ends after SIGTERM.
    pub drain: Duration,
}

impl ServerConfig {
    /// Returns the defaults of a platform.
    pub(super) fn defaults(platform: &Platform) -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            port: platform.port,
            metrics_port: None,
            metrics_token: None,
            public_url: None,
            socket_url: None,
            cors_origins: CorsOrigins::default(),
            trusted_proxy_hops: platform.proxies,
            drain: platform.drain,
        }
    }
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "HTTP server",
    summary: "Where the server listens, what stands in front of it, and how long it may take to stop.",
    settings: &[
        Setting {
            name: "HOST",
            meaning: "The IP address to listen on",
            form: "such as 0.0.0.0, 127.0.0.1 or ::",
            parse: |config, text| ip_address(text).map(|host| config.server.host = host),
            format: |config| config.server.host.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "PORT",
            meaning: "The TCP port to listen on; 0 takes a free port",
            form: "0 to 65535",
            essential: true,
            parse: |config, text| {
                parse::number(text, 0, u16::MAX).map(|port| config.server.port = port)
            },
            format: |config| config.server.port.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "METRICS_PORT",
            meaning: "A second TCP port that serves only /metrics and /health; PORT then serves no /metrics",
            form: "1 to 65535",
            parse: |config, text| {
                parse::number(text, 1, u16::MAX).map(|port| config.server.metrics_port = Some(port))
            },
            format: |config| {
                let port = config.server.metrics_port;
                port.map(|port| port.to_string()).unwrap_or_default()
            },
            ..Setting::PUBLIC
        },
        Setting {
            name: "METRICS_TOKEN",
            meaning: "What scrapers must send to see /metrics, as Authorization: Bearer, where it is reached from outside as \
                      players reach the game; generate one with: openssl rand -hex 32",
            form: "16 to 200 letters, digits and signs, without spaces",
            unset: "whoever reaches /metrics may look",
            parse: |config, text| {
                token(text).map(|token| config.server.metrics_token = Some(token))
            },
            format: |config| {
                let token = config.server.metrics_token.as_ref();
                token.map(ToString::to_string).unwrap_or_default()
            },
            ..Setting::SECRET
        },
        Setting {
            name: "PUBLIC_URL",
            meaning: "The address that players open, for links and QR codes; if unset, they use the \
                      host in the Host header of each request",
            form: "such as https://codex.example.org",
            essential: true,
            parse: |config, text| origin(text).map(|url| config.server.public_url = Some(url)),
            format: |config| {
                let url = config.server.public_url.as_ref();
                url.map(ToString::to_string).unwrap_or_default()
            },
            ..Setting::PUBLIC
        },
        Setting {
            name: "SOCKET_URL",
            meaning: "The WebSocket API through which pages are told of news, where this process cannot keep answers open, as \
                      on AWS Lambda; if unset, pages there ask again and again",
            form: "such as wss://abc123.execute-api.eu-central-1.amazonaws.com/live",
            parse: |config, text| {
                let url = text
                    .parse()
                    .map_err(|error: SocketUrlError| error.to_string());
                url.map(|url| config.server.socket_url = Some(url))
            },
            format: |config| {
                let url = config.server.socket_url.as_ref();
                url.map(ToString::to_string).unwrap_or_default()
            },
            ..Setting::PUBLIC
        },
        Setting {
            name: "CORS_ORIGINS",
            meaning: "Other origins whose pages may call the API, with the cookies of their visitors; none unless listed, \
                      because any page could else play for whoever visits it. * allows every origin, without cookies",
            form: "origins separated by commas, or *",
            parse: |config, text| origins(text).map(|origins| config.server.cors_origins = origins),
            format: |config| config.server.cors_origins.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "TRUSTED_PROXY_HOPS",
            meaning: "The number of your own reverse proxies in front of the server. With 1 or more, the server takes \
                      the client's address from X-Forwarded-For and the scheme from X-Forwarded-Proto, and the \
                      limit of connections from one address is off",
            form: "proxies, 0 to 10",
            essential: true,
            parse: |config, text| {
                parse::number(text, 0, 10).map(|hops| config.server.trusted_proxy_hops = hops)
            },
            format: |config| config.server.trusted_proxy_hops.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "DRAIN_SECONDS",
            meaning: "The server ends within this time after SIGTERM; set it no longer than the platform waits before \
                      SIGKILL",
            form: "seconds, 3 to 3600",
            parse: |config, text| {
                parse::seconds(text, 3, 3_600).map(|drain| config.server.drain = drain)
            },
            format: |config| config.server.drain.as_secs().to_string(),
            ..Setting::PUBLIC
        },
    ],
    contradictions,
};

fn contradictions(config: &Config) -> Vec<String> {
    let ServerConfig {
        port, metrics_port, ..
    } = config.server;
    let same = port != 0 && metrics_port == Some(port);
    let sentence = || {
        format!(
            "METRICS_PORT: {port} is PORT, too, and serves one of the two; set another, such as 9100, or none"
        )
    };
    same.then(sentence).into_iter().collect()
}

fn token(text: &str) -> Result<Secret, String> {
    let fits = (16..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    let form = "16 to 200 letters, digits and signs, as `openssl rand -hex 32` makes them";
    fits.then(|| Secret::new(text))
        .ok_or_else(|| form.to_owned())
}

fn ip_address(text: &str) -> Result<IpAddr, String> {
    if text == "localhost" {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    text.parse()
        .map_err(|_| "an IP address such as 0.0.0.0, 127.0.0.1 or ::".to_owned())
}

fn origin(text: &str) -> Result<SiteOrigin, String> {
    text.parse().map_err(|error: OriginError| error.to_string())
}

/// Parses a list of origins, or the star that stands for all. The error names the entry that is wrong.
fn origins(text: &str) -> Result<CorsOrigins, String> {
    if text == "*" {
        return Ok(CorsOrigins::Any);
    }
    let entries = text
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty());
    let origins = entries.map(|entry| match entry {
        "*" => Err("a list of origins: * stands alone, for every origin".to_owned()),
        entry => origin(entry)
            .map_err(|expected| format!("a list of origins, or *: {entry:?} is not {expected}")),
    });
    Ok(CorsOrigins::Listed(origins.collect::<Result<_, _>>()?))
}
