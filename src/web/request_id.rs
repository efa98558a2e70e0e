//! The request id, by which a proxy's log, ours and a player's report can be matched.

use std::sync::atomic::{AtomicU64, Ordering};

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue, Uri};
use tracing::field::Empty;
use tracing::{Level, Span};

use crate::AppState;
use crate::paths::LIVENESS;

/// The header that carries the id in answers, and in requests where no proxy sends another.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Bytes of an id at most. Those of proxies have fewer; a longer one would only fill the log.
const ID_LEN_MAX: usize = 200;

/// Returns the id a trusted proxy has sent, in the header that proxy uses; else the client's own, if it can be one;
/// else a new one.
pub(crate) fn adopt(app: &AppState, headers: &HeaderMap) -> HeaderValue {
    let trusted = app.settings.trusted_proxy_hops > 0;
    let theirs = app.settings.request_id.as_ref().filter(|_| trusted);
    let id = theirs
        .into_iter()
        .chain([&REQUEST_ID])
        .find_map(|name| headers.get(name).filter(|id| fits(id)));
    id.cloned().unwrap_or_else(|| app.request_ids.next())
}

/// Makes ids: 64 bits that are random for this process, and the number of ids it has made. A random id for each
/// request would be a system call for each request.
#[derive(Debug)]
pub(crate) struct RequestIds {
    process: [u8; 8],
    made: AtomicU64,
}

impl RequestIds {
    /// Draws the random half.
    pub(crate) fn new(random: fn(&mut [u8])) -> Self {
        let mut process = [0; 8];
        random(&mut process);
        Self {
            process,
            made: AtomicU64::new(0),
        }
    }

    /// Returns 32 hexadecimal digits.
    fn next(&self) -> HeaderValue {
        let number = self.made.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let mut id = [0; 32];
        let (process, made) = id.split_at_mut(16);
        let written = hex::encode_to_slice(self.process, process)
            .and_then(|()| hex::encode_to_slice(number, made));
        written.expect("each half holds twice eight digits");
        HeaderValue::from_bytes(&id).expect("digits are text")
    }
}

/// Returns the span that every log line of a request stands in. A liveness probe logs nothing but its answer, so it
/// has one only where that is logged.
pub(crate) fn span(app: &AppState, uri: &Uri, id: &HeaderValue) -> Span {
    if uri.path() == LIVENESS && !tracing::enabled!(Level::DEBUG) {
        return Span::none();
    }
    let id = id.to_str().unwrap_or_default();
    let span = tracing::error_span!(
        "request",
        request_id = id,
        "logging.googleapis.com/trace" = Empty
    );
    let project = app.settings.trace_project.as_deref();
    if let Some(trace) = project.and_then(|project| trace(project, id)) {
        span.record("logging.googleapis.com/trace", trace);
    }
    span
}

fn fits(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (1..=ID_LEN_MAX).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}

/// Returns the name of a request's trace in Google Cloud: its project, and the first part of the id its proxy
/// sent.
fn trace(project: &str, id: &str) -> Option<String> {
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
    fn an_id_that_is_made_is_new_in_its_process_and_among_processes() {
        let random = |bytes: &mut [u8]| bytes.fill(0xab);
        let ids = RequestIds::new(random);
        let made = [ids.next(), ids.next()];
        assert_eq!(made[0], "abababababababab0000000000000000");
        assert_eq!(made[1], "abababababababab0000000000000001");
        assert!(made.iter().all(fits));
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
