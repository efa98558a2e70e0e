//! Requests of HTTP as events, and answers as API Gateway and function URLs take them.
//!
//! Whom a request comes from, and its id, are what the front says in the event's context. Headers that claim the same are
//! replaced: the router trusts this program as it would a proxy.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{CONTENT_ENCODING, HOST, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri};
use lambda_http::Body as EventBody;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_http::request::LambdaRequest;
use serde::Serialize;

use crate::event::EventError;

const FORWARDED: HeaderName = HeaderName::from_static("forwarded");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const REQUEST_ID: HeaderName = HeaderName::from_static(profiles::LAMBDA.request_id);

/// The stage that adds nothing to paths.
const DEFAULT_STAGE: &str = "$default";

/// Bytes of an answer's body at most. An answer may have six megabytes, and base 64 adds a third.
const ANSWER_BYTES_MAX: usize = 4 * 1_024 * 1_024;
/// Bytes of a body that is sent as text at most: JSON may double it.
const TEXT_BYTES_MAX: usize = 1_024 * 1_024;

/// An answer to a request of HTTP, in version 2.0 of its form.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HttpAnswer {
    status_code: u16,
    headers: BTreeMap<String, String>,
    /// The lines of `Set-Cookie`, which would be one otherwise. Some fronts want the list although it is empty.
    cookies: Vec<String>,
    body: EventBody,
    is_base64_encoded: bool,
}

/// Reads the request of an event. `id` is the invocation's.
pub(crate) fn request(event: &str, id: &str) -> Result<Request<Body>, EventError> {
    let mut event: ApiGatewayV2httpRequest = serde_json::from_str(event)?;
    let context = &mut event.request_context;
    let source = context.http.source_ip.take();
    let host = event.headers.remove(HOST);
    let domain = context.domain_name.take();
    // The path tells the stage, and nobody else is to add it.
    let stage = context.stage.take();
    let path = without_stage(event.raw_path.take().unwrap_or_default(), stage.as_deref());
    let query = event.raw_query_string.take().unwrap_or_default();
    event.raw_path = Some(path);

    let request: Request<EventBody> = LambdaRequest::ApiGatewayV2(event).into();
    let (mut parts, body) = request.into_parts();
    parts.uri = uri(&parts.uri, &query);
    let host = host.or_else(|| HeaderValue::try_from(domain?).ok());
    tell_origin(&mut parts, host, source, id);
    Ok(Request::from_parts(
        parts,
        Bytes::copy_from_slice(&body).into(),
    ))
}

/// Returns the path below the stage it names. It begins with a slash.
fn without_stage(path: String, stage: Option<&str>) -> String {
    let below = stage
        .filter(|stage| *stage != DEFAULT_STAGE)
        .and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage));
    match below {
        Some("") => "/".to_owned(),
        Some(below) if below.starts_with('/') => below.to_owned(),
        Some(_) | None if path.starts_with('/') => path,
        Some(_) | None => format!("/{path}"),
    }
}

/// Returns the address of a request: its path, and its query if it can be one.
fn uri(path: &Uri, query: &str) -> Uri {
    let path = path.path();
    let whole = PathAndQuery::try_from(format!("{path}?{query}"));
    let whole = whole.ok().filter(|_| !query.is_empty());
    whole.map_or_else(|| Uri::try_from(path).unwrap_or_default(), Uri::from)
}

/// Has a request say what its front knows of it.
fn tell_origin(parts: &mut Parts, host: Option<HeaderValue>, source: Option<String>, id: &str) {
    let headers = &mut parts.headers;
    // Every front speaks TLS. An emulator that does not says so.
    let is_clear = headers
        .get(FORWARDED_PROTO)
        .is_some_and(|scheme| scheme == "http");
    let scheme = HeaderValue::from_static(if is_clear { "http" } else { "https" });
    let told = [
        (HOST, host),
        (FORWARDED, None),
        (FORWARDED_FOR, source.and_then(|source| source.parse().ok())),
        (FORWARDED_PROTO, Some(scheme)),
        (REQUEST_ID, id.parse().ok()),
    ];
    for (name, value) in told {
        match value {
            Some(value) => drop(headers.insert(name, value)),
            None => drop(headers.remove(name)),
        }
    }
}

/// Reads a response to its end, and puts it into the form of an answer.
pub(crate) async fn answer(response: Response<Body>) -> HttpAnswer {
    let (parts, body) = response.into_parts();
    match to_bytes(body, ANSWER_BYTES_MAX).await {
        Ok(body) => HttpAnswer::of(parts.status, &parts.headers, body),
        Err(error) => {
            let error: &dyn std::error::Error = &error;
            tracing::error!(error, "a response is larger than an answer may be");
            HttpAnswer::problem(
                StatusCode::INTERNAL_SERVER_ERROR,
                "too-large",
                "The answer is larger than can be sent from here.",
            )
        }
    }
}

impl HttpAnswer {
    /// Returns the answer to a request that was not answered in time.
    pub(crate) fn late() -> Self {
        Self::problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "This took too long. Please try again in a moment.",
        )
    }

    fn of(status: StatusCode, headers: &HeaderMap, body: Bytes) -> Self {
        let cookies = headers.get_all(SET_COOKIE).iter();
        let body = match text(headers, &body) {
            Some(text) => EventBody::Text(text),
            None => EventBody::Binary(body.into()),
        };
        Self {
            status_code: status.as_u16(),
            headers: joined(headers),
            cookies: cookies.filter_map(to_text).collect(),
            is_base64_encoded: matches!(body, EventBody::Binary(_)),
            body,
        }
    }

    fn problem(status: StatusCode, code: &str, detail: &str) -> Self {
        let problem = serde_json::json!({
            "type": format!("urn:arcane-codex:problem:{code}"),
            "status": status.as_u16(),
            "title": status.canonical_reason(),
            "code": code,
            "detail": detail,
        });
        let headers = [
            ("cache-control", "no-store"),
            ("content-type", "application/problem+json"),
            ("retry-after", "1"),
        ];
        Self {
            status_code: status.as_u16(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            cookies: Vec::new(),
            body: EventBody::Text(problem.to_string()),
            is_base64_encoded: false,
        }
    }
}

/// Returns a body as text, if it is one and small.
fn text(headers: &HeaderMap, body: &Bytes) -> Option<String> {
    if headers.contains_key(CONTENT_ENCODING) || body.len() > TEXT_BYTES_MAX {
        return None;
    }
    String::from_utf8(body.to_vec()).ok()
}

/// Returns the headers, several lines of one as one line. Cookies cannot be joined, and have a place of their own.
fn joined(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers.iter().filter(|(name, _)| **name != SET_COOKIE) {
        let Some(value) = to_text(value) else {
            continue;
        };
        joined
            .entry(name.as_str().to_owned())
            .and_modify(|line| {
                line.push_str(", ");
                line.push_str(&value);
            })
            .or_insert(value.clone());
    }
    joined
}

fn to_text(value: &HeaderValue) -> Option<String> {
    value.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use axum::http::header::{COOKIE, VARY};
    use serde_json::{Value, json};

    use super::*;

    fn event() -> Value {
        json!({
            "version": "2.0",
            "rawPath": "/t/abc",
            "rawQueryString": "since=1&wait=2%2B",
            "cookies": ["seat-a=1", "seat-b=2"],
            "headers": {
                "host": "codex.test",
                "x-forwarded-for": "198.51.100.1, 203.0.113.7",
                "x-forwarded-proto": "https",
                "forwarded": "for=198.51.100.1",
                "lambda-runtime-aws-request-id": "forged",
            },
            "requestContext": {
                "stage": "$default",
                "domainName": "front.test",
                "http": { "method": "POST", "path": "/t/abc", "sourceIp": "203.0.113.7" },
                "timeEpoch": 0,
            },
            "body": "bGluZQ==",
            "isBase64Encoded": true,
        })
    }

    fn read(event: &Value) -> Request<Body> {
        request(&event.to_string(), "invocation-1").unwrap()
    }

    #[tokio::test]
    async fn a_request_is_what_the_front_says_and_not_what_its_headers_claim() {
        let request = read(&event());
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri(), "/t/abc?since=1&wait=2%2B");
        let headers = request.headers();
        assert_eq!(headers[HOST], "codex.test");
        assert_eq!(headers[COOKIE], "seat-a=1; seat-b=2");
        assert_eq!(headers[FORWARDED_FOR], "203.0.113.7");
        assert_eq!(headers[REQUEST_ID], "invocation-1");
        assert!(!headers.contains_key(FORWARDED));
        let body = to_bytes(request.into_body(), 100).await.unwrap();
        assert_eq!(body, "line");
    }

    #[test]
    fn a_path_is_that_below_its_stage() {
        for (path, stage, below) in [
            ("/t/abc", "$default", "/t/abc"),
            ("/live/t/abc", "live", "/t/abc"),
            ("/live", "live", "/"),
            ("/lively", "live", "/lively"),
            ("", "live", "/"),
        ] {
            let mut event = event();
            event["rawPath"] = path.into();
            event["rawQueryString"] = "".into();
            event["requestContext"]["stage"] = stage.into();
            assert_eq!(read(&event).uri(), below, "{path} of {stage}");
        }
    }

    #[test]
    fn a_front_without_tls_is_believed_and_no_other_scheme_is() {
        for (told, scheme) in [
            ("http", "http"),
            ("gopher", "https"),
            ("http, https", "https"),
        ] {
            let mut event = event();
            event["headers"]["x-forwarded-proto"] = told.into();
            assert_eq!(read(&event).headers()[FORWARDED_PROTO], scheme, "{told}");
        }
    }

    #[test]
    fn what_cannot_be_an_address_or_a_host_breaks_nothing() {
        let mut event = event();
        event["rawQueryString"] = "a b\u{7f}".into();
        event["rawPath"] = "//[::1]:x/\u{fc}".into();
        event["headers"]["host"] = "a b:99999".into();
        let request = read(&event);
        assert_eq!(request.uri().query(), None);
        assert_eq!(request.headers()[HOST], "a b:99999");
    }

    #[tokio::test]
    async fn each_cookie_keeps_its_line_and_other_lines_are_joined() {
        let response = Response::builder()
            .header(SET_COOKIE, "a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT")
            .header(SET_COOKIE, "b=2")
            .header(VARY, "cookie")
            .header(VARY, "accept-encoding")
            .body(Body::from("text"))
            .unwrap();
        let answer = serde_json::to_value(answer(response).await).unwrap();
        let expected = json!({
            "statusCode": 200,
            "headers": { "vary": "cookie, accept-encoding" },
            "cookies": ["a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT", "b=2"],
            "body": "text",
            "isBase64Encoded": false,
        });
        assert_eq!(answer, expected);
    }

    #[tokio::test]
    async fn what_is_no_text_is_sent_in_base_64_and_what_is_too_long_is_not_sent() {
        let packed = Response::builder()
            .header(CONTENT_ENCODING, "gzip")
            .body(Body::from("text"))
            .unwrap();
        let packed = serde_json::to_value(answer(packed).await).unwrap();
        assert_eq!(packed["body"], "dGV4dA==");
        assert_eq!(packed["isBase64Encoded"], true);

        let long = Response::new(Body::from(vec![b'x'; ANSWER_BYTES_MAX + 1]));
        let long = serde_json::to_value(answer(long).await).unwrap();
        assert_eq!(long["statusCode"], 500);
        let whole = Response::new(Body::from(vec![b'"'; ANSWER_BYTES_MAX]));
        let whole = serde_json::to_string(&answer(whole).await).unwrap();
        assert!(whole.len() < 6_000_000, "{}", whole.len());
    }
}
