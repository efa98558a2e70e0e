//! Which files a SQLite journal opens, and what it says of the others.

#![expect(
    clippy::unwrap_used,
    reason = "a step that cannot be taken fails its test"
)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use store::sqlite::{Settings, SqliteJournal};
use store::{Journal, StoreError};
use tempfile::TempDir;

#[tokio::test]
async fn a_database_of_a_newer_release_is_refused_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("codex.db");
    make(&path).await;
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 7).unwrap();
    drop(newer);

    let before = contents(&folder);
    let refusal = refusal(&path).await;
    let sentence = "was made by a newer release of The Arcane Codex (schema 7; this one knows 2): \
                    start that release, or restore an older backup";
    assert!(refusal.ends_with(sentence), "{refusal}");
    assert!(refusal.contains("codex.db"), "{refusal}");
    assert_eq!(contents(&folder), before);
}

#[tokio::test]
async fn a_newer_release_that_is_running_is_noticed_and_not_disturbed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("codex.db");
    make(&path).await;
    // The newer number is in the write-ahead log only.
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 7).unwrap();

    let file = fs::read(&path).unwrap();
    let refusal = refusal(&path).await;
    assert!(refusal.contains("schema 7"), "{refusal}");
    assert_eq!(fs::read(&path).unwrap(), file);
    let still: i32 = newer
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(still, 7);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notes.txt");
    for text in ["a line", &"many lines\n".repeat(1_000)] {
        fs::write(&path, text).unwrap();
        let before = contents(&folder);
        let refusal = refusal(&path).await;
        assert!(refusal.contains("is not a SQLite database"), "{refusal}");
        assert_eq!(contents(&folder), before);
    }
}

#[tokio::test]
async fn another_applications_database_is_refused_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE notes (text)").unwrap();
    for application in [0, 42] {
        other
            .pragma_update(None, "application_id", application)
            .unwrap();
        let before = contents(&folder);
        let refusal = refusal(&path).await;
        assert!(
            refusal.contains("is another application's database"),
            "{refusal}"
        );
        assert_eq!(contents(&folder), before);
    }
}

#[tokio::test]
async fn a_damaged_database_is_refused_in_words() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("codex.db");
    make(&path).await;
    let mut bytes = fs::read(&path).unwrap();
    bytes[100..4_000].fill(0xFF);
    fs::write(&path, bytes).unwrap();
    let refusal = refusal(&path).await;
    assert!(refusal.contains("restore a backup"), "{refusal}");
}

#[tokio::test]
async fn a_folder_in_place_of_the_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let refusal = refusal(folder.path()).await;
    assert!(
        refusal.ends_with("is a folder: name a file in it"),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_missing_folder_is_named_and_not_made() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("missing");
    let refusal = refusal(&missing.join("codex.db")).await;
    assert!(
        refusal.starts_with(missing.to_str().unwrap()) && refusal.contains("make the folder"),
        "{refusal}"
    );
    assert!(!missing.exists());
}

#[tokio::test]
async fn a_file_in_place_of_the_folder_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let refusal = refusal(&file.join("codex.db")).await;
    assert!(refusal.contains("is not a folder"), "{refusal}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_that_takes_no_files_is_refused() {
    // Not even root makes a file here.
    let refusal = refusal(Path::new("/proc/codex.db")).await;
    assert!(
        refusal.starts_with("/proc") && refusal.contains("let this user write it"),
        "{refusal}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_database_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("codex.db");
    let journal = SqliteJournal::open(settings(&path)).await.unwrap();
    journal.check().await.unwrap();
    let files = fs::read_dir(folder.path()).unwrap();
    let modes: Vec<u32> = files
        .map(|file| file.unwrap().metadata().unwrap().permissions().mode() & 0o777)
        .collect();
    // The database, its write-ahead log and its index, and its stamp.
    assert_eq!(modes, [0o600; 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_may_make_the_same_new_database_at_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("codex.db");
    let mut openings = tokio::task::JoinSet::new();
    for _ in 0..8 {
        openings.spawn(SqliteJournal::open(settings(&path)));
    }
    for opened in openings.join_all().await {
        opened.unwrap().check().await.unwrap();
    }
}

#[tokio::test]
async fn a_journal_has_the_readers_it_was_given_and_never_none() {
    let folder = TempDir::new().unwrap();
    for (given, has) in [(0, 1), (1, 1), (7, 7)] {
        let mut settings = settings(&folder.path().join("codex.db"));
        settings.readers = given;
        let journal = SqliteJournal::open(settings).await.unwrap();
        assert_eq!(journal.readers().size, has);
    }
}

fn settings(path: &Path) -> Settings {
    Settings {
        path: path.to_owned(),
        readers: 2,
        timeout: Duration::from_secs(10),
    }
}

async fn make(path: &Path) {
    let journal = SqliteJournal::open(settings(path)).await.unwrap();
    journal.close().await.unwrap();
}

async fn refusal(path: &Path) -> String {
    match SqliteJournal::open(settings(path)).await {
        Err(StoreError::Unusable(sentence)) => sentence,
        other => panic!("{} was not refused: {other:?}", path.display()),
    }
}

/// Every file of a folder with its bytes, in the order of their names.
fn contents(folder: &TempDir) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|file| {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            (name, fs::read(file.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}
