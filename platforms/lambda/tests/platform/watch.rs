//! The same binary under a runtime that others have written: that of `cargo lambda watch`.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use bots::fleet::BotFleet;
use bots::server::PATIENCE;
use reqwest::Client;
use reqwest::redirect::Policy;
use servers::{free_port, program};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::common::{PEACE, say, seed, terms};

/// Between two questions whether the runtime is there.
const PAUSE: Duration = Duration::from_millis(50);
/// Bytes of a body at most.
const BODY_BYTES_MAX: usize = 6 * 1_024 * 1_024;

/// The runtime, and where it is. Dropping it ends it.
struct WatchedRuntime {
    _process: Child,
    address: SocketAddr,
}

impl WatchedRuntime {
    async fn start() -> Self {
        let port = free_port();
        let process = Command::new(program("cargo-lambda", "cargo-lambda"))
            .args(["lambda", "watch", "--only-lambda-apis"])
            .args([
                "--invoke-address",
                "127.0.0.1",
                "--invoke-port",
                &port.to_string(),
            ])
            // It looks for a manifest, and builds nothing.
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let began = Instant::now();
        while TcpStream::connect(address).await.is_err() {
            assert!(began.elapsed() < PATIENCE, "the runtime does not start");
            sleep(PAUSE).await;
        }
        Self {
            _process: process,
            address,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_played_to_its_chronicle_under_another_runtime() {
    let runtime = WatchedRuntime::start().await;
    let terms = terms(&[], PEACE).await;
    let api = format!("http://{}/.rt", runtime.address);
    let setup = terms.setup().with("AWS_LAMBDA_RUNTIME_API", &api);
    let process = setup.launch(&[]);
    let front = front(runtime.address).await;
    let fleet = BotFleet::new(front, seed());
    let table = fleet.play(3).await;
    assert!(table.is_some(), "{:#?}", process.log());
    let told = fleet.acknowledged();
    say(&format!(
        "another runtime: {} commands acknowledged",
        told.len()
    ));
}

/// The function's URL, which this runtime has below a path.
async fn front(runtime: SocketAddr) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    let client = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build();
    let router = Router::new()
        .fallback(pass)
        .with_state((client.unwrap(), runtime));
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    address
}

async fn pass(State((client, runtime)): State<(Client, SocketAddr)>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let asked = client
        .request(parts.method, format!("http://{runtime}/lambda-url/_{path}"))
        .headers(parts.headers)
        .header("x-forwarded-proto", "http")
        .body(body);
    let Ok(told) = asked.send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = told.status();
    *response.headers_mut() = told.headers().clone();
    *response.body_mut() = Body::from(told.bytes().await.unwrap_or_default());
    response
}
