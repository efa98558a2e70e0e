//! A kept-alive HTTP/1.1 connection that costs little CPU: a bench shares its cores with the server it measures.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// Bytes of a response's head, or of the line before a chunk, at most.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// What ends a head, and a line of it.
const HEAD_END: &[u8] = b"\r\n\r\n";
const LINE_END: &[u8] = b"\r\n";

/// A connection to one server. It asks one request after the other.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
    read: u64,
}

/// The head of a response.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
}

impl Connection {
    /// Connects to a server from an address of this machine.
    pub async fn open(server: SocketAddr, from: Ipv4Addr) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        let stream = socket.connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: BytesMut::new(),
            read: 0,
        })
    }

    /// Sends a request, head and body, and reads its response to the end.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<(ResponseHead, Bytes)> {
        let head = self.begin(request).await?;
        let body = self.body(&head).await?;
        Ok((head, body))
    }

    /// Sends a request and reads the head of its response alone.
    pub async fn begin(&mut self, request: &[u8]) -> io::Result<ResponseHead> {
        self.send(request).await?;
        let head = self.until(HEAD_END).await?;
        read_head(&head)
    }

    /// Sends bytes and waits for nothing.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Returns the number of bytes that were taken from the connection: heads, bodies and what frames them.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// Reads the next chunk of a chunked body; none after the last.
    pub async fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        let line = self.until(LINE_END).await?;
        let digits = str::from_utf8(&line[..line.len() - LINE_END.len()]).map_err(wrong)?;
        let size = usize::from_str_radix(digits.trim(), 16).map_err(wrong)?;
        let mut chunk = self.take(size + LINE_END.len()).await?;
        chunk.truncate(size);
        Ok((size > 0).then_some(chunk))
    }

    async fn body(&mut self, head: &ResponseHead) -> io::Result<Bytes> {
        if head.headers.contains_key(TRANSFER_ENCODING) {
            let mut body = BytesMut::new();
            while let Some(chunk) = self.chunk().await? {
                body.extend_from_slice(&chunk);
            }
            return Ok(body.freeze());
        }
        let Some(length) = head.headers.get(CONTENT_LENGTH) else {
            return Ok(Bytes::new());
        };
        let length = length.to_str().map_err(wrong)?.parse().map_err(wrong)?;
        self.take(length).await
    }

    /// Reads up to and with a mark.
    async fn until(&mut self, mark: &[u8]) -> io::Result<Bytes> {
        loop {
            let found = (self.buffer.windows(mark.len())).position(|bytes| bytes == mark);
            if let Some(at) = found {
                return self.take(at + mark.len()).await;
            }
            if self.buffer.len() > HEAD_BYTES_MAX {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.more().await?;
        }
    }

    async fn take(&mut self, bytes: usize) -> io::Result<Bytes> {
        while self.buffer.len() < bytes {
            self.more().await?;
        }
        self.read += bytes as u64;
        Ok(self.buffer.split_to(bytes).freeze())
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

fn read_head(head: &[u8]) -> io::Result<ResponseHead> {
    let mut lines = str::from_utf8(head).map_err(wrong)?.split("\r\n");
    let status = lines.next().and_then(|line| line.get(9..12));
    let status = StatusCode::from_bytes(status.unwrap_or_default().as_bytes()).map_err(wrong)?;
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(wrong)?;
        headers.append(name, HeaderValue::from_str(value.trim()).map_err(wrong)?);
    }
    Ok(ResponseHead { status, headers })
}

fn wrong(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
