//! Style, script and icon, under addresses that change when they do.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::Uri;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::error::WebError;
use crate::pages::{ASSETS, asset as address};

/// Answers with a file. What is asked for under another release's mark may not be kept: a page and its
/// files always fit each other, also while two releases run.
pub(crate) async fn asset(Path(name): Path<String>, uri: Uri) -> Result<Response, WebError> {
    let file = ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .ok_or(WebError::NotFound)?;
    let current = uri
        .path_and_query()
        .is_some_and(|asked| asked.as_str() == address(&name));
    let keep = if current {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Ok((
        [(CONTENT_TYPE, file.mime), (CACHE_CONTROL, keep)],
        file.bytes,
    )
        .into_response())
}
