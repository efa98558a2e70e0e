//! A proxy before a `DynamoDB` server: it counts what is asked and what that costs, and answers with faults that no
//! server makes when it is told to.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use dynamo::DynamoTable;
use futures_util::stream;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{DynamoDb, table_at};

/// The header that names the operation, and what stands before its name.
const TARGET: &str = "x-amz-target";
const TARGET_PREFIX: &str = "DynamoDB_20120810.";
/// The headers that are handed on, either way.
const HANDED_ON: [&str; 4] = [TARGET, "content-type", "authorization", "x-amz-date"];
/// Operations that tell what they cost.
const PRICED: [&str; 8] = [
    "GetItem",
    "BatchGetItem",
    "Query",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
];

/// An answer in the place of the server's.
#[derive(Clone, Debug)]
pub enum DynamoFault {
    /// The request is not handed on, and fails with this error.
    Error(&'static str),
    /// The transaction is not handed on, and is canceled with these reasons.
    Canceled(Vec<&'static str>),
    /// The server does its work, and the answer is lost on its way.
    Lost,
}

/// What was asked, and what it cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DynamoCounts {
    /// The number of requests by operation.
    pub requests: BTreeMap<String, u32>,
    /// The number of strongly consistent reads.
    pub consistent_reads: u32,
    /// Read units.
    pub read_units: f64,
    /// Write units.
    pub write_units: f64,
    /// Bytes of the requests' bodies.
    pub bytes_sent: usize,
    /// Bytes of the answers' bodies.
    pub bytes_received: usize,
}

impl DynamoCounts {
    /// The number of requests of one operation.
    pub fn of(&self, operation: &str) -> u32 {
        self.requests.get(operation).copied().unwrap_or(0)
    }

    /// The number of all requests.
    pub fn all(&self) -> u32 {
        self.requests.values().sum()
    }
}

/// A proxy before a server. It ends with its value.
#[derive(Debug)]
pub struct DynamoProxy {
    endpoint: String,
    state: Arc<ProxyState>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct ProxyState {
    client: Client,
    server: String,
    counts: Mutex<DynamoCounts>,
    /// The faults that are still to be made, with the operation each is for.
    faults: Mutex<Vec<(&'static str, DynamoFault)>>,
}

impl DynamoProxy {
    /// Starts a proxy before a server.
    ///
    /// # Panics
    ///
    /// When there is no free port.
    pub async fn before(server: &DynamoDb) -> Self {
        let client = Client::builder().no_proxy().build();
        let state = Arc::new(ProxyState {
            client: client.expect("a client without TLS can be made"),
            server: server.endpoint(),
            counts: Mutex::default(),
            faults: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let router = Router::new()
            .fallback(hand_on)
            .with_state(Arc::clone(&state));
        let task = tokio::spawn(async move {
            // An error ends the proxy, and the test with it, at its next request.
            let _ = axum::serve(listener, router).await;
        });
        Self {
            endpoint: format!("http://{address}"),
            state,
            task,
        }
    }

    /// Where it is reached.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A table of the server by way of this proxy.
    pub fn table(&self, table: &DynamoTable) -> DynamoTable {
        table_at(&self.endpoint, &table.name)
    }

    /// What was asked since the last call, and what it cost.
    pub fn take_counts(&self) -> DynamoCounts {
        std::mem::take(&mut *self.state.counts())
    }

    /// Has the next requests of an operation answered by faults, one after the other.
    pub fn fail(&self, operation: &'static str, faults: impl IntoIterator<Item = DynamoFault>) {
        let faults = faults.into_iter().map(|fault| (operation, fault));
        self.state.faults().extend(faults);
    }

    /// Forgets the faults that were not made yet.
    pub fn heal(&self) {
        self.state.faults().clear();
    }

    /// The number of faults that were not made yet.
    pub fn faults_left(&self) -> usize {
        self.state.faults().len()
    }
}

impl Drop for DynamoProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl ProxyState {
    fn counts(&self) -> MutexGuard<'_, DynamoCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> MutexGuard<'_, Vec<(&'static str, DynamoFault)>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_fault(&self, operation: &str) -> Option<DynamoFault> {
        let mut faults = self.faults();
        let at = faults.iter().position(|(of, _)| *of == operation)?;
        Some(faults.remove(at).1)
    }
}

async fn hand_on(
    State(state): State<Arc<ProxyState>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers.get(TARGET).and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.strip_prefix(TARGET_PREFIX));
    let operation = operation.unwrap_or("none").to_owned();
    count_request(&state, &operation, &body);
    let fault = state.next_fault(&operation);
    match &fault {
        Some(DynamoFault::Error(code)) => return failure(code, &json!({})),
        Some(DynamoFault::Canceled(causes)) => {
            let reasons = causes.iter().map(|cause| json!({ "Code": cause }));
            let reasons: Vec<Value> = reasons.collect();
            let more = json!({ "CancellationReasons": reasons });
            return failure("TransactionCanceledException", &more);
        }
        Some(DynamoFault::Lost) | None => {}
    }
    let answer = ask(&state, &operation, &headers, body).await;
    match (answer, fault) {
        // The body breaks off, and the connection with it.
        (Ok(_), Some(_)) => {
            let broken = stream::iter([Err::<Bytes, _>(io::Error::other("lost on its way"))]);
            Body::from_stream(broken).into_response()
        }
        (Ok(answer), None) => answer,
        (Err(error), _) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

fn count_request(state: &ProxyState, operation: &str, body: &Bytes) {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let in_batch = request.get("RequestItems").and_then(Value::as_object);
    let mut asked = in_batch.into_iter().flat_map(|tables| tables.values());
    let is_consistent = |asked: &Value| asked.get("ConsistentRead") == Some(&Value::Bool(true));
    let mut counts = state.counts();
    *counts.requests.entry(operation.to_owned()).or_default() += 1;
    counts.consistent_reads += u32::from(is_consistent(&request) || asked.any(is_consistent));
    counts.bytes_sent += body.len();
}

async fn ask(
    state: &ProxyState,
    operation: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Response, reqwest::Error> {
    let mut request = state.client.post(&state.server);
    for name in HANDED_ON {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value.as_bytes());
        }
    }
    let answer = request.body(with_price(operation, body)).send().await?;
    let status = answer.status().as_u16();
    let told = answer.bytes().await?;
    count_answer(state, operation, &told);
    let mut response = Response::new(Body::from(told));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let json = HeaderValue::from_static("application/x-amz-json-1.0");
    response.headers_mut().insert("content-type", json);
    Ok(response)
}

/// Asks for the price as well. No server of tests checks the signature.
fn with_price(operation: &str, body: Bytes) -> Bytes {
    let request = serde_json::from_slice(&body);
    let Ok(Value::Object(mut request)) = request else {
        return body;
    };
    if !PRICED.contains(&operation) {
        return body;
    }
    request.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
    Value::Object(request).to_string().into()
}

fn count_answer(state: &ProxyState, operation: &str, told: &Bytes) {
    let answer: Value = serde_json::from_slice(told).unwrap_or_default();
    let consumed = match answer.get("ConsumedCapacity") {
        Some(Value::Array(tables)) => tables.clone(),
        Some(table) => vec![table.clone()],
        None => Vec::new(),
    };
    let units = consumed.iter();
    let units: f64 = units
        .filter_map(|table| table.get("CapacityUnits")?.as_f64())
        .sum();
    let is_read = matches!(operation, "GetItem" | "BatchGetItem" | "Query");
    let mut counts = state.counts();
    if is_read {
        counts.read_units += units;
    } else {
        counts.write_units += units;
    }
    counts.bytes_received += told.len();
}

/// The document of an error of the API.
fn failure(code: &str, more: &Value) -> Response {
    let mut document = json!({
        "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"),
        "message": "a fault of the tests",
    });
    if let (Some(document), Some(more)) = (document.as_object_mut(), more.as_object()) {
        document.extend(more.clone());
    }
    let content_type = [("content-type", "application/x-amz-json-1.0")];
    (StatusCode::BAD_REQUEST, content_type, document.to_string()).into_response()
}
