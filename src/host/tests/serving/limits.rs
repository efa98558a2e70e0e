//! What a connection may take.

use std::time::Instant;

use axum::Router;
use axum::routing::get;
use host::Limits;
use tokio::io::AsyncWriteExt as _;
use tokio::time::{sleep, timeout};

use crate::server::{SHORT, Server, limits, waiting_desk};

#[tokio::test]
async fn a_slow_first_header_is_closed_at_its_limit() {
    let server = Server::open(
        Router::new(),
        Limits {
            first_header: SHORT,
            ..limits()
        },
    )
    .await;
    for start in ["", "G", "GET / HTTP/1.1\r\nhost: codex\r\n"] {
        let begun = Instant::now();
        let mut client = server.connect().await;
        client.0.write_all(start.as_bytes()).await.unwrap();
        assert_eq!(client.rest().await, "");
        assert!(
            begun.elapsed() >= SHORT,
            "closed after {:?}",
            begun.elapsed()
        );
    }
}

#[tokio::test]
async fn a_slow_first_answer_is_not_closed_at_the_limit_of_its_header() {
    let (router, desk) = waiting_desk();
    let server = Server::open(
        router,
        Limits {
            first_header: SHORT,
            ..limits()
        },
    )
    .await;
    let mut client = server.connect().await;
    client.ask("/wait").await;
    sleep(SHORT * 2).await;
    desk.release.add_permits(1);
    assert!(client.head_and(4).await.ends_with("done"));
}

#[tokio::test]
async fn an_idle_connection_is_closed_at_its_limit() {
    let router = Router::new().route("/", get(async || "open"));
    let server = Server::open(
        router,
        Limits {
            idle: SHORT,
            ..limits()
        },
    )
    .await;
    let mut client = server.connect().await;
    let begun = Instant::now();
    client.ask("/").await;
    assert!(client.rest().await.ends_with("open"));
    assert!(
        begun.elapsed() >= SHORT,
        "closed after {:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_for_one_to_end() {
    let router = Router::new().route("/", get(async || "open"));
    let server = Server::open(
        router,
        Limits {
            connections_max: 1,
            ..limits()
        },
    )
    .await;
    let mut first = server.connect().await;
    first.ask("/").await;
    first.head_and(4).await;
    let mut second = server.connect().await;
    second.ask("/").await;
    assert!(timeout(SHORT, second.0.readable()).await.is_err());
    drop(first);
    assert!(second.head_and(4).await.ends_with("open"));
}
