//! The files for Caddy and Traefik, tried with these programs as `docs/operations/proxies.md` tells to use them.

mod front;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bots::fleet::BotFleet;
use bots::server::Setup;
use deploy::built;
use reqwest::header::{LOCATION, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, UPGRADE};
use reqwest::{Response, StatusCode, Version};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::compose::instance::Instance;
use front::{Front, ProxyKind};

/// How long something may take to come about.
const PATIENCE: Duration = Duration::from_secs(20);
/// What a client says about itself that is not so.
const FORGED: [(&str, &str); 7] = [
    ("x-forwarded-for", "203.0.113.9"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-port", "1"),
    ("x-real-ip", "203.0.113.9"),
    ("forwarded", "for=203.0.113.9"),
    ("x-request-id", "mine"),
];
/// Commands that are acknowledged before the server is ended.
const BEFORE: usize = 6;

/// A proxy in front of an instance that tells what it was asked.
async fn alone(kind: ProxyKind) -> (Front, Instance) {
    let instance = Instance::serve(Ipv4Addr::LOCALHOST).await;
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, instance.port()));
    (Front::before(kind, at).await, instance)
}

/// Whoever asks while the server restarts is answered by it, now or a moment later, and never by a proxy that gives up.
#[tokio::test]
async fn a_table_is_played_to_its_chronicle_while_the_server_restarts() {
    for (kind, seed) in ProxyKind::ALL.into_iter().zip(81..) {
        let binary = built("arcane-codex");
        let setup = Setup::of(binary.to_str().unwrap()).with("TRUSTED_PROXY_HOPS", &1);
        let mut server = setup.start().await;
        let front = Arc::new(Front::before(kind, server.address()).await);
        let fleet = BotFleet::behind(&front.url(""), front.certificate(), seed);
        let is_over = Arc::new(AtomicBool::new(false));
        let visitor = tokio::spawn(visit(kind, Arc::clone(&front), Arc::clone(&is_over)));
        let (table, server) = tokio::join!(fleet.play(1), async {
            fleet.acknowledges(BEFORE).await;
            server.terminate().await;
            let again = server.setup();
            let ended = server.ended().await;
            assert_eq!(ended.status.code(), Some(0), "{}", ended.text());
            again.start().await
        });
        let table = table.expect("nobody stopped the bots");
        is_over.store(true, Ordering::Relaxed);
        assert!(visitor.await.unwrap() > 0, "{kind:?}");

        let page = front.get(&format!("/t/{table}")).send().await.unwrap();
        assert_eq!(page.version(), Version::HTTP_2);
        assert!(
            page.headers().contains_key(STRICT_TRANSPORT_SECURITY),
            "{kind:?} says that it is TLS"
        );
        drop(server);
    }
}

/// Opens the front door again and again. Returns how often it was opened.
async fn visit(kind: ProxyKind, front: Arc<Front>, is_over: Arc<AtomicBool>) -> usize {
    let mut opened = 0;
    while !is_over.load(Ordering::Relaxed) {
        let answer = front.get("/").send().await.unwrap();
        if answer.status() == StatusCode::OK {
            opened += 1;
        } else {
            // The server's own word, while it ends and while it begins.
            let whole = format!("{kind:?}: {answer:?}");
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{whole}");
            assert!(answer.headers().contains_key(RETRY_AFTER), "{whole}");
        }
    }
    opened
}

#[tokio::test]
async fn what_a_client_says_about_itself_is_not_passed_on() {
    for kind in ProxyKind::ALL {
        let (front, _instance) = alone(kind).await;
        let request = front.get("/t/anna");
        let request = FORGED.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let told: Value = request.send().await.unwrap().json().await.unwrap();
        let headers = told["headers"].as_array().unwrap();
        let heard = |name: &str| -> Vec<&str> {
            let named = headers.iter().filter(|header| header[0] == name);
            named.map(|header| header[1].as_str().unwrap()).collect()
        };
        assert_eq!(heard("x-forwarded-for"), ["127.0.0.1"], "{kind:?}");
        assert_eq!(heard("x-forwarded-proto"), ["https"], "{kind:?}");
        assert!(heard("host")[0].starts_with("localhost:"), "{told}");
        for (name, value) in FORGED {
            assert!(!heard(name).contains(&value), "{kind:?}, {name}: {told}");
        }
    }
}

#[tokio::test]
async fn an_event_is_passed_on_before_the_next_one_is_told() {
    for kind in ProxyKind::ALL {
        let (front, instance) = alone(kind).await;
        for path in ["/t/anna/live", "/api/tables/anna/events"] {
            let mut stream = front.get(path).send().await.unwrap();
            assert_eq!(next(&mut stream).await, "data: one\n\n", "{kind:?}");
            instance.tell_more();
            assert_eq!(next(&mut stream).await, "data: two\n\n", "{kind:?}");
        }
    }
}

#[tokio::test]
async fn a_connection_becomes_a_web_socket() {
    for kind in ProxyKind::ALL {
        let (front, _instance) = alone(kind).await;
        let request = front.get_upgradable("/socket.io/?transport=websocket");
        let request = request
            .header(UPGRADE, "websocket")
            .header("connection", "Upgrade");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SWITCHING_PROTOCOLS, "{kind:?}");
        let mut socket = answer.upgrade().await.unwrap();
        socket.write_all(b"hello").await.unwrap();
        let mut echo = [0; 5];
        socket.read_exact(&mut echo).await.unwrap();
        assert_eq!(&echo, b"hello", "{kind:?}");
    }
}

#[tokio::test]
async fn the_figures_are_closed_and_health_is_whether_the_server_is_ready() {
    for kind in ProxyKind::ALL {
        let (front, instance) = alone(kind).await;
        let asked = instance.asked();
        for closed in ["/metrics", "/metrics/", "/metrics/all"] {
            let answer = front.get(closed).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{kind:?}, {closed}");
        }
        assert_eq!(instance.asked(), asked, "{kind:?}");
        let told: Value = front
            .get("/health")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(told["path"], "/health/ready", "{kind:?}");
    }
}

#[tokio::test]
async fn who_comes_without_tls_is_sent_there() {
    for kind in ProxyKind::ALL {
        let (front, instance) = alone(kind).await;
        let asked = instance.asked();
        let answer = front.get_plain("/join/ABCDEF").send().await.unwrap();
        assert!(answer.status().is_redirection(), "{kind:?}: {answer:?}");
        let to = answer.headers()[LOCATION].to_str().unwrap();
        // Caddy takes a port that is not TLS's own for one behind another proxy, and leaves it out.
        let to = to.replace(&front.url(""), "https://localhost");
        assert_eq!(to, "https://localhost/join/ABCDEF", "{kind:?}");
        assert_eq!(instance.asked(), asked, "{kind:?}");
    }
}

async fn next(stream: &mut Response) -> String {
    let chunk = tokio::time::timeout(PATIENCE, stream.chunk()).await;
    let chunk = chunk.expect("an event comes").unwrap().unwrap_or_default();
    String::from_utf8(chunk.to_vec()).unwrap()
}
