//! What the port answers, and to whom.

use axum::Extension;
use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use web::Peer;

use crate::server::{Server, limits};

#[tokio::test]
async fn the_startup_gate_answers_503_until_the_router_is_there() {
    let server = Server::closed(limits()).await;
    let early = server.get("/").await;
    assert!(early.starts_with("HTTP/1.1 503 "), "{early}");
    assert!(
        early.contains("\r\nretry-after: 2\r\n") && early.contains("Opening the Codex…"),
        "{early}"
    );
    assert!(
        server
            .get("/health/ready")
            .await
            .starts_with("HTTP/1.1 503 ")
    );
    assert!(
        server
            .get("/health/live")
            .await
            .starts_with("HTTP/1.1 200 ")
    );
    server
        .gate
        .open(Router::new().route("/", get(async || "open")));
    assert!(server.get("/").await.ends_with("\r\n\r\nopen"));
}

#[tokio::test]
async fn what_is_sent_to_a_closed_gate_is_said_to_be_lost() {
    let server = Server::closed(limits()).await;
    let words = "What you sent has not arrived.";
    let sent = server.ask("POST", "/t/anything/play").await;
    assert!(sent.contains(words), "{sent}");
    // Asking again by itself, the page would only look, and what it was sent would be gone.
    let asks_again = "http-equiv=\"refresh\"";
    assert!(!sent.contains(asks_again), "{sent}");
    let looked = server.get("/t/anything/play").await;
    assert!(
        !looked.contains(words) && looked.contains(asks_again),
        "{looked}"
    );
    let program = server.ask("POST", "/api/tables").await;
    assert!(
        program.contains("\r\ncontent-type: application/problem+json\r\n"),
        "{program}"
    );
    let (_, body) = program.split_once("\r\n\r\n").unwrap();
    let problem: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(problem["code"], "opening");
}

#[tokio::test]
async fn the_startup_page_says_how_far_the_opening_has_come() {
    let server = Server::closed(limits()).await;
    let progress = server.gate.progress();
    progress.find(4, 1_000_000);
    progress.advance(250_000);
    let page = server.get("/t/anything").await;
    assert!(page.contains("value=\"25\">25 %</progress>"), "{page}");
    let ready = server.get("/health/ready").await;
    assert!(
        ready.contains("opening\n1 of 4 objects, 0.2 MB of 1.0 MB"),
        "{ready}"
    );
}

#[tokio::test]
async fn a_handler_sees_the_address_of_the_peer() {
    let tell = async |Extension(Peer(peer)): Extension<Peer>| peer.to_string();
    let server = Server::open(Router::new().route("/", get(tell)), limits()).await;
    let mut client = server.connect().await;
    client.ask("/").await;
    let own = client.0.local_addr().unwrap().to_string();
    assert!(client.head_and(own.len()).await.ends_with(&own));
}

#[tokio::test]
async fn http_2_is_spoken_without_tls_too() {
    let server = Server::open(Router::new(), limits()).await;
    let mut client = server.connect().await;
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    client
        .0
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .unwrap();
    client.0.write_all(&settings).await.unwrap();
    let mut frame = [0; 9];
    client.0.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], settings[3]);
}
