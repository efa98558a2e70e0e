//! Heroku: a database if one is attached, else a dyno's short-lived disk with a replica in a bucket.

use std::process::ExitCode;

use host::storage;

fn main() -> ExitCode {
    host::main(profiles::HEROKU, storage::named)
}
