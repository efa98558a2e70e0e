//! Google Cloud Run: an in-memory disk with a replica in a bucket, or a database for more than one instance.

use std::process::ExitCode;

use host::storage;

fn main() -> ExitCode {
    host::main(profiles::CLOUDRUN, &profiles::ALL, storage::named)
}
