//! The description of the API as it is served, and answers beside what it says of them.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::client::{Answer, Client, fresh_id, program};
use crate::fixtures::{At, TableFixture, assert_page};
use crate::server::Server;

/// A request in the words of the description, and who sends it.
struct Try<'a> {
    method: Method,
    path: &'a str,
    table: &'a str,
    rest: &'a str,
    body: Value,
}

impl Try<'_> {
    fn request(&self) -> Request<Body> {
        let path = self
            .path
            .replace("{table}", self.table)
            .replace("{code}", self.table);
        let path = format!("{path}{}", self.rest);
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

async fn description(server: &Server) -> Value {
    let served = Client::new(server).get_json("/api/openapi.json").await;
    assert_eq!(served.status, StatusCode::OK);
    assert_eq!(served.header("cache-control"), "public, max-age=3600");
    served.json()
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
async fn whatever_an_address_answers_is_described() {
    let server = Server::new();
    let described = description(&server).await;
    let mut fixture = TableFixture::at(&server, At::Scene).await;
    let gathering = TableFixture::at(&server, At::Gathering).await;
    let over = TableFixture::at(&server, At::Closed).await;
    let named = |name: &str| json!({ "name": name, "command_id": fresh_id() });
    let command = |command: Value| json!({ "command_id": fresh_id(), "command": command });
    let (tables, codes) = ("/api/tables", "/api/codes/{code}");
    let (view, seats, commands) = (
        "/api/tables/{table}",
        "/api/tables/{table}/seats",
        "/api/tables/{table}/commands",
    );
    let here = fixture.table.as_str().to_owned();
    let nowhere = "aaaaaaaaaaaaaaaaaaaa";
    let tries = [
        (Method::POST, tables, "", "", named("Maren"), 201),
        (Method::POST, tables, "", "", named(""), 422),
        (Method::POST, tables, "", "", json!({ "name": 3 }), 400),
        (
            Method::POST,
            tables,
            "",
            "",
            json!({ "name": "x".repeat(20_000) }),
            413,
        ),
        (
            Method::POST,
            seats,
            gathering.table.as_str(),
            "",
            named("Cat"),
            201,
        ),
        (
            Method::POST,
            seats,
            gathering.table.as_str(),
            "",
            named("Cat"),
            409,
        ),
        (Method::POST, seats, &here, "", named("Dora"), 409),
        (Method::POST, seats, nowhere, "", named("Dora"), 404),
        (
            Method::POST,
            seats,
            over.table.as_str(),
            "",
            named("Dora"),
            410,
        ),
        (
            Method::GET,
            codes,
            gathering.code.as_str(),
            "",
            Value::Null,
            200,
        ),
        (Method::GET, codes, "nothing", "", Value::Null, 404),
        (Method::GET, codes, "%FF", "", Value::Null, 400),
        (Method::GET, view, &here, "", Value::Null, 200),
        (Method::GET, view, &here, "?after=none", Value::Null, 400),
        (Method::GET, view, &here, "?wait=-1", Value::Null, 400),
        (Method::GET, view, nowhere, "", Value::Null, 404),
        (Method::GET, view, "nothing", "", Value::Null, 404),
        (
            Method::POST,
            commands,
            &here,
            "",
            command(json!({ "do": "say", "text": "Well?" })),
            200,
        ),
        (
            Method::POST,
            commands,
            &here,
            "",
            command(json!({ "do": "say", "text": "" })),
            422,
        ),
        (
            Method::POST,
            commands,
            &here,
            "",
            command(json!({ "do": "dance" })),
            400,
        ),
        (
            Method::POST,
            commands,
            &here,
            "",
            command(json!({ "do": "pass-time" })),
            409,
        ),
        (
            Method::GET,
            "/api/tables/{table}/phrase",
            &here,
            "",
            Value::Null,
            200,
        ),
        (
            Method::GET,
            "/api/tables/{table}/phrase",
            nowhere,
            "",
            Value::Null,
            401,
        ),
        (
            Method::GET,
            "/api/tables/{table}/chronicle",
            &here,
            "",
            Value::Null,
            409,
        ),
        (
            Method::GET,
            "/api/tables/{table}/chronicle",
            over.table.as_str(),
            "",
            Value::Null,
            409,
        ),
        (
            Method::GET,
            "/api/tables/{table}/events",
            &here,
            "?changes=no",
            Value::Null,
            400,
        ),
        (
            Method::POST,
            "/api/tables/{table}/ticket",
            &here,
            "",
            Value::Null,
            501,
        ),
        (
            Method::POST,
            "/api/return",
            "",
            "",
            json!({ "table": here, "phrase": "no" }),
            403,
        ),
        (
            Method::POST,
            "/api/return",
            "",
            "",
            json!({ "table": "ABCDEF", "phrase": "no" }),
            404,
        ),
    ];
    for (method, path, table, rest, body, status) in tries {
        let asked = Try {
            method,
            path,
            table,
            rest,
            body,
        };
        let answer = fixture.host.send(asked.request()).await;
        assert_eq!(
            answer.status,
            status,
            "{path} {}: {}",
            asked.body,
            answer.text()
        );
        assert_described(&described, &asked, &answer);
    }
}
