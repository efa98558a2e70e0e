//! The request id in answers and in the log.

use axum::body::Body;
use http::Method;

use crate::client::{Client, page};
use crate::log::Log;
use crate::server::{Options, Server};

const TRACE: &str = "105445aa7843bc8bf206b12000100000/1;o=1";

/// A server behind a proxy that numbers requests in its own way.
const BEHIND: Options = Options {
    trusted_proxy_hops: 1,
    request_id: Some("x-cloud-trace-context"),
    trace_project: Some("codex"),
    ..Options::USUAL
};

async fn number(options: Options, headers: &[(&str, &str)]) -> String {
    let mut request = page(Method::GET, "/", Body::empty());
    for (name, value) in headers {
        let name = http::HeaderName::try_from(*name).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let answer = Client::new(&Server::with(options)).send(request).await;
    answer.header("x-request-id").to_owned()
}

#[tokio::test]
async fn a_trusted_proxys_number_is_taken_before_the_clients() {
    let both = [("x-cloud-trace-context", TRACE), ("x-request-id", "mine")];
    assert_eq!(number(BEHIND, &both).await, TRACE);
    assert_eq!(number(BEHIND, &both[1..]).await, "mine");
    let alone = Options {
        trusted_proxy_hops: 0,
        ..BEHIND
    };
    assert_eq!(number(alone, &both).await, "mine");
}

#[tokio::test]
async fn what_cannot_be_a_number_is_replaced() {
    let long = "x".repeat(201);
    for given in ["", "two words", &long] {
        let number = number(Options::USUAL, &[("x-request-id", given)]).await;
        assert!(number != given && number.len() == 32, "{number}");
    }
}

#[tokio::test]
async fn every_line_of_a_request_tells_its_number_and_its_trace() {
    let log = Log::listen();
    number(BEHIND, &[("x-cloud-trace-context", TRACE)]).await;
    let told = String::from_utf8(log.take()).unwrap();
    let answered = told.lines().find(|line| line.contains("answered")).unwrap();
    assert!(
        answered.contains(&format!("request_id=\"{TRACE}\"")),
        "{answered}"
    );
    let trace = "projects/codex/traces/105445aa7843bc8bf206b12000100000";
    assert!(answered.contains(trace), "{answered}");
}
