//! The default: a journal on a local disk, replicated if the operator names a place for it, or in a database.

use std::process::ExitCode;

use host::storage;

fn main() -> ExitCode {
    host::main(profiles::SERVER, &profiles::ALL, storage::named)
}
