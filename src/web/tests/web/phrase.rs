//! The recovery phrase: told by itself, to its holder alone.

use game::Command;
use http::HeaderValue;
use http::header::ACCEPT_ENCODING;

use crate::client::{Answer, fresh_id, json_body, program};
use crate::fixtures::{At, TableFixture, assert_page, assert_problem};
use crate::server::Server;

const SECRET: &str = "no-store, no-transform";

#[tokio::test]
async fn a_phrase_is_told_to_its_holder_and_to_nobody_else() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let page = format!("/t/{}/phrase", fixture.table);
    let api = format!("/api/tables/{}/phrase", fixture.table);
    for (client, phrase) in [&mut fixture.host, &mut fixture.guest]
        .into_iter()
        .zip(&fixture.phrases)
    {
        let shown = client.get(&page).await;
        assert_page(&shown, 200, phrase);
        assert!(
            !shown.text().contains("codex.js"),
            "it shows no table, and what its script adds can be done without"
        );
        for told in [client.get_json(&page).await, client.get_json(&api).await] {
            assert_eq!(told.json()["recovery_phrase"], phrase.as_str());
        }
    }
    let says = "You have no seat at this table.";
    assert_page(&fixture.stranger.get(&page).await, 401, says);
    let refused = fixture.stranger.get_json(&api).await;
    assert_problem(&refused, 401, "no-seat", says);
    fixture.guest.play(&fixture.table, &Command::Leave {}).await;
    let left = fixture.guest.get_json(&api).await;
    assert_problem(&left, 401, "no-seat", says);
}

#[tokio::test]
async fn no_page_and_no_update_of_a_table_holds_a_phrase() {
    let server = Server::new();
    for at in [At::Gathering, At::Scene, At::Closed] {
        let mut fixture = TableFixture::at(&server, at).await;
        let page = format!("/t/{}", fixture.table);
        let (live, events) = (fixture.page_stream(), fixture.json_stream());
        for client in [&mut fixture.host, &mut fixture.guest] {
            let mut sent = vec![
                client.get(&page).await.body,
                client.get_json(&page).await.body,
            ];
            for stream in [&live, &events] {
                sent.push(client.stream(stream).await.event().await.bytes);
            }
            for sent in sent {
                let sent = String::from_utf8(sent).unwrap();
                let held = fixture.phrases.iter().any(|phrase| sent.contains(phrase));
                assert!(!held, "{sent}");
            }
        }
    }
}

#[tokio::test]
async fn an_answer_with_a_phrase_is_not_compressed() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Gathering).await;
    let body = serde_json::json!({ "name": "Ivy", "command_id": fresh_id() });
    let sits = json_body(&format!("/api/tables/{}/seats", fixture.table), &body);
    let page = format!("/t/{}/phrase", fixture.table);
    let asks = program(http::Method::GET, &page, axum::body::Body::empty());
    for (client, mut request) in [(&mut fixture.stranger, sits), (&mut fixture.host, asks)] {
        let all = HeaderValue::from_static("gzip, br, zstd");
        request.headers_mut().insert(ACCEPT_ENCODING, all);
        assert_plain(&client.send(request).await);
    }
    let mut request = crate::client::page(http::Method::GET, &page, axum::body::Body::empty());
    let all = HeaderValue::from_static("gzip, br, zstd");
    request.headers_mut().insert(ACCEPT_ENCODING, all);
    assert_plain(&fixture.host.send(request).await);
}

fn assert_plain(answer: &Answer) {
    assert!(answer.status.is_success(), "{}", answer.text());
    assert_eq!(answer.header("cache-control"), SECRET);
    assert_eq!(answer.header("content-encoding"), "");
}
