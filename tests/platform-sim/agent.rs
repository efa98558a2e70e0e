//! The agent beside a task of Amazon ECS: it says which task this is, and hands out the credentials of its role.

use std::net::{Ipv4Addr, SocketAddr};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The last part of the task's name.
pub const TASK: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
/// Who shows it is given credentials.
const TOKEN: &str = "a-token-of-this-task-alone";
/// When the credentials end: not during a test.
const EXPIRES: &str = "2099-01-01T00:00:00Z";

/// The agent of one task.
#[derive(Debug)]
pub(crate) struct Agent {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

/// What the agent knows.
#[derive(Clone)]
struct Role {
    key: &'static str,
    secret: &'static str,
}

impl Agent {
    /// Starts the agent of a task whose role has these credentials.
    pub(crate) async fn start(key: &'static str, secret: &'static str) -> Self {
        let role = Role { key, secret };
        let router = Router::new()
            .route("/v4/task-1/task", get(task))
            .route("/role", get(credentials))
            .with_state(role);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { address, serving }
    }

    /// What is set in a task so that it finds the agent.
    pub(crate) fn variables(&self) -> [(&'static str, String); 3] {
        let address = self.address;
        [
            (
                "ECS_CONTAINER_METADATA_URI_V4",
                format!("http://{address}/v4/task-1"),
            ),
            // A task is given the short form, of an address that only a task has.
            (
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                format!("http://{address}/role"),
            ),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", TOKEN.to_owned()),
        ]
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn task() -> Response {
    let arn = format!("arn:aws:ecs:us-east-1:123456789012:task/arcane/{TASK}");
    let told = json!({ "Cluster": "arcane", "TaskARN": arn, "Family": "arcane-codex", "LaunchType": "FARGATE" });
    Json(told).into_response()
}

async fn credentials(State(role): State<Role>, headers: HeaderMap) -> Response {
    let shown = headers.get(header::AUTHORIZATION);
    if shown.is_none_or(|shown| shown != TOKEN) {
        return (StatusCode::UNAUTHORIZED, "whose task is this?").into_response();
    }
    let told = json!({
        "RoleArn": "arn:aws:iam::123456789012:role/arcane-codex",
        "AccessKeyId": role.key,
        "SecretAccessKey": role.secret,
        "Token": "",
        "Expiration": EXPIRES,
    });
    Json(told).into_response()
}
