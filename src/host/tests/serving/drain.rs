//! How the accept loop ends.

use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use host::ConnectionLimits;
use tokio::net::TcpStream;
use web::LifecycleStage;

use crate::server::{Endless, SHORT, Server, limits, waiting_desk};

#[tokio::test]
async fn a_drain_with_nothing_open_is_immediate() {
    let server = Server::open(Router::new(), limits()).await;
    assert_eq!(server.close().await, 0);
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_the_drain_up() {
    let router = Router::new().route("/", get(async || "open"));
    let server = Server::open(router, limits()).await;
    let mut asked = server.connect().await;
    asked.ask("/").await;
    asked.head_and(4).await;
    let mut other = server.connect().await;
    other.ask("/").await;
    other.head_and(4).await;
    assert_eq!(server.close().await, 0);
    assert_eq!(asked.rest().await, "");
}

#[tokio::test]
async fn a_request_in_flight_is_answered_during_the_drain() {
    let (router, desk) = waiting_desk();
    let server = Server::open(router, limits()).await;
    let mut client = server.connect().await;
    client.ask("/wait").await;
    desk.entered.acquire().await.unwrap().forget();
    server.lifecycle.come_to(LifecycleStage::Closing);
    desk.release.add_permits(1);
    let answer = client.rest().await;
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("done"),
        "{answer}"
    );
    assert_eq!(server.close().await, 0);
}

#[tokio::test]
async fn new_connections_are_answered_once_during_the_drain_and_refused_after_it() {
    let (router, desk) = waiting_desk();
    let server = Server::open(router.route("/", get(async || "open")), limits()).await;
    let mut client = server.connect().await;
    client.ask("/wait").await;
    desk.entered.acquire().await.unwrap().forget();
    server.lifecycle.come_to(LifecycleStage::Closing);
    let mut late = server.connect().await;
    late.ask("/").await;
    let answer = late.rest().await;
    assert!(
        answer.contains("\r\nconnection: close\r\n") && answer.ends_with("open"),
        "{answer}"
    );
    desk.release.add_permits(1);
    let address = server.address;
    assert_eq!(server.close().await, 0);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_open_stream_is_cut_when_the_drain_is_over() {
    let stream = get(async || Body::new(Endless::beginning("data: 1\n\n")));
    let server = Server::open(
        Router::new().route("/", stream),
        ConnectionLimits {
            drain: SHORT,
            ..limits()
        },
    )
    .await;
    let mut client = server.connect().await;
    client.ask("/").await;
    client.head_and(9).await;
    let begun = Instant::now();
    assert_eq!(server.close().await, 1);
    assert!(begun.elapsed() >= SHORT, "cut after {:?}", begun.elapsed());
    assert!(
        !client.rest().await.contains("0\r\n\r\n"),
        "the end of the body was told"
    );
}

#[tokio::test]
async fn a_stranger_who_says_nothing_during_the_drain_does_not_hold_it_up() {
    let (router, desk) = waiting_desk();
    let server = Server::open(router, limits()).await;
    let mut client = server.connect().await;
    client.ask("/wait").await;
    desk.entered.acquire().await.unwrap().forget();
    server.lifecycle.come_to(LifecycleStage::Closing);
    let mut stranger = server.connect().await;
    desk.release.add_permits(1);
    assert_eq!(server.close().await, 0);
    assert_eq!(stranger.rest().await, "");
}
