//! Every command of the guide, typed in as it is written.

use deploy::{Block, blocks, read, told};
use serde_json::{Map, Value};

use super::api::CONFIG;
use super::clone::{APP, Clone};

/// The section that leads to a table, and the most commands there may be in it.
const FIRST: (&str, usize) = ("From a clone to a table", 5);

/// Commands of each chapter run in a clone of their own: a chapter begins where an app is created.
#[test]
fn the_guides_commands_do_what_they_say() {
    let mut clone = Clone::fresh();
    for Block { heading, text, .. } in commands() {
        if text.starts_with("heroku create") {
            clone = Clone::fresh();
        }
        let before = config(&clone);
        let output = clone.type_in(&text);
        assert!(output.status.success(), "{heading}: {}", told(&output));
        look(&heading, &clone, &before, &told(&output));
        if heading == FIRST.0 {
            assert!(text.lines().count() <= FIRST.1, "{text}");
        }
    }
}

/// What a section's commands must have come to.
fn look(heading: &str, clone: &Clone, before: &Map<String, Value>, told: &str) {
    let now = config(clone);
    let sent = |method, end| clone.api.kept().sent(method, end);
    match heading {
        "From a clone to a table" | "A bucket instead of a database" | "The image instead" => {
            let key = now["SECRET_KEY"].as_str().unwrap_or_default();
            assert!(key.len() >= 32, "{key:?}");
            assert_eq!(sent("POST", "/apps")[0]["name"], APP);
            assert!(clone.is_pushed());
        }
        "Looking at it" => assert!(told.contains("State changed from starting to up"), "{told}"),
        "Scale" => {
            // The plan's 20 connections, of two dynos and two releases at once.
            let pool: u64 = now["DB_POOL_SIZE"].as_str().unwrap().parse().unwrap();
            assert!(2 * 2 * pool <= 20, "{pool}");
            assert_eq!(sent("PATCH", "/features/preboot").len(), 1);
        }
        "Back up" => {
            let asked = [
                sent("POST", "/backups"),
                sent("POST", "/transfer-schedules"),
            ];
            assert!(asked.concat().len() <= 2, "{asked:?}");
        }
        "Roll back" => assert_eq!(sent("POST", "/releases").len(), 1),
        "Change the secret key" if now.contains_key("SECRET_KEY_PREVIOUS") => {
            assert_eq!(now["SECRET_KEY_PREVIOUS"], before["SECRET_KEY"]);
            assert_ne!(now["SECRET_KEY"], before["SECRET_KEY"]);
        }
        "Change the secret key" => assert_eq!(now["SECRET_KEY"], before["SECRET_KEY"]),
        "A domain of your own" => assert_eq!(now["PUBLIC_URL"], "https://codex.example.org"),
        "What Heroku does to a dyno" => assert_eq!(sent("DELETE", APP).len(), 1),
        _ => panic!("{heading}: nobody looks at what these commands come to"),
    }
}

#[test]
fn a_misspelt_command_is_refused() {
    let clone = Clone::fresh();
    let wrong = clone.type_in("heroku create arcane-codex --build-pack x");
    assert!(!wrong.status.success(), "{}", told(&wrong));
    assert!(clone.api.kept().sent("POST", "/apps").is_empty());
}

#[test]
fn what_no_test_runs_says_why() {
    for Block { mark, text, .. } in blocks(&read("heroku/README.md")) {
        let why = mark.strip_prefix("sh untested: ").unwrap_or(&mark);
        assert!(mark == "sh" || why.len() > 10, "{mark}: {text}");
    }
}

fn config(clone: &Clone) -> Map<String, Value> {
    let kept = clone.api.kept();
    let config = kept.objects.get(CONFIG).and_then(Value::as_object);
    config.cloned().unwrap_or_default()
}

/// The blocks that are run.
fn commands() -> Vec<Block> {
    let blocks = blocks(&read("heroku/README.md")).into_iter();
    blocks.filter(|block| block.mark == "sh").collect()
}
