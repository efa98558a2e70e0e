//! Heroku: a database if one is attached, else the ephemeral disk of a dyno with a replica in a bucket.

use std::process::ExitCode;

use host::storage;

fn main() -> ExitCode {
    host::main(profiles::HEROKU, &profiles::ALL, storage::named)
}
