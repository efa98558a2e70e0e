//! A machine whose clock was wrong when it started.

use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use game::TimeLimit;

use crate::common::bot::Bot;
use crate::common::client::HttpClient;
use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::common::server::Server;

#[tokio::test]
async fn tables_of_a_start_with_a_clock_a_year_ahead_wait_no_longer_than_others() {
    let Some(library) = fake_time() else {
        crate::disk::say("not shown: libfaketime is not installed here");
        return;
    };
    let setup = fresh_setup();
    let ahead = setup
        .clone()
        .with("LD_PRELOAD", &library.display())
        .with("FAKETIME", "+365d")
        .with("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    let mut server = ahead.start().await;
    let mut bot = Bot::open(&BotFleet::new(server.address(), 9)).await;
    assert!(bot.begin().await);
    let year_ms = 365 * 24 * 60 * 60 * 1_000;
    let ahead_ms = wait_ms(&server, &bot).await;
    assert!(ahead_ms > year_ms, "the clock is ahead: {ahead_ms}");
    server.terminate().await;
    assert_eq!(server.ended().await.status.code(), Some(0));

    let server = setup.start().await;
    let left_ms = wait_ms(&server, &bot).await;
    let limit_ms = TimeLimit::Day.interrogation_ms();
    assert!(
        left_ms <= limit_ms && left_ms > limit_ms - 60_000,
        "{left_ms}"
    );
}

/// How long the bot's table waits, by this machine's clock.
async fn wait_ms(server: &Server, bot: &Bot) -> u64 {
    let path = format!("/api/tables/{}", bot.table());
    let answer = HttpClient::new(server.address()).get(&path).await;
    let deadline_ms = answer.field("view")["deadline_ms"].as_u64().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    deadline_ms - u64::try_from(now.as_millis()).unwrap()
}

/// The library that tells a program another time.
fn fake_time() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    let mut paths = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    paths.find(|path| path.exists())
}
