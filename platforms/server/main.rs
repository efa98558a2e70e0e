//! The default: one process and a journal on a local disk, replicated if the operator names a place for it.

use std::process::ExitCode;
use std::time::Duration;

use host::{Platform, storage};

fn main() -> ExitCode {
    host::main(Platform {
        name: "server",
        port: 5_000,
        // What a container runtime waits before it kills.
        drain: Duration::from_secs(10),
        open: storage::sqlite,
    })
}
