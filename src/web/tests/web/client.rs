//! A browser, as far as a test needs one: it keeps its cookies and reads streams.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use game::{Command, TableId};
use http::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE,
};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use service::HEARTBEAT_MS;
use tower::ServiceExt;

use crate::server::{Server, fresh_number};

const FORM: &str = "application/x-www-form-urlencoded";
const BROWSER_ACCEPTS: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
/// The time between two heartbeats of a stream.
pub(crate) const BEAT: Duration = Duration::from_millis(HEARTBEAT_MS);
/// Far longer than anything but a stream that never speaks.
const PATIENCE: Duration = Duration::from_mins(10);

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("answers are text")
    }

    /// The body, decoded as the answer says that it is encoded.
    pub(crate) fn decoded(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        let mut body = &self.body[..];
        match self.header("content-encoding") {
            "br" => brotli::Decompressor::new(body, 4_096).read_to_end(&mut plain),
            "gzip" => flate2::read::GzDecoder::new(body).read_to_end(&mut plain),
            "zstd" => zstd::Decoder::new(body)
                .expect("a decoder needs nothing")
                .read_to_end(&mut plain),
            _ => body.read_to_end(&mut plain),
        }
        .expect("a body is encoded as its answer says");
        plain
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// Somebody's browser or program.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    router: Router,
    /// What it sends with every request, by name.
    pub(crate) cookies: BTreeMap<String, String>,
    /// The cookie that pages with a form give every browser; none in one that has not been given it, or keeps none.
    pub(crate) visitor: Option<String>,
    /// Where it is.
    pub(crate) address: [u8; 4],
}

impl Client {
    /// A browser that has never been here.
    pub(crate) fn new(server: &Server) -> Self {
        Self::of(server.router.clone())
    }

    /// A browser that reaches something else than what players reach.
    pub(crate) fn of(router: Router) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            visitor: Some("0123456789abcdef".repeat(2)),
            address: [192, 0, 2, 1],
        }
    }

    /// The same browser, served by another instance.
    pub(crate) fn on(&self, server: &Server) -> Self {
        Self {
            router: server.router.clone(),
            ..self.clone()
        }
    }

    /// Asks for a page as a browser does.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(page(Method::GET, path, Body::empty())).await
    }

    /// Asks for a page as a browser does that takes these encodings.
    pub(crate) async fn get_encoded(&mut self, path: &str, encodings: &'static str) -> Answer {
        let mut request = page(Method::GET, path, Body::empty());
        let encodings = http::HeaderValue::from_static(encodings);
        request.headers_mut().insert(ACCEPT_ENCODING, encodings);
        self.send(request).await
    }

    /// Asks below `/api`, or for JSON elsewhere.
    pub(crate) async fn get_json(&mut self, path: &str) -> Answer {
        self.send(program(Method::GET, path, Body::empty())).await
    }

    /// Sends a form.
    pub(crate) async fn post_form(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form(path, fields)).await
    }

    /// Sends JSON.
    pub(crate) async fn post_json(&mut self, path: &str, body: &Value) -> Answer {
        self.send(json_body(path, body)).await
    }

    /// Plays a command by form, under a fresh id.
    pub(crate) async fn play_by_form(&mut self, table: &TableId, command: &Command) -> Answer {
        let id = fresh_id();
        self.send(form_of_command(table, &id, command)).await
    }

    /// Plays a command as a program does, under a fresh id.
    pub(crate) async fn play(&mut self, table: &TableId, command: &Command) -> Answer {
        let id = fresh_id();
        self.send(json_of_command(table, &id, command)).await
    }

    /// Sends a request with this browser's cookies and reads the answer to its end.
    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.begin(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body ends well").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.to_vec(),
        }
    }

    /// Opens a stream.
    pub(crate) async fn stream(&mut self, path: &str) -> Stream {
        self.stream_after(path, None).await
    }

    /// Opens a stream again, saying what was heard last.
    pub(crate) async fn stream_after(&mut self, path: &str, last_id: Option<&str>) -> Stream {
        let mut request = page(Method::GET, path, Body::empty());
        if let Some(id) = last_id {
            let id = id.parse().expect("an id is plain text");
            request.headers_mut().insert("last-event-id", id);
        }
        let (stream, encoding) = self.open_stream(request).await;
        assert_eq!(encoding, "");
        stream
    }

    /// Opens a stream as a browser does, which reads it compressed.
    pub(crate) async fn compressed_stream(&mut self, path: &str) -> Stream {
        let mut request = page(Method::GET, path, Body::empty());
        let all = http::HeaderValue::from_static("gzip, deflate, br, zstd");
        request.headers_mut().insert(ACCEPT_ENCODING, all);
        let (stream, encoding) = self.open_stream(request).await;
        assert_eq!(encoding, "gzip");
        stream
    }

    /// Opens a stream, and returns how it is encoded.
    async fn open_stream(&mut self, request: Request<Body>) -> (Stream, String) {
        let path = request.uri().clone();
        let response = self.begin(request).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let kind = response.headers()[CONTENT_TYPE].to_str().unwrap_or("");
        assert_eq!(kind, "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        assert_eq!(response.headers()["vary"], "accept-encoding");
        let encoding = response.headers().get(CONTENT_ENCODING);
        let encoding = encoding.and_then(|encoding| encoding.to_str().ok());
        let encoding = encoding.unwrap_or_default().to_owned();
        (Stream(response.into_body()), encoding)
    }

    /// Sends a request and returns the first part of the answer's body: all of it, or the first event of a stream.
    pub(crate) async fn first_bytes(&mut self, request: Request<Body>) -> Bytes {
        let response = self.begin(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        Stream(response.into_body()).bytes().await
    }

    async fn begin(&mut self, mut request: Request<Body>) -> http::Response<Body> {
        let cookies = self.cookies.iter();
        let mut cookies: Vec<String> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        cookies.extend(self.visitor.iter().map(|value| format!("visitor={value}")));
        if !cookies.is_empty() {
            let cookies = cookies.join("; ").parse().expect("cookies are plain text");
            request.headers_mut().insert(COOKIE, cookies);
        }
        let peer = SocketAddr::from((self.address, 40_000));
        request.extensions_mut().insert(web::Peer(peer));
        let router = self.router.clone();
        let response = router.oneshot(request).await.expect("a router never fails");
        for cookie in response.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("cookies are plain text");
            let pair = cookie.split(';').next().unwrap_or(cookie);
            let (name, value) = pair.split_once('=').expect("a cookie has a value");
            if name == "visitor" {
                self.visitor = Some(value.to_owned());
            } else if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }
}

/// An open event stream; dropping it hangs up.
#[derive(Debug)]
pub(crate) struct Stream(Body);

/// One event of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) event: String,
    pub(crate) id: String,
    pub(crate) data: String,
    pub(crate) bytes: Vec<u8>,
}

impl News {
    /// Reads one event as it is sent.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).expect("events are text");
        let field = |name: &str| {
            let lines = text.lines().filter_map(|line| line.strip_prefix(name));
            let values = lines.map(|value| value.strip_prefix(' ').unwrap_or(value));
            values.collect::<Vec<_>>().join("\n")
        };
        Self {
            event: field("event:"),
            id: field("id:"),
            data: field("data:"),
            bytes: bytes.to_vec(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.data).expect("this event holds JSON")
    }

    /// The version in the id: a page's id has its mark, too.
    pub(crate) fn version(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }
}

impl Stream {
    /// The next event; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<News> {
        Some(News::read(&self.next_bytes().await?))
    }

    /// The next event of a stream that is to go on, as it is sent.
    pub(crate) async fn bytes(&mut self) -> Bytes {
        self.next_bytes().await.expect("the stream goes on")
    }

    /// The next part of the body; `None` when the stream has ended.
    pub(crate) async fn next_bytes(&mut self) -> Option<Bytes> {
        let frame = tokio::time::timeout(PATIENCE, self.0.frame());
        let frame = frame.await.expect("a stream beats while it is open")?;
        let data = frame.expect("a stream ends well").into_data();
        Some(data.expect("a stream has no trailers"))
    }

    /// The next event of a stream that is to go on.
    pub(crate) async fn event(&mut self) -> News {
        self.next().await.expect("the stream goes on")
    }
}

/// A command id nobody has used.
pub(crate) fn fresh_id() -> String {
    format!("test-command-id-{:06}", fresh_number())
}

/// A request as a browser sends it.
pub(crate) fn page(method: Method, path: &str, body: Body) -> Request<Body> {
    request(method, path, BROWSER_ACCEPTS, body)
}

/// A request as a program sends it.
pub(crate) fn program(method: Method, path: &str, body: Body) -> Request<Body> {
    request(method, path, "application/json", body)
}

fn request(method: Method, path: &str, accept: &str, body: Body) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = request
        .header(HOST, "codex.test")
        .header(ACCEPT, accept)
        .body(body);
    request.expect("tests name addresses as they are")
}

/// A form as a browser sends it.
pub(crate) fn form(path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    let body = pairs.collect::<Vec<_>>().join("&");
    let mut request = page(Method::POST, path, Body::from(body));
    let kind = http::HeaderValue::from_static(FORM);
    request.headers_mut().insert(CONTENT_TYPE, kind);
    request
}

/// JSON as a program sends it.
pub(crate) fn json_body(path: &str, body: &Value) -> Request<Body> {
    json_text(path, body.to_string())
}

/// What claims to be JSON.
pub(crate) fn json_text(path: &str, body: impl Into<Body>) -> Request<Body> {
    let mut request = program(Method::POST, path, body.into());
    let kind = http::HeaderValue::from_static("application/json");
    request.headers_mut().insert(CONTENT_TYPE, kind);
    request
}

/// A command as a page's form sends it.
pub(crate) fn form_of_command(table: &TableId, id: &str, command: &Command) -> Request<Body> {
    let fields = serde_json::to_value(command).expect("commands are JSON");
    let fields = fields.as_object().expect("commands are objects");
    let mut typed: Vec<(&str, String)> = vec![("command_id", id.to_owned())];
    for (name, value) in fields {
        let text = value.as_str().map_or(value.to_string(), str::to_owned);
        typed.push((name, text));
    }
    let typed: Vec<(&str, &str)> = typed
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    form(&format!("/t/{table}/play"), &typed)
}

/// A command as a program sends it.
pub(crate) fn json_of_command(table: &TableId, id: &str, command: &Command) -> Request<Body> {
    let body = json!({ "command_id": id, "command": command });
    json_body(&format!("/api/tables/{table}/commands"), &body)
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
