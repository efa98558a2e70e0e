//! A server under test, and a client that speaks plainly.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::HttpBody;
use axum::routing::get;
use host::{ConnectionLimits, StartupGate, serve};
use hyper::body::{Bytes, Frame};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use web::{Lifecycle, LifecycleStage};

/// What a test waits at most for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A limit short enough to wait for.
pub(crate) const SHORT: Duration = Duration::from_millis(200);

/// Limits that no test reaches by waiting.
pub(crate) fn limits() -> ConnectionLimits {
    let long = PATIENCE * 3;
    ConnectionLimits {
        first_header: long,
        body_pause: long,
        body: long,
        idle: long,
        stall: long,
        peer_gone: long,
        connections_max: 100,
        connections_per_peer_max: 100,
        requests_bytes: 100 * 1_024 * 1_024,
        is_proxy: |_| false,
        drain: long,
    }
}

/// A handler that says when it was entered and waits to be released.
pub(crate) struct Desk {
    pub(crate) entered: Arc<Semaphore>,
    pub(crate) release: Arc<Semaphore>,
}

pub(crate) fn waiting_desk() -> (Router, Desk) {
    let desk = Desk {
        entered: Arc::new(Semaphore::new(0)),
        release: Arc::new(Semaphore::new(0)),
    };
    let (entered, release) = (desk.entered.clone(), desk.release.clone());
    let wait = async move || {
        entered.add_permits(1);
        release.acquire().await.unwrap().forget();
        "done"
    };
    (Router::new().route("/wait", get(wait)), desk)
}

/// A body that is never all sent.
pub(crate) struct Flood;

impl HttpBody for Flood {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'.'; 16_384])))))
    }
}

/// A body that never ends after its first piece.
pub(crate) struct Endless(Option<Bytes>);

impl Endless {
    pub(crate) fn beginning(piece: &'static str) -> Self {
        Self(Some(Bytes::from_static(piece.as_bytes())))
    }
}

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.take().map_or(Poll::Pending, |piece| {
            Poll::Ready(Some(Ok(Frame::data(piece))))
        })
    }
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) gate: StartupGate,
    pub(crate) lifecycle: Lifecycle,
    serving: JoinHandle<usize>,
}

impl Server {
    pub(crate) async fn open(router: Router, limits: ConnectionLimits) -> Self {
        let server = Self::closed(limits).await;
        server.gate.open(router);
        server.lifecycle.come_to(LifecycleStage::Open);
        server
    }

    pub(crate) async fn closed(limits: ConnectionLimits) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (gate, lifecycle) = (StartupGate::default(), Lifecycle::begin());
        let serving = tokio::spawn(serve(listener, gate.clone(), lifecycle.clone(), limits));
        Self {
            address,
            gate,
            lifecycle,
            serving,
        }
    }

    pub(crate) async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }

    /// Returns the whole answer.
    pub(crate) async fn get(&self, path: &str) -> String {
        self.ask("GET", path).await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str) -> String {
        let mut client = self.connect().await;
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: codex\r\nconnection: close\r\n\r\n");
        client.0.write_all(request.as_bytes()).await.unwrap();
        client.rest().await
    }

    /// Orders the end, and returns how many connections were cut.
    pub(crate) async fn close(self) -> usize {
        self.lifecycle.come_to(LifecycleStage::Closing);
        timeout(PATIENCE, self.serving)
            .await
            .expect("the drain ends")
            .unwrap()
    }
}

pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) async fn ask(&mut self, path: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nhost: codex\r\n\r\n");
        self.0.write_all(request.as_bytes()).await.unwrap();
    }

    /// Reads an answer's header and at least `body` bytes of what follows.
    pub(crate) async fn head_and(&mut self, body: usize) -> String {
        let mut answer = String::new();
        let whole = |answer: &str| {
            answer
                .split_once("\r\n\r\n")
                .is_some_and(|(_, b)| b.len() >= body)
        };
        while !whole(&answer) {
            let mut piece = [0; 1_024];
            let read = timeout(PATIENCE, self.0.read(&mut piece))
                .await
                .expect("an answer")
                .unwrap();
            assert!(read > 0, "ended after {answer:?}");
            answer.push_str(std::str::from_utf8(&piece[..read]).unwrap());
        }
        answer
    }

    /// Reads to the end. A reset is an end too.
    pub(crate) async fn rest(&mut self) -> String {
        let mut answer = Vec::new();
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut answer))
            .await
            .expect("an end");
        String::from_utf8(answer).unwrap()
    }
}
