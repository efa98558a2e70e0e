//! A provider's API, as far as a command line asks: it keeps what it is given and notes every request.
//!
//! Each provider's tests answer what its command line must hear; this is no model of the provider. What a command
//! comes to is read from the requests it made.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

/// Bytes of a request's body at most.
const BODY_MAX: usize = 64 << 20;

/// What came in one request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its method, as `POST`.
    pub method: String,
    /// The host it was sent to, where a provider has several.
    pub host: String,
    /// Its path, without the query.
    pub path: String,
    /// Its query, undecoded.
    pub query: String,
    /// Its headers, as they came.
    pub headers: HeaderMap,
    /// Its body, as it came.
    pub body: Bytes,
}

impl Asked {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The parts of the path between its slashes.
    pub fn words(&self) -> Vec<&str> {
        self.path.trim_matches('/').split('/').collect()
    }

    /// Whether it may change something.
    pub fn changes(&self) -> bool {
        self.method != "GET"
    }
}

/// What a provider has and was asked.
#[derive(Debug, Default)]
pub struct Kept {
    /// Objects, by a path of the provider's tests' choice.
    pub objects: BTreeMap<String, Value>,
    /// Every request, in order.
    pub asked: Vec<Asked>,
}

impl Kept {
    /// The bodies of the requests of a method to paths with this end, in order.
    pub fn sent(&self, method: &str, end: &str) -> Vec<Value> {
        let asked = self.asked.iter();
        let found = asked.filter(|asked| asked.method == method && asked.path.ends_with(end));
        found.map(Asked::json).collect()
    }
}

/// What a provider answers: a status and JSON, or another response.
#[derive(Debug)]
pub enum Answer {
    /// A status and a body of JSON.
    Json(StatusCode, Value),
    /// Any other response, such as a log.
    Other(Box<Response>),
}

/// What is answered to JSON that is well.
pub fn ok(value: Value) -> Answer {
    Answer::Json(StatusCode::OK, value)
}

/// A running API, which ends with the test's process.
#[derive(Debug)]
pub struct Provider {
    /// Its address and port.
    pub address: String,
    kept: Arc<Mutex<Kept>>,
}

type Answers = fn(&mut Kept, &Asked) -> Answer;

impl Provider {
    /// Starts one that answers by a function.
    ///
    /// # Panics
    ///
    /// If no port is free.
    pub fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        listener.set_nonblocking(true).expect("it is a socket");
        let address = listener.local_addr().expect("it is bound").to_string();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let state = (Arc::clone(&kept), answers);
        let router = Router::new().fallback(answer).with_state(state);
        // The commands block the thread of their test, so the API has another.
        thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().expect("it starts");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener);
                // An error would show as a command that is not answered.
                let _ = axum::serve(listener.expect("it is a socket"), router).await;
            });
        });
        Self { address, kept }
    }

    /// What it has and was asked until now.
    pub fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(
    State((kept, answers)): State<(Arc<Mutex<Kept>>, Answers)>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let asked = Asked {
        method: head.method.to_string(),
        host: head.uri.host().unwrap_or_default().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body: to_bytes(body, BODY_MAX).await.unwrap_or_default(),
    };
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.asked.push(asked.clone());
    match answers(&mut kept, &asked) {
        Answer::Json(status, value) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (status, kind, value.to_string()).into_response()
        }
        Answer::Other(response) => *response,
    }
}
