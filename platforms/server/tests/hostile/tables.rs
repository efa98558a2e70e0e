//! One client that opens tables only to have them.

use std::net::SocketAddr;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::common::client::{Answer, HttpClient, ServerAddresses};
use crate::common::fresh_setup;

#[tokio::test]
async fn one_client_takes_half_of_the_tables_also_over_a_restart_and_the_log_says_who() {
    let setup = fresh_setup()
        .with("MAX_CONCURRENT_GAMES", &10)
        .with("RATE_LIMIT_ENABLED", "true");
    let server = setup.start().await;
    for number in 0..5 {
        let opened = open(server.address(), 1, number).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{number}");
    }
    assert_refused(&open(server.address(), 1, 5).await, 429, "share-taken");
    let mut server = server.kill().await.start().await;
    assert_refused(&open(server.address(), 1, 6).await, 429, "share-taken");

    for number in 0..5 {
        let opened = open(server.address(), 2 + number / 2, number).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{number}");
    }
    assert_refused(&open(server.address(), 9, 0).await, 503, "server-full");
    server.says("has opened its share of the tables").await;
    let is_full = |line: &str| {
        line.contains("all tables are in use")
            .then(|| line.to_owned())
    };
    let full = server.hears(is_full).await;
    assert!(
        full.contains(r#""openers":"127."#) && full.contains(": 5, "),
        "{full}"
    );
}

/// Opens a table from the address of a client.
async fn open(server: SocketAddr, from: u64, number: u64) -> Answer {
    let client = HttpClient::numbered(ServerAddresses::new(server), from);
    let body = json!({
        "name": "Greta",
        "command_id": format!("table-{from:08}-{number:08}"),
    });
    let asked = client.ask_once(Method::POST, "/api/tables", Some(&body));
    asked.await.unwrap()
}

fn assert_refused(answer: &Answer, status: u16, code: &str) {
    let told = (answer.status.as_u16(), answer.field("code"));
    assert_eq!(told, (status, json!(code)));
}
