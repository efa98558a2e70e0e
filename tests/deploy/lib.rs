//! What is written for other programs is tried with those programs.
//!
//! A test names a program by the folder `tests/install.sh` keeps it in, and reads the project's files from
//! [`root`]. [`blocks`] takes a guide apart, so that each of its commands can be run as it is written.

mod guide;
mod provider;
mod workflow;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub use guide::{Block, blocks};
pub use provider::{Answer, Asked, Kept, Provider, ok};
pub use servers::built;
pub use workflow::{pass_actionlint, pass_zizmor};

/// The project's folder.
///
/// # Panics
///
/// If this crate is moved.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("this crate is two folders down")
        .to_path_buf()
}

/// Reads a file of the project.
///
/// # Panics
///
/// If it is not there.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Runs a command to its end and returns what it printed.
///
/// # Panics
///
/// If it cannot be started or fails, with all that it printed.
pub fn run(command: &mut Command) -> String {
    let output = outcome(command);
    assert!(output.status.success(), "{command:?}\n{}", told(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs a command to its end, however it ends.
///
/// # Panics
///
/// If it cannot be started.
pub fn outcome(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"))
}

/// All that a command printed.
pub fn told(output: &Output) -> String {
    let told = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    told.concat()
}
