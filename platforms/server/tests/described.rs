//! The server under requests that are made of its own description: those that it allows, and those that it does not.

mod common;

use std::env;
use std::fs;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use servers::program;
use tokio::process::Command;
use tokio::time::timeout;

use common::client::HttpClient;
use common::fresh_setup;

/// Cases for each address and method, where `DESCRIBED_CASES` says no other number. A thousand make some ten thousand requests.
const CASES: &str = "20";
/// How long all of them take at most.
const TIME_MAX: Duration = Duration::from_mins(20);
/// What is checked of each answer: its status, its type, its form and its headers are described, wrong requests are refused,
/// and none is an error of the server.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance,negative_data_rejection";

#[tokio::test]
async fn no_request_finds_an_error_or_an_answer_that_is_not_described() {
    let setup = fresh_setup().with("MAX_CONCURRENT_GAMES", "100000");
    let server = setup.start().await;
    let client = HttpClient::new(server.address());
    let opening =
        json!({ "name": "Anna", "limit": "day", "command_id": "opened-by-a-test-of-all" });
    let seat = client.post("/api/tables", &opening).await;
    assert_eq!(seat.status, StatusCode::CREATED);
    let (table, token) = (seat.field("table"), seat.field("token"));
    // Sockets are a gateway's, and this server has none: it says so with 501.
    let config = format!(
        "[parameters]\n\"path.table\" = {table}\n\n[[operations]]\ninclude-operation-id = \"openSocket\"\n\
         checks.not_a_server_error.expected-statuses = [\"2xx\", \"4xx\", \"501\"]\n"
    );
    let settings = setup.folder().join("schemathesis.toml");
    fs::write(&settings, config).unwrap();
    let cases = env::var("DESCRIBED_CASES").unwrap_or_else(|_| CASES.to_owned());
    let mut asking = Command::new(program("schemathesis", "schemathesis"));
    asking
        .current_dir(setup.folder())
        .arg("--config-file")
        .arg(&settings)
        .args([
            "run",
            &format!("http://{}/api/openapi.json", server.address()),
        ])
        .args([
            "--header",
            &format!("Authorization: Bearer {}", token.as_str().unwrap()),
        ])
        // A stream is open for as long as its client wants.
        .args(["--exclude-operation-id", "streamTable"])
        .args([
            "--checks",
            CHECKS,
            "--phases",
            "coverage,fuzzing",
            "--max-examples",
            &cases,
        ])
        .args([
            "--generation-deterministic",
            "--request-timeout",
            "40",
            "--no-color",
        ])
        .kill_on_drop(true);
    let asked = timeout(TIME_MAX, asking.output())
        .await
        .expect("it ends")
        .unwrap();
    let said = String::from_utf8_lossy(&asked.stdout);
    assert!(
        asked.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&asked.stderr)
    );
    assert!(said.contains("Operations:       9 selected"), "{said}");
}
