//! Changes that another site's page sends, whatever cookies it brings.
//!
//! The seat's cookie is `SameSite=Lax`; this is a second defence against the same attack.

use http::header::ORIGIN;
use http::{HeaderMap, HeaderValue, Uri};

use crate::origin::{Scheme, SiteOrigin};
use crate::{AppState, paths, request, token};

/// What a browser says of the page a request comes from.
const FETCH_SITE: &str = "sec-fetch-site";
/// Bytes of a header that are logged at most.
const LOGGED_MAX: usize = 200;

/// Whether a change comes from a page of another site that may not send it. Logs what was compared, now and then.
pub(crate) fn is_refused(app: &AppState, uri: &Uri, headers: &HeaderMap) -> bool {
    let refused = is_cross_site(app, uri, headers);
    if refused && let Some(refused) = app.cross_site_log.due() {
        tracing::warn!(
            origin = logged(headers, ORIGIN.as_str()),
            host = request::host(uri, headers).map(shortened),
            fetch_site = logged(headers, FETCH_SITE),
            public_url = app.settings.public_url.as_ref().map(ToString::to_string),
            forwarded_scheme = request::client_scheme(app, headers).map(Scheme::as_str),
            refused,
            "changes were refused because their pages are of another site; if the origin is this server's own, set \
             PUBLIC_URL to it, or have the proxy in front pass the Host header on"
        );
    }
    refused
}

fn is_cross_site(app: &AppState, uri: &Uri, headers: &HeaderMap) -> bool {
    // Another site's page can send no token: its browser would ask first, and be told that it may not.
    if token::sent(uri, headers).is_some() {
        return false;
    }
    let said = headers.get(FETCH_SITE).map(HeaderValue::as_bytes);
    // No page can set this header, and the browser knows its own origin whatever proxies make of the host.
    if said == Some(b"same-origin") {
        return false;
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return said == Some(b"cross-site");
    };
    // `null` is none, and may be anybody's.
    let origin = origin.to_str().ok().and_then(|text| text.parse().ok());
    if paths::is_api(uri.path()) && app.settings.cors_origins.invite(origin.as_ref()) {
        return false;
    }
    let own = origin.is_some_and(|origin| is_own(app, &origin, uri, headers));
    said == Some(b"cross-site") || !own
}

/// Whether an origin is that of this server: the public one, or that of the host which the request names.
fn is_own(app: &AppState, origin: &SiteOrigin, uri: &Uri, headers: &HeaderMap) -> bool {
    let public = app.settings.public_url.as_ref();
    if public == Some(origin) {
        return true;
    }
    // A page that came in clear may not speak for one that comes over TLS.
    let of_public_host = public.is_some_and(|public| origin.has_host_of(public));
    let over_tls = of_public_host || request::client_scheme(app, headers) == Some(Scheme::Https);
    if over_tls && request::is_https(app, headers) && !origin.is_https() {
        return false;
    }
    let host = request::host(uri, headers);
    host.is_some_and(|host| {
        let named = |scheme| SiteOrigin::of_host(scheme, host);
        // A proxy may add the port at which it was asked, or at which it asks: the default one of either scheme.
        [Scheme::Http, Scheme::Https]
            .into_iter()
            .filter_map(named)
            .any(|named| origin.has_host_of(&named))
    })
}

fn logged<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(shortened)
}

/// Header values are ASCII once they are text, so any byte ends a letter.
fn shortened(text: &str) -> &str {
    text.get(..LOGGED_MAX).unwrap_or(text)
}
