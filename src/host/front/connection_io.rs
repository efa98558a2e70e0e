//! The socket of a connection: its protocol is read off its first bytes, and whether a write is blocked is known.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The first bytes of HTTP/2 without TLS. No method of HTTP/1.1 begins so.
const PREFACE: [u8; 3] = *b"PRI";

/// The protocol that a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// The first bytes of a connection, read to find its protocol out.
#[derive(Default)]
pub(super) struct FirstBytes {
    bytes: [u8; PREFACE.len()],
    length: usize,
    /// How many have been handed on.
    taken: usize,
}

/// Reads a new connection until its protocol is known. Nothing else is kept for a peer that sends nothing.
pub(super) async fn detect(stream: &TcpStream) -> io::Result<(Protocol, FirstBytes)> {
    let mut first = FirstBytes::default();
    while first.length < PREFACE.len() {
        stream.readable().await?;
        match stream.try_read(&mut first.bytes[first.length..]) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => first.length += read,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        if first.bytes[..first.length] != PREFACE[..first.length] {
            return Ok((Protocol::Http1, first));
        }
    }
    Ok((Protocol::Http2, first))
}

/// A socket whose first bytes have been read.
pub(super) struct ConnectionIo {
    pub(super) stream: TcpStream,
    pub(super) first: FirstBytes,
    /// Set while the socket takes no more bytes and some are left to write.
    pub(super) write_blocked: Arc<AtomicBool>,
}

impl ConnectionIo {
    fn note<T>(&self, written: Poll<T>) -> Poll<T> {
        let blocked = written.is_pending();
        self.write_blocked.store(blocked, Ordering::Relaxed);
        written
    }
}

impl AsyncRead for ConnectionIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let first = &mut self.first;
        let left = &first.bytes[first.taken..first.length];
        if left.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let now = left.len().min(buf.remaining());
        buf.put_slice(&left[..now]);
        first.taken += now;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ConnectionIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
