//! What handlers read from a request: its form of answer, its host, the ids it names.

use axum::extract::Request;
use game::{Code, CommandId, TableId};
use http::header::{ACCEPT, HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, Uri};

use crate::error::WebError;
use crate::{AppState, paths};

/// The form of answer a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    /// A page, for people.
    Page,
    /// JSON, for programs.
    Json,
}

impl Wants {
    /// Programs ask below `/api`, or say that they accept JSON and not pages.
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        Self::by(uri, headers.get(ACCEPT))
    }

    /// The same, by the one header it depends on.
    pub(crate) fn by(uri: &Uri, accept: Option<&HeaderValue>) -> Self {
        let accept = accept
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let json = accept.contains("application/json") && !accept.contains("text/html");
        if json || paths::is_api(uri.path()) {
            Self::Json
        } else {
            Self::Page
        }
    }
}

/// Returns the URL of this server, without a slash at the end.
pub(crate) fn base_url(app: &AppState, uri: &Uri, headers: &HeaderMap) -> String {
    if let Some(url) = &app.settings.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let scheme = if is_https(app, headers) {
        "https"
    } else {
        "http"
    };
    format!("{scheme}://{}", host(uri, headers).unwrap_or("localhost"))
}

/// Returns the host of a request: HTTP/1.1 names it in a header, HTTP/2 in the URI.
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let named = headers.get(HOST).and_then(|value| value.to_str().ok());
    named.or_else(|| uri.authority().map(Authority::as_str))
}

/// Whether the client uses TLS, as far as a trusted proxy says.
pub(crate) fn is_https(app: &AppState, headers: &HeaderMap) -> bool {
    if app
        .settings
        .public_url
        .as_ref()
        .is_some_and(|url| url.starts_with("https://"))
    {
        return true;
    }
    client_scheme(app, headers) == Some("https")
}

/// Returns the scheme the client used, if a trusted proxy says it.
fn client_scheme<'a>(app: &AppState, headers: &'a HeaderMap) -> Option<&'a str> {
    let forwarded = headers.get("x-forwarded-proto")?.to_str().ok()?;
    (app.settings.trusted_proxy_hops > 0).then_some(forwarded)
}

/// Returns where to redirect a request in clear, if players' URL is one of TLS: a seat's cookie would not come
/// back in clear. Probes are answered in clear.
pub(crate) fn in_tls(app: &AppState, request: &Request) -> Option<String> {
    let public = app.settings.public_url.as_deref()?;
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path_and_query()?.as_str();
    let is_lost = public.starts_with("https://")
        && client_scheme(app, request.headers()) == Some("http")
        && looks
        && !paths::is_probe(path);
    is_lost.then(|| format!("{}{path}", public.trim_end_matches('/')))
}

/// Whether a browser says that the request comes from another site whose pages may not use this address.
/// The seat's cookie is `SameSite=Lax`; this is a second defence against the same attack.
pub(crate) fn is_cross_site(app: &AppState, uri: &Uri, headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let origin = text(ORIGIN.as_str());
    let own = origin.is_none_or(|origin| is_own(app, origin, host(uri, headers)));
    let elsewhere = !own || text("sec-fetch-site") == Some("cross-site");
    let invited = paths::is_api(uri.path()) && origin.is_some_and(|origin| is_invited(app, origin));
    elsewhere && !invited
}

fn is_own(app: &AppState, origin: &str, host: Option<&str>) -> bool {
    let public = app.settings.public_url.as_deref();
    let public = public.map(|url| url.trim_end_matches('/'));
    let named = origin.split_once("://").map(|(_, named)| named);
    public == Some(origin) || (named.is_some() && named == host)
}

fn is_invited(app: &AppState, origin: &str) -> bool {
    app.settings
        .cors_origins
        .iter()
        .any(|invited| invited == "*" || invited == origin)
}

/// Returns a fresh stem for the command ids of a page's forms.
pub(crate) fn fresh_stem(app: &AppState) -> String {
    let mut bytes = [0; 12];
    (app.random)(&mut bytes);
    hex::encode(bytes)
}

/// Finds the live table of a code as people type it.
pub(crate) async fn table_of_code(
    app: &AppState,
    typed: &str,
) -> Result<(Code, TableId), WebError> {
    let code = Code::parse(typed).ok_or(WebError::NoSuchCode)?;
    let table = app.tables.feeds.find(&code).await?;
    Ok((code, table.ok_or(WebError::NoSuchCode)?))
}

/// Reads a command id from outside.
pub(crate) fn command_id(text: &str) -> Result<CommandId, WebError> {
    CommandId::parse(text).ok_or_else(|| {
        WebError::Unreadable(
            "a command_id has 16 to 64 letters, digits, dashes and underscores".to_owned(),
        )
    })
}
