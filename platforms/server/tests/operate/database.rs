//! A journal in a database: carried into it and out of it, kept, checked, and looked at with its Redis.

use game::Command;
use servers::{Postgres, Redis};

use crate::carrying::{ServerKind, goes_in_and_comes_out, is_backed_up};
use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::common::server::Setup;
use crate::steps::{DONE, MISUSED, WRONG, ends, object, played};

const KEY: &str = "3c9e4a70b1d85f26e0a7c4183d5b92f6e81c";
const POSTGRES: ServerKind = ServerKind {
    variable: "DATABASE_URL",
    place: "database",
    scheme: "postgres",
};

/// The same with an empty database.
async fn with_database(setup: Setup) -> Setup {
    let postgres = Postgres::shared().await;
    let database = postgres.make_database().await;
    setup
        .with("DATABASE_URL", &postgres.url(&database, ""))
        .with("SECRET_KEY", KEY)
}

#[tokio::test]
async fn a_journal_goes_into_a_database_and_comes_out_the_same() {
    let (setup, told) = played(fresh_setup(), 61).await;
    goes_in_and_comes_out(POSTGRES, &with_database(setup).await, &told).await;
}

#[tokio::test]
async fn a_backup_is_of_the_database_and_goes_back_into_one() {
    let (setup, told) = played(with_database(fresh_setup()).await, 62).await;
    let empty = async || with_database(fresh_setup()).await;
    is_backed_up(POSTGRES, &setup, &told, empty).await;
}

#[tokio::test]
async fn no_level_of_the_log_tells_what_the_journal_holds() {
    let setup = with_database(fresh_setup()).await;
    let setup = setup.with("LOG_LEVEL", "trace");
    let mut server = setup.start().await;
    let mut bot = Bot::open(&BotFleet::new(server.address(), 64)).await;
    let text = "a word in confidence".to_owned();
    assert!(bot.play(&Command::Say { text: text.clone() }).await);
    server.terminate().await;
    let said = server.ended().await.text();
    assert!(
        said.contains("\"level\":\"debug\""),
        "it is talkative: {said}"
    );

    object(&setup, &["copy", "database", "back.db"], DONE).await;
    let kept = JournalContents::read(&setup.folder().join("back.db")).await;
    let records: Vec<_> = kept
        .records()
        .map(|it| serde_json::to_string(it).unwrap())
        .collect();
    let seeds = records
        .iter()
        .filter_map(|it| it.split("\"seed\":\"").nth(1)?.split('"').next());
    let secrets: Vec<&str> = seeds.chain([text.as_str(), KEY]).collect();
    assert_eq!(secrets.len(), 3, "the table has a seed: {records:?}");
    for secret in secrets {
        assert!(!said.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn the_word_needs_its_variable() {
    let (setup, _) = played(fresh_setup(), 63).await;
    let unset = "DATABASE_URL is not set";
    ends(&setup, &["verify", "database"], MISUSED, &[unset]).await;
    ends(&setup, &["copy", "codex.db", "database"], MISUSED, &[unset]).await;
}

#[tokio::test]
async fn the_doctor_asks_the_database_and_the_redis() {
    let redis = Redis::plain().await;
    let setup = with_database(fresh_setup()).await;
    let setup = setup.with("REDIS_URL", &redis.url());
    let said = ends(&setup, &["doctor"], DONE, &["database", "instances meet"]).await;
    assert!(!said.text().contains(redis.password()), "{}", said.text());

    redis.stop();
    // The game goes on without it.
    ends(&setup, &["doctor"], DONE, &["warning", "by heartbeat"]).await;
    let nobody = setup.with("DATABASE_URL", "postgres://codex:hush@127.0.0.1:1/codex");
    let said = ends(&nobody, &["doctor"], WRONG, &["fault", "database"]).await;
    assert!(!said.text().contains("hush"), "{}", said.text());
}
