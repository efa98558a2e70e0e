//! Places where no journal can be kept.

use std::fs;

use crate::common::fresh_setup;
use crate::common::server::Setup;
use crate::disk::{contents, own_disk};

/// The exit code for what is needed and not there (`EX_UNAVAILABLE`).
const UNAVAILABLE: i32 = 69;

#[tokio::test]
async fn a_folder_that_is_missing_is_named_and_not_made() {
    let setup = fresh_setup();
    let missing = setup.folder().join("missing");
    let setup = setup.with("DB_PATH", &missing.join("codex.db").display());
    is_refused(
        &setup,
        &[
            &missing.display().to_string(),
            "make the folder, or name another path",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_folder_is_not_taken_for_a_journal() {
    let setup = fresh_setup();
    fs::create_dir(setup.journal()).unwrap();
    is_refused(
        &setup,
        &[
            &setup.journal().display().to_string(),
            "is a folder: name a file in it",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let Some(setup) = own_disk("ro") else { return };
    is_refused(
        &setup,
        &[
            "disk cannot be written",
            "let this user write it, or name another path",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_file_of_another_kind_is_left_as_it_is() {
    let setup = fresh_setup();
    fs::write(
        setup.journal(),
        "Dear diary, today I was a file of another kind. ".repeat(9),
    )
    .unwrap();
    is_refused(&setup, &["is not a SQLite database: name another path"]).await;
}

#[tokio::test]
async fn a_journal_of_a_newer_release_is_left_as_it_is() {
    let setup = fresh_setup();
    let mut server = setup.start().await;
    server.terminate().await;
    server.ended().await;
    let mut bytes = fs::read(setup.journal()).unwrap();
    // Where SQLite keeps the number of the schema.
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(setup.journal(), bytes).unwrap();
    is_refused(
        &setup,
        &[
            "newer release",
            "schema 99",
            "start that release, or restore an older backup",
        ],
    )
    .await;
}

/// Asserts that the server does not start, says why in these words, and leaves everything as it was.
pub(crate) async fn is_refused(setup: &Setup, words: &[&str]) {
    let before = contents(setup.folder());
    let ended = setup.run(&[]).await;
    let said = ended.text();
    assert_eq!(ended.status.code(), Some(UNAVAILABLE), "{said}");
    assert!(said.contains("cannot serve: DB_PATH: "), "{said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is not in {said}");
    }
    assert!(
        contents(setup.folder()) == before,
        "the start changed something: {said}"
    );
}
