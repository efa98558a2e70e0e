//! Restoring what is not there, is no backup, or does not fit: a sentence, a code, and nothing left behind.

use std::fs;
use std::process::Command;

use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::disk::own_disk;
use crate::steps::{
    ABSENT, DONE, MISUSED, WRONG, done, ends, object, only, place, played, replicated, unchanged,
};

#[tokio::test]
async fn what_is_not_there_is_said_to_be_missing() {
    let setup = fresh_setup();
    fs::create_dir(setup.folder().join("empty")).unwrap();
    let missing = place(&setup.folder().join("missing"));
    let empty = place(&setup.folder().join("empty"));
    unchanged(&setup, async || {
        let cases = [
            ("nothing.db.zst", "nothing.db.zst is not there"),
            (&missing, "missing is not there"),
            ("empty", "empty holds neither a replica nor a backup"),
            (&empty, "empty holds neither a replica nor a backup"),
        ];
        for (from, sentence) in cases {
            ends(&setup, &["restore", from], ABSENT, &[sentence]).await;
            ends(&setup, &["verify", from], ABSENT, &[sentence]).await;
        }
        ends(
            &setup,
            &["replica", "status", &empty],
            ABSENT,
            &["holds no replica"],
        )
        .await;
        ends(
            &setup,
            &["replica", "status", &missing],
            ABSENT,
            &["is not there"],
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_backup_is_not_restored() {
    let (setup, _) = played(fresh_setup(), 31).await;
    done(&setup, &["backup"]).await;
    let whole = fs::read(only(&setup.folder().join("backups"))).unwrap();
    let elsewhere = fresh_setup();
    let put = |name: &str, bytes: &[u8]| fs::write(elsewhere.folder().join(name), bytes).unwrap();
    put(
        "garbage",
        b"neither this nor that, but long enough to be read",
    );
    put("cut.zst", &whole[..whole.len() / 2]);
    put("arcane_20261123_043412.db.zst", b"named like one");
    unchanged(&elsewhere, async || {
        let cases = [
            (
                "garbage",
                "garbage is neither a journal nor a backup of one",
            ),
            ("cut.zst", "cut.zst is no whole backup"),
            ("arcane_20261123_043412.db.zst", "is no whole backup"),
        ];
        for (from, sentence) in cases {
            ends(&elsewhere, &["restore", from], WRONG, &[sentence]).await;
            ends(&elsewhere, &["verify", from], WRONG, &[sentence]).await;
        }
    })
    .await;
}

/// What scripts of other years make: a copy by `SQLite` itself, named by the day and packed with gzip.
#[tokio::test]
async fn a_copy_that_gzip_has_packed_is_read_like_a_backup_of_ours() {
    let (setup, told) = played(fresh_setup(), 35).await;
    done(&setup, &["backup"]).await;
    let ours = only(&setup.folder().join("backups"));
    let whole = object(&setup, &["verify", &ours.display().to_string()], DONE).await;
    fs::create_dir(setup.folder().join("nightly")).unwrap();
    let copy = setup.folder().join("nightly/arcane_20240115.db");
    fs::copy(setup.journal(), &copy).unwrap();
    fs::copy(&ours, setup.folder().join("twice.zst")).unwrap();
    for file in [&copy, &setup.folder().join("twice.zst")] {
        let packed = Command::new("gzip").arg(file).status().unwrap();
        assert!(packed.success());
    }
    for packed in ["nightly/arcane_20240115.db.gz", "twice.zst.gz"] {
        let found = object(&setup, &["verify", packed], DONE).await;
        assert_eq!(
            (&found["kind"], &found["hash"]),
            (&"backup".into(), &whole["hash"])
        );
    }
    let packed = "nightly/arcane_20240115.db.gz";
    done(&setup, &["restore", packed, "--to", "restored.db"]).await;
    done(&setup, &["copy", packed, "copied.db"]).await;
    for made in ["restored.db", "copied.db"] {
        let kept = JournalContents::read(&setup.folder().join(made)).await;
        kept.assert_holds(&told);
    }
    let words = [
        "name the file itself, such as",
        "nightly/arcane_20240115.db.gz",
    ];
    ends(
        &setup,
        &["restore", "nightly", "--to", "x.db"],
        ABSENT,
        &words,
    )
    .await;

    let bytes = fs::read(setup.folder().join(packed)).unwrap();
    let elsewhere = fresh_setup();
    let put = |name: &str, bytes: &[u8]| fs::write(elsewhere.folder().join(name), bytes).unwrap();
    put("cut.gz", &bytes[..bytes.len() / 2]);
    put("other.xz", b"\xFD7zXZ\0 and so on, at some length");
    put("letter", &b"Dear diary, ".repeat(9));
    let packed = Command::new("gzip")
        .arg(elsewhere.folder().join("letter"))
        .status();
    assert!(packed.unwrap().success());
    unchanged(&elsewhere, async || {
        let cases = [
            ("cut.gz", "cut.gz is no whole backup"),
            (
                "letter.gz",
                "letter.gz is no whole backup: it holds no database",
            ),
            ("other.xz", "unpack it first with unxz"),
        ];
        for (from, sentence) in cases {
            ends(&elsewhere, &["restore", from], WRONG, &[sentence]).await;
            ends(&elsewhere, &["verify", from], WRONG, &[sentence]).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_unpacks_to_more_than_the_disk_holds_is_stopped_before_it_is_full() {
    let Some(small) = own_disk("size=8m") else {
        return;
    };
    let (setup, _) = played(fresh_setup(), 36).await;
    // A journal, and a thousand times as much behind it that takes a few bytes to say.
    let bomb = setup.folder().join("bomb");
    let mut bytes = fs::read(setup.journal()).unwrap();
    bytes.resize(64 * 1024 * 1024, 0);
    fs::write(&bomb, bytes).unwrap();
    assert!(Command::new("gzip").arg(&bomb).status().unwrap().success());
    let from = setup.folder().join("bomb.gz").display().to_string();
    let words = ["No space left: it unpacks to", "and the disk has room for"];
    ends(&small, &["restore", &from], ABSENT, &words).await;
}

#[tokio::test]
async fn another_applications_database_is_not_taken_for_a_journal() {
    let (setup, _) = played(fresh_setup(), 32).await;
    // Where SQLite keeps the mark of an application.
    let mut bytes = fs::read(setup.journal()).unwrap();
    bytes[68..72].copy_from_slice(b"Else");
    let elsewhere = fresh_setup();
    fs::write(elsewhere.folder().join("other.db"), bytes).unwrap();
    unchanged(&elsewhere, async || {
        let words = ["other.db is another application's database"];
        ends(&elsewhere, &["restore", "other.db"], WRONG, &words).await;
    })
    .await;
}

#[tokio::test]
async fn the_newest_backup_of_a_place_is_taken_and_a_replica_is_known_as_one() {
    let (setup, told) = played(replicated(), 33).await;
    done(&setup, &["backup", "--at", "20260101_000000"]).await;
    done(&setup, &["backup", "--at", "20260102_000000"]).await;
    let from = place(&setup.folder().join("backups"));
    let newest = object(&setup, &["restore", &from, "--to", "one.db"], DONE).await;
    let name = newest["from"].as_str().unwrap();
    assert!(name.ends_with("arcane_20260102_000000.db.zst"), "{newest}");

    let replica = place(&setup.folder().join("replica"));
    let whole = object(&setup, &["restore", &replica, "--to", "two.db"], DONE).await;
    assert_eq!(whole["hash"], newest["hash"]);
    JournalContents::read(&setup.folder().join("two.db"))
        .await
        .assert_holds(&told);
}

#[tokio::test]
async fn what_does_not_fit_on_the_disk_leaves_nothing_on_it() {
    let (setup, _) = played(fresh_setup(), 34).await;
    done(&setup, &["backup"]).await;
    let backup = only(&setup.folder().join("backups"));
    let Some(small) = own_disk("size=64k") else {
        return;
    };
    let from = backup.display().to_string();
    // The disk is seen by the process alone, and gone with it: a second process in its place looks again.
    let small = small.through(&[
        "unshare",
        "-rm",
        "sh",
        "-c",
        "mount -t tmpfs -o size=64k tmpfs disk && { \"$0\" \"$@\"; code=$?; ls -A disk; exit $code; }",
    ]);
    let ended = ends(&small, &["restore", &from], ABSENT, &["No space left"]).await;
    let left = ended
        .log
        .iter()
        .filter(|line| line.starts_with("codex") || line.starts_with('.'));
    assert_eq!(left.count(), 0, "{}", ended.text());
}

#[tokio::test]
async fn an_argument_that_means_nothing_is_misuse() {
    let setup = fresh_setup();
    unchanged(&setup, async || {
        for arguments in [
            &["restore"][..],
            &["restore", "x", "--to", "y", "--in-place"],
            &["backup", "--keep-days", "0"],
            &["backup", "--at", "yesterday"],
            &["verify", "ftp://host/x"],
            &["replica", "status"],
            &["teleport"],
        ] {
            ends(&setup, arguments, MISUSED, &[]).await;
        }
    })
    .await;
}
