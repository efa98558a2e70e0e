//! Compression of answers on their way out: pages, JSON, Chronicles.
//!
//! Whoever chooses a part of a text and sees how long the text is compressed can guess what else stands in it, letter
//! by letter (BREACH). At a table others choose much: names, talk, what they play. So no secret that lasts shares a
//! compressed answer with it:
//!
//! - A recovery phrase is answered by itself and with `no-transform`, which this module and every proxy obeys;
//!   [`crate::routes::phrase`] says what else was considered.
//! - An answer that sets a cookie is left alone: somebody has just taken a seat, and the phrase may come with it.
//! - The code of a table and the ids of commands are known to its players, or used once.
//!
//! Other sites cannot have a seat's page fetched at all: its cookie is `SameSite=Lax`, but for sites that the operator
//! invites.

use std::io::{self, Write as _};

use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{TryStreamExt as _, stream};
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, VARY,
};
use http::{HeaderMap, HeaderValue};
use zstd::stream::write::Encoder as ZstdEncoder;

use crate::content_encoding::ContentEncoding;

/// How answers are compressed that are made anew each time, what we prefer first. Not with Brotli: at the levels that
/// are as quick, its answers are larger than those of zstd, and what takes Brotli takes gzip.
pub(crate) const ENCODINGS: [ContentEncoding; 2] = [ContentEncoding::Zstd, ContentEncoding::Gzip];

/// Bytes of a body below which it is sent as it is: it goes in one packet either way.
const BODY_BYTES_MIN: u64 = 1_024;
/// Levels that take about as long for a page as rendering it.
const ZSTD_LEVEL: i32 = 1;
const GZIP_LEVEL: u32 = 2;
/// Bytes of compressed text that are gathered before they are sent, unless the text ends.
const CHUNK_BYTES: usize = 8 * 1_024;

/// Compresses the body of an answer, if it may be and the client takes `encoding`.
pub(crate) fn compressed(mut response: Response, encoding: Option<ContentEncoding>) -> Response {
    let bytes = response.body().size_hint().exact();
    if bytes.is_some_and(|bytes| bytes < BODY_BYTES_MIN) || !may_compress(response.headers()) {
        return response;
    }
    let headers = response.headers_mut();
    // Also of the answer as it is: no cache may show it to a client that prefers the other.
    headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    let Some(encoder) = encoding.and_then(|encoding| Encoder::new(encoding, bytes)) else {
        return response;
    };
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_ENCODING, encoder.encoding().value());
    response.map(|body| {
        let parts = (body.into_data_stream(), encoder);
        Body::from_stream(stream::try_unfold(Some(parts), next_chunk))
    })
}

/// Whether an answer is text that is not compressed yet and holds no secret that lasts.
fn may_compress(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // An event stream waits for its next event with what it has written, which an encoder would hold back.
    let is_text = text(CONTENT_TYPE)
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| {
            let is_told = ["json", "jsonl", "xml", "openmetrics-text"];
            let subtype = kind.rsplit(['/', '+']).next().unwrap_or_default();
            (kind.starts_with("text/") || is_told.contains(&subtype)) && subtype != "event-stream"
        });
    let is_chosen = |vary: &HeaderValue| vary == "accept-encoding";
    let is_fixed = headers.contains_key(CONTENT_ENCODING)
        || headers.get_all(VARY).iter().any(is_chosen)
        || headers.contains_key(SET_COOKIE)
        || text(CACHE_CONTROL).is_some_and(|control| control.contains("no-transform"));
    is_text && !is_fixed
}

/// Returns the next bytes to send; none after the last.
async fn next_chunk(
    parts: Option<(BodyDataStream, Encoder)>,
) -> Result<Option<(Bytes, Option<(BodyDataStream, Encoder)>)>, axum::Error> {
    let Some((mut body, mut encoder)) = parts else {
        return Ok(None);
    };
    while let Some(bytes) = body.try_next().await? {
        encoder.write(&bytes).map_err(axum::Error::new)?;
        if let Some(chunk) = encoder.chunk() {
            return Ok(Some((chunk, Some((body, encoder)))));
        }
    }
    let last = encoder.finish().map_err(axum::Error::new)?;
    Ok(Some((last, None)))
}

/// Compresses one body. It is made anew for each: one that is kept would save a third of the time and hold its
/// tables for ever.
enum Encoder {
    Zstd(ZstdEncoder<'static, Vec<u8>>),
    Gzip(GzEncoder<Vec<u8>>),
}

impl Encoder {
    /// Makes an encoder for a body of so many bytes, if that is known. None: it has no such encoding, or no memory.
    fn new(encoding: ContentEncoding, bytes: Option<u64>) -> Option<Self> {
        match encoding {
            ContentEncoding::Zstd => {
                let mut encoder = ZstdEncoder::new(Vec::new(), ZSTD_LEVEL).ok()?;
                // Tables are chosen by the size: those for any size take longer to clear than a page to compress.
                encoder.set_pledged_src_size(bytes).ok()?;
                Some(Self::Zstd(encoder))
            }
            ContentEncoding::Gzip => {
                let level = Compression::new(GZIP_LEVEL);
                Some(Self::Gzip(GzEncoder::new(Vec::new(), level)))
            }
            ContentEncoding::Brotli => None,
        }
    }

    fn encoding(&self) -> ContentEncoding {
        match self {
            Self::Zstd(_) => ContentEncoding::Zstd,
            Self::Gzip(_) => ContentEncoding::Gzip,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Zstd(encoder) => encoder.write_all(bytes),
            Self::Gzip(encoder) => encoder.write_all(bytes),
        }
    }

    /// Takes what has been compressed, once it is worth a chunk.
    fn chunk(&mut self) -> Option<Bytes> {
        let written = match self {
            Self::Zstd(encoder) => encoder.get_mut(),
            Self::Gzip(encoder) => encoder.get_mut(),
        };
        (written.len() >= CHUNK_BYTES).then(|| std::mem::take(written).into())
    }

    fn finish(self) -> io::Result<Bytes> {
        let written = match self {
            Self::Zstd(encoder) => encoder.finish(),
            Self::Gzip(encoder) => encoder.finish(),
        };
        written.map(Bytes::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_or_holds_a_lasting_secret_is_left_alone() {
        let html = "text/html; charset=utf-8";
        let none = (CACHE_CONTROL, "no-store");
        for (kind, (name, value), expected) in [
            (html, none.clone(), true),
            ("application/json", none.clone(), true),
            ("application/problem+json", none.clone(), true),
            ("application/jsonl", none.clone(), true),
            ("image/svg+xml", none.clone(), true),
            ("text/event-stream", none.clone(), false),
            ("image/png", none.clone(), false),
            ("", none, false),
            (html, (VARY, "origin"), true),
            (html, (VARY, "accept-encoding"), false),
            (html, (CACHE_CONTROL, "no-store, no-transform"), false),
            (html, (SET_COOKIE, "seat-x=y"), false),
            (html, (CONTENT_ENCODING, "br"), false),
        ] {
            let headers = [(CONTENT_TYPE, kind), (name, value)];
            let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
            let headers = HeaderMap::from_iter(headers);
            assert_eq!(may_compress(&headers), expected, "{headers:?}");
        }
    }
}
