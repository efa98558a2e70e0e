//! Files that browsers, phones and crawlers ask for at the root, by names that others have chosen.

use axum::Router;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::pages::{OfflinePage, OfflineWorker, Template as _, WebManifest};
use crate::{AppState, WebError};

/// A day: their addresses stay when their contents change.
const KEEP: &str = "public, max-age=86400";

/// A file at the root.
#[derive(Clone, Copy, Debug)]
struct RootFile {
    path: &'static str,
    mime: &'static str,
    bytes: &'static [u8],
}

/// Includes what the build script has drawn.
macro_rules! drawn {
    ($path:literal, $name:literal, $mime:literal) => {
        RootFile {
            path: $path,
            mime: $mime,
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/", $name)),
        }
    };
}

const FILES: [RootFile; 7] = [
    RootFile {
        path: "/robots.txt",
        mime: "text/plain; charset=utf-8",
        bytes: include_bytes!("../root/robots.txt"),
    },
    drawn!("/favicon.ico", "favicon.ico", "image/x-icon"),
    drawn!("/apple-touch-icon.png", "apple-touch-icon.png", "image/png"),
    // As older phones ask for it.
    drawn!(
        "/apple-touch-icon-precomposed.png",
        "apple-touch-icon.png",
        "image/png"
    ),
    drawn!("/icon-192.png", "icon-192.png", "image/png"),
    drawn!("/icon-512.png", "icon-512.png", "image/png"),
    drawn!("/preview.png", "preview.png", "image/png"),
];

/// The addresses of these files, and of what browsers keep for when there is no connection.
pub(crate) fn routes() -> Router<AppState> {
    let own = Router::new()
        .route("/manifest.webmanifest", get(manifest))
        .route("/offline", get(offline))
        .route("/sw.js", get(offline_worker));
    let route = |router: Router<AppState>, file: RootFile| {
        router.route(file.path, get(async move || answer(file)))
    };
    FILES.into_iter().fold(own, route)
}

fn answer(file: RootFile) -> Response {
    let headers = [(CONTENT_TYPE, file.mime), (CACHE_CONTROL, KEEP)];
    (headers, file.bytes).into_response()
}

async fn manifest() -> Result<Response, WebError> {
    let headers = [
        (CONTENT_TYPE, "application/manifest+json"),
        (CACHE_CONTROL, KEEP),
    ];
    Ok((headers, WebManifest.render()?).into_response())
}

async fn offline() -> Result<Html<String>, WebError> {
    Ok(Html(OfflinePage.render()?))
}

/// A browser asks for it at each visit: another release has another.
async fn offline_worker() -> Result<Response, WebError> {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, OfflineWorker.render()?).into_response())
}
