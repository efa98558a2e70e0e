//! A function URL, or an HTTP API: makes an event of each request, and a response of each answer.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{COOKIE, HeaderName, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::function::LambdaFunction;
use crate::CommandGate;

/// Bytes of a request's body at most.
const BODY_BYTES_MAX: usize = 6 * 1_024 * 1_024;
const FORWARDED_FOR: &str = "x-forwarded-for";

/// What turns requests into invocations of a function.
#[derive(Debug)]
pub struct FunctionUrl {
    secure: SocketAddr,
    plain: SocketAddr,
    shared: Arc<UrlState>,
    serving: [JoinHandle<()>; 2],
}

#[derive(Debug)]
struct UrlState {
    function: LambdaFunction,
    gate: CommandGate,
}

#[derive(Clone)]
struct Scheme {
    shared: Arc<UrlState>,
    scheme: &'static str,
}

impl FunctionUrl {
    /// Opens two addresses of a function: one as players have it, by TLS, which ends here; and one without TLS, which only
    /// emulators have.
    pub async fn start(function: LambdaFunction) -> Self {
        let shared = Arc::new(UrlState {
            function,
            gate: CommandGate::default(),
        });
        let (secure, one) = listen(&shared, "https").await;
        let (plain, other) = listen(&shared, "http").await;
        Self {
            secure,
            plain,
            shared,
            serving: [one, other],
        }
    }

    /// The address for players who speak TLS.
    pub fn secure(&self) -> SocketAddr {
        self.secure
    }

    /// The address for those who do not.
    pub fn plain(&self) -> SocketAddr {
        self.plain
    }

    /// The gate that holds back the commands of a table.
    pub fn command_gate(&self) -> &CommandGate {
        &self.shared.gate
    }
}

impl Drop for FunctionUrl {
    fn drop(&mut self) {
        for serving in &self.serving {
            serving.abort();
        }
    }
}

async fn listen(shared: &Arc<UrlState>, scheme: &'static str) -> (SocketAddr, JoinHandle<()>) {
    let state = Scheme {
        shared: Arc::clone(shared),
        scheme,
    };
    let router = Router::new().fallback(pass).with_state(state);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async { axum::serve(listener, service).await.unwrap() });
    (address, serving)
}

async fn pass(
    State(Scheme { shared, scheme }): State<Scheme>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let permit = shared.gate.admit(parts.uri.path()).await;
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let event = event(&parts, &body, client, scheme);
    let Ok(answer) = shared.function.invoke(&event).await else {
        return (StatusCode::BAD_GATEWAY, "Internal Server Error").into_response();
    };
    let response = response(&answer);
    if response.status().is_success() {
        shared.gate.settle(permit);
    }
    response
}

/// Makes the event of a request, in version 2.0 of its form.
fn event(parts: &Parts, body: &Bytes, client: SocketAddr, scheme: &str) -> Value {
    let mut headers: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in parts.headers.iter().filter(|(name, _)| **name != COOKIE) {
        let value = String::from_utf8_lossy(value.as_bytes());
        headers
            .entry(name.as_str())
            .and_modify(|line| *line = format!("{line},{value}"))
            .or_insert_with(|| value.to_string());
    }
    let source = client.ip().to_string();
    // The front adds whom it hears the request from to what the request says.
    headers
        .entry(FORWARDED_FOR)
        .and_modify(|line| *line = format!("{line}, {source}"))
        .or_insert_with(|| source.clone());
    headers.insert("x-forwarded-proto", scheme.to_owned());
    headers.insert("x-amzn-trace-id", "Root=1-67891233-0".to_owned());
    let cookies = parts.headers.get_all(COOKIE).iter();
    let cookies: Vec<String> = cookies
        .flat_map(|line| line.to_str().unwrap().split("; "))
        .map(str::to_owned)
        .collect();
    let path = parts.uri.path();
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": parts.uri.query().unwrap_or_default(),
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "a1b2c3",
            "domainName": "a1b2c3.lambda-url.us-east-1.on.aws",
            "domainPrefix": "a1b2c3",
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": source,
                "userAgent": "a bot",
            },
            "requestId": "e1506fd5-9e7b-434f-bd42-4f8fa224b599",
            "routeKey": "$default",
            "stage": "$default",
            "time": "12/Mar/2026:19:03:58 +0000",
            "timeEpoch": 1_773_342_238_000_u64,
        },
        "isBase64Encoded": false,
    });
    if !cookies.is_empty() {
        event["cookies"] = cookies.into();
    }
    if !body.is_empty() {
        // As a front does that does not look what it is.
        event["body"] = BASE64.encode(body).into();
        event["isBase64Encoded"] = true.into();
    }
    event
}

/// Makes the response of an answer.
fn response(answer: &Value) -> Response {
    let text = answer["body"].as_str().unwrap_or_default();
    let body = match answer["isBase64Encoded"].as_bool() {
        Some(true) => BASE64.decode(text).unwrap(),
        Some(false) | None => text.as_bytes().to_vec(),
    };
    let mut response = Response::new(Body::from(body));
    let status = answer["statusCode"].as_u64().unwrap();
    *response.status_mut() = StatusCode::from_u16(u16::try_from(status).unwrap()).unwrap();
    let headers = response.headers_mut();
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        let name: HeaderName = name.parse().unwrap();
        headers.insert(name, value.as_str().unwrap().parse().unwrap());
    }
    for cookie in answer["cookies"].as_array().into_iter().flatten() {
        let cookie = HeaderValue::from_str(cookie.as_str().unwrap()).unwrap();
        headers.append(SET_COOKIE, cookie);
    }
    response
}
