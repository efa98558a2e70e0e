//! A whole journal carried into a SQLite file and back.

use std::fs;
use std::path::Path;

use game::{TableId, Version};
use store::conformance::Subject;
use store::conformance::steps::{append, code, live, open, opened, over, read, said, table};
use store::postgres::PostgresJournal;
use store::sqlite::SqliteFile;
use store::{
    JournalExport as _, JournalImport as _, JournalSummary, ProgressListener, StoreError, backup,
};
use tempfile::TempDir;

use crate::place::Place;

/// Tables that were played, one of which left its code to another.
async fn played(journal: &Subject) {
    for number in 0..20 {
        let (table, code) = open(journal, number).await;
        for version in 1..40 {
            let told = format!("line {version} of {number}");
            let commit = said(&told, &format!("say-{version}"), live(&code, NOON_MS));
            append(journal, &table, version, commit).await;
        }
    }
    append(
        journal,
        &table(0),
        40,
        said("bye", "say-bye", over(&code(0))),
    )
    .await;
    append(journal, &table(20), 0, opened(&code(0), "open-the-table")).await;
}

const NOON_MS: u64 = 9;

fn none() -> ProgressListener {
    ProgressListener::none()
}

async fn journal(place: &Place) -> (PostgresJournal, Subject) {
    let open = PostgresJournal::open(place.settings("sslmode=disable")).await;
    (open.unwrap(), place.open().await)
}

#[tokio::test]
async fn a_journal_goes_into_a_file_and_back_with_every_record_as_it_was() {
    let (from, to, folder) = (
        Place::new().await,
        Place::new().await,
        TempDir::new().unwrap(),
    );
    let (source, subject) = journal(&from).await;
    played(&subject).await;
    let file = folder.path().join("there.db");
    let summary = source.export_into(&file, &none()).await.unwrap();
    assert_eq!((summary.records, summary.tables), (802, 21));

    let (target, filled) = journal(&to).await;
    let records = SqliteFile::new(&file).export();
    assert_eq!(target.import(records, &none()).await.unwrap(), summary);
    assert_eq!(target.verify(&none()).await.unwrap(), summary);
    assert_eq!(filled.count_live().await.unwrap(), 20);
    assert_eq!(
        filled.next_due().await.unwrap(),
        subject.next_due().await.unwrap()
    );
    for table in source.tables().await.unwrap() {
        assert_eq!(
            read(&filled, &table, 0).await,
            read(&subject, &table, 0).await
        );
    }
    let found = filled.find_code(&code(0)).await.unwrap();
    assert_eq!(found, Some(table(20)));
    append(
        &filled,
        &table(1),
        40,
        said("on", "say-on", live(&code(1), 9)),
    )
    .await;

    let back = folder.path().join("back.db");
    let again = from_start(&to, &back).await;
    assert_eq!(again.records, summary.records + 1);
    assert_eq!(backup::check(&back).unwrap(), again);
}

async fn from_start(place: &Place, file: &std::path::Path) -> JournalSummary {
    let (journal, _) = journal(place).await;
    journal.export_into(file, &none()).await.unwrap()
}

#[tokio::test]
async fn a_journal_that_holds_something_is_not_written_over() {
    let (place, folder) = (Place::new().await, TempDir::new().unwrap());
    let (journal, subject) = journal(&place).await;
    open(&subject, 1).await;
    let file = folder.path().join("there.db");
    journal.export_into(&file, &none()).await.unwrap();
    let records = SqliteFile::new(&file).export();
    let refused = journal.import(records, &none()).await.unwrap_err();
    let told = refused.to_string();
    assert!(told.contains("holds a journal already"), "{told}");
    assert!(!told.contains(place.server.password()), "{told}");
    assert_eq!(read(&subject, &table(1), 0).await.len(), 1);
}

#[tokio::test]
async fn damage_is_found_where_it_is_and_leaves_no_file() {
    let (place, folder) = (Place::new().await, TempDir::new().unwrap());
    let (journal, subject) = journal(&place).await;
    let (damaged, its_code) = open(&subject, 1).await;
    append(
        &subject,
        &damaged,
        1,
        said("one", "say-one", live(&its_code, 9)),
    )
    .await;
    journal.verify(&none()).await.unwrap();
    let (lost, its_code) = open(&subject, 2).await;
    append(
        &subject,
        &lost,
        1,
        said("one", "say-one", live(&its_code, 9)),
    )
    .await;
    let id = lost.as_str();
    let statement =
        format!("DELETE FROM arcane_codex.records WHERE table_id = '{id}' AND version = 2");
    place.run(&statement).await;
    let file = folder.path().join("there.db");
    assert_found(&journal, &file, &lost, Version(1)).await;
    place
        .run("UPDATE arcane_codex.records SET body = replace(body, 'one', 'won') WHERE version = 2")
        .await;
    assert_found(&journal, &file, &damaged, Version(2)).await;
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Asserts that looking through the journal and copying it both stop at what is wrong first.
async fn assert_found(journal: &PostgresJournal, file: &Path, wrong: &TableId, at: Version) {
    for found in [
        journal.verify(&none()).await.map(drop),
        journal.export_into(file, &none()).await.map(drop),
    ] {
        assert!(
            matches!(
                &found,
                Err(StoreError::Damaged { table, version, .. }) if table == wrong && *version == at
            ),
            "{found:?}"
        );
    }
}
