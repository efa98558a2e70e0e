//! What is withheld is gone from the disk, not only from what is answered.

use std::path::{Path, PathBuf};
use std::time::Duration;

use game::{Actor, Code, Command, CommandId, Event, SeatNo};
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
#[cfg(feature = "replica")]
use crate::backup;
use crate::sqlite::{Settings, SqliteJournal, schema};
use crate::{Journal as _, TableIndex};

const PLANTED: &str = "quibblewick under the stairs";

fn settings(path: &Path) -> Settings {
    Settings {
        path: path.to_owned(),
        readers: 2,
        timeout: Duration::from_secs(10),
    }
}

fn table(number: u8) -> TableId {
    TableId::from_random([number; TableId::LEN])
}

fn commit(
    table: &TableId,
    id: &str,
    command: Command,
    events: Vec<Event>,
    live: bool,
) -> NewCommit {
    NewCommit {
        command_id: CommandId::parse(id).unwrap(),
        actor: Actor::Seat(SeatNo(1)),
        command,
        at_ms: 5,
        events,
        index: TableIndex {
            code: Code::parse(&table.as_str()[..Code::LEN]).unwrap(),
            deadline_ms: live.then_some(9),
            live,
        },
    }
}

fn said(table: &TableId, id: &str, text: &str) -> NewCommit {
    let (seat, text) = (SeatNo(1), text.to_owned());
    let command = Command::Say { text: text.clone() };
    commit(table, id, command, vec![Event::Said { seat, text }], true)
}

/// Has a table tell the planted text, in pages of its own, in a command's id and in a snapshot that was replaced.
async fn talk(journal: &SqliteJournal, table: &TableId) {
    let long = PLANTED.repeat(500);
    let lines = [
        ("quibblewick-as-an-id", PLANTED),
        ("the-second-line-of-all", &long),
        ("the-third-line-of-all", "nothing"),
    ];
    for (version, (id, text)) in (0..).zip(lines) {
        let appended = journal.append(table, Version(version), said(table, id, text));
        appended.await.unwrap();
        let kept = journal.keep_snapshot(table, 1, Version(version + 1), text.repeat(40));
        kept.await.unwrap();
    }
}

async fn erase(journal: &SqliteJournal, table: &TableId) {
    let erasing = commit(
        table,
        "erasing-the-table-now",
        Command::Erase {},
        vec![Event::Erased {}],
        false,
    );
    let erased = journal.withhold(table, Version(3), erasing, Withholding::Everything);
    erased.await.unwrap();
    journal.scrub().await.unwrap();
}

/// Returns which files of a folder hold the planted text, or the word of a command's id.
fn telling(folder: &TempDir) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder.path()).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let word = b"quibblewick";
    paths
        .filter(|path| {
            let bytes = std::fs::read(path).unwrap();
            bytes.windows(word.len()).any(|found| found == word)
        })
        .collect()
}

#[tokio::test]
async fn nothing_of_an_erased_table_is_left_in_any_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("codex.db");
    let journal = SqliteJournal::open(settings(&path)).await.unwrap();
    let beside = SqliteJournal::open(settings(&path)).await.unwrap();
    talk(&journal, &table(1)).await;
    assert_eq!(beside.head_at_once(&table(1)), Some(Version(3)));
    assert!(!telling(&folder).is_empty());
    erase(&journal, &table(1)).await;
    assert_eq!(telling(&folder), Vec::<PathBuf>::new());
    // The other process plays on in the file that was cleaned.
    talk(&beside, &table(2)).await;
    assert_eq!(journal.read(&table(2), Version(0)).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_reader_delays_the_cleaning_and_no_writer() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("codex.db");
    let journal = SqliteJournal::open(settings(&path)).await.unwrap();
    talk(&journal, &table(1)).await;
    let reader = Connection::open(&path).unwrap();
    reader
        .execute_batch("BEGIN; SELECT * FROM records")
        .unwrap();
    erase(&journal, &table(1)).await;
    talk(&journal, &table(2)).await;
    assert_ne!(telling(&folder), Vec::<PathBuf>::new());
    reader.execute_batch("COMMIT").unwrap();
    let erased = journal.read(&table(2), Version(0)).await.unwrap();
    assert_eq!(erased.len(), 3);
    let cleaned = async {
        erase(&journal, &table(2)).await;
        while !telling(&folder).is_empty() {
            journal.check().await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let cleaned = tokio::time::timeout(Duration::from_secs(20), cleaned);
    cleaned.await.unwrap();
}

#[tokio::test]
async fn what_an_older_release_left_in_free_pages_goes_with_the_first_erasure() {
    let (folder, path) = schema::tests::file_of_the_release_before();
    let before = Connection::open(&path).unwrap();
    before
        .execute_batch("PRAGMA journal_mode = wal; PRAGMA secure_delete = off")
        .unwrap();
    let keep = "INSERT INTO snapshots (table_id, format, version, state) VALUES ('x', 1, 1, ?1)";
    before.execute(keep, [PLANTED.repeat(500)]).unwrap();
    before.execute("DELETE FROM snapshots", []).unwrap();
    drop(before);
    assert!(telling(&folder).contains(&path));
    let journal = SqliteJournal::open(settings(&path)).await.unwrap();
    assert!(telling(&folder).contains(&path));
    talk(&journal, &table(1)).await;
    erase(&journal, &table(1)).await;
    assert_eq!(telling(&folder), Vec::<PathBuf>::new());
}

#[cfg(feature = "replica")]
#[tokio::test]
async fn what_was_erased_since_a_backup_is_erased_in_what_is_restored_from_it() {
    let folder = TempDir::new().unwrap();
    let elsewhere = TempDir::new().unwrap();
    let (path, restored) = (folder.path().join("codex.db"), elsewhere.path().join("it"));
    let journal = SqliteJournal::open(settings(&path)).await.unwrap();
    talk(&journal, &table(1)).await;
    talk(&journal, &table(2)).await;
    backup::copy(&path, &restored).unwrap();
    erase(&journal, &table(1)).await;
    let withheld = backup::reapply_erasures(&path, &restored).unwrap();
    assert_eq!(withheld, 3);
    assert_eq!(backup::reapply_erasures(&path, &restored).unwrap(), 0);
    let summary = backup::check(&restored).unwrap();
    assert_eq!((summary.records, summary.withheld), (6, 3));

    let after = SqliteJournal::open(settings(&restored)).await.unwrap();
    let told = after.read(&table(1), Version(0)).await.unwrap();
    assert!(told.iter().all(|record| record.events.is_empty()));
    assert_eq!(after.count_live().await.unwrap(), 1);
    let listed = after.list_tables(None, 9).await.unwrap();
    assert_eq!(listed.len(), 1);
    erase(&after, &table(2)).await;
    drop(after);
    assert_eq!(telling(&elsewhere), Vec::<PathBuf>::new());
}
