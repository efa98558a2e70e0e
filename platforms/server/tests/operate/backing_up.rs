//! Backups: made while bots play, named, let go of.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::common::server::PATIENCE;
use crate::steps::{ABSENT, DONE, MISUSED, done, ends, names, object, only, played, unchanged};

/// Commands the bots have been told of when the backup is made.
const COMMANDS: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_bots_play_holds_every_command_acknowledged_before_it() {
    let setup = fresh_setup();
    let server = setup.start().await;
    let fleet = BotFleet::new(server.address(), 11);
    let mut tables = JoinSet::new();
    for _ in 0..4 {
        tables.spawn(fleet.clone().play_on(2));
    }
    let played = timeout(PATIENCE, async {
        while fleet.acknowledged().len() < COMMANDS {
            sleep(Duration::from_millis(5)).await;
        }
    });
    played.await.unwrap();

    let told = fleet.acknowledged();
    let backup = object(&setup, &["backup"], DONE).await;
    assert!(
        fleet.acknowledged().len() > told.len(),
        "the bots went on meanwhile"
    );
    fleet.stop();
    tables.join_all().await;
    server.kill().await;

    let elsewhere = fresh_setup();
    let path = backup["backup"].as_str().unwrap();
    let restored = object(&elsewhere, &["restore", path], DONE).await;
    assert_eq!(restored["records"], backup["records"]);
    assert_eq!(restored["hash"], backup["hash"]);
    let kept = JournalContents::read(&elsewhere.journal()).await;
    kept.assert_holds(&told);
    kept.assert_whole(&world::library().unwrap());
    assert_eq!(u64::try_from(kept.tables()).ok(), backup["tables"].as_u64());
}

#[tokio::test]
async fn a_backup_lies_beside_the_journal_under_its_time_and_for_its_owner_alone() {
    let (setup, _) = played(fresh_setup(), 12).await;
    done(&setup, &["backup", "--at", "20261123_043412"]).await;
    let folder = setup.folder().join("backups");
    let backup = only(&folder);
    assert!(
        backup.ends_with("arcane_20261123_043412.db.zst"),
        "{backup:?}"
    );
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&backup), mode(&folder)), (0o600, 0o700));

    let again = ["backup", "--at", "20261123_043412"];
    ends(&setup, &again, MISUSED, &["is there already"]).await;
    assert_eq!(only(&folder), backup);
}

#[tokio::test]
async fn old_backups_go_but_never_the_newest_nor_what_is_called_otherwise() {
    let (setup, _) = played(fresh_setup(), 13).await;
    let folder = setup.folder().join("elsewhere");
    let back_up = async |at: &str, days: &str| {
        let arguments = [
            "backup",
            "--to",
            "elsewhere",
            "--at",
            at,
            "--keep-days",
            days,
        ];
        object(&setup, &arguments, DONE).await["deleted"].clone()
    };
    assert_eq!(
        back_up("20260101_000000", "30").await,
        serde_json::json!([])
    );
    back_up("20260120_000000", "30").await;
    let others = [
        "arcane_20200101.db.zst",
        "arcane_20200101_000000.db",
        "notes.txt",
    ];
    for other in others {
        fs::write(folder.join(other), "mine").unwrap();
    }

    let deleted = back_up("20260210_000000", "30").await;
    assert_eq!(
        deleted,
        serde_json::json!(["arcane_20260101_000000.db.zst"])
    );
    // A clock that went back: what is newest by name stays, and so does what was just made.
    back_up("20250101_000000", "1").await;
    let deleted = back_up("20300101_000000", "1").await;
    assert_eq!(deleted.as_array().unwrap().len(), 3, "{deleted}");
    let mut left = others.to_vec();
    left.push("arcane_20300101_000000.db.zst");
    left.sort_unstable();
    assert_eq!(names(&folder), left);
}

#[tokio::test]
async fn without_a_journal_there_is_nothing_to_back_up() {
    let setup = fresh_setup();
    unchanged(&setup, async || {
        ends(
            &setup,
            &["backup"],
            ABSENT,
            &["there is no journal at", "--from"],
        )
        .await;
        let said = object(&setup, &["backup"], ABSENT).await;
        assert_eq!(said["ok"], false);
        assert!(
            said["error"].as_str().unwrap().contains("no journal"),
            "{said}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let (setup, _) = played(fresh_setup(), 14).await;
    let arguments = ["backup", "--to", "no/such/folder"];
    ends(
        &setup,
        &arguments,
        ABSENT,
        &["no/such/folder cannot be made", "name another"],
    )
    .await;
}
