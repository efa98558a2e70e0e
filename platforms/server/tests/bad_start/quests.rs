//! An operator's own quests: a broken one is named and left out, a folder that cannot be read stops the start.

use std::fs;

use crate::common::fresh_setup;

#[tokio::test]
async fn a_broken_quest_is_named_with_its_line_and_the_others_are_played() {
    let setup = fresh_setup();
    let folder = setup.folder().join("quests");
    fs::create_dir(&folder).unwrap();
    fs::write(
        folder.join("broken.toml"),
        "id = \"broken\"\nedition = \"one\"\n",
    )
    .unwrap();
    let mut server = setup.with("QUESTS_DIR", &folder.display()).start().await;
    server.says("a quest of QUESTS_DIR is left out").await;
    server.says("broken.toml").await;
    server.kill().await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_read_stops_the_start_and_is_named_with_its_variable() {
    let setup = fresh_setup();
    let folder = setup.folder().join("nowhere");
    let ended = setup.with("QUESTS_DIR", &folder.display()).run(&[]).await;
    assert!(!ended.status.success(), "{ended:?}");
    assert!(ended.text().contains("QUESTS_DIR is "), "{ended:?}");
}
