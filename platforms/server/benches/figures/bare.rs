//! The least that a server written with axum costs: one that answers every request with two bytes.
//!
//! It runs in a process of its own, which is this program started once more, so that its CPU is counted apart.

use std::net::Ipv4Addr;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::common::server::{Process, Setup};

/// The argument by which this program is that server.
pub(crate) const ARGUMENT: &str = "--bare";
/// What it answers at.
pub(crate) const PATH: &str = "/";

/// Starts the server.
pub(crate) fn start() -> Process {
    let program = std::env::current_exe().unwrap();
    Setup::of(program.to_str().unwrap()).launch(&[ARGUMENT])
}

/// Serves until the process is killed. It says where as our own servers do.
#[expect(clippy::print_stdout, reason = "whoever started it reads its address")]
pub(crate) async fn serve() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    println!(r#"{{"addr":"http://{address}"}}"#);
    let router = Router::new().route(PATH, get(async || "ok"));
    axum::serve(listener, router).await.unwrap();
}
