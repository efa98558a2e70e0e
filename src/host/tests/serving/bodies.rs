//! How long a request's body may take.

use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::{get, post};
use host::ConnectionLimits;
use tokio::io::AsyncWriteExt as _;
use tokio::time::sleep;

use crate::server::{Client, SHORT, Server, limits};

#[tokio::test]
async fn a_body_that_stalls_is_answered_408_and_its_connection_given_to_the_next() {
    let server = reader(ConnectionLimits {
        body_pause: SHORT,
        connections_max: 1,
        ..limits()
    })
    .await;
    for begun in ["", "a part of it"] {
        let since = Instant::now();
        let mut client = server.connect().await;
        send(&mut client, "/read", begun).await;
        let answer = client.rest().await;
        assert!(
            answer.starts_with("HTTP/1.1 408 ") && answer.contains("\r\nconnection: close\r\n"),
            "{answer}"
        );
        assert!(since.elapsed() >= SHORT, "after {:?}", since.elapsed());
        assert!(server.get("/").await.ends_with("open"));
    }
}

#[tokio::test]
async fn a_body_that_drips_is_answered_408_when_its_whole_time_is_over() {
    let server = reader(ConnectionLimits {
        body: SHORT,
        ..limits()
    })
    .await;
    let mut client = server.connect().await;
    send(&mut client, "/read", "").await;
    let answer = loop {
        // An error says that the answer has come and the connection is closed.
        if client.0.write_all(b".").await.is_err() || readable(&client).await {
            break client.head_and(1).await;
        }
    };
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn a_body_nobody_reads_does_not_hold_its_connection() {
    let server = reader(limits()).await;
    for path in ["/", "/nowhere"] {
        let mut client = server.connect().await;
        send(&mut client, path, "").await;
        assert!(client.rest().await.starts_with("HTTP/1.1 40"), "{path}");
    }
}

#[tokio::test]
async fn a_body_with_pauses_below_the_limit_is_read() {
    let server = reader(ConnectionLimits {
        body_pause: SHORT * 5,
        ..limits()
    })
    .await;
    let mut client = server.connect().await;
    send(&mut client, "/read", "").await;
    for _ in 0..10 {
        sleep(SHORT).await;
        client.0.write_all(&[b'.'; 1_600]).await.unwrap();
    }
    assert!(client.head_and(5).await.ends_with("16000"));
}

/// A server that reads what is posted to `/read` and says how long it was.
async fn reader(limits: ConnectionLimits) -> Server {
    let read = async |body: String| body.len().to_string();
    let router = Router::new()
        .route("/", get(async || "open"))
        .route("/read", post(read));
    Server::open(router, limits).await
}

async fn send(client: &mut Client, path: &str, begun: &str) {
    let head = format!("POST {path} HTTP/1.1\r\nhost: codex\r\ncontent-length: 16000\r\n\r\n");
    let request = head + begun;
    client.0.write_all(request.as_bytes()).await.unwrap();
}

/// Tells whether anything has come within a moment.
async fn readable(client: &Client) -> bool {
    let moment = Duration::from_millis(20);
    tokio::time::timeout(moment, client.0.readable())
        .await
        .is_ok()
}
