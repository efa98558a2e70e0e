//! What the Shuttle runtime needs of its provider: an API that knows the secrets of a project, and nothing else.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The project, as `shuttle run` calls each.
const PROJECT: &str = "proj_LOCAL";

/// The secrets of a project, by name.
type Secrets = BTreeMap<&'static str, String>;

/// The API beside one project.
#[derive(Debug)]
pub(crate) struct SecretsApi {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl SecretsApi {
    /// Starts the API of a project that has these secrets.
    pub(crate) async fn start(secrets: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let secrets: Arc<Secrets> = Arc::new(secrets.into_iter().collect());
        let router = Router::new()
            .route("/projects/{project}/resources/secrets", get(resource))
            .with_state(secrets);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { address, serving }
    }

    /// What is set in a process so that its runtime finds the API.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        [
            ("SHUTTLE_PROJECT_ID", PROJECT.to_owned()),
            ("SHUTTLE_API", format!("http://{}", self.address)),
        ]
    }
}

impl Drop for SecretsApi {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn resource(State(secrets): State<Arc<Secrets>>, Path(project): Path<String>) -> Response {
    if project != PROJECT {
        return StatusCode::NOT_FOUND.into_response();
    }
    let told = json!({ "type": "secrets", "state": "ready", "config": null, "output": *secrets });
    Json(told).into_response()
}
