//! What answers at the port: a plain page until the Codex is open, then the router.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

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
<body><h1>The Arcane Codex</h1><p>Opening the Codex…</p></body>
</html>
";

/// A service that can be bound to the port before there is a router.
#[derive(Clone, Debug, Default)]
pub struct Door(Arc<OnceLock<Router>>);

impl Door {
    /// Puts the router behind the door. The first one stays.
    pub fn open(&self, router: Router) {
        // An error only says that the door is open already.
        let _ = self.0.set(router);
    }

    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Result<Response, Infallible> {
        match self.0.get() {
            Some(router) => router.clone().oneshot(request).await,
            None => Ok(opening(request.uri().path())),
        }
    }
}

fn opening(path: &str) -> Response {
    let (status, kind, text) = match path {
        "/health/live" => (StatusCode::OK, "text/plain; charset=utf-8", "alive\n"),
        "/health" | "/health/ready" | "/metrics" => (
            StatusCode::SERVICE_UNAVAILABLE,
            "text/plain; charset=utf-8",
            "opening\n",
        ),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "text/html; charset=utf-8",
            OPENING,
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
