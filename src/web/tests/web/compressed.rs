//! Answers that are compressed, and those that must not be.

use serde_json::{Value, json};

use crate::client::{Answer, Client, fresh_id};
use crate::fixtures::{At, TableFixture, assert_guarded};
use crate::server::Server;

/// What browsers send, what older ones send, and what takes nothing.
const CLIENTS: [(&str, &str); 4] = [
    ("gzip, deflate, br, zstd", "zstd"),
    ("gzip, deflate, br", "gzip"),
    ("zstd;q=0.5, gzip", "gzip"),
    ("identity", ""),
];

#[tokio::test]
async fn pages_and_json_are_compressed_as_each_client_prefers() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let page = format!("/t/{}", fixture.table);
    let view = format!("/api/tables/{}", fixture.table);
    for (accepts, encoding) in CLIENTS {
        let shown = fixture.host.get_encoded(&page, accepts).await;
        assert_encoded(&shown, encoding);
        let text = String::from_utf8(shown.decoded()).unwrap();
        assert!(text.starts_with("<!") && text.contains("</html>"), "{text}");
        assert!(encoding.is_empty() || shown.body.len() * 2 < text.len());

        let shown = fixture.host.get_encoded(&view, accepts).await;
        assert_encoded(&shown, encoding);
        let json: Value = serde_json::from_slice(&shown.decoded()).unwrap();
        assert_eq!(json["view"]["you"], 1, "{json}");
    }
}

#[tokio::test]
async fn what_holds_a_lasting_secret_is_sent_as_it_is() {
    let server = Server::new();
    let mut client = Client::new(&server);
    let body = json!({ "name": "Anna", "command_id": fresh_id() });
    let mut request = crate::client::json_body("/api/tables", &body);
    let encodings = http::HeaderValue::from_static("gzip, zstd");
    request.headers_mut().insert("accept-encoding", encodings);
    let opened = client.send(request).await;
    assert!(!opened.header("set-cookie").is_empty());
    assert_eq!(opened.header("content-encoding"), "");
    assert!(opened.json()["recovery_phrase"].is_string());
    let table = opened.json()["table"].as_str().unwrap().to_owned();
    let phrase = format!("/t/{table}/phrase");
    let told = client.get_encoded(&phrase, "gzip, zstd").await;
    assert!(told.text().contains("</html>"));
    assert_eq!(told.header("content-encoding"), "");
}

#[tokio::test]
async fn what_is_short_is_sent_as_it_is() {
    let server = Server::new();
    let live = Client::new(&server)
        .get_encoded("/health/live", "zstd")
        .await;
    assert_eq!(live.header("content-encoding"), "");
    assert_eq!(live.header("vary"), "");
    assert_eq!(live.header("content-length"), live.body.len().to_string());
}

fn assert_encoded(answer: &Answer, encoding: &str) {
    assert_eq!(answer.status, 200, "{}", answer.header("content-type"));
    assert_eq!(answer.header("content-encoding"), encoding);
    let vary = answer.headers.get_all("vary").iter();
    assert_eq!(vary.filter(|one| *one == "accept-encoding").count(), 1);
    assert_guarded(answer);
}
