//! The runtime API of one environment: hands out its invocations and takes their answers.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// Bytes of an answer at most.
const ANSWER_BYTES_MAX: usize = 6 * 1_024 * 1_024;

/// What an environment answers: its answer as JSON, or the error it tells.
pub(super) type Told = Result<String, String>;

/// The runtime API of one environment.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    address: SocketAddr,
    deliveries: mpsc::Sender<Delivery>,
    asked: watch::Receiver<u64>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Delivery {
    id: String,
    event: String,
    deadline: Duration,
    told: oneshot::Sender<Told>,
}

#[derive(Debug)]
struct ApiState {
    deliveries: tokio::sync::Mutex<mpsc::Receiver<Delivery>>,
    /// How often the environment has asked for an invocation.
    asked: watch::Sender<u64>,
    /// The invocation in hand.
    in_hand: Mutex<Option<(String, oneshot::Sender<Told>)>>,
}

impl RuntimeApi {
    pub(super) async fn start() -> Self {
        let (deliveries, received) = mpsc::channel(1);
        let (asking, asked) = watch::channel(0);
        let state = Arc::new(ApiState {
            deliveries: received.into(),
            asked: asking,
            in_hand: Mutex::default(),
        });
        let invocation = "/2018-06-01/runtime/invocation";
        let router = Router::new()
            .route(&format!("{invocation}/next"), get(next))
            .route(&format!("{invocation}/{{id}}/response"), post(response))
            .route(&format!("{invocation}/{{id}}/error"), post(error))
            .layer(DefaultBodyLimit::max(ANSWER_BYTES_MAX))
            .with_state(state);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            deliveries,
            asked,
            serving,
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the environment has asked for its `number`-th invocation.
    pub(super) async fn is_asked(&self, number: u64) {
        let mut asked = self.asked.clone();
        asked.wait_for(|asked| *asked >= number).await.unwrap();
    }

    /// Delivers an event, and returns what will be told. An environment that ends tells nothing.
    pub(super) async fn deliver(
        &self,
        id: &str,
        event: &str,
        within: Duration,
    ) -> oneshot::Receiver<Told> {
        let (told, tells) = oneshot::channel();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let delivery = Delivery {
            id: id.to_owned(),
            event: event.to_owned(),
            deadline: now + within,
            told,
        };
        self.deliveries.send(delivery).await.unwrap();
        tells
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn next(State(state): State<Arc<ApiState>>) -> Response {
    let mut deliveries = state.deliveries.lock().await;
    state.asked.send_modify(|asked| *asked += 1);
    let Some(delivery) = deliveries.recv().await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", delivery.id.clone()),
        (
            "lambda-runtime-deadline-ms",
            delivery.deadline.as_millis().to_string(),
        ),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:000000000000:function:codex".to_owned(),
        ),
        (
            "lambda-runtime-trace-id",
            format!("Root=1-67891233-{:0>24};Sampled=1", delivery.id.len()),
        ),
    ];
    *state.in_hand.lock().unwrap() = Some((delivery.id, delivery.told));
    (headers, delivery.event).into_response()
}

async fn response(
    State(state): State<Arc<ApiState>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    state.tell(&id, Ok(text(&body)))
}

async fn error(
    State(state): State<Arc<ApiState>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    state.tell(&id, Err(text(&body)))
}

impl ApiState {
    fn tell(&self, id: &str, told: Told) -> StatusCode {
        let in_hand = self.in_hand.lock().unwrap().take();
        match in_hand {
            Some((known, tells)) if known == id => {
                // Nobody may wait any more.
                let _ = tells.send(told);
                StatusCode::ACCEPTED
            }
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

fn text(body: &Bytes) -> String {
    String::from_utf8(body.to_vec()).unwrap()
}
