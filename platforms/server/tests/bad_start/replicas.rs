//! Folders that are to hold a replica, and do not.

use std::fs;
use std::path::Path;

use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::common::server::Setup;
use crate::disk::{after_mounting, contents};

const KEY: &str = "b81f0d3a5c7e49621d0fae85c3b7942e60aa";

/// A setup whose replica is to be in a folder.
fn replicated(setup: Setup, folder: &Path) -> Setup {
    setup
        .with("REPLICA_URL", &format!("file://{}", folder.display()))
        .with("SECRET_KEY", KEY)
}

#[tokio::test]
async fn a_folder_that_is_missing_is_not_made() {
    let setup = fresh_setup();
    let folder = setup.folder().join("nas/codex");
    let words = ["nas/codex is not there", "mount it or make the folder"];
    is_refused(&replicated(setup, &folder), &words).await;
}

#[tokio::test]
async fn a_folder_of_other_things_is_left_as_it_is() {
    let setup = fresh_setup();
    let folder = setup.folder().join("nas");
    fs::create_dir_all(folder.join("My Photos")).unwrap();
    let words = ["holds something else (My Photos)", "name an empty folder"];
    is_refused(&replicated(setup, &folder), &words).await;
}

#[tokio::test]
async fn what_is_to_be_mounted_and_is_not_is_a_fault() {
    let setup = fresh_setup();
    let folder = setup.folder().join("nas");
    fs::create_dir(&folder).unwrap();
    let promised = format!("nas:/games {} nfs rw 0 0\n", folder.display());
    fs::write(setup.folder().join("fstab"), promised).unwrap();
    let script = "touch /etc/fstab && mount --bind fstab /etc/fstab";
    let Some(setup) = after_mounting(replicated(setup, &folder), script) else {
        return;
    };
    is_refused(&setup, &["which /etc/fstab names", "mount it"]).await;
    let back_up = ["backup", "--to", "nas/backups", "--from", "fstab"];
    let ended = setup.run(&back_up).await;
    assert!(
        ended.text().contains("which /etc/fstab names"),
        "{}",
        ended.text()
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[tokio::test]
async fn a_replica_that_is_not_there_any_more_is_a_fault() {
    let setup = fresh_setup();
    let (folder, away) = (setup.folder().join("nas"), setup.folder().join("unmounted"));
    fs::create_dir(&folder).unwrap();
    let setup = replicated(setup, &folder);
    let mut server = setup.start().await;
    BotFleet::new(server.address(), 92).play(1).await.unwrap();
    server.terminate().await;
    server.ended().await;

    // What is seen at the mount point of a disk that is not mounted.
    fs::rename(&folder, &away).unwrap();
    fs::create_dir(&folder).unwrap();
    let ended = setup.run(&[]).await;
    assert_eq!(ended.status.code(), Some(69), "{}", ended.text());
    for word in ["nas is empty", "If its disk is not mounted, mount it"] {
        assert!(ended.text().contains(word), "{}", ended.text());
    }
    assert!(!folder.join("ledger").exists());
    let doctor = setup.run(&["doctor"]).await;
    assert_eq!(doctor.status.code(), Some(1), "{}", doctor.text());
    assert!(
        doctor.text().contains("was written with a replica there"),
        "{}",
        doctor.text()
    );

    // It comes back, or is filled on purpose.
    let filled = folder.display().to_string();
    let copied = setup
        .run(&["copy", "codex.db", &format!("file://{filled}")])
        .await;
    assert_eq!(copied.status.code(), Some(0), "{}", copied.text());
    for place in [None, Some(&away)] {
        if let Some(back) = place {
            fs::remove_dir_all(&folder).unwrap();
            fs::rename(back, &folder).unwrap();
        }
        let mut server = setup.start().await;
        server.terminate().await;
        server.ended().await;
    }
}

#[tokio::test]
async fn the_root_of_a_new_file_system_is_an_empty_folder() {
    let setup = fresh_setup();
    let folder = setup.folder().join("nas");
    fs::create_dir_all(folder.join("lost+found")).unwrap();
    let mut server = replicated(setup, &folder).start().await;
    server.says("the journal is replicated").await;
    server.terminate().await;
    server.ended().await;
}

/// Asserts that neither a start nor `doctor` takes the folder, that both say why in these words, and that nothing is
/// made but the journal.
async fn is_refused(setup: &Setup, words: &[&str]) {
    let before = contents(setup.folder());
    for (arguments, code) in [
        (&[][..], 69),
        (&["doctor"], 1),
        (&["replica", "status"], 69),
    ] {
        let ended = setup.run(arguments).await;
        let said = ended.text();
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}: {said}");
        for word in words {
            assert!(
                said.contains(word),
                "{arguments:?}: {word:?} is not in {said}"
            );
        }
    }
    assert!(contents(setup.folder()) == before, "something was made");
}
