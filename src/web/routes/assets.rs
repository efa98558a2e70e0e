//! Style, scripts and icon, under addresses that change when they do.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue, Uri};

use crate::content_encoding::ContentEncoding;
use crate::error::WebError;
use crate::pages::{ASSETS, asset as address};

/// How files are kept compressed, the smallest first.
const COMPRESSED: [ContentEncoding; 2] = [ContentEncoding::Brotli, ContentEncoding::Gzip];

/// How long a file may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// For ever: another release has another address.
    ForEver,
    /// Not without asking: another release names it so.
    Asked,
}

/// Answers with a file. What is asked for under another release's mark may not be kept: a page and its
/// files always fit each other, also while two releases run.
pub(crate) async fn asset(
    Path((_, name)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let current = uri
        .path_and_query()
        .is_some_and(|asked| asked.as_str() == address(&name));
    answer(
        &name,
        if current { Keep::ForEver } else { Keep::Asked },
        &headers,
    )
}

/// Answers with a file for a page of the release before.
pub(crate) async fn unmarked(
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    answer(&name, Keep::Asked, &headers)
}

/// Answers with the file of a marked address, if it is one of this release, where there is no router yet.
pub(crate) fn by_path(path: &str, headers: &HeaderMap) -> Option<Response> {
    let (_, name) = path.strip_prefix("/assets/")?.split_once('/')?;
    let current = path == address(name);
    answer(name, Keep::ForEver, headers)
        .ok()
        .filter(|_| current)
}

fn answer(name: &str, keep: Keep, headers: &HeaderMap) -> Result<Response, WebError> {
    let file = ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .ok_or(WebError::NotFound)?;
    let keep = match keep {
        Keep::ForEver => "public, max-age=31536000, immutable",
        Keep::Asked => "no-cache",
    };
    let encoding = ContentEncoding::preferred(headers, &COMPRESSED);
    let bytes = match encoding {
        Some(ContentEncoding::Brotli) => file.brotli,
        Some(ContentEncoding::Gzip) => file.gzip,
        Some(ContentEncoding::Zstd) | None => file.bytes,
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.mime));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    // Also of the answer as it is: what is kept for one client may not be shown to another that reads less.
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, encoding.value());
    }
    Ok(response)
}
