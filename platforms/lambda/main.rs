//! AWS Lambda: nothing runs between requests, and tables are in `DynamoDB`.

use std::process::ExitCode;

use host::storage;

fn main() -> ExitCode {
    host::main(profiles::SERVER, &profiles::ALL, storage::named)
}
