//! A reader of event streams that counts their bytes as they are sent, compressed where the server does so.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};

use flate2::write::GzDecoder;
use reqwest::StatusCode;
use reqwest::header::CONTENT_ENCODING;

use crate::connection::Connection;
use crate::streams::StreamEvent;

/// What ends an event.
const BLANK: &[u8] = b"\n\n";

/// An open event stream on a connection of its own.
#[derive(Debug)]
pub struct EventConnection {
    connection: Connection,
    decoder: Option<GzDecoder<Vec<u8>>>,
    text: Vec<u8>,
    counted: u64,
}

/// How an event stream is asked for.
#[derive(Clone, Debug)]
pub struct StreamRequest<'a> {
    /// Its address at the server.
    pub path: &'a str,
    /// The cookies of the seat that watches; none for a spectator.
    pub cookies: &'a str,
    /// Whether the client takes gzip, as a browser does.
    pub gzip: bool,
}

/// An event and what it took on the wire.
#[derive(Clone, Debug)]
pub struct ReceivedEvent {
    /// The event.
    pub event: StreamEvent,
    /// The bytes that came for it, what frames it included.
    pub bytes: u64,
}

impl EventConnection {
    /// Opens a stream from an address of this machine.
    pub async fn open(
        server: SocketAddr,
        from: Ipv4Addr,
        asked: &StreamRequest<'_>,
    ) -> io::Result<Self> {
        let mut connection = Connection::open(server, from).await?;
        let StreamRequest {
            path,
            cookies,
            gzip,
        } = asked;
        let encoding = if *gzip { "gzip" } else { "identity" };
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {server}\r\ncookie: {cookies}\r\naccept-encoding: {encoding}\r\n\
             accept: text/event-stream\r\n\r\n"
        );
        let head = connection.begin(request.as_bytes()).await?;
        if head.status != StatusCode::OK {
            return Err(io::Error::other(format!("a stream is refused: {head:?}")));
        }
        let compressed = head.headers.contains_key(CONTENT_ENCODING);
        Ok(Self {
            connection,
            decoder: compressed.then(|| GzDecoder::new(Vec::new())),
            text: Vec::new(),
            counted: 0,
        })
    }

    /// Reads the next event; none at the end of the stream. The first one's bytes include the response's head.
    pub async fn next(&mut self) -> io::Result<Option<ReceivedEvent>> {
        loop {
            let blank = self.text.windows(BLANK.len()).position(|at| at == BLANK);
            if let Some(end) = blank {
                let event: Vec<u8> = self.text.drain(..end + BLANK.len()).collect();
                let read = self.connection.bytes_read();
                let bytes = read - self.counted;
                self.counted = read;
                let event = StreamEvent::read(&String::from_utf8_lossy(&event));
                return Ok(Some(ReceivedEvent { event, bytes }));
            }
            let Some(chunk) = self.connection.chunk().await? else {
                return Ok(None);
            };
            match &mut self.decoder {
                None => self.text.extend_from_slice(&chunk),
                Some(decoder) => {
                    decoder.write_all(&chunk)?;
                    decoder.flush()?;
                    self.text.append(decoder.get_mut());
                }
            }
        }
    }

    /// Reads on until the stream shows this version or a newer one, and returns the bytes of what it was sent.
    ///
    /// # Panics
    ///
    /// When the stream ends before.
    pub async fn shows(&mut self, version: u64) -> io::Result<u64> {
        let mut bytes = 0;
        loop {
            let received = self.next().await?.expect("the stream goes on");
            bytes += received.bytes;
            // The id of a heartbeat is the version that was shown last.
            if received.event.id.is_some_and(|shown| shown >= version) {
                return Ok(bytes);
            }
        }
    }
}
