//! The description of the API as it is served, and answers beside what it says of them.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::client::{Answer, Client, fresh_id, program};
use crate::fixtures::{At, TableFixture, assert_page};
use crate::server::Server;

const TABLES: &str = "/api/tables";
const SEATS: &str = "/api/tables/{table}/seats";
const RETURN: &str = "/api/return";
const CODES: &str = "/api/codes/{code}";
const VIEW: &str = "/api/tables/{table}";
const COMMANDS: &str = "/api/tables/{table}/commands";
const PHRASE: &str = "/api/tables/{table}/phrase";
const CHRONICLE: &str = "/api/tables/{table}/chronicle";
const EVENTS: &str = "/api/tables/{table}/events";
const TICKET: &str = "/api/tables/{table}/ticket";
/// A table that nobody opened.
const NOWHERE: &str = "aaaaaaaaaaaaaaaaaaaa";

/// A request in the words of the description, and the status it is answered with.
struct Try<'a> {
    method: Method,
    path: &'static str,
    /// What stands in the path for a table or a code.
    name: &'a str,
    query: &'static str,
    body: Value,
    status: u16,
}

fn get<'a>(path: &'static str, name: &'a str, status: u16) -> Try<'a> {
    Try {
        method: Method::GET,
        path,
        name,
        query: "",
        body: Value::Null,
        status,
    }
}

fn post<'a>(path: &'static str, name: &'a str, body: Value, status: u16) -> Try<'a> {
    Try {
        method: Method::POST,
        body,
        ..get(path, name, status)
    }
}

fn named(name: &str) -> Value {
    json!({ "name": name, "command_id": fresh_id() })
}

fn command(command: &Value) -> Value {
    json!({ "command_id": fresh_id(), "command": command })
}

impl Try<'_> {
    fn asking(mut self, query: &'static str) -> Self {
        self.query = query;
        self
    }

    fn request(&self) -> Request<Body> {
        let path = self.path.replace("{table}", self.name);
        let path = path.replace("{code}", self.name) + self.query;
        if self.body.is_null() {
            return program(self.method.clone(), &path, Body::empty());
        }
        let body = Body::from(self.body.to_string());
        let mut request = program(self.method.clone(), &path, body);
        let json = "application/json".parse().unwrap();
        request.headers_mut().insert("content-type", json);
        request
    }
}

/// Sends each of them, and checks its status and that the description knows the answer.
async fn all_described(server: &Server, client: &mut Client, tries: &[Try<'_>]) {
    let described = description(server).await;
    for asked in tries {
        let answer = client.send(asked.request()).await;
        let what = format!("{} {}: {}", asked.path, asked.body, answer.text());
        assert_eq!(answer.status, asked.status, "{what}");
        assert_described(&described, asked, &answer);
    }
}

async fn description(server: &Server) -> Value {
    let answer = Client::new(server).get_json("/api/openapi.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    answer.json()
}

/// Checks that the description knows the status, the media type and the code of an answer.
fn assert_described(description: &Value, asked: &Try<'_>, answer: &Answer) {
    let method = asked.method.as_str().to_ascii_lowercase();
    let operation = &description["paths"][asked.path][&method];
    assert!(operation.is_object(), "{method} {}", asked.path);
    let described = &operation["responses"][answer.status.as_str()];
    assert!(
        described.is_object(),
        "{method} {} {}",
        asked.path,
        answer.status
    );
    let kind = answer.header("content-type");
    let content = described["content"].as_object();
    let is_kind = content.map_or(kind.is_empty(), |content| content.contains_key(kind));
    assert!(is_kind, "{kind:?}: {described}");
    if kind == "application/problem+json" {
        let code = &answer.json()["code"];
        let codes = described["x-codes"].as_array().unwrap();
        assert!(codes.contains(code), "{method} {}: {code}", asked.path);
    }
}

#[tokio::test]
async fn the_description_is_compressed_and_may_be_kept() {
    let server = Server::new();
    let mut client = Client::new(&server);
    let plain = client.get("/api/openapi.json").await;
    let packed = client.get_encoded("/api/openapi.json", "zstd").await;
    assert_eq!(packed.header("content-encoding"), "zstd");
    assert_eq!(packed.decoded(), plain.body);
    assert!(packed.body.len() * 5 < plain.body.len());
    let mut vary = packed.headers.get_all("vary").iter();
    assert!(vary.any(|vary| vary == "accept-encoding"));
}

#[tokio::test]
async fn the_reference_names_every_operation_and_needs_no_script() {
    let server = Server::new();
    let described = description(&server).await;
    let page = Client::new(&server).get("/api").await;
    assert_page(&page, 200, "The JSON API");
    assert_eq!(page.header("cache-control"), "public, max-age=3600");
    let page = page.text();
    for (path, operations) in described["paths"].as_object().unwrap() {
        assert!(page.contains(path), "{path}");
        for operation in operations.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
    for name in described["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(page.contains(&format!("id=\"{name}\"")), "{name}");
    }
    let links = page
        .split("href=\"#")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap());
    for link in links {
        assert!(
            page.contains(&format!("id=\"{link}\"")),
            "{link} leads nowhere"
        );
    }
}

#[tokio::test]
async fn whatever_is_answered_to_who_wants_a_seat_is_described() {
    let server = Server::new();
    let gathering = TableFixture::at(&server, At::Gathering).await;
    let playing = TableFixture::at(&server, At::Scene).await;
    let over = TableFixture::at(&server, At::Closed).await;
    let (here, there) = (gathering.table.as_str(), playing.table.as_str());
    let long = json!({ "name": "x".repeat(20_000) });
    let phrase = |table: &str| json!({ "table": table, "phrase": "no such words" });
    let tries = [
        post(TABLES, "", named("Maren"), 201),
        post(TABLES, "", named(""), 422),
        post(TABLES, "", json!({ "name": 3 }), 400),
        post(TABLES, "", long, 413),
        post(SEATS, here, named("Cat"), 201),
        post(SEATS, here, named("Cat"), 409),
        post(SEATS, there, named("Dora"), 409),
        post(SEATS, NOWHERE, named("Dora"), 404),
        post(SEATS, over.table.as_str(), named("Dora"), 410),
        get(CODES, &gathering.code, 200),
        get(CODES, "nothing", 404),
        get(CODES, "%FF", 400),
        post(RETURN, "", phrase(there), 403),
        post(RETURN, "", phrase("ABCDEF"), 404),
    ];
    all_described(&server, &mut Client::new(&server), &tries).await;
}

#[tokio::test]
async fn whatever_is_answered_to_who_has_a_seat_is_described() {
    let server = Server::new();
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let over = TableFixture::at(&server, At::Closed).await;
    let table = fixture.table.clone();
    let here = table.as_str();
    let says = |text: &str| command(&json!({ "do": "say", "text": text }));
    let tries = [
        get(VIEW, here, 200),
        get(VIEW, here, 400).asking("?after=none"),
        get(VIEW, here, 400).asking("?wait=-1"),
        get(VIEW, NOWHERE, 404),
        get(VIEW, "nothing", 404),
        post(COMMANDS, here, says("Well?"), 200),
        post(COMMANDS, here, says(""), 422),
        post(COMMANDS, here, command(&json!({ "do": "dance" })), 400),
        post(COMMANDS, here, command(&json!({ "do": "pass-time" })), 409),
        post(COMMANDS, over.table.as_str(), says("Well?"), 401),
        get(PHRASE, here, 200),
        get(PHRASE, NOWHERE, 401),
        get(CHRONICLE, here, 409),
        get(CHRONICLE, over.table.as_str(), 409),
        get(EVENTS, here, 400).asking("?changes=no"),
        post(TICKET, here, Value::Null, 501),
    ];
    all_described(&server, &mut fixture.host, &tries).await;
}
