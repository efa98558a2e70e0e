//! Event streams, which are written without hyper.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use host::ConnectionLimits;
use http::header::CONTENT_TYPE;
use hyper::body::{Bytes, Frame};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::timeout;

use crate::server::{Endless, Flood, PATIENCE, SHORT, Server, limits};

/// The first chunk of an endless stream.
const FIRST: &str = "\r\n\r\n9\r\ndata: 1\n\n\r\n";

/// The length of an answer that fills every buffer between two ends of a connection.
const LARGE: usize = 16 * 1_024 * 1_024;

#[tokio::test]
async fn a_stream_is_the_last_answer_of_its_connection_and_ends_whole() {
    let site = Site::open(limits()).await;
    let answer = site.server.get("/short").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("HTTP/1.1 200 OK"));
    let lines: Vec<_> = lines.collect();
    for line in [
        "content-type: text/event-stream; charset=utf-8",
        "transfer-encoding: chunked",
        "connection: close",
    ] {
        assert!(lines.contains(&line), "{head}");
    }
    assert!(
        lines.iter().any(|line| line.starts_with("date: ")),
        "{head}"
    );
    assert_eq!(body, "9\r\ndata: 1\n\n\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_connection_that_was_kept_alive_may_become_a_stream() {
    let site = Site::open(limits()).await;
    let mut client = site.server.connect().await;
    for _ in 0..2 {
        client.ask("/").await;
        assert!(client.head_and(4).await.ends_with("open"));
    }
    client.ask("/live").await;
    assert!(client.head_and(14).await.ends_with(FIRST));
}

#[tokio::test]
async fn requests_before_a_stream_are_answered_and_those_after_it_are_not() {
    let site = Site::open(limits()).await;
    let mut client = site.server.connect().await;
    for path in ["/large", "/short", "/"] {
        client.ask(path).await;
    }
    let answers = client.rest().await;
    let (large, stream) = answers.split_at(
        answers
            .find("HTTP/1.1 200 OK\r\ncontent-type: text/event")
            .unwrap(),
    );
    assert!(large.ends_with(&".".repeat(LARGE)));
    assert!(stream.ends_with("data: 1\n\n\r\n0\r\n\r\n"), "{stream}");
}

#[tokio::test]
async fn a_peer_that_hangs_up_ends_its_stream_at_once() {
    let mut site = Site::open(limits()).await;
    let mut client = site.server.connect().await;
    client.ask("/live").await;
    client.head_and(14).await;
    drop(client);
    site.a_body_ends().await;
}

#[tokio::test]
async fn a_peer_that_sends_on_and_on_is_cut() {
    let mut site = Site::open(limits()).await;
    let mut client = site.server.connect().await;
    client.ask("/live").await;
    client.head_and(14).await;
    let sends = async { while client.0.write_all(&[b'.'; 1_024]).await.is_ok() {} };
    timeout(PATIENCE, sends).await.expect("an end");
    site.a_body_ends().await;
}

#[tokio::test]
async fn a_peer_that_reads_nothing_is_cut_when_its_time_is_over() {
    let mut site = Site::open(ConnectionLimits {
        stall: SHORT,
        ..limits()
    })
    .await;
    let begun = Instant::now();
    let mut client = site.server.connect().await;
    client.ask("/flood").await;
    site.a_body_ends().await;
    assert!(begun.elapsed() >= SHORT, "after {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_stream_is_cut_without_its_end_when_the_drain_is_over() {
    let site = Site::open(ConnectionLimits {
        drain: SHORT,
        ..limits()
    })
    .await;
    let mut client = site.server.connect().await;
    client.ask("/live").await;
    client.head_and(14).await;
    assert_eq!(site.server.close().await, 1);
    assert_eq!(client.rest().await, "", "the end of the body was told");
}

#[tokio::test]
async fn an_older_client_gets_its_stream_without_chunks() {
    let site = Site::open(limits()).await;
    let mut client = site.server.connect().await;
    let request = b"GET /short HTTP/1.0\r\nhost: codex\r\n\r\n";
    client.0.write_all(request).await.unwrap();
    let answer = client.rest().await;
    assert!(answer.ends_with("\r\n\r\ndata: 1\n\n"), "{answer}");
    assert!(!answer.contains("chunked"), "{answer}");
}

/// A server of streams that tells when a stream's body is dropped.
struct Site {
    server: Server,
    dropped: Receiver<()>,
}

impl Site {
    async fn open(limits: ConnectionLimits) -> Self {
        let (drops, dropped) = mpsc::channel(1);
        let tell = drops.clone();
        let live = async move || events(Endless::beginning("data: 1\n\n"), &tell);
        let flood = async move || events(Flood, &drops);
        let router = Router::new()
            .route("/", get(async || "open"))
            .route("/large", get(async || ".".repeat(LARGE)))
            .route("/short", get(async || stream(Body::from("data: 1\n\n"))))
            .route("/live", get(live))
            .route("/flood", get(flood));
        Self {
            server: Server::open(router, limits).await,
            dropped,
        }
    }

    async fn a_body_ends(&mut self) {
        let dropped = timeout(PATIENCE, self.dropped.recv()).await;
        dropped.expect("the body is dropped");
    }
}

fn events(
    body: impl HttpBody<Data = Bytes, Error = Infallible> + Send + Unpin + 'static,
    drops: &Sender<()>,
) -> Response {
    let drops = drops.clone();
    stream(Body::new(Told { body, drops }))
}

fn stream(body: Body) -> Response {
    ([(CONTENT_TYPE, "text/event-stream; charset=utf-8")], body).into_response()
}

/// A body that tells when it is dropped.
struct Told<B> {
    body: B,
    drops: Sender<()>,
}

impl<B> Drop for Told<B> {
    fn drop(&mut self) {
        // An error says that the test has ended.
        let _ = self.drops.try_send(());
    }
}

impl<B: HttpBody<Data = Bytes, Error = Infallible> + Unpin> HttpBody for Told<B> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }
}
