//! Pages of other sites: what they may do, and with whose cookies.

use axum::body::Body;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderValue, Method, StatusCode};

use crate::client::{Answer, Client, fresh_id, json_body, program};
use crate::fixtures::assert_problem;
use crate::server::{Options, Server};

const INVITED: &str = "https://friends.test";
const STRANGE: &str = "https://strange.test";

fn inviting(cors_origins: &'static [&'static str]) -> Options {
    Options {
        cors_origins,
        ..Options::default()
    }
}

#[tokio::test]
async fn an_invited_site_may_use_the_api_with_cookies_and_others_may_not() {
    let server = Server::with(inviting(&[INVITED]));
    let (path, found) = ("/api/tables", "/api/codes/ZZZZZZ");
    let first = asks_first(&server, INVITED, path).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    for answer in [first, asks(&server, INVITED, found).await] {
        assert_eq!(answer.header("access-control-allow-origin"), INVITED);
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
    }
    let first = asks_first(&server, STRANGE, path).await;
    for answer in [first, asks(&server, STRANGE, found).await] {
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    assert_eq!(opens(&server, INVITED).await.status, StatusCode::CREATED);
    let refused = opens(&server, STRANGE).await;
    assert_problem(&refused, 403, "cross-site", "another site");
}

#[tokio::test]
async fn where_all_are_invited_nobody_brings_cookies() {
    let server = Server::with(inviting(&["*"]));
    for origin in [INVITED, STRANGE] {
        let first = asks_first(&server, origin, "/api/tables").await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text());
        for answer in [first, asks(&server, origin, "/api/codes/ZZZZZZ").await] {
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
    }
}

#[tokio::test]
async fn nobody_is_invited_to_pages_or_unless_the_operator_says_so() {
    for (options, path) in [
        (inviting(&[INVITED]), "/"),
        (inviting(&["*"]), "/health"),
        (inviting(&[]), "/api/codes/ZZZZZZ"),
    ] {
        let answer = asks(&Server::with(options), INVITED, path).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test]
async fn an_invited_site_reads_that_it_asks_too_often_and_until_when() {
    let server = Server::with(Options {
        limits: Some(web::RateLimits::by_seat(1)),
        ..inviting(&[INVITED])
    });
    for _ in 0..10 {
        asks(&server, INVITED, "/api/codes/ZZZZZZ").await;
        asks_first(&server, INVITED, "/api/tables").await;
    }
    let refused = asks(&server, INVITED, "/api/codes/ZZZZZZ").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("access-control-allow-origin"), INVITED);
    let readable = refused.header("access-control-expose-headers");
    assert_eq!(readable, "retry-after");
}

#[tokio::test]
async fn a_cookie_goes_along_from_other_sites_only_where_one_is_named_and_all_is_encrypted() {
    let public = Some("https://codex.test");
    for (cors_origins, public_url, same_site, secure) in [
        (&[INVITED] as &[&str], public, "SameSite=None", true),
        (&["*"], public, "SameSite=Lax", true),
        (&[], public, "SameSite=Lax", true),
        (&[INVITED], None, "SameSite=Lax", false),
    ] {
        let server = Server::with(Options {
            public_url,
            ..inviting(cors_origins)
        });
        let own = public_url.unwrap_or("http://codex.test");
        let opened = opens(&server, own).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
        let cookie = opened.header("set-cookie");
        assert!(cookie.contains(same_site), "{cors_origins:?}: {cookie}");
        assert_eq!(cookie.contains("Secure"), secure, "{cookie}");
    }
}

/// What a browser asks before it lets a page ask.
async fn asks_first(server: &Server, origin: &'static str, path: &str) -> Answer {
    let mut request = program(Method::OPTIONS, path, Body::empty());
    let post = HeaderValue::from_static("POST");
    let headers = request.headers_mut();
    headers.insert(ACCESS_CONTROL_REQUEST_METHOD, post);
    headers.insert(ORIGIN, HeaderValue::from_static(origin));
    Client::new(server).send(request).await
}

async fn asks(server: &Server, origin: &'static str, path: &str) -> Answer {
    let mut request = program(Method::GET, path, Body::empty());
    let headers = request.headers_mut();
    headers.insert(ORIGIN, HeaderValue::from_static(origin));
    Client::new(server).send(request).await
}

async fn opens(server: &Server, origin: &'static str) -> Answer {
    let body = serde_json::json!({ "name": "Anna", "command_id": fresh_id() });
    let mut request = json_body("/api/tables", &body);
    let headers = request.headers_mut();
    headers.insert(ORIGIN, HeaderValue::from_static(origin));
    Client::new(server).send(request).await
}
