//! Copying from one store to another: the same log arrives, and nothing is written over.

use std::fs;

use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::steps::{DONE, MISUSED, done, ends, object, place, played, unchanged};

#[tokio::test]
async fn a_journal_that_went_through_a_replica_is_the_same() {
    let (setup, told) = played(fresh_setup(), 51).await;
    let replica = place(&setup.folder().join("carried"));
    let there = object(&setup, &["copy", "codex.db", &replica], DONE).await;
    let back = object(&setup, &["copy", &replica, "back.db"], DONE).await;
    assert_eq!(there["hash"], back["hash"]);
    assert_eq!(there["records"], back["records"]);
    let found = object(&setup, &["verify", "codex.db"], DONE).await;
    assert_eq!(found["hash"], back["hash"]);
    let kept = JournalContents::read(&setup.folder().join("back.db")).await;
    kept.assert_holds(&told);
    kept.assert_whole(&world::library().unwrap());

    let status = object(&setup, &["replica", "status", &replica], DONE).await;
    assert_eq!(
        status["released"], true,
        "whoever comes next need not wait: {status}"
    );
}

#[tokio::test]
async fn a_backup_can_become_a_replica_that_a_server_goes_on_with() {
    let (setup, told) = played(fresh_setup(), 52).await;
    done(&setup, &["backup"]).await;
    let replica = place(&setup.folder().join("carried"));
    done(&setup, &["copy", "backups", &replica]).await;

    let elsewhere = fresh_setup()
        .with("REPLICA_URL", &replica)
        .with("SECRET_KEY", "7f0c1d9ae2b34856937d28cc41be65a09f3e");
    let mut server = elsewhere.start().await;
    server.terminate().await;
    server.ended().await;
    JournalContents::read(&elsewhere.journal())
        .await
        .assert_holds(&told);
}

#[tokio::test]
async fn what_holds_anything_is_not_written_over() {
    let (setup, _) = played(fresh_setup(), 53).await;
    let replica = place(&setup.folder().join("carried"));
    let photos = place(&setup.folder().join("photos"));
    done(&setup, &["copy", "codex.db", &replica]).await;
    fs::create_dir_all(setup.folder().join("photos/.partial")).unwrap();
    fs::write(setup.folder().join("photos/.lock"), "").unwrap();
    fs::write(setup.folder().join("photos/holiday.jpg"), "a beach").unwrap();
    unchanged(&setup, async || {
        let holds = "holds something already";
        ends(&setup, &["copy", "codex.db", "codex.db"], MISUSED, &[holds]).await;
        ends(&setup, &["copy", "codex.db", &replica], MISUSED, &[holds]).await;
        ends(&setup, &["copy", "codex.db", &photos], MISUSED, &[holds]).await;
    })
    .await;
}
