//! The keys that sign players' cookies: one that the server has made is believed until somebody says otherwise.

use std::fs;
use std::sync::Arc;

use game::Command;
use serde_json::Value;

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::common::server::{Server, Setup};
use crate::steps::{DONE, MISUSED, done, ends, names, object};

const KEY: &str = "9f27c04be8d1536ab0e4f7219c83d65a41fe";
const BELIEVED: &str = "is believed as the previous one";

/// A player who sat down on an evening without `SECRET_KEY`, and the setup of that evening.
async fn evening() -> (Setup, Arc<BotFleet>, Bot) {
    let server = fresh_setup().start().await;
    let fleet = BotFleet::new(server.address(), 91);
    let bot = Bot::open(&fleet).await;
    (ended(server).await, fleet, bot)
}

/// Whether a player still has their seat, on a server that is ended afterwards. Returns what the server said, too.
async fn is_seated(setup: &Setup, fleet: &BotFleet, bot: &mut Bot) -> (bool, String) {
    let mut server = setup.start().await;
    fleet.move_to(server.address());
    let body = serde_json::json!({
        "command_id": bot.fresh_id(), "command": Command::Say { text: "Still here.".to_owned() },
    });
    let answer = bot.client().post(&bot.commands_path(), &body).await;
    // Whoever opens the page is given a cookie of the key in use.
    bot.client().get(&format!("/t/{}", bot.table())).await;
    server.terminate().await;
    let said = server.ended().await.text();
    (answer.status.is_success(), said)
}

async fn ended(mut server: Server) -> Setup {
    let setup = server.setup().with("PORT", "0");
    server.terminate().await;
    server.ended().await;
    setup
}

#[tokio::test]
async fn who_sets_a_key_after_an_evening_without_one_keeps_every_seat() {
    let (setup, fleet, mut bot) = evening().await;
    let file = setup.folder().join("key");
    fs::write(&file, KEY).unwrap();
    let ways = [
        setup.clone().with("SECRET_KEY", KEY),
        // As compose.prod.yaml does.
        setup.clone().with("SECRET_KEY_FILE", &file.display()),
    ];
    for (way, keyed) in ways.iter().enumerate() {
        let (seated, said) = is_seated(keyed, &fleet, &mut bot).await;
        assert!(seated && said.contains(BELIEVED), "{way}: {said}");
        let doctor = ends(keyed, &["doctor"], DONE, &["warning", BELIEVED]).await;
        assert!(doctor.text().contains("key retire"), "{}", doctor.text());
    }
}

#[tokio::test]
async fn the_keys_that_are_believed_are_listed_and_not_shown() {
    let (setup, ..) = evening().await;
    let made = fs::read_to_string(setup.folder().join("codex.db.key")).unwrap();
    let alone = object(&setup, &["key"], DONE).await;
    assert_eq!(roles(&alone), [("signs", "codex.db.key")]);

    let keyed = setup.with("SECRET_KEY", KEY);
    let both = object(&keyed, &["key"], DONE).await;
    let expected = [("signs", "SECRET_KEY"), ("accepted", "codex.db.key")];
    assert_eq!(roles(&both), expected);
    assert_eq!(
        both["keys"][1]["fingerprint"],
        alone["keys"][0]["fingerprint"]
    );
    let said = done(&keyed, &["key"]).await.text();
    assert!(said.contains(BELIEVED), "{said}");
    assert!(!said.contains(KEY) && !said.contains(made.trim()), "{said}");

    // Who names the previous key means that one.
    let named = keyed.with(
        "SECRET_KEY_PREVIOUS",
        "0d4b7a19c35e82f6d1a0b9c847e35f621b08",
    );
    let all = object(&named, &["key"], DONE).await;
    let expected = [
        ("signs", "SECRET_KEY"),
        ("ignored", "codex.db.key"),
        ("accepted", "SECRET_KEY_PREVIOUS"),
    ];
    assert_eq!(roles(&all), expected);
    ends(&named, &["doctor"], DONE, &["0 warnings"]).await;
}

#[tokio::test]
async fn a_retired_key_is_believed_no_more_and_not_lost() {
    let (setup, fleet, mut bot) = evening().await;
    let words = ["SECRET_KEY is not set", "everybody loses their seat"];
    ends(&setup, &["key", "retire"], MISUSED, &words).await;

    let keyed = setup.with("SECRET_KEY", KEY);
    let words = ["no longer accepted", "rename the file"];
    ends(&keyed, &["key", "retire"], DONE, &words).await;
    let aside = names(keyed.folder());
    let aside = aside
        .iter()
        .find(|name| name.starts_with("codex.db.key.retired-"));
    let aside = keyed.folder().join(aside.unwrap());
    let (seated, said) = is_seated(&keyed, &fleet, &mut bot).await;
    assert!(!seated && !said.contains(BELIEVED), "{said}");
    ends(&keyed, &["key", "retire"], DONE, &["nothing to retire"]).await;

    fs::rename(aside, keyed.folder().join("codex.db.key")).unwrap();
    let (seated, said) = is_seated(&keyed, &fleet, &mut bot).await;
    assert!(seated, "{said}");
    // Who has been back has a cookie of the new key.
    ends(&keyed, &["key", "retire"], DONE, &[]).await;
    let (seated, said) = is_seated(&keyed, &fleet, &mut bot).await;
    assert!(seated, "{said}");
}

#[tokio::test]
async fn a_journal_whose_key_is_gone_is_told_of() {
    let (setup, fleet, mut bot) = evening().await;
    fs::remove_file(setup.folder().join("codex.db.key")).unwrap();
    let words = ["warning", "there is a journal and no key"];
    ends(&setup, &["doctor"], DONE, &words).await;
    let (seated, said) = is_seated(&setup, &fleet, &mut bot).await;
    assert!(
        !seated && said.contains("seats of before are lost"),
        "{said}"
    );
    // A new journal with a new key is nothing to tell of.
    let mut server = fresh_setup().start().await;
    server.terminate().await;
    let said = server.ended().await.text();
    assert!(!said.contains("are lost"), "{said}");
}

#[tokio::test]
async fn a_key_file_that_cannot_be_read_stops_nothing_and_is_told() {
    let (setup, fleet, mut bot) = evening().await;
    fs::write(setup.folder().join("codex.db.key"), "half a k").unwrap();
    let keyed = setup.with("SECRET_KEY", KEY);
    let (seated, said) = is_seated(&keyed, &fleet, &mut bot).await;
    assert!(!seated && said.contains("cannot be read"), "{said}");
    ends(&keyed, &["doctor"], DONE, &["warning", "cannot be read"]).await;
}

#[tokio::test]
async fn a_backup_names_the_key_that_is_in_use() {
    let (setup, ..) = evening().await;
    let note = "keep a copy of ";
    let made = done(&setup, &["backup"]).await.text();
    assert!(made.contains(&format!(
        "{note}{}",
        setup.folder().join("codex.db.key").display()
    )));
    let keyed = setup.with("SECRET_KEY", KEY);
    let said = done(&keyed, &["backup", "--to", "more"]).await.text();
    assert!(
        said.contains(&format!("{note}SECRET_KEY and of ")),
        "{said}"
    );
    done(&keyed, &["key", "retire"]).await;
    let said = done(&keyed, &["backup", "--to", "most"]).await.text();
    assert!(
        said.contains(&format!("{note}SECRET_KEY elsewhere")),
        "{said}"
    );
    // Another journal has another key beside it.
    fs::copy(keyed.journal(), keyed.folder().join("other.db")).unwrap();
    fs::write(keyed.folder().join("other.db.key"), "its own").unwrap();
    let other = ["backup", "--from", "other.db", "--to", "others"];
    let said = done(&keyed, &other).await.text();
    assert!(said.contains("other.db.key elsewhere"), "{said}");
}

/// What is done with each key, and the end of where it comes from.
fn roles(listed: &Value) -> Vec<(&str, &str)> {
    let keys = listed["keys"].as_array().unwrap().iter();
    keys.map(|key| {
        let origin = key["origin"].as_str().unwrap();
        let end = origin.rsplit('/').next().unwrap();
        (key["role"].as_str().unwrap(), end)
    })
    .collect()
}
