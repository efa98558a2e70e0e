//! Seats that are held by a bearer token instead of a cookie.

use axum::body::Body;
use http::header::{AUTHORIZATION, ORIGIN};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::client::{Answer, Client, fresh_id, program};
use crate::fixtures::{At, TableFixture, assert_problem};
use crate::server::Server;

/// Somebody who sends a token and keeps no cookies.
struct Program {
    client: Client,
    token: String,
}

impl Program {
    fn new(server: &Server, token: &str) -> Self {
        let mut client = Client::new(server);
        client.visitor = None;
        Self {
            client,
            token: token.to_owned(),
        }
    }

    async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let credentials = format!("Bearer {}", self.token).parse().unwrap();
        request.headers_mut().insert(AUTHORIZATION, credentials);
        let mut client = self.client.clone();
        client.send(request).await
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.send(program(Method::GET, path, Body::empty())).await
    }

    async fn say(&mut self, table: &str, from: Option<&'static str>) -> Answer {
        let body =
            json!({ "command_id": fresh_id(), "command": { "do": "say", "text": "Listen." } });
        let path = format!("/api/tables/{table}/commands");
        let mut request = program(Method::POST, &path, Body::from(body.to_string()));
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json".parse().unwrap());
        if let Some(origin) = from {
            headers.insert(ORIGIN, origin.parse().unwrap());
            headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
        }
        self.send(request).await
    }
}

/// Opens a table as a program does, and returns the answer.
async fn opened(server: &Server) -> Value {
    let mut client = Client::new(server);
    let body = json!({ "name": "Anna", "command_id": fresh_id() });
    let answer = client.post_json("/api/tables", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    answer.json()
}

fn text<'a>(answer: &'a Value, field: &str) -> &'a str {
    answer[field].as_str().unwrap()
}

#[tokio::test]
async fn a_token_is_as_good_as_the_cookie_that_came_with_it() {
    let server = Server::new();
    let seat = opened(&server).await;
    let table = text(&seat, "table");
    let mut anna = Program::new(&server, text(&seat, "token"));
    let view = anna.get(&format!("/api/tables/{table}")).await;
    assert_eq!(view.json()["view"]["you"], 1);
    assert!(view.header("set-cookie").is_empty());
    assert_eq!(anna.say(table, None).await.status, StatusCode::OK);
    let keys = anna.get(&format!("/api/tables/{table}/phrase")).await;
    assert_eq!(keys.json()["token"], seat["token"]);
    assert_eq!(keys.json()["recovery_phrase"], seat["recovery_phrase"]);
    assert_eq!(keys.header("cache-control"), "no-store, no-transform");
}

#[tokio::test]
async fn a_token_needs_no_guard_against_other_sites_and_no_cookie_stands_in_for_it() {
    let server = Server::new();
    let seat = opened(&server).await;
    let table = text(&seat, "table");
    let mut anna = Program::new(&server, text(&seat, "token"));
    let abroad = Some("https://elsewhere.test");
    assert_eq!(anna.say(table, abroad).await.status, StatusCode::OK);
    // Its browser also sends a cookie that is good: what counts is the token, which is not.
    let fixture = TableFixture::at(&server, At::Gathering).await;
    let mut torn = Program::new(&server, "nonsense");
    torn.client.cookies = fixture.host.cookies.clone();
    let refused = torn.say(fixture.table.as_str(), abroad).await;
    assert_problem(
        &refused,
        401,
        "token-unreadable",
        "This token gives no seat",
    );
    assert_eq!(refused.header("www-authenticate"), "Bearer realm=\"seat\"");
    let looked = torn.get(&format!("/api/tables/{}", fixture.table)).await;
    assert_problem(&looked, 401, "token-unreadable", "This token gives no seat");
}

#[tokio::test]
async fn a_token_of_another_table_gives_nothing() {
    let server = Server::new();
    let (one, other) = (opened(&server).await, opened(&server).await);
    let mut anna = Program::new(&server, text(&one, "token"));
    let refused = anna.say(text(&other, "table"), None).await;
    assert_problem(
        &refused,
        401,
        "token-unreadable",
        "This token gives no seat",
    );
}

#[tokio::test]
async fn a_phrase_brings_a_seat_back_as_json_and_a_wrong_one_does_not() {
    let server = Server::new();
    let seat = opened(&server).await;
    let mut elsewhere = Client::new(&server);
    for table in ["table", "code"] {
        let body = json!({ "table": seat[table], "phrase": seat["recovery_phrase"] });
        let back = elsewhere.post_json("/api/return", &body).await;
        assert_eq!(back.status, StatusCode::OK, "{}", back.text());
        assert_eq!(back.json()["token"], seat["token"]);
        assert!(back.header("set-cookie").starts_with("seat-"));
    }
    let wrong = json!({ "table": seat["table"], "phrase": "five wrong words are these" });
    let refused = elsewhere.post_json("/api/return", &wrong).await;
    assert_problem(&refused, 403, "wrong-phrase", "fits no seat");
}

#[tokio::test]
async fn pages_take_no_token() {
    let server = Server::new();
    let seat = opened(&server).await;
    let mut anna = Program::new(&server, text(&seat, "token"));
    let page = anna.get(&format!("/t/{}", text(&seat, "table"))).await;
    assert_eq!(page.json()["view"]["you"], Value::Null);
}
