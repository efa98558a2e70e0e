//! Restoring in the place of a journal: never under a server, never without the way back.

use std::fs;

use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::disk::contents;
use crate::steps::{ABSENT, DONE, MISUSED, done, ends, names, object, played};

#[tokio::test]
async fn nothing_is_put_in_the_place_of_a_journal_that_is_in_use() {
    let (setup, _) = played(fresh_setup(), 21).await;
    done(&setup, &["backup"]).await;
    let server = setup.start().await;
    let before = names(setup.folder());
    let process = format!("is in use by process {}", server.id());
    let arguments = ["restore", "backups", "--in-place"];
    ends(
        &setup,
        &arguments,
        ABSENT,
        &[&process, "end it, and try again"],
    )
    .await;
    assert_eq!(names(setup.folder()), before);

    let fleet = BotFleet::new(server.address(), 22);
    fleet.play(1).await.unwrap();
    server.kill().await;
    JournalContents::read(&setup.journal())
        .await
        .assert_holds(&fleet.acknowledged());
}

#[tokio::test]
async fn a_journal_that_is_replicated_is_in_use_as_well() {
    let (setup, _) = played(crate::steps::replicated(), 28).await;
    done(&setup, &["backup"]).await;
    let server = setup.start().await;
    let process = format!("is in use by process {}", server.id());
    let arguments = ["restore", "backups", "--in-place"];
    ends(&setup, &arguments, ABSENT, &[&process]).await;
    server.kill().await;
}

#[tokio::test]
async fn a_journal_that_is_there_is_written_over_only_when_that_is_said() {
    let (setup, _) = played(fresh_setup(), 23).await;
    done(&setup, &["backup"]).await;
    let before = contents(setup.folder());
    let words = ["is there already", "--to FILE", "--in-place"];
    ends(&setup, &["restore", "backups"], MISUSED, &words).await;
    assert!(contents(setup.folder()) == before);
}

#[tokio::test]
async fn the_old_journal_is_kept_beside_the_one_restored_in_its_place() {
    let (setup, first) = played(fresh_setup(), 24).await;
    done(&setup, &["backup"]).await;
    // The server is killed, so that a part of the journal is still in its write-ahead log.
    let server = setup.start().await;
    let fleet = BotFleet::new(server.address(), 25);
    fleet.play(1).await.unwrap();
    server.kill().await;
    assert!(setup.folder().join("codex.db-wal").exists());

    let arguments = [
        "restore",
        "backups",
        "--in-place",
        "--at",
        "20261123_043412",
    ];
    let report = object(&setup, &arguments, DONE).await;
    let kept = setup.folder().join("codex.db.before-20261123_043412");
    assert_eq!(report["kept"], kept.display().to_string());
    let names = names(setup.folder());
    assert!(
        !names.iter().any(|name| name.ends_with("-wal")),
        "{names:?}"
    );

    let now = JournalContents::read(&setup.journal()).await;
    now.assert_holds(&first);
    let then = JournalContents::read(&kept).await;
    then.assert_holds(&first);
    then.assert_holds(&fleet.acknowledged());
    assert_eq!((now.tables(), then.tables()), (1, 2));
    let mut server = setup.start().await;
    server.terminate().await;
    server.ended().await;
}

#[tokio::test]
async fn a_journal_beyond_opening_gives_its_place_too() {
    let (setup, first) = played(fresh_setup(), 26).await;
    done(&setup, &["backup"]).await;
    fs::write(setup.journal(), "not a database ".repeat(100)).unwrap();
    fs::write(setup.folder().join("codex.db-wal"), "nor its log").unwrap();
    let arguments = [
        "restore",
        "backups",
        "--in-place",
        "--at",
        "20261123_043412",
    ];
    done(&setup, &arguments).await;
    JournalContents::read(&setup.journal())
        .await
        .assert_holds(&first);
    let kept = setup.folder().join("codex.db.before-20261123_043412");
    assert!(fs::read(&kept).unwrap().starts_with(b"not a database"));
    let log = setup.folder().join("codex.db.before-20261123_043412-wal");
    assert_eq!(fs::read(log).unwrap(), b"nor its log");
}

#[tokio::test]
async fn who_restores_a_backup_is_told_what_the_replica_makes_of_it() {
    let (setup, _) = played(crate::steps::replicated(), 27).await;
    done(&setup, &["backup"]).await;
    let arguments = ["restore", "backups", "--in-place"];
    ends(
        &setup,
        &arguments,
        DONE,
        &["REPLICA_URL names file:///", "If both tell one story"],
    )
    .await;
    // They do.
    let mut server = setup.start().await;
    server.terminate().await;
    server.ended().await;
}
