//! Three journals at one SQLite file, as three processes of one host have it.

#![expect(
    clippy::unwrap_used,
    reason = "a step that cannot be taken fails its test"
)]

use std::sync::Arc;
use std::time::Duration;

use game::Version;
use store::conformance::Subject;
use store::conformance::steps::{live, open, said};
use store::sqlite::{Settings, SqliteJournal};
use store::{AppendOutcome, Journal, JournalExport as _, ProgressListener};
use tempfile::TempDir;

/// How long anything may wait: as long as an operator has it by default.
const TIMEOUT: Duration = Duration::from_secs(5);

async fn journal(folder: &TempDir) -> Arc<SqliteJournal> {
    let settings = Settings {
        path: folder.path().join("codex.db"),
        readers: 4,
        timeout: TIMEOUT,
    };
    Arc::new(SqliteJournal::open(settings).await.unwrap())
}

async fn three(folder: &TempDir) -> [Arc<SqliteJournal>; 3] {
    let (one, two, three) = tokio::join!(journal(folder), journal(folder), journal(folder));
    [one, two, three]
}

async fn sharing() -> ([Subject; 3], TempDir) {
    let folder = TempDir::new().unwrap();
    let journals = three(&folder).await;
    (journals.map(|journal| journal as Subject), folder)
}

store::sharing_conformance!(sharing);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_journal_that_is_closed_leaves_the_others_writing() {
    let folder = TempDir::new().unwrap();
    let [one, two, three] = three(&folder).await;
    let subject: Subject = two.clone();
    let (table, code) = open(&subject, 1).await;
    one.close().await.unwrap();
    drop(one);
    for (version, journal) in [(1, &two), (2, &three), (3, &two)] {
        let commit = said("on", &format!("say-{version}"), live(&code, 9));
        let kept = journal.append(&table, Version(version), commit).await;
        assert_eq!(kept.unwrap(), AppendOutcome::Appended(Version(version + 1)));
    }
    three.close().await.unwrap();
    two.verify(&ProgressListener::none()).await.unwrap();
}

#[tokio::test]
async fn what_another_process_has_just_written_is_told_at_once() {
    let folder = TempDir::new().unwrap();
    let (one, other) = (journal(&folder).await, journal(&folder).await);
    let subject: Subject = one.clone();
    let (table, code) = open(&subject, 1).await;
    for version in 1..100 {
        // The one caller there is finds nobody before it.
        assert_eq!(other.head_at_once(&table), Some(Version(version)));
        let commit = said("on", &format!("say-{version}"), live(&code, 9));
        let kept = one.append(&table, Version(version), commit).await;
        assert_eq!(kept.unwrap(), AppendOutcome::Appended(Version(version + 1)));
    }
}
