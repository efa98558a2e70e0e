//! What a connection may take.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use host::ConnectionLimits;
use tokio::io::AsyncWriteExt as _;
use tokio::time::{sleep, timeout};

use crate::server::{Flood, SHORT, Server, limits, waiting_desk};

#[tokio::test]
async fn a_slow_first_header_is_closed_at_its_limit() {
    let server = Server::open(
        Router::new(),
        ConnectionLimits {
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
        ConnectionLimits {
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
        ConnectionLimits {
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
async fn a_connection_beyond_the_limit_ends_the_one_that_idles_longest() {
    let (router, desk) = waiting_desk();
    let server = Server::open(
        router.route("/", get(async || "open")),
        ConnectionLimits {
            connections_max: 3,
            ..limits()
        },
    )
    .await;
    let mut busy = server.connect().await;
    busy.ask("/wait").await;
    desk.entered.acquire().await.unwrap().forget();
    let mut idle = [server.connect().await, server.connect().await];
    for client in &mut idle {
        client.ask("/").await;
        client.head_and(4).await;
    }
    assert!(server.get("/").await.ends_with("open"));
    assert_eq!(idle[0].rest().await, "", "the longest idle is closed");
    desk.release.add_permits(1);
    assert!(busy.head_and(4).await.ends_with("done"));
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_while_all_others_are_used() {
    let (router, desk) = waiting_desk();
    let server = Server::open(
        router,
        ConnectionLimits {
            connections_max: 1,
            ..limits()
        },
    )
    .await;
    let mut first = server.connect().await;
    first.ask("/wait").await;
    desk.entered.acquire().await.unwrap().forget();
    let mut second = server.connect().await;
    second.ask("/wait").await;
    // Longer than it takes a connection that idles to give way.
    assert!(timeout(SHORT * 5, desk.entered.acquire()).await.is_err());
    desk.release.add_permits(2);
    assert!(first.head_and(4).await.ends_with("done"));
    assert!(second.head_and(4).await.ends_with("done"));
}

#[tokio::test]
async fn a_response_that_nobody_takes_ends_its_connection() {
    for path in ["/flood", "/large"] {
        let router = Router::new()
            .route("/flood", get(async || Body::new(Flood)))
            .route("/large", get(async || vec![b'.'; 64 * 1_024 * 1_024]));
        let server = Server::open(
            router,
            ConnectionLimits {
                stall: SHORT,
                ..limits()
            },
        )
        .await;
        let mut client = server.connect().await;
        client.ask(path).await;
        // The connection is ended by its limit, and not by the drain.
        assert_eq!(server.close().await, 0, "{path}");
    }
}

#[tokio::test]
async fn requests_beyond_their_memory_are_answered_503_unless_others_end() {
    let (router, desk) = waiting_desk();
    let server = Server::open(
        router.route("/large", get(async || vec![b'.'; 64 * 1_024])),
        ConnectionLimits {
            requests_bytes: 40 * 1_024,
            ..limits()
        },
    )
    .await;
    let mut waiting = [server.connect().await, server.connect().await];
    for client in &mut waiting {
        client.ask("/wait").await;
        desk.entered.acquire().await.unwrap().forget();
    }
    let refused = server.get("/wait").await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("\r\nretry-after: 1\r\n"), "{refused}");
    desk.release.add_permits(2);
    for client in &mut waiting {
        assert!(client.head_and(4).await.ends_with("done"));
    }
    desk.release.add_permits(1);
    assert!(server.get("/wait").await.ends_with("done"));
    // Larger than all there is, and the only one.
    assert!(server.get("/large").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_connection_beyond_its_peers_share_is_closed_until_one_ends() {
    let router = Router::new().route("/", get(async || "open"));
    let server = Server::open(
        router,
        ConnectionLimits {
            connections_per_peer_max: 1,
            ..limits()
        },
    )
    .await;
    let mut first = server.connect().await;
    first.ask("/").await;
    first.head_and(4).await;
    assert_eq!(server.connect().await.rest().await, "");
    first.0.shutdown().await.unwrap();
    // Its end is told to the peer a moment before its place is free.
    first.rest().await;
    let answered = async { while !server.get("/").await.ends_with("open") {} };
    timeout(Duration::from_secs(20), answered).await.unwrap();
}

#[tokio::test]
async fn a_peer_that_stands_for_many_has_no_share() {
    let router = Router::new().route("/", get(async || "open"));
    let server = Server::open(
        router,
        ConnectionLimits {
            connections_per_peer_max: 1,
            is_proxy: |_| true,
            ..limits()
        },
    )
    .await;
    let _first = server.connect().await;
    assert!(server.get("/").await.ends_with("open"));
}

#[test]
fn a_peer_may_have_half_of_all_connections_and_our_own_proxies_may_have_all() {
    let (near, far) = (
        Ipv4Addr::LOCALHOST.into(),
        Ipv4Addr::new(192, 0, 2, 1).into(),
    );
    let bare = ConnectionLimits::new(10_000, 1, SHORT, 0);
    assert_eq!(bare.connections_per_peer_max, bare.connections_max / 2);
    assert!((bare.is_proxy)(near) && !(bare.is_proxy)(far));
    let behind_one = ConnectionLimits::new(10_000, 1, SHORT, 1);
    assert!((behind_one.is_proxy)(near) && (behind_one.is_proxy)(far));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_peer_that_takes_nothing_more_is_given_up() {
    let router = Router::new()
        .route("/", get(async || "open"))
        .route("/flood", get(async || Body::new(Flood)));
    let server = Server::open(
        router,
        ConnectionLimits {
            peer_gone: SHORT,
            connections_max: 1,
            ..limits()
        },
    )
    .await;
    let mut first = server.connect().await;
    first.ask("/flood").await;
    assert!(server.get("/").await.ends_with("open"));
}
