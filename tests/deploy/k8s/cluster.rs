//! A stand-in for a cluster: it speaks to `kubectl` as an API server does and keeps what it is given. It starts no
//! pods; it only writes down those a Deployment would have.

mod discovery;
mod objects;
mod patch;
mod protobuf;
mod rollout;

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use objects::{Objects, Place};

/// A running stand-in. It ends when it is dropped.
pub(crate) struct Cluster {
    address: String,
    objects: Arc<Mutex<Objects>>,
    serving: JoinHandle<()>,
}

/// What was asked for and could not be had: a status and a reason, as `kubectl` knows them.
#[derive(Debug)]
pub(crate) struct Refusal(StatusCode, &'static str);

const NOT_FOUND: Refusal = Refusal(StatusCode::NOT_FOUND, "NotFound");

impl Cluster {
    /// Starts a cluster that has some namespaces.
    pub(crate) async fn start(namespaces: &[&str]) -> Self {
        let mut objects = Objects::default();
        for name in namespaces {
            let place = Place::parse("/api/v1/namespaces").expect("there are namespaces");
            let namespace =
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
            objects.create(&place, namespace).expect("the name is free");
        }
        let objects = Arc::new(Mutex::new(objects));
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port is free");
        let address = listener.local_addr().expect("it is bound").to_string();
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&objects));
        let serving = tokio::spawn(async move {
            // An error would show as a `kubectl` that is not answered.
            let _ = axum::serve(listener, router).await;
        });
        Self {
            address,
            objects,
            serving,
        }
    }

    /// Writes what leads `kubectl` here.
    pub(crate) fn write_config(&self, file: &Path) {
        let server = format!("http://{}", self.address);
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "stand-in",
            "clusters": [{"name": "stand-in", "cluster": {"server": server}}],
            "contexts": [{"name": "stand-in", "context": {"cluster": "stand-in", "user": "somebody"}}],
            "users": [{"name": "somebody", "user": {}}],
        });
        fs::write(file, config.to_string()).expect("a file can be written");
    }

    /// Returns an object, if there is one.
    pub(crate) fn find(&self, path: &str) -> Option<Value> {
        lock(&self.objects).get(&Place::parse(path)?).ok()
    }

    /// Counts the objects that are in a namespace.
    pub(crate) fn count_in(&self, namespace: &str) -> usize {
        lock(&self.objects).count_in(namespace)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn lock(objects: &Mutex<Objects>) -> MutexGuard<'_, Objects> {
    objects.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(
    State(objects): State<Arc<Mutex<Objects>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if uri.path() == "/openapi/v2" {
        // Asked of kinds that are in no document of version 3. It would be packed; an empty one is nothing at all.
        return ().into_response();
    }
    if let Some(known) = discovery::answer(uri.path()) {
        return axum::Json(known).into_response();
    }
    let kind = headers.get("content-type");
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let done = act(&mut lock(&objects), &method, &uri, kind, &body);
    done.unwrap_or_else(|refusal| refusal.tell(&method, &uri))
}

fn act(
    objects: &mut Objects,
    method: &Method,
    uri: &Uri,
    kind: &str,
    body: &[u8],
) -> Result<Response, Refusal> {
    let place = Place::parse(uri.path()).ok_or(NOT_FOUND)?;
    let query = uri.query().unwrap_or_default();
    let read = || {
        let read = if kind.ends_with("protobuf") {
            protobuf::unpack(body)
        } else {
            serde_json::from_slice(body).ok()
        };
        read.ok_or(Refusal(StatusCode::BAD_REQUEST, "BadRequest"))
    };
    let answer = match (
        method.as_str(),
        place.name.as_deref(),
        place.part.as_deref(),
    ) {
        ("GET", Some(_), Some("log")) => {
            objects.get(&place)?;
            return Ok("{\"message\":\"the Codex is open\"}\n".into_response());
        }
        // Watching ends at once; `kubectl` then asks again.
        ("GET", None, None) if query.contains("watch=") => {
            if query.contains("sendInitialEvents") {
                return Err(Refusal(StatusCode::UNPROCESSABLE_ENTITY, "Invalid"));
            }
            return Ok(().into_response());
        }
        ("GET", None, None) => objects.list(&place, query),
        ("GET", Some(_), None) => objects.get(&place)?,
        ("POST", None, None) => {
            let made = objects.create(&place, read()?)?;
            return Ok((StatusCode::CREATED, axum::Json(made)).into_response());
        }
        ("PUT", Some(_), None) => objects.put(&place, read()?)?,
        ("PATCH", Some(_), None) => {
            let now = objects.get(&place)?;
            objects.put(&place, patch::patched(now, kind, read()?)?)?
        }
        ("PATCH", Some(_), Some("scale")) => objects.scale(&place, &read()?)?,
        _ => return Err(Refusal(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed")),
    };
    Ok(axum::Json(answer).into_response())
}

impl Refusal {
    fn tell(self, method: &Method, uri: &Uri) -> Response {
        let Self(status, reason) = self;
        let body = json!({
            "apiVersion": "v1",
            "kind": "Status",
            "status": "Failure",
            "reason": reason,
            "message": format!("{method} {uri}: {reason}"),
            "code": status.as_u16(),
        });
        (status, axum::Json(body)).into_response()
    }
}
