//! A journal in a database: carried into it and out of it, kept, checked, and looked at with its Redis.

use game::Command;
use servers::{Postgres, Redis};

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::common::server::Setup;
use crate::steps::{DONE, MISUSED, WRONG, ends, names, object, played};

const KEY: &str = "3c9e4a70b1d85f26e0a7c4183d5b92f6e81c";

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
    let setup = with_database(setup).await;
    let there = object(&setup, &["copy", "codex.db", "database"], DONE).await;
    let found = object(&setup, &["verify", "database"], DONE).await;
    assert_eq!(found["records"], there["records"]);
    assert_eq!(found["tables"], there["tables"]);

    let mut server = setup.start().await;
    server.terminate().await;
    server.ended().await;
    object(&setup, &["copy", "database", "back.db"], DONE).await;
    let kept = JournalContents::read(&setup.folder().join("back.db")).await;
    kept.assert_holds(&told);
    kept.assert_whole(&world::library().unwrap());

    let again = ["copy", "codex.db", "database"];
    assert_ne!(setup.run(&again).await.status.code(), DONE);
    let found = object(&setup, &["verify", "database"], DONE).await;
    assert_eq!(
        found["records"], there["records"],
        "nothing is written over"
    );
}

#[tokio::test]
async fn a_backup_is_of_the_journal_that_is_served() {
    let setup = with_database(fresh_setup()).await;
    let (setup, told) = played(setup, 62).await;
    let made = object(&setup, &["backup"], DONE).await;
    assert_eq!(names(&setup.folder().join("backups")).len(), 1);
    let restored = ["restore", "backups", "--to", "restored.db"];
    let back = object(&setup, &restored, DONE).await;
    assert_eq!(back["records"], made["records"]);
    let kept = JournalContents::read(&setup.folder().join("restored.db")).await;
    kept.assert_holds(&told);
}

#[tokio::test]
async fn a_backup_is_restored_where_the_journal_is_served_from() {
    let (setup, told) = played(with_database(fresh_setup()).await, 65).await;
    let made = object(&setup, &["backup"], DONE).await;
    let from = setup.folder().join("backups").display().to_string();

    // The database is in use: nothing is written over, and no file is taken for it.
    let words = [
        "holds a journal already",
        "set DATABASE_URL to an empty database",
    ];
    ends(&setup, &["restore", &from], MISUSED, &words).await;
    let words = ["--in-place replaces the file at DB_PATH"];
    ends(&setup, &["restore", &from, "--in-place"], MISUSED, &words).await;
    assert!(!setup.journal().exists());

    for to in [&[][..], &["--to", "database"]] {
        let empty = with_database(fresh_setup()).await;
        let arguments: Vec<&str> = ["restore", from.as_str()]
            .iter()
            .chain(to)
            .copied()
            .collect();
        let restored = object(&empty, &arguments, DONE).await;
        assert_eq!(restored["records"], made["records"]);
        assert!(
            restored["restored"]
                .as_str()
                .unwrap()
                .starts_with("postgres"),
            "{restored}"
        );
        assert!(names(empty.folder()).is_empty(), "no file is made");
        let mut server = empty.start().await;
        server.terminate().await;
        server.ended().await;
        object(&empty, &["copy", "database", "back.db"], DONE).await;
        let kept = JournalContents::read(&empty.folder().join("back.db")).await;
        kept.assert_holds(&told);
    }
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
