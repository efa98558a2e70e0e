//! What the release before this one kept is opened, restored, played on and verified by this one.
//!
//! The files beside were written by that release: a journal with a table that came to its Chronicle and one that
//! is played, a backup of it, and its replica of two epochs with a snapshot. `seats.json` holds the cookies of the
//! players. They are never edited: a later release adds a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};

use game::{Phase, Table};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::json;
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
async fn a_journal_of_the_last_release_is_played_on_and_verified() {
    let setup = setup();
    fs::copy(fixture("journal.sqlite"), setup.journal()).unwrap();
    play_on(&setup).await;
    let journal = setup.journal().display().to_string();
    done(&setup, &["verify", &journal]).await;
}

#[tokio::test]
async fn a_backup_of_the_last_release_is_verified_restored_and_played_on() {
    let setup = setup();
    let backup = fixture("backup.db.zst").display().to_string();
    done(&setup, &["verify", &backup]).await;
    done(&setup, &["restore", &backup]).await;
    play_on(&setup).await;
}

#[tokio::test]
async fn a_replica_of_the_last_release_is_verified_taken_over_and_played_on() {
    let setup = setup();
    let replica = setup.folder().join("replica");
    copy_folder(&fixture("replica"), &replica);
    let address = place(&replica);
    done(&setup, &["verify", &address]).await;
    let setup = setup.with("REPLICA_URL", &address);
    play_on(&setup).await;
    done(&setup, &["verify", &address]).await;
}

/// Has every player of the live table say something, and asserts that this and all before it is kept.
async fn play_on(setup: &Setup) {
    let seats = fs::read_to_string(fixture("seats.json")).unwrap();
    let seats: Seats = serde_json::from_str(&seats).unwrap();
    let mut server = setup.start().await;
    let address = server.address();
    let path = format!("http://{address}/api/tables/{}", seats.live);
    for (number, cookie) in seats.cookies.iter().enumerate() {
        let cookie = cookie.iter().map(|(name, value)| format!("{name}={value}"));
        let said = Client::new()
            .post(format!("{path}/commands"))
            .header("cookie", cookie.collect::<Vec<_>>().join("; "))
            .json(&json!({
                "command_id": format!("after-the-last-release-{number}"),
                "command": { "do": "say", "text": "On we go." },
            }));
        let answer = said.send().await.unwrap();
        let status = answer.status();
        assert_eq!(status, StatusCode::OK, "{:?}", answer.text().await);
    }
    server.terminate().await;
    server.ended().await;

    let kept = JournalContents::read(&setup.journal()).await;
    let mut said = 0;
    for (table, records) in kept.journals() {
        chain::verify(table, records).unwrap();
        let mut state = Table::default();
        for record in records {
            state.fold(&record.events);
        }
        let is_over = state.phase() == Phase::Chronicle;
        assert_eq!(is_over, table.as_str() == seats.finished);
        if table.as_str() == seats.live {
            let ids = records.iter().map(|record| record.command_id.as_str());
            said = ids
                .filter(|id| id.starts_with("after-the-last-release"))
                .count();
        }
    }
    assert_eq!((kept.tables(), said), (2, seats.cookies.len()));
}
