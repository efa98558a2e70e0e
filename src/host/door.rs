//! What answers at the port: a plain page until the Codex is open, then the router.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use crate::progress::Progress;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{Request, StatusCode, header};
use tower::ServiceExt as _;

/// Seconds after which a page that came too early asks again.
const RETRY_SECONDS: &str = "2";

const OPENING: &str = "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">
<meta http-equiv=\"refresh\" content=\"2\"><title>The Arcane Codex</title></head>
<body><h1>The Arcane Codex</h1><p>Opening the Codex…</p>";

const OPENING_END: &str = "</body>\n</html>\n";

/// A service that can be bound to the port before there is a router.
#[derive(Clone, Debug, Default)]
pub struct Door {
    router: Arc<OnceLock<Router>>,
    progress: Progress,
}

impl Door {
    /// Puts the router behind the door. The first one stays.
    pub fn open(&self, router: Router) {
        // An error only says that the door is open already.
        let _ = self.router.set(router);
    }

    /// How far the opening has come, for whoever waits at the door.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Result<Response, Infallible> {
        match self.router.get() {
            Some(router) => router.clone().oneshot(request).await,
            None => Ok(opening(request.uri().path(), &self.progress)),
        }
    }
}

fn opening(path: &str, progress: &Progress) -> Response {
    let plain = "text/plain; charset=utf-8";
    let (status, kind, text) = match path {
        "/health/live" => (StatusCode::OK, plain, "alive\n".to_owned()),
        "/health" | "/health/ready" | "/metrics" => {
            let text = format!("opening\n{}", progress.line().unwrap_or_default());
            (StatusCode::SERVICE_UNAVAILABLE, plain, text)
        }
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "text/html; charset=utf-8",
            page(progress),
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

fn page(progress: &Progress) -> String {
    // Bytes and segments are an operator's business; a player is told how much is done.
    let bar = progress.share().map(|share| {
        format!("<p><progress max=\"100\" value=\"{share}\">{share} %</progress></p>")
    });
    format!("{OPENING}{}{OPENING_END}", bar.unwrap_or_default())
}
