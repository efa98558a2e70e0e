//! The startup gate: answers with a waiting page until the application is open, then forwards to its router.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{Method, Request, StatusCode, header};
use store::Progress;
use tower::ServiceExt as _;

/// Seconds after which a page that came too early asks again.
const RETRY_SECONDS: &str = "2";

const OPENING: &str = "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">
<meta http-equiv=\"refresh\" content=\"2\"><title>The Arcane Codex</title></head>
<body><h1>The Arcane Codex</h1><p>Opening the Codex…</p>";

/// What programs are told, in the words of every other problem.
const PROBLEM: &str = concat!(
    r#"{"type":"urn:arcane-codex:problem:opening","title":"Service Unavailable","status":503,"#,
    r#""detail":"The Codex is being opened. Please try again in a moment.","code":"opening"}"#,
    "\n"
);

const OPENING_END: &str = "</body>\n</html>\n";

/// A service that is bound to the port before there is a router. Clones share one router.
#[derive(Clone, Debug, Default)]
pub struct StartupGate {
    router: Arc<OnceLock<Router>>,
    progress: Progress,
}

impl StartupGate {
    /// Forwards requests to `router` from now on. Only the first call has an effect.
    pub fn open(&self, router: Router) {
        // An error only says that the gate is open already.
        let _ = self.router.set(router);
    }

    /// Returns the progress of the start, which the waiting page shows.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Result<Response, Infallible> {
        match self.router.get() {
            Some(router) => router.clone().oneshot(request).await,
            None => Ok(opening(&request, &self.progress)),
        }
    }
}

fn opening(request: &Request<Body>, progress: &Progress) -> Response {
    let plain = "text/plain; charset=utf-8";
    let (status, kind, text) = match request.uri().path() {
        "/health/live" => (StatusCode::OK, plain, "alive\n".to_owned()),
        "/health" | "/health/ready" | "/metrics" => {
            let text = format!("opening\n{}", progress.line().unwrap_or_default());
            (StatusCode::SERVICE_UNAVAILABLE, plain, text)
        }
        path if path.starts_with("/api/") => (
            StatusCode::SERVICE_UNAVAILABLE,
            "application/problem+json",
            PROBLEM.to_owned(),
        ),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "text/html; charset=utf-8",
            page(request.method(), progress),
        ),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(
            header::RETRY_AFTER,
            header::HeaderValue::from_static(RETRY_SECONDS),
        );
    }
    response
}

fn page(method: &Method, progress: &Progress) -> String {
    // Bytes and segments are an operator's business; a player is told how much is done.
    let bar = progress.share().map(|share| {
        format!("<p><progress max=\"100\" value=\"{share}\">{share} %</progress></p>")
    });
    // Asking again, a browser only looks: what it sent is for its reader to send again.
    let sent = match *method {
        Method::GET | Method::HEAD => "",
        _ => "<p>What you sent has not arrived. Please send it again when the page is back.</p>",
    };
    format!("{OPENING}{}{sent}{OPENING_END}", bar.unwrap_or_default())
}
