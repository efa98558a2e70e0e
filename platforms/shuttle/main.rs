//! The Shuttle runtime: it fetches the secrets of a project, gives an address, and ends the process without a drain.
//!
//! The hosted service ended in January 2026. `shuttle run`, and whoever else answers the runtime's API, still start
//! this program.

mod service;

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;

use host::storage;

/// Something is set wrong (`EX_CONFIG`).
const MISCONFIGURED: u8 = 78;

/// What stands in the log of a supervisor that starts this program without the runtime's variables.
const NO_RUNTIME: &str = "SHUTTLE_ENV is not set, so nothing starts the Shuttle runtime here. Start this program with \
    `shuttle run`, set the runtime's variables (shuttle/README.md lists them), or run arcane-codex, which needs none";

/// `shuttle run` builds the package that has this attribute in its main file, and does not compile it to find out.
#[cfg(false)]
#[shuttle_runtime::main]
async fn marks_the_package_for_shuttle_run() {}

fn main() -> ExitCode {
    match env::args_os().nth(1) {
        // `shuttle run` asks for the version of the runtime in the program.
        Some(argument) if argument == "--version" => {}
        Some(_subcommand) => {
            return host::main(profiles::SHUTTLE, &profiles::ALL, storage::named);
        }
        // The runtime would print a hint and exit with 0, which a supervisor takes for a success.
        None if env::var_os("SHUTTLE_ENV").is_none() => {
            // An error says that nobody reads the output.
            let _ = writeln!(io::stderr(), "{NO_RUNTIME}");
            return ExitCode::from(MISCONFIGURED);
        }
        None => {}
    }
    // It exits by itself with a code of its own, unless it was asked for its version.
    service::run();
    ExitCode::SUCCESS
}
