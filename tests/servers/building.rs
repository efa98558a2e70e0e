//! The programs of this project, as they are built beside the tests.

use std::path::PathBuf;

/// Returns where the program of that name lies: where cargo puts the programs of a build in which these tests are.
/// `tests/run.sh` puts the programs of the other workspace there, too.
///
/// # Panics
///
/// If it was not built, as when the tests of one crate alone were.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test runs from a file");
    let folder = test
        .ancestors()
        .nth(2)
        .expect("it is in a folder of cargo's");
    let program = folder.join(name);
    assert!(
        program.is_file(),
        "{} is not there; please run: tests/run.sh build",
        program.display()
    );
    program
}
