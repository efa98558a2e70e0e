//! Google's far side, as much of it as `gcloud` asks: what is made is there afterwards.
//!
//! `gcloud` is told of a proxy and of plain addresses, so that each request arrives here with its service's name
//! in front, and none leaves this machine. Resources are kept under their paths, as all of Google's services do.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};
use std::{env, thread};

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime;

use crate::services;

/// What a request may carry.
const BODY_MAX: usize = 64 << 20;
/// The services, by the names `gcloud` has for them.
const SERVICES: [&str; 11] = [
    "artifactregistry",
    "cloudbuild",
    "cloudresourcemanager",
    "containeranalysis",
    "iam",
    "logging",
    "run",
    "secretmanager",
    "serviceusage",
    "sql",
    "storage",
];
pub(crate) const NUMBER: &str = "123456789012";

/// Where `gcloud` is, if it is; says which it is, as it decides what a test has tried.
pub(crate) fn gcloud() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path)
        .map(|folder| folder.join("gcloud"))
        .find(|it| it.is_file());
    match &found {
        Some(program) => println!("tried with {}", program.display()),
        None => println!(
            "gcloud is not here: only our own checks were made (see tests/install/cloudrun.sh)"
        ),
    }
    found
}

/// Google, for one project.
pub(crate) struct Google {
    port: u16,
    /// `gcloud`'s own configuration.
    home: TempDir,
    kept: Arc<Mutex<Kept>>,
}

/// What Google has.
#[derive(Default)]
pub(crate) struct Kept {
    /// Resources by service and path, as `run/apis/…`.
    pub(crate) resources: BTreeMap<String, Value>,
    /// Who may do what with a resource: roles and members.
    pub(crate) rights: BTreeMap<String, Vec<(String, String)>>,
    /// What was kept secret, as it was sent.
    pub(crate) secrets: Vec<String>,
    /// Each request that changes something, as `POST run/apis/…`.
    pub(crate) changes: Vec<String>,
    /// The container of each service that was sent, in their order.
    pub(crate) releases: Vec<Value>,
    /// How many more rights are refused because an account is too new.
    pub(crate) unheard_of: usize,
}

impl Google {
    /// Starts one that has nothing.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&kept));
        // It ends with the test's process.
        thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, app).await.unwrap();
            });
        });
        let home = TempDir::new().unwrap();
        Self { port, home, kept }
    }

    /// What there is now.
    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    /// Lets a command's `gcloud` speak to this and to nothing else.
    pub(crate) fn reached_by<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("CLOUDSDK_CONFIG", self.home.path())
            .env("CLOUDSDK_AUTH_DISABLE_CREDENTIALS", "true")
            .env("CLOUDSDK_CORE_DISABLE_PROMPTS", "1")
            .env("CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "true")
            .env("CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK", "true")
            .env("CLOUDSDK_PROXY_TYPE", "http")
            .env("CLOUDSDK_PROXY_ADDRESS", "127.0.0.1")
            .env("CLOUDSDK_PROXY_PORT", self.port.to_string());
        for service in SERVICES {
            let name = format!(
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_{}",
                service.to_ascii_uppercase()
            );
            command.env(name, format!("http://{service}.test/"));
        }
        command
    }
}

async fn answer(State(kept): State<Arc<Mutex<Kept>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, BODY_MAX).await.unwrap_or_default();
    let host = head
        .uri
        .host()
        .unwrap_or_default()
        .trim_end_matches(".test");
    // A region may stand before a service's name.
    let service = host.rsplit('-').next().unwrap_or_default();
    let asked = Asked {
        method: head.method.to_string(),
        path: format!("{service}{}", head.uri.path()),
        query: head.uri.query().unwrap_or_default().to_owned(),
        body,
    };
    println!("{} {}?{}", asked.method, asked.path, asked.query);
    let mut kept = kept.lock().unwrap();
    if asked.method != "GET" && !asked.path.ends_with(":getIamPolicy") {
        kept.changes
            .push(format!("{} {}", asked.method, asked.path));
    }
    match services::answer(&mut kept, &asked) {
        Ok(found) => Json(found).into_response(),
        Err((status, why)) => {
            let error = json!({ "error": { "code": status.as_u16(), "message": why } });
            (status, Json(error)).into_response()
        }
    }
}

/// A request, as the services look at it.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Bytes,
}

impl Asked {
    /// A value of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
