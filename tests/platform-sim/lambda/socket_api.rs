//! A WebSocket API, as API Gateway offers one: it holds the sockets, tells a function what happens at them, and takes posts.
//!
//! What it does otherwise than a WebSocket server: a socket is open only once its `CONNECT` was answered well, and takes no
//! post before. A closing is told, but not always. A socket ends after a time whatever it does. Messages are answered in
//! no order.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};

use super::function::LambdaFunction;

/// Bytes of a frame at most.
const FRAME_BYTES_MAX: usize = 32 * 1_024;
/// Posts that wait for a slow client at most.
const POSTS_MAX: usize = 64;

/// The limits of a WebSocket API.
#[derive(Clone, Copy, Debug)]
pub struct SocketLimits {
    /// How long a socket may be open.
    pub age: Duration,
    /// How long it may be silent.
    pub idle: Duration,
    /// One in so many closings is not told; none if it is none.
    pub untold: Option<u64>,
}

/// A WebSocket API with sockets in it.
#[derive(Debug)]
pub struct SocketApi {
    shared: Arc<ApiSockets>,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct ApiSockets {
    function: Mutex<Option<LambdaFunction>>,
    limits: SocketLimits,
    open: Mutex<HashMap<String, mpsc::Sender<Bytes>>>,
    made: AtomicU64,
    closed: AtomicU64,
    posts: Mutex<Vec<PostedFrame>>,
    refused: AtomicU64,
}

/// A frame that was posted, and to which socket.
#[derive(Clone, Debug)]
pub struct PostedFrame {
    /// The socket.
    pub connection: String,
    /// The frame.
    pub text: String,
}

impl SocketApi {
    /// Starts it. Until [`SocketApi::serve`] no socket can be opened.
    pub async fn start(limits: SocketLimits) -> Self {
        let shared = Arc::new(ApiSockets {
            function: Mutex::default(),
            limits,
            open: Mutex::default(),
            made: AtomicU64::new(0),
            closed: AtomicU64::new(0),
            posts: Mutex::default(),
            refused: AtomicU64::new(0),
        });
        let router = Router::new()
            .route("/live", get(connect))
            .route("/live/@connections/{id}", post(take_post).delete(close))
            .layer(DefaultBodyLimit::max(4 * FRAME_BYTES_MAX))
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self {
            shared,
            address,
            serving,
        }
    }

    /// Tells a function what happens at the sockets.
    pub fn serve(&self, function: &LambdaFunction) {
        *self.shared.function.lock().unwrap() = Some(function.clone());
    }

    /// Where sockets are opened.
    pub fn url(&self) -> String {
        format!("ws://{}/live", self.address)
    }

    /// Every frame that was taken.
    pub fn posts(&self) -> Vec<PostedFrame> {
        self.shared.posts.lock().unwrap().clone()
    }

    /// Posts that were refused, because a socket was gone or not yet open.
    pub fn refused(&self) -> u64 {
        self.shared.refused.load(Ordering::Relaxed)
    }

    /// The sockets that are open.
    pub fn open(&self) -> usize {
        self.shared.open.lock().unwrap().len()
    }

    /// Loses every socket. Nobody is told.
    pub fn lose_all(&self) {
        self.shared.open.lock().unwrap().clear();
    }
}

impl Drop for SocketApi {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn connect(State(api): State<Arc<ApiSockets>>, mut request: Request) -> Response {
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY).cloned() else {
        return StatusCode::UPGRADE_REQUIRED.into_response();
    };
    let number = api.made.fetch_add(1, Ordering::Relaxed);
    let id = format!("L0SM9cOF{number:06}=");
    let event = ApiSockets::event(&id, "CONNECT", Some(request.uri()), None);
    let status = api.tell(&event).await;
    if !status.is_success() {
        return status.into_response();
    }
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            let stream = TokioIo::new(upgraded);
            let socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
            api.hold(id, socket).await;
        }
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(CONNECTION, "upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_ACCEPT, derive_accept_key(key.as_bytes()))
        .body(Body::empty())
        .unwrap()
}

async fn take_post(
    State(api): State<Arc<ApiSockets>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    if body.len() > FRAME_BYTES_MAX {
        return StatusCode::PAYLOAD_TOO_LARGE;
    }
    let socket = api.open.lock().unwrap().get(&id).cloned();
    let text = String::from_utf8(body.to_vec()).unwrap();
    let taken = socket.is_some_and(|socket| socket.try_send(body).is_ok());
    if !taken {
        api.refused.fetch_add(1, Ordering::Relaxed);
        return StatusCode::GONE;
    }
    api.posts.lock().unwrap().push(PostedFrame {
        connection: id,
        text,
    });
    StatusCode::OK
}

async fn close(State(api): State<Arc<ApiSockets>>, Path(id): Path<String>) -> StatusCode {
    match api.open.lock().unwrap().remove(&id) {
        Some(_) => StatusCode::NO_CONTENT,
        None => StatusCode::GONE,
    }
}

impl ApiSockets {
    /// Holds a socket for as long as it may be open.
    async fn hold<S>(self: Arc<Self>, id: String, mut socket: WebSocketStream<S>)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        let (posts, mut posted) = mpsc::channel(POSTS_MAX);
        self.open.lock().unwrap().insert(id.clone(), posts);
        let age = sleep(self.limits.age);
        tokio::pin!(age);
        loop {
            tokio::select! {
                () = &mut age => break,
                () = sleep(self.limits.idle) => break,
                said = socket.next() => match said {
                    Some(Ok(Message::Text(text))) if text.len() <= FRAME_BYTES_MAX => {
                        let event = Self::event(&id, "MESSAGE", None, Some(text.as_str()));
                        let api = Arc::clone(&self);
                        tokio::spawn(async move { api.tell(&event).await });
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(_) | Err(_)) | None => break,
                },
                post = posted.recv() => {
                    let Some(post) = post else { break };
                    let text = String::from_utf8(post.to_vec()).unwrap();
                    if socket.send(Message::text(text)).await.is_err() {
                        break;
                    }
                }
            }
        }
        let away = CloseFrame {
            code: 1001.into(),
            reason: "Going away".into(),
        };
        // An error says that the client has gone.
        let _ = socket.close(Some(away)).await;
        self.open.lock().unwrap().remove(&id);
        let closed = self.closed.fetch_add(1, Ordering::Relaxed);
        let is_told = self
            .limits
            .untold
            .is_none_or(|one_in| !closed.is_multiple_of(one_in));
        if is_told {
            self.tell(&Self::event(&id, "DISCONNECT", None, None)).await;
        }
    }

    /// Tells the function an event, and returns the status of its answer.
    async fn tell(&self, event: &Value) -> StatusCode {
        let function = self.function.lock().unwrap().clone();
        let Some(function) = function else {
            return StatusCode::INTERNAL_SERVER_ERROR;
        };
        let answer = function.invoke(event).await.ok();
        let status = answer.and_then(|answer| u16::try_from(answer["statusCode"].as_u64()?).ok());
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        status.unwrap_or(StatusCode::BAD_GATEWAY)
    }

    fn event(id: &str, kind: &str, opened: Option<&Uri>, body: Option<&str>) -> Value {
        let route = match kind {
            "CONNECT" => "$connect",
            "DISCONNECT" => "$disconnect",
            _ => "$default",
        };
        let mut event = json!({
            "requestContext": {
                "routeKey": route,
                "eventType": kind,
                "messageDirection": "IN",
                "connectedAt": 1_773_342_238_000_u64,
                "connectionId": id,
                "requestId": "Fv5Q8FhPIAMFTUQ=",
                "requestTime": "12/Mar/2026:19:03:58 +0000",
                "requestTimeEpoch": 1_773_342_238_000_u64,
                "domainName": "a1b2c3.execute-api.us-east-1.amazonaws.com",
                "stage": "live",
                "apiId": "a1b2c3",
                "identity": { "sourceIp": "127.0.0.1" },
            },
            "isBase64Encoded": false,
        });
        if let Some(query) = opened.and_then(Uri::query) {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let pairs: Map<String, Value> = pairs
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect();
            event["queryStringParameters"] = pairs.into();
        }
        if let Some(body) = body {
            event["body"] = body.into();
        }
        event
    }
}
