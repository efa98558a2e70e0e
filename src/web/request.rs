//! What handlers read from a request: its form of answer, its host, the ids it names.

use std::net::IpAddr;

use axum::extract::{FromRequestParts, Query, Request};
use game::{Code, CommandId, CommandIdError, TableId};
use http::header::{ACCEPT, AUTHORIZATION, COOKIE, HOST};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, Uri, Version};
use serde::de::DeserializeOwned;

use crate::client_ip::ClientAddress;
use crate::error::WebError;
use crate::origin::{Scheme, SiteOrigin};
use crate::pasted::{self, WayIn};
use crate::rate_limit::GuessKind;
use crate::{AppState, forwarded, paths};

/// The scheme by which a proxy was asked.
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Returns the token that a request brings as `Authorization: Bearer`, if it brings one.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let credentials = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = credentials.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The form of answer a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    /// A page, for people.
    Page,
    /// JSON, for programs.
    Json,
}

impl Wants {
    /// Programs ask below `/api` or `/admin/api` and for health and metrics, or say that they accept JSON and not pages.
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        Self::by(uri, headers.get(ACCEPT))
    }

    /// The same, by the one header it depends on.
    pub(crate) fn by(uri: &Uri, accept: Option<&HeaderValue>) -> Self {
        let accept = accept
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let no_page = !accept.contains("text/html");
        let json = no_page && (accept.contains("application/json") || paths::is_probe(uri.path()));
        if json || paths::is_for_programs(uri.path()) {
            Self::Json
        } else {
            Self::Page
        }
    }
}

/// Returns the URL of this server, without a slash at the end.
pub(crate) fn base_url(app: &AppState, uri: &Uri, headers: &HeaderMap) -> String {
    if let Some(origin) = &app.settings.public_url {
        return origin.to_string();
    }
    let scheme = if is_https(app, headers) {
        Scheme::Https
    } else {
        Scheme::Http
    };
    let named = host(uri, headers).unwrap_or("localhost");
    let host = network_host(app, named).unwrap_or_else(|| named.to_owned());
    let named = SiteOrigin::of_host(scheme, &host);
    named.map_or_else(
        || format!("{}://localhost", scheme.as_str()),
        |origin| origin.to_string(),
    )
}

/// Returns where other devices reach what this device reaches by `named`, a loopback address. Behind a proxy, or a port
/// that is passed on, the addresses of this process say nothing.
fn network_host(app: &AppState, named: &str) -> Option<String> {
    let named: Authority = named.parse().ok()?;
    let address = app.settings.network_address?;
    let direct =
        app.settings.trusted_proxy_hops == 0 && named.port_u16().unwrap_or(80) == address.port();
    (direct && is_loopback(named.host())).then(|| address.to_string())
}

/// Whether the URL of this server leads every device to itself.
pub(crate) fn leads_to_loopback(base_url: &str) -> bool {
    let authority = base_url
        .split_once("://")
        .map_or(base_url, |(_, rest)| rest);
    let authority: Result<Authority, _> = authority.parse();
    authority.is_ok_and(|authority| is_loopback(authority.host()))
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches([']', '.']);
    let name = host.to_ascii_lowercase();
    let address = host.parse().map(|ip: IpAddr| ip.to_canonical());
    name == "localhost"
        || name.ends_with(".localhost")
        // Systems take a connection to no address for one to themselves.
        || address.is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

/// Returns the host of a request: HTTP/1.1 names it in a header, HTTP/2 in the URI.
pub(crate) fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let named = headers.get(HOST).and_then(|value| value.to_str().ok());
    named.or_else(|| uri.authority().map(Authority::as_str))
}

/// Returns the cookies of a request, each as it was sent: its name, and its value after an equals sign.
pub(crate) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
}

/// Whether a request names its host as its version of HTTP demands (RFC 9112, 3.2): HTTP/1.1 in exactly one line, the
/// others in one at most.
pub(crate) fn names_one_host(request: &Request) -> bool {
    let lines = request.headers().get_all(HOST).iter().count();
    lines == 1 || (lines == 0 && request.version() != Version::HTTP_11)
}

/// Whether the client uses TLS, as far as a trusted proxy says.
pub(crate) fn is_https(app: &AppState, headers: &HeaderMap) -> bool {
    let public = app.settings.public_url.as_ref();
    public.is_some_and(SiteOrigin::is_https) || client_scheme(app, headers) == Some(Scheme::Https)
}

/// Returns the scheme the client used, if a trusted proxy says it. Where several proxies have each added theirs, it is
/// that of the outermost one which is trusted; most replace what they find, so that there are fewer.
pub(crate) fn client_scheme(app: &AppState, headers: &HeaderMap) -> Option<Scheme> {
    let trusted =
        forwarded::entries(headers, FORWARDED_PROTO).take(app.settings.trusted_proxy_hops);
    Scheme::parse(std::str::from_utf8(trusted.last()?).ok()?)
}

/// Returns where to redirect a request in clear, if players' URL is one of TLS: a seat's cookie would not come
/// back in clear. Probes are answered in clear.
pub(crate) fn in_tls(app: &AppState, request: &Request) -> Option<String> {
    let public = app.settings.public_url.as_ref()?;
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path_and_query()?.as_str();
    let is_lost = public.is_https()
        && client_scheme(app, request.headers()) == Some(Scheme::Http)
        && looks
        && !paths::is_probe(path);
    is_lost.then(|| format!("{public}{path}"))
}

/// Returns a fresh stem for the command ids of a page's forms.
pub(crate) fn fresh_stem(app: &AppState) -> String {
    let mut bytes = [0; 12];
    (app.random)(&mut bytes);
    hex::encode(bytes)
}

/// The query of a request. One that cannot be read is a problem like any other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CheckedQuery<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for CheckedQuery<T> {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, WebError> {
        let Query(query) = Query::from_request_parts(parts, app).await?;
        Ok(Self(query))
    }
}

/// Finds the live table of a code, in whatever was typed or pasted. A code that finds none is a wrong guess of the client.
pub(crate) async fn table_of_code(
    app: &AppState,
    client: ClientAddress,
    typed: &str,
) -> Result<(Code, TableId), WebError> {
    match pasted::way_in(typed).ok_or(WebError::NoSuchCode)? {
        WayIn::Code(code) => {
            let guess = app.limiter.guess(GuessKind::Code, client);
            let guess = guess.map_err(|wait| WebError::TooManyTries { wait })?;
            let Some(table) = app.tables.feeds.find(&code).await? else {
                guess.was_wrong().await;
                return Err(WebError::NoSuchCode);
            };
            Ok((code, table))
        }
        WayIn::Table(id) => {
            let table = app.tables.loader.load(&id).await?;
            let code = table.code().filter(|_| table.phase().is_live());
            Ok((code.ok_or(WebError::NoSuchCode)?.clone(), id))
        }
    }
}

/// Reads a command id from outside.
pub(crate) fn command_id(text: &str) -> Result<CommandId, WebError> {
    CommandId::parse(text).ok_or_else(|| WebError::Unreadable(CommandIdError.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_the_loopback_leads_every_device_to_itself() {
        for own in [
            "http://localhost",
            "http://LOCALHOST.:5000",
            "http://codex.localhost:5000",
            "http://127.0.0.1:5000",
            "http://127.9.9.9",
            "http://[::1]:5000",
            "http://[::ffff:127.0.0.1]:5000",
            "http://0.0.0.0:5000",
        ] {
            assert!(leads_to_loopback(own), "{own}");
        }
        for other in [
            "http://192.168.1.5:5000",
            "https://codex.test",
            "http://localhost.test",
            "http://[fe80::1]:5000",
            "http://codex:5000",
        ] {
            assert!(!leads_to_loopback(other), "{other}");
        }
    }
}
