//! Verifying: what is whole is said to be, and one wrong byte is found wherever it lies.

use std::fs;
use std::path::{Path, PathBuf};

use reqwest::StatusCode;
use serde_json::Value;

use crate::common::client::HttpClient;
use crate::common::fresh_setup;
use crate::steps::{DONE, WRONG, done, ends, flip, names, object, only, place, played, replicated};

#[tokio::test]
async fn whatever_holds_a_journal_is_found_whole_and_alike() {
    let (setup, _) = played(replicated(), 41).await;
    done(&setup, &["backup"]).await;
    let backup = only(&setup.folder().join("backups"));
    let replica = place(&setup.folder().join("replica"));
    let backups = place(&setup.folder().join("backups"));
    let before = names(setup.folder());
    let mut hashes = Vec::new();
    for (what, kind) in [
        ("codex.db", "database"),
        (backup.to_str().unwrap(), "backup"),
        ("backups", "backup"),
        (&backups, "backup"),
        (&replica, "replica"),
        ("replica", "replica"),
    ] {
        let found = object(&setup, &["verify", what], DONE).await;
        assert_eq!(
            (&found["kind"], &found["ok"]),
            (&kind.into(), &true.into()),
            "{found}"
        );
        hashes.push(found["hash"].clone());
    }
    hashes.dedup();
    assert_eq!(hashes.len(), 1, "they tell one story");
    assert_eq!(names(setup.folder()), before);
}

#[tokio::test]
async fn a_database_is_verified_while_a_server_writes_it() {
    let (setup, _) = played(fresh_setup(), 42).await;
    let server = setup.start().await;
    let words = ["The database", "is whole", "of 1 tables"];
    ends(&setup, &["verify", "codex.db"], DONE, &words).await;
    server.kill().await;
}

#[tokio::test]
async fn a_replica_remembers_that_it_was_verified() {
    let (setup, _) = played(replicated(), 43).await;
    let status = async || object(&setup, &["replica", "status"], DONE).await;
    assert_eq!(status().await["last_verified_ms"], Value::Null);
    done(&setup, &["verify", &place(&setup.folder().join("replica"))]).await;
    assert!(status().await["last_verified_ms"].as_u64().is_some());
    let words = [
        "epoch",
        "state",
        "ended in order",
        "restored on trial",
        "snapshots",
    ];
    ends(&setup, &["replica", "status"], DONE, &words).await;
}

#[tokio::test]
async fn a_wrong_byte_in_a_backup_is_found() {
    let (setup, _) = played(fresh_setup(), 44).await;
    done(&setup, &["backup"]).await;
    let backup = only(&setup.folder().join("backups"));
    flip(&backup, |bytes| bytes.len() / 2);
    ends(
        &setup,
        &["verify", "backups"],
        WRONG,
        &["is no whole backup"],
    )
    .await;
}

#[tokio::test]
async fn a_wrong_byte_in_a_segment_of_a_replica_is_found() {
    let (setup, _) = played(replicated(), 45).await;
    let folder = setup.folder().join("replica");
    let longest = files(&folder.join("log"))
        .into_iter()
        .max_by_key(|path| fs::metadata(path).unwrap().len())
        .unwrap();
    flip(&longest, |bytes| bytes.len() / 2);
    ends(&setup, &["verify", "replica"], WRONG, &["damaged"]).await;
}

#[tokio::test]
async fn a_segment_of_a_replica_that_is_gone_is_missed() {
    let (setup, _) = played(replicated(), 46).await;
    let mut segments = files(&setup.folder().join("replica/log"));
    segments.sort();
    fs::remove_file(&segments[segments.len() / 2]).unwrap();
    ends(&setup, &["verify", "replica"], WRONG, &["is not there"]).await;
}

#[tokio::test]
async fn a_wrong_byte_in_a_database_is_found_with_the_table_it_is_in() {
    let (setup, told) = played(fresh_setup(), 47).await;
    let mut bytes = fs::read(setup.journal()).unwrap();
    let needle = br#""command":{"#;
    // Some of these are what SQLite has left of records it has moved since, and mean nothing.
    for at in 0..bytes.len() - needle.len() {
        if bytes[at..].starts_with(needle) {
            bytes[at + 2] ^= 1;
        }
    }
    fs::write(setup.journal(), bytes).unwrap();
    let table = format!("the journal of table {} is damaged", told[0].table);
    ends(&setup, &["verify", "codex.db"], WRONG, &[&table]).await;
    ends(&setup, &["backup"], WRONG, &[&table]).await;
    assert!(
        names(&setup.folder().join("backups")).is_empty(),
        "no such backup is kept"
    );
}

#[tokio::test]
async fn a_wrong_byte_in_the_pages_of_a_database_is_found() {
    let (setup, _) = played(fresh_setup(), 48).await;
    // The kind of the second page.
    flip(&setup.journal(), |_| 4096);
    ends(
        &setup,
        &["verify", "codex.db"],
        WRONG,
        &["codex.db is damaged"],
    )
    .await;
}

#[tokio::test]
async fn a_changed_snapshot_is_told_by_verify_and_thrown_away_by_the_server() {
    let (setup, told) = played(fresh_setup(), 49).await;
    let mut bytes = fs::read(setup.journal()).unwrap();
    // Two hashes and the state: some are what SQLite has left of older ones, and mean nothing.
    let is_hash = |hash: &[u8]| hash.iter().all(u8::is_ascii_hexdigit);
    let is_sealed = |header: &[u8]| {
        is_hash(&header[..64])
            && header[64] == b' '
            && is_hash(&header[65..129])
            && header[129] == b'\n'
    };
    let sealed: Vec<usize> = (0..bytes.len() - 130)
        .filter(|at| is_sealed(&bytes[*at..at + 130]))
        .collect();
    assert!(
        !sealed.is_empty(),
        "a table of {} commits has a snapshot",
        told.len()
    );
    for at in sealed {
        // A letter of the state.
        bytes[at + 134] ^= 1;
    }
    fs::write(setup.journal(), bytes).unwrap();
    let words = [
        "The database",
        "is whole",
        "1 of the snapshots beside the records were changed",
    ];
    ends(&setup, &["verify", "codex.db"], WRONG, &words).await;

    let mut server = setup.start().await;
    let table = format!("/api/tables/{}", told[0].table);
    let answer = HttpClient::new(server.address()).get(&table).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    server.terminate().await;
    let said = server.ended().await.text();
    assert!(said.contains("it is thrown away and made anew"), "{said}");
    done(&setup, &["verify", "codex.db"]).await;
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let contents = crate::disk::contents(folder).into_iter();
    contents
        .filter_map(|(path, bytes)| bytes.map(|_| path))
        .collect()
}
