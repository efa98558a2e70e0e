//! Every command of the guide, typed in as it is written.

use deploy::{Block, blocks, told};
use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::clone::{APP, Clone};
use crate::descriptors;

/// The section that leads to a table.
const FIRST: &str = "From a clone to a table";

/// The most commands there may be between a clone and a table.
const COMMANDS_MAX: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_leads_from_a_clone_to_a_table_and_through_the_years() {
    let sections = follow(0).await;
    let years = [
        "Looking at it",
        "Scale",
        "Back up",
        "Roll back",
        "Change the secret key",
    ];
    assert!(
        years
            .iter()
            .all(|section| sections.iter().any(|found| found == section)),
        "{sections:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_leads_to_a_bucket_instead_of_a_database() {
    assert_eq!(follow(1).await, ["A bucket instead of a database"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_leads_to_the_image_and_away_again() {
    assert_eq!(
        follow(2).await,
        ["The image instead", "What Heroku does to a dyno"]
    );
}

/// Types in a chapter of the guide: the blocks from one that creates an app to the next.
async fn follow(chapter: usize) -> Vec<String> {
    let clone = Clone::fresh().await;
    let mut chapters = 0;
    let mut sections = Vec::new();
    for block in commands() {
        chapters += usize::from(block.text.starts_with("heroku create"));
        if chapters != chapter + 1 {
            continue;
        }
        let before = clone.api.account().config.clone();
        let output = clone.type_in(&block.text);
        let heading = block.heading;
        assert!(output.status.success(), "{heading}: {}", told(&output));
        let account = clone.api.account();
        assert!(
            account.unknown.is_empty(),
            "{heading}: {:?}",
            account.unknown
        );
        look(&heading, &account, &before, &told(&output));
        if heading == FIRST {
            assert!(block.text.lines().count() <= COMMANDS_MAX, "{}", block.text);
            assert_eq!(clone.pushed("Procfile"), descriptors::read("Procfile"));
        }
        sections.push(heading);
    }
    sections.dedup();
    sections
}

/// What a section's commands must have come to.
fn look(heading: &str, account: &Account, before: &Map<String, Value>, told: &str) {
    match heading {
        FIRST => {
            let wanted = descriptors::app();
            assert_eq!(account.app.as_deref(), Some(APP));
            assert_eq!(
                json!(account.buildpacks),
                json!([wanted["buildpacks"][0]["url"]])
            );
            assert_eq!(json!(account.addons), wanted["addons"]);
            let apart = &wanted["env"]["METRICS_PORT"]["value"];
            assert_eq!(account.config["METRICS_PORT"], *apart);
            is_keyed(account);
        }
        "Looking at it" => {
            for word in ["web.1", "State changed from starting to up", "Deploy"] {
                assert!(told.contains(word), "{told}");
            }
        }
        "Scale" => is_scaled(account),
        "Back up" => {
            assert_eq!(account.backups, 1);
            assert_eq!(
                account.schedule.is_some(),
                told.contains("Scheduling"),
                "{told}"
            );
        }
        "Roll back" => {
            let last = account.releases.last();
            assert!(
                last.is_some_and(|last| last.starts_with("Rollback to v")),
                "{last:?}"
            );
        }
        "Change the secret key" => is_rekeyed(account, before),
        "A domain of your own" => {
            assert_eq!(account.domains, ["codex.example.org"]);
            assert_eq!(account.config["PUBLIC_URL"], "https://codex.example.org");
        }
        "A bucket instead of a database" => {
            assert_eq!(account.addons, ["bucketeer:hobbyist"]);
            is_keyed(account);
        }
        "The image instead" => {
            assert_eq!(account.stack, "container");
            assert_eq!(json!(account.addons), descriptors::app()["addons"]);
            assert!(account.buildpacks.is_empty());
            is_keyed(account);
        }
        "What Heroku does to a dyno" => assert_eq!(account.app, None),
        _ => panic!("{heading}: nobody looks at what these commands come to"),
    }
}

fn is_scaled(account: &Account) {
    assert_eq!(account.web, (2, "standard-1x".to_owned()));
    assert_eq!(account.features, ["preboot"]);
    // The plan's 20 connections, of two releases at once.
    let pool = account.config["DB_POOL_SIZE"].as_str();
    let pool = pool.and_then(|pool| pool.parse::<u64>().ok());
    assert!(
        pool.is_some_and(|pool| 2 * account.web.0 * pool <= 20),
        "{pool:?}"
    );
}

fn is_rekeyed(account: &Account, before: &Map<String, Value>) {
    is_keyed(account);
    if let Some(previous) = account.config.get("SECRET_KEY_PREVIOUS") {
        assert_eq!(*previous, before["SECRET_KEY"]);
        assert_ne!(*previous, account.config["SECRET_KEY"]);
    } else {
        // The second of two blocks: the old key is dropped, and the new one stays.
        assert!(before.contains_key("SECRET_KEY_PREVIOUS"));
        assert_eq!(account.config["SECRET_KEY"], before["SECRET_KEY"]);
    }
}

fn is_keyed(account: &Account) {
    let key = account.config.get("SECRET_KEY").and_then(Value::as_str);
    assert!(key.is_some_and(|key| key.len() >= 32), "{key:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_command_is_refused() {
    let clone = Clone::fresh().await;
    for wrong in [
        "heroku addon:creates heroku-redis:mini",
        "heroku create arcane-codex --build-pack x",
    ] {
        let output = clone.type_in(wrong);
        assert!(!output.status.success(), "{}", told(&output));
    }
    assert_eq!(clone.api.account().app, None);
}

#[test]
fn what_no_test_runs_says_why() {
    let guide = descriptors::read("heroku/README.md");
    for Block { mark, text, .. } in blocks(&guide) {
        let why = mark.strip_prefix("sh untested: ").unwrap_or(&mark);
        assert!(mark == "sh" || why.len() > 10, "{mark}: {text}");
    }
}

/// The blocks that are run.
fn commands() -> Vec<Block> {
    let guide = descriptors::read("heroku/README.md");
    let blocks = blocks(&guide).into_iter();
    blocks.filter(|block| block.mark == "sh").collect()
}
