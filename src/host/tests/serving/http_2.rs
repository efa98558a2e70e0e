//! How long an HTTP/2 connection stays, spoken in frames.

use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use host::ConnectionLimits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::server::{Client, Endless, SHORT, Server, limits};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;

/// The flag of an answer to a PING.
const ACKNOWLEDGED: u8 = 1;

#[tokio::test]
async fn an_idle_connection_is_told_goodbye_and_closed() {
    let server = idle_soon().await;
    let begun = Instant::now();
    let mut client = Speaker::ask(&server, "open").await;
    let last = client.rest(Manners::Polite).await;
    assert_eq!(last.last(), Some(&GOAWAY), "{last:?}");
    assert!(begun.elapsed() >= SHORT, "after {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_peer_that_ignores_the_goodbye_is_cut() {
    let server = idle_soon().await;
    let begun = Instant::now();
    let mut client = Speaker::ask(&server, "open").await;
    let last = client.rest(Manners::Deaf).await;
    assert!(last.contains(&GOAWAY), "{last:?}");
    assert!(begun.elapsed() >= SHORT * 2, "after {:?}", begun.elapsed());
}

#[tokio::test]
async fn a_connection_with_a_stream_open_is_not_idle() {
    let server = idle_soon().await;
    let mut client = Speaker::ask(&server, "live").await;
    let rest = timeout(SHORT * 5, client.rest(Manners::Polite)).await;
    assert!(rest.is_err(), "{rest:?}");
}

async fn idle_soon() -> Server {
    let live = async || Body::new(Endless::beginning("data: 1\n\n"));
    let router = Router::new()
        .route("/open", get(async || "open"))
        .route("/live", get(live));
    let idle = ConnectionLimits {
        idle: SHORT,
        ..limits()
    };
    Server::open(router, idle).await
}

/// Whether a client answers PINGs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manners {
    Polite,
    Deaf,
}

/// A client that speaks HTTP/2.
struct Speaker(Client);

impl Speaker {
    /// Asks for a path of four letters and waits for the first of the answer's body.
    async fn ask(server: &Server, path: &str) -> Self {
        let mut client = Self(server.connect().await);
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        client.0.0.write_all(preface).await.unwrap();
        client.send(SETTINGS, 0, 0, &[]).await;
        // By number: GET, http. By name: the path.
        let mut header = vec![0x82, 0x86, 0x04, 5, b'/'];
        header.extend(path.bytes());
        let whole = 5;
        client.send(HEADERS, whole, 1, &header).await;
        while client.frame().await.unwrap().0 != DATA {}
        client
    }

    /// Lists the kinds of all frames until the connection ends.
    async fn rest(&mut self, manners: Manners) -> Vec<u8> {
        let mut kinds = Vec::new();
        while let Some((kind, flags, payload)) = self.frame().await {
            kinds.push(kind);
            if kind == PING && flags & ACKNOWLEDGED == 0 && manners == Manners::Polite {
                self.send(PING, ACKNOWLEDGED, 0, &payload).await;
            }
        }
        kinds
    }

    /// Reads a frame's kind, flags and payload; none at the end of the connection.
    async fn frame(&mut self) -> Option<(u8, u8, Vec<u8>)> {
        let mut head = [0; 9];
        self.0.0.read_exact(&mut head).await.ok()?;
        let [a, b, c, kind, flags, ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        self.0.0.read_exact(&mut payload).await.ok()?;
        Some((kind, flags, payload))
    }

    async fn send(&mut self, kind: u8, flags: u8, stream: u8, payload: &[u8]) {
        let length = u8::try_from(payload.len()).unwrap();
        let head = [0, 0, length, kind, flags, 0, 0, 0, stream];
        self.0
            .0
            .write_all(&[&head, payload].concat())
            .await
            .unwrap();
    }
}
