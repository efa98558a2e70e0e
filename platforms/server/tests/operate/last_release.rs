//! What the release before this one kept is opened, restored and verified by this one, and its live tables, whose rules
//! are no longer decided, are closed with their Chronicle.
//!
//! The files beside were written by that release: a journal with a table that came to its Chronicle and one that
//! is played, a backup of it, and its replica of two epochs with a snapshot. `seats.json` holds the cookies of the
//! players. They are never edited: a later release adds a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use game::{Event, Phase, Table};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use store::chain;

use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::common::server::Setup;
use crate::steps::{done, place};

/// The key that signed the cookies.
const KEY: &str = "2c9d7fa0b1e84d63958e7a1c40fb36d29e5a";

/// The players of the table that is played.
#[derive(Deserialize)]
struct Seats {
    finished: String,
    live: String,
    cookies: Vec<std::collections::BTreeMap<String, String>>,
}

fn fixture(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/operate/last_release");
    folder.join(name)
}

fn setup() -> Setup {
    fresh_setup().with("SECRET_KEY", KEY)
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let into = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &into);
        } else {
            fs::copy(entry.path(), into).unwrap();
        }
    }
}

#[tokio::test]
async fn a_journal_of_the_last_release_is_closed_with_its_chronicle_and_verified() {
    let setup = setup();
    fs::copy(fixture("journal.sqlite"), setup.journal()).unwrap();
    closes(&setup).await;
    let journal = setup.journal().display().to_string();
    done(&setup, &["verify", &journal]).await;
}

#[tokio::test]
async fn a_backup_of_the_last_release_is_verified_restored_and_closed() {
    let setup = setup();
    let backup = fixture("backup.db.zst").display().to_string();
    done(&setup, &["verify", &backup]).await;
    done(&setup, &["restore", &backup]).await;
    closes(&setup).await;
}

#[tokio::test]
async fn a_replica_of_the_last_release_is_verified_taken_over_and_closed() {
    let setup = setup();
    let replica = setup.folder().join("replica");
    copy_folder(&fixture("replica"), &replica);
    let address = place(&replica);
    done(&setup, &["verify", &address]).await;
    let setup = setup.with("REPLICA_URL", &address);
    closes(&setup).await;
    done(&setup, &["verify", &address]).await;
}

/// Has every player of the live table say something, and asserts that the table, whose rules are no longer decided, is
/// closed instead: they read its Chronicle and why, and what was written before stands as it was.
async fn closes(setup: &Setup) {
    let seats = fs::read_to_string(fixture("seats.json")).unwrap();
    let seats: Seats = serde_json::from_str(&seats).unwrap();
    let mut server = setup.start().await;
    let address = server.address();
    let path = format!("http://{address}/api/tables/{}", seats.live);
    for (number, cookie) in seats.cookies.iter().enumerate() {
        let cookie = cookie.iter().map(|(name, value)| format!("{name}={value}"));
        let cookie = cookie.collect::<Vec<_>>().join("; ");
        let said = Client::new()
            .post(format!("{path}/commands"))
            .header("cookie", &cookie)
            .json(&json!({
                "command_id": format!("after-the-last-release-{number}"),
                "command": { "do": "say", "text": "On we go." },
            }));
        let answer = said.send().await.unwrap();
        let status = answer.status();
        assert_eq!(status, StatusCode::GONE, "{:?}", answer.text().await);
        let look = Client::new().get(&path).header("cookie", &cookie);
        let seen: Value = look.send().await.unwrap().json().await.unwrap();
        let stage = &seen["view"]["stage"];
        assert_eq!(stage["stage"], "chronicle", "{seen}");
        assert_eq!(stage["outdated"], true);
    }
    server.terminate().await;
    server.ended().await;

    let copy = setup.folder().join("before.sqlite");
    fs::copy(fixture("journal.sqlite"), &copy).unwrap();
    let before = JournalContents::read(&copy).await;
    let kept = JournalContents::read(&setup.journal()).await;
    assert_eq!(kept.tables(), 2);
    let written = before.journals().collect::<BTreeMap<_, _>>();
    for (table, records) in kept.journals() {
        chain::verify(table, records).unwrap();
        let mut state = Table::default();
        for record in records {
            state.fold(&record.events);
        }
        assert_eq!(state.phase(), Phase::Chronicle);
        let closing = usize::from(table.as_str() == seats.live);
        assert_eq!(closing == 0, table.as_str() == seats.finished);
        let (before, after) = records.split_at(records.len() - closing);
        assert_eq!(before, written[table], "to the byte, hashes included");
        let closed = [Event::Closed {
            by: None,
            outdated: true,
        }];
        assert!(after.iter().all(|record| record.events == closed));
    }
}
