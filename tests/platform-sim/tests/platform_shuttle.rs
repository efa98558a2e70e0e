//! What must be true on the Shuttle runtime, whose program is of a workspace of its own.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use bots::server::Setup;
use platform_sim::{PlatformTerms, Store, shuttle};
use servers::built;

static BINARY: LazyLock<String> = LazyLock::new(|| built("shuttle").display().to_string());

/// A value that stands in the secrets of a project and nowhere else.
const PLANTED: &str = "postgres://planted:7f3c9a51d2e84b60@127.0.0.1:9/nowhere";

fn place(store: Store) -> PlatformTerms {
    shuttle(&BINARY, store)
}

async fn disk() -> Store {
    Store::disk().await.as_secrets().await
}

async fn folder() -> Store {
    Store::folder().await.as_secrets().await
}

async fn database() -> Store {
    let store = Store::database().await.set("DATABASE_TLS", "any");
    store.as_secrets().await
}

platform_sim::suite!(database, disk, place);

platform_sim::suite!(disk, place: an_end_without_a_drain_loses_nothing_acknowledged);

mod on_a_replica {
    platform_sim::suite!(super::folder, super::place:
        a_story_outlives_two_deploys_and_a_crash,
        an_end_without_a_drain_loses_nothing_acknowledged,
    );
}

#[tokio::test]
async fn without_the_runtimes_variables_nothing_is_started() {
    let ended = Setup::of(&BINARY).run(&[]).await;
    assert_eq!(ended.status.code(), Some(78), "{}", ended.text());
    assert!(
        ended.text().contains("SHUTTLE_ENV is not set"),
        "{}",
        ended.text()
    );
}

#[tokio::test]
async fn the_cli_is_told_the_version_of_the_runtime() {
    let ended = Setup::of(&BINARY).run(&["--version"]).await;
    assert_eq!(ended.text(), "shuttle-runtime 0.57.0");
}

#[tokio::test]
async fn without_its_api_the_runtime_does_not_start_the_game() {
    let setup = place(disk().await).setup();
    let ended = setup
        .with("SHUTTLE_API", "http://127.0.0.1:9")
        .run(&[])
        .await;
    assert_eq!(ended.status.code(), Some(101), "{}", ended.text());
}

#[tokio::test]
async fn a_wrong_setting_among_the_secrets_is_named_and_ends_the_start() {
    let store = Store::disk()
        .await
        .set("LOG_LEVEL", "loud")
        .as_secrets()
        .await;
    let terms = place(store);
    let ended = terms.setup().with(terms.port, &0).run(&[]).await;
    assert_eq!(ended.status.code(), Some(1), "{}", ended.text());
    assert!(ended.text().contains("LOG_LEVEL"), "{}", ended.text());
}

#[tokio::test]
async fn secrets_win_over_the_environment_and_are_never_printed_or_written() {
    let store = Store::disk()
        .await
        .set("DATABASE_URL", PLANTED)
        .as_secrets()
        .await;
    let elsewhere = "postgres://u:p@127.0.0.1:9/of_another_project";
    let terms = place(store)
        .with("DATABASE_URL", elsewhere)
        .with("LOG_LEVEL", "trace");
    let setup = terms.setup().with(terms.port, &0);
    let ended = setup.run(&[]).await;
    // Nobody answers at the port of the secrets' database.
    assert_eq!(ended.status.code(), Some(1), "{}", ended.text());
    assert!(ended.text().contains("nowhere"), "{}", ended.text());
    assert!(
        !ended.text().contains("of_another_project"),
        "{}",
        ended.text()
    );
    let password = "7f3c9a51d2e84b60";
    assert!(!ended.text().contains(password), "{}", ended.text());
    is_nowhere_in(setup.folder(), password);
}

/// Asserts that no file of a folder holds a word.
fn is_nowhere_in(folder: &Path, word: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            is_nowhere_in(&path, word);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let found = bytes
            .windows(word.len())
            .any(|part| part == word.as_bytes());
        assert!(!found, "{}", path.display());
    }
}
