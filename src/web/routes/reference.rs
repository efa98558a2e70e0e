//! The description of the JSON API: for programs as it is, and for people as a page made of it.

use std::sync::LazyLock;

use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::WebError;
use crate::openapi::{self, openapi_text};
use crate::pages::{ReferencePage, Template as _};

/// An hour: the next release may describe more.
const KEEP: &str = "public, max-age=3600";

/// The page, made once: it is the same for everybody.
static PAGE: LazyLock<Result<String, askama::Error>> = LazyLock::new(|| {
    let problems = openapi::problem_kinds();
    ReferencePage::of(openapi::document(), &problems).render()
});

/// Answers with the document.
pub(crate) async fn document() -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, KEEP)];
    (headers, openapi_text()).into_response()
}

/// Shows the same as a page.
pub(crate) async fn page() -> Result<Response, WebError> {
    let page = PAGE
        .as_ref()
        .map_err(|error| WebError::Internal(error.to_string().into()))?;
    Ok(([(CACHE_CONTROL, KEEP)], Html(page.as_str())).into_response())
}
