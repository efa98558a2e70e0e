//! An event stream written on the socket by a small task, without the buffers of an HTTP connection.
//!
//! hyper keeps some 25 KiB for each connection, most of them buffers that an event stream never uses. So the response of
//! such a request is taken out of it, with the socket, and is the last on its connection. This is decided by its
//! content type alone.

use std::io;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode, Version, header};
use http_body_util::BodyExt as _;
use hyper::body::{Buf, Bytes};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::activity::RequestInFlight;

/// The content type of event streams.
const EVENT_STREAM: &str = "text/event-stream";

/// The most bytes that are read and dropped after the request. A peer that sends more is cut.
const DISCARDED_MAX: usize = 64 * 1_024;

/// Headers that say how a body is sent. Here they are written anew.
const FRAMING: [header::HeaderName; 3] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
];

/// Returns whether a response is an event stream that can be written without hyper: HTTP/1.0 knows no chunks, and HTTP/2
/// has other streams on its connection.
pub(super) fn is_event_stream(method: &Method, version: Version, response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let streams = kind.is_some_and(|kind| kind.as_bytes().starts_with(EVENT_STREAM.as_bytes()));
    streams
        && version == Version::HTTP_11
        && method == Method::GET
        && response.status() == StatusCode::OK
}

/// The writer of an event stream: the response, and the socket it is written on.
pub(super) struct EventStreamWriter {
    pub(super) stream: TcpStream,
    pub(super) response: Response,
    pub(super) request: RequestInFlight,
    /// How long the peer may take nothing of what is written.
    pub(super) stall: Duration,
}

impl EventStreamWriter {
    /// Writes the response until it ends, the peer is gone, or takes nothing for too long.
    pub(super) async fn run(self) -> io::Result<()> {
        let Self {
            mut stream,
            response,
            request,
            stall,
        } = self;
        let (head, mut body) = split(response);
        write(&mut stream, &mut head.as_slice(), stall).await?;
        drop(head);
        let mut discarded = 0;
        loop {
            let frame = tokio::select! {
                frame = body.frame() => frame,
                () = closed(&stream, &mut discarded) => return Ok(()),
            };
            let Some(frame) = frame else { break };
            // A body that failed is not ended, so that the peer does not take what came for the whole.
            let frame = frame.map_err(io::Error::other)?;
            if let Ok(data) = frame.into_data()
                && !data.is_empty()
            {
                request.awaits_application(false);
                write(&mut stream, &mut chunk(data), stall).await?;
                request.awaits_application(true);
            }
        }
        write(&mut stream, &mut &b"0\r\n\r\n"[..], stall).await?;
        stream.shutdown().await
    }
}

/// Splits a response into its head as it is sent, and its body.
fn split(response: Response) -> (Vec<u8>, Body) {
    let (parts, body) = response.into_parts();
    (head(parts.status, &parts.headers), body)
}

fn head(status: StatusCode, headers: &HeaderMap) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for (name, value) in headers.iter().filter(|(name, _)| !FRAMING.contains(name)) {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    let now = httpdate::fmt_http_date(SystemTime::now());
    let last = format!("date: {now}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n");
    head.extend_from_slice(last.as_bytes());
    head
}

fn chunk(data: Bytes) -> impl Buf {
    let size = Bytes::from(format!("{:x}\r\n", data.len()));
    size.chain(data).chain(&b"\r\n"[..])
}

/// Writes all of `bytes`, as long as the peer takes some within each `stall`.
async fn write(stream: &mut TcpStream, bytes: &mut impl Buf, stall: Duration) -> io::Result<()> {
    while bytes.has_remaining() {
        timeout(stall, stream.write_buf(bytes)).await??;
    }
    Ok(())
}

/// Waits until the peer has closed its side, or has sent more than may be dropped.
async fn closed(stream: &TcpStream, discarded: &mut usize) {
    while stream.readable().await.is_ok() && *discarded <= DISCARDED_MAX {
        match discard(stream) {
            Ok(0) => return,
            Ok(read) => *discarded += read,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

/// Reads and drops some bytes. On its own, so that the buffer is no part of a waiting task.
fn discard(stream: &TcpStream) -> io::Result<usize> {
    stream.try_read(&mut [0; 1_024])
}
