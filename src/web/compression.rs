//! Compression of answers on their way out: pages, JSON, Chronicles.
//!
//! Whoever chooses a part of a text and sees how long the text is compressed can guess what else stands in it, letter
//! by letter (BREACH). At a table others choose much: names, talk, what they play. So no secret that lasts shares a
//! compressed answer with it:
//!
//! - A recovery phrase is answered by itself and with `no-transform`, which this module and every proxy obeys;
//!   [`crate::routes::phrase`] says what else was considered.
//! - An answer that gives a seat is left alone: somebody has just taken a seat, and the phrase may come with it.
//! - The code of a table and the ids of commands are known to its players, or used once.
//!
//! Other sites cannot have a seat's page fetched at all: its cookie is `SameSite=Lax`, but for sites that the operator
//! invites.

mod encoder;

use std::sync::Arc;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use axum::response::Response;
use futures_util::{TryStreamExt as _, stream};
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};
use tokio::sync::Semaphore;

use crate::content_encoding::ContentEncoding;
use crate::identity::gives_seat;
use encoder::{Encoder, whole};

/// How answers are compressed that are made anew each time, what we prefer first. Not with Brotli: at the levels that
/// are as quick, its answers are larger than those of zstd, and what takes Brotli takes gzip.
pub(crate) const ENCODINGS: [ContentEncoding; 2] = [ContentEncoding::Zstd, ContentEncoding::Gzip];

/// Bytes of a body below which it is sent as it is: it goes in one packet either way.
const BODY_BYTES_MIN: u64 = 1_024;
/// Bodies of unknown length that are compressed at once at most, each with an encoder of about half a megabyte.
/// Beyond them, bodies are sent as they are.
const STREAMS_MAX: usize = 16;

/// Compresses answers, with a limit on what that takes.
#[derive(Debug)]
pub(crate) struct Compressor {
    /// One for each body of unknown length: a client that reads slowly keeps an encoder for as long as it reads.
    streams: Arc<Semaphore>,
}

impl Default for Compressor {
    fn default() -> Self {
        Self {
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
        }
    }
}

impl Compressor {
    /// Compresses the body of an answer, if it may be and the client takes `encoding`.
    pub(crate) fn compressed(
        &self,
        mut response: Response,
        encoding: Option<ContentEncoding>,
    ) -> Response {
        let bytes = response.body().size_hint().exact();
        if bytes.is_some_and(|bytes| bytes < BODY_BYTES_MIN) || !may_compress(response.headers()) {
            return response;
        }
        let headers = response.headers_mut();
        // Also of the answer as it is: no cache may show it to a client that prefers the other.
        headers.append(VARY, HeaderValue::from_static("accept-encoding"));
        let Some(encoding) = encoding else {
            return response;
        };
        let (mut parts, body) = response.into_parts();
        let body = if bytes.is_some() {
            Body::from_stream(stream::once(whole(body, encoding)))
        } else {
            let permit = self.streams.clone().try_acquire_owned().ok();
            let Some(encoder) = permit.and_then(|permit| Encoder::new(encoding, permit)) else {
                return Response::from_parts(parts, body);
            };
            let begun = (body.into_data_stream(), encoder);
            Body::from_stream(stream::try_unfold(Some(begun), next_chunk))
        };
        parts.headers.remove(CONTENT_LENGTH);
        parts.headers.insert(CONTENT_ENCODING, encoding.value());
        Response::from_parts(parts, body)
    }
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
        || gives_seat(headers)
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

#[cfg(test)]
mod tests {
    use std::io;

    use axum::body::to_bytes;
    use http::header::SET_COOKIE;

    use super::*;

    #[tokio::test]
    async fn a_body_of_unknown_length_is_sent_as_it_is_while_many_others_are_read() {
        let compressor = Compressor::default();
        let answered = || {
            let parts = stream::iter(["part"; 3].map(Ok::<_, io::Error>));
            let mut response = Response::new(Body::from_stream(parts));
            let kind = HeaderValue::from_static("application/jsonl");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            compressor.compressed(response, Some(ContentEncoding::Zstd))
        };
        let is_compressed = |it: &Response| it.headers().contains_key(CONTENT_ENCODING);
        let mut open: Vec<Response> = (0..STREAMS_MAX).map(|_| answered()).collect();
        assert!(open.iter().all(is_compressed));
        let plain = answered();
        assert!(!is_compressed(&plain));
        let sent = to_bytes(plain.into_body(), usize::MAX).await.unwrap();
        assert_eq!(sent, "partpartpart");
        let read = to_bytes(open.pop().unwrap().into_body(), usize::MAX).await;
        assert_eq!(zstd::decode_all(&*read.unwrap()).unwrap(), b"partpartpart");
        assert!(is_compressed(&answered()), "what was read has given back");
    }

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
            (html, (SET_COOKIE, "visitor=y"), true),
            (html, (CONTENT_ENCODING, "br"), false),
        ] {
            let headers = [(CONTENT_TYPE, kind), (name, value)];
            let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
            let headers = HeaderMap::from_iter(headers);
            assert_eq!(may_compress(&headers), expected, "{headers:?}");
        }
    }
}
