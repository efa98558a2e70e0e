//! What stands behind nginx in its tests: an instance that tells what it was asked.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

/// Bytes of a request's head at most.
const HEAD_MAX: usize = 64 * 1024;

const TRIES_MAX: usize = 10;

/// A server that ends when it is dropped, with all its connections.
pub(crate) struct Instance {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    name: Ipv4Addr,
    asked: AtomicUsize,
    closing: AtomicBool,
    events: Semaphore,
}

impl Instance {
    /// Serves at an address of this machine, at a free port.
    pub(crate) async fn serve(name: Ipv4Addr) -> Self {
        Self::on(name, TcpListener::bind((name, 0)).await.unwrap())
    }

    /// Serves at two addresses of this machine, at one port that is free at both.
    pub(crate) async fn serve_both(first: Ipv4Addr, second: Ipv4Addr) -> (Self, Self) {
        let mut taken = Vec::new();
        loop {
            let one = TcpListener::bind((first, 0)).await.unwrap();
            let port = one.local_addr().unwrap().port();
            match TcpListener::bind((second, port)).await {
                Ok(other) => return (Self::on(first, one), Self::on(second, other)),
                // Held until the end, so that each try is at another port.
                Err(_) if taken.len() < TRIES_MAX => taken.push(one),
                Err(error) => panic!("no port is free at {first} and {second}: {error}"),
            }
        }
    }

    fn on(name: Ipv4Addr, listener: TcpListener) -> Self {
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            name,
            asked: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
            events: Semaphore::new(0),
        });
        let answering = Arc::clone(&shared);
        let server = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(answer(stream, Arc::clone(&answering)));
            }
        });
        Self {
            address,
            shared,
            server,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// Answers from now on that it is about to end.
    pub(crate) fn close(&self) {
        self.shared.closing.store(true, Ordering::SeqCst);
    }

    /// Lets each open stream tell its second event.
    pub(crate) fn tell_more(&self) {
        self.shared.events.add_permits(1);
    }

    /// Ends it and waits until nothing of it answers.
    pub(crate) async fn end(mut self) {
        self.server.abort();
        let ended = (&mut self.server).await;
        assert!(ended.is_err_and(|error| error.is_cancelled()));
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(mut stream: TcpStream, shared: Arc<Shared>) -> Option<()> {
    let request = Request::read(&mut stream).await?;
    shared.asked.fetch_add(1, Ordering::SeqCst);
    if shared.closing.load(Ordering::SeqCst) {
        return say(
            &mut stream,
            "503 Service Unavailable",
            "retry-after: 5\r\n",
            "closing",
        )
        .await;
    }
    match request.path.as_str() {
        path if path.ends_with("/live") || path.ends_with("/events") => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\ndata: one\n\n";
            stream.write_all(head.as_bytes()).await.ok()?;
            shared.events.acquire().await.ok()?.forget();
            stream.write_all(b"data: two\n\n").await.ok()
        }
        path if path.starts_with("/socket.io/") && request.header("upgrade") == "websocket" => {
            let head = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n";
            stream.write_all(head.as_bytes()).await.ok()?;
            let (mut from, mut to) = stream.split();
            tokio::io::copy(&mut from, &mut to).await.ok().map(drop)
        }
        path if path.starts_with("/assets/") => {
            let mut headers = "content-type: text/css\r\nvary: accept-encoding\r\n\
                               cache-control: public, max-age=31536000, immutable\r\n"
                .to_owned();
            // Nobody decodes it here: nginx must pass it on as it is.
            if request.header("accept-encoding") == "gzip" {
                headers.push_str("content-encoding: gzip\r\n");
            }
            let style = "body { margin: 0 }\n".repeat(100);
            say(&mut stream, "200 OK", &headers, &style).await
        }
        _ => {
            let told = json!({ "instance": shared.name, "path": request.path, "headers": request.headers });
            say(
                &mut stream,
                "200 OK",
                "content-type: application/json\r\n",
                &told.to_string(),
            )
            .await
        }
    }
}

async fn say(stream: &mut TcpStream, status: &str, headers: &str, body: &str) -> Option<()> {
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(answer.as_bytes()).await.ok()
}

/// What was asked.
struct Request {
    path: String,
    headers: Vec<(String, Value)>,
}

impl Request {
    /// Reads a request with its body.
    async fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        let head_len = loop {
            let found = bytes.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(at) = found {
                break at + 4;
            }
            assert!(bytes.len() < HEAD_MAX, "a request's head is endless");
            if stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        };
        let head = String::from_utf8_lossy(&bytes[..head_len]).into_owned();
        let mut lines = head.lines();
        let path = lines.next()?.split(' ').nth(1)?.to_owned();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let request = Self {
            path,
            headers: headers
                .map(|(name, value)| (name.to_lowercase(), Value::from(value)))
                .collect(),
        };
        let whole = head_len + request.header("content-length").parse().unwrap_or(0);
        while bytes.len() < whole {
            if stream.read_buf(&mut bytes).await.ok()? == 0 {
                return None;
            }
        }
        Some(request)
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found
            .and_then(|(_, value)| value.as_str())
            .unwrap_or_default()
    }
}
