//! Answers while the journal is being opened, before there is a router.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, Request, StatusCode};

use crate::pages::{StartupPage, Template as _};
use crate::paths::{HEALTH, LIVENESS, METRICS, READINESS, is_for_programs};
use crate::problem::PROBLEM_JSON;
use crate::routes::assets;
use crate::say;
use crate::wire::ProblemAnswer;

/// Seconds after which a client that came too early asks again; the page says the same.
const RETRY_AFTER_S: &str = "2";

/// The progress of the start.
#[derive(Clone, Debug, Default)]
pub struct StartupProgress {
    /// The share that is done, in percent, where it is known. Players see it.
    pub percent: Option<u64>,
    /// The same in objects and bytes, for operators.
    pub line: Option<String>,
}

/// Answers a request that came before the journal was open: probes in a word, programs with a problem,
/// people with a page that asks again by itself.
pub fn startup_answer(request: &Request<Body>, progress: &StartupProgress) -> Response {
    let path = request.uri().path();
    if path == LIVENESS {
        return (StatusCode::OK, uncached(), "alive\n").into_response();
    }
    // The page's style and script are there before the journal is.
    if let Some(file) = assets::by_path(path, request.headers()) {
        return file;
    }
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    let mut response = if [HEALTH, READINESS, METRICS].contains(&path) {
        let line = progress.line.as_deref().unwrap_or_default();
        (unavailable, uncached(), format!("opening\n{line}")).into_response()
    } else if is_for_programs(path) {
        let detail = say::error_opening().to_string();
        let problem = ProblemAnswer::new(unavailable, "opening", detail);
        let mut response = (unavailable, uncached(), axum::Json(problem)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, PROBLEM_JSON);
        response
    } else {
        let page = StartupPage {
            percent: progress.percent,
            // Asking again, a browser only looks: what it sent is for its reader to send again.
            is_form_lost: !matches!(*request.method(), Method::GET | Method::HEAD),
            again_s: RETRY_AFTER_S,
        };
        let page = page.render().unwrap_or_default();
        (unavailable, uncached(), axum::response::Html(page)).into_response()
    };
    let after = HeaderValue::from_static(RETRY_AFTER_S);
    response.headers_mut().insert(RETRY_AFTER, after);
    response
}

fn uncached() -> [(http::HeaderName, &'static str); 1] {
    [(CACHE_CONTROL, "no-store")]
}
