//! The request id, by which a proxy's log, ours and a player's report can be matched.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};

use crate::AppState;

/// The header that carries the id in answers, and in requests where no proxy sends another.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Bytes of an id at most. Those of proxies have fewer; a longer one would only fill the log.
const ID_LEN_MAX: usize = 200;

/// Adopts the id a trusted proxy has sent, in the header that proxy uses; else the client's own, if it can be
/// one. A request without an id is given one by the next layer.
pub(crate) async fn adopt(
    State(app): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let trusted = app.settings.trusted_proxy_hops > 0;
    let theirs = app.settings.request_id.as_ref().filter(|_| trusted);
    let id = theirs
        .into_iter()
        .chain([&REQUEST_ID])
        .find_map(|name| request.headers().get(name).filter(|id| fits(id)))
        .cloned();
    match id {
        Some(id) => request.headers_mut().insert(REQUEST_ID, id),
        None => request.headers_mut().remove(REQUEST_ID),
    };
    next.run(request).await
}

fn fits(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (1..=ID_LEN_MAX).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}

/// Returns the id of a request.
pub(crate) fn of(headers: &HeaderMap) -> &str {
    let id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    id.unwrap_or_default()
}

/// Returns the name of a request's trace in Google Cloud: its project, and the first part of the id its proxy
/// sent.
pub(crate) fn trace(project: &str, id: &str) -> Option<String> {
    let trace = id.split(['/', ';']).next()?;
    let whole = trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then(|| format!("projects/{project}/traces/{trace}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_readable() {
        assert!(fits(&HeaderValue::from_static("Root=1-67891233-abcdef01")));
        assert!(!fits(&HeaderValue::from_static("")));
        assert!(!fits(&HeaderValue::from_static("two words")));
        assert!(!fits(&HeaderValue::from_str(&"x".repeat(201)).unwrap()));
    }

    #[test]
    fn a_trace_is_named_with_its_project() {
        let id = "105445aa7843bc8bf206b12000100000/1;o=1";
        assert_eq!(
            trace("codex", id).as_deref(),
            Some("projects/codex/traces/105445aa7843bc8bf206b12000100000")
        );
        assert_eq!(trace("codex", "somebody's"), None);
    }
}
