//! How requests are numbered, so that a proxy's log, ours and a player's complaint can be laid side by side.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};

use crate::AppState;

/// The header a number is answered in, and taken from where nobody else gives one.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Letters of a number. A proxy's have fewer, and whoever else sends more means no good.
const LETTERS_MAX: usize = 200;

/// Takes the number a trusted proxy has given a request, in the header that proxy uses; else the client's own, if
/// it can be one. A request that keeps none is given one by the next layer.
pub(crate) async fn adopt(
    State(app): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let trusted = app.settings.trusted_proxy_hops > 0;
    let theirs = app.settings.request_id.as_ref().filter(|_| trusted);
    let number = theirs
        .into_iter()
        .chain([&REQUEST_ID])
        .find_map(|name| request.headers().get(name).filter(|id| fits(id)))
        .cloned();
    match number {
        Some(number) => request.headers_mut().insert(REQUEST_ID, number),
        None => request.headers_mut().remove(REQUEST_ID),
    };
    next.run(request).await
}

fn fits(number: &HeaderValue) -> bool {
    let letters = number.as_bytes();
    (1..=LETTERS_MAX).contains(&letters.len()) && letters.iter().all(u8::is_ascii_graphic)
}

/// Returns the number of a request.
pub(crate) fn of(headers: &HeaderMap) -> &str {
    let number = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    number.unwrap_or_default()
}

/// Returns the name under which a collector keeps a request's trace: that of its project and the first part of
/// what its proxy numbers requests by.
pub(crate) fn trace(project: &str, number: &str) -> Option<String> {
    let trace = number.split(['/', ';']).next()?;
    let whole = trace.len() == 32 && trace.bytes().all(|letter| letter.is_ascii_hexdigit());
    whole.then(|| format!("projects/{project}/traces/{trace}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_short_and_readable() {
        assert!(fits(&HeaderValue::from_static("Root=1-67891233-abcdef01")));
        assert!(!fits(&HeaderValue::from_static("")));
        assert!(!fits(&HeaderValue::from_static("two words")));
        assert!(!fits(&HeaderValue::from_str(&"x".repeat(201)).unwrap()));
    }

    #[test]
    fn a_trace_is_named_with_its_project() {
        let number = "105445aa7843bc8bf206b12000100000/1;o=1";
        assert_eq!(
            trace("codex", number).as_deref(),
            Some("projects/codex/traces/105445aa7843bc8bf206b12000100000")
        );
        assert_eq!(trace("codex", "somebody's"), None);
    }
}
