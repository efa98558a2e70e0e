//! What is written for Cloud Run, tried: the service, the build, the script, the workflow and the guide.
//!
//! With `gcloud` on the path its own reading of each file counts, and each request it makes is answered by a Google of
//! this machine. Without it the tests say so, and hold the files against what Cloud Run and Cloud Build document.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]
#![expect(
    clippy::print_stdout,
    reason = "whoever reads of a failure wants to know what was asked, and by what"
)]

mod building;
mod files;
mod google;
mod guide;
mod knative;
mod services;

use std::fs;

use deploy::root;

/// One of the project's files.
fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
