//! The files of a journal that are mixed up, damaged or taken away: noticed before anything is served or acknowledged.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use game::Command;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::common::bot::Bot;
use crate::common::client::HttpClient;
use crate::common::fleet::{Acknowledged, BotFleet};
use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::common::server::{PATIENCE, Server, Setup};
use crate::places::is_refused;

/// Lines that are said: so few that all of them stay in the write-ahead log.
const LINES: usize = 40;
/// What is said of a log beside another database.
const MIXED_UP: [&str; 4] = [
    "codex.db is not the file that",
    "codex.db-wal was written for",
    "To use the file as it is, move",
    "put its file back",
];

#[tokio::test]
async fn a_copy_beside_the_log_of_a_journal_that_was_killed_is_neither_mixed_with_it_nor_undone() {
    let (server, fleet, mut bot) = opened(71).await;
    talk(&mut bot, LINES).await;
    let first = fleet.acknowledged();
    let setup = server.setup();
    let folder = setup.folder().to_owned();
    for arguments in [&["backup"][..], &["restore", "backups", "--to", "copy.db"]] {
        let ended = setup.run(arguments).await;
        assert!(ended.status.success(), "{}", ended.text());
    }
    talk(&mut bot, LINES).await;
    // The file alone, as who knows of no log copies it.
    fs::copy(setup.journal(), folder.join("raw.db")).unwrap();
    let setup = server.kill().await;
    let all = fleet.acknowledged();

    let old = folder.join("old.db");
    fs::rename(setup.journal(), &old).unwrap();
    let gone = [
        "is missing or empty, and its write-ahead log",
        "put the database back",
    ];
    is_refused(&setup, &gone).await;
    for copy in ["copy.db", "raw.db"] {
        fs::copy(folder.join(copy), setup.journal()).unwrap();
        is_refused(&setup, &MIXED_UP).await;
        fs::remove_file(setup.journal()).unwrap();
    }
    fs::rename(&old, setup.journal()).unwrap();

    // Written over it: the file is the same, and what is in it is not.
    let own = fs::read(setup.journal()).unwrap();
    let copy = fs::read(folder.join("copy.db")).unwrap();
    fs::write(setup.journal(), &copy).unwrap();
    is_refused(&setup, &MIXED_UP).await;
    let verified = setup.run(&["verify", "codex.db"]).await;
    assert!(verified.text().contains(MIXED_UP[0]), "{}", verified.text());

    fs::write(setup.journal(), own).unwrap();
    holds_after_a_start(&setup, &all).await;
    let elsewhere = fresh_setup();
    for name in files_of(&folder) {
        fs::copy(folder.join(&name), elsewhere.folder().join(&name)).unwrap();
    }
    holds_after_a_start(&elsewhere, &all).await;

    fs::write(setup.journal(), copy).unwrap();
    for ending in ["-wal", "-shm"] {
        fs::remove_file(beside(&setup, ending)).unwrap();
    }
    holds_after_a_start(&setup, &first).await;
    let kept = JournalContents::read(&setup.journal()).await;
    assert_eq!(kept.records().count(), first.len(), "it is the copy");
}

#[tokio::test]
async fn a_log_that_lost_acknowledged_records_is_not_passed_over_in_silence() {
    let (server, fleet, mut bot) = opened(72).await;
    talk(&mut bot, LINES).await;
    let setup = server.kill().await;
    let (all, log) = (fleet.acknowledged(), beside(&setup, "-wal"));
    let whole = fs::read(&log).unwrap();
    let lost = [
        "codex.db ends with record ",
        "was acknowledged",
        "codex.db-stamp",
    ];

    let mut wrong = whole.clone();
    wrong[whole.len() / 2] ^= 1;
    for bytes in [&wrong[..], &whole[..whole.len() / 2]] {
        fs::write(&log, bytes).unwrap();
        refuses(&setup, &lost).await;
    }
    fs::rename(&log, log.with_extension("away")).unwrap();
    refuses(&setup, &lost).await;

    let _ = fs::remove_file(beside(&setup, "-shm"));
    fs::rename(log.with_extension("away"), &log).unwrap();
    fs::write(&log, &whole).unwrap();
    holds_after_a_start(&setup, &all).await;
    // Whoever gives the records up says so.
    fs::write(&log, "").unwrap();
    fs::remove_file(beside(&setup, "-stamp")).unwrap();
    setup.start().await.kill().await;
}

#[tokio::test]
async fn nothing_is_acknowledged_once_the_file_is_not_in_its_place_and_nothing_is_lost() {
    for (how, what) in [
        ("removed", &["", "-wal", "-shm"][..]),
        ("removed", &["-wal"]),
        ("replaced", &[""]),
    ] {
        let (mut server, fleet, mut bot) = opened(73).await;
        talk(&mut bot, LINES).await;
        take(&server.setup(), how, what);
        let path = bot.commands_path();
        for number in 0..3 {
            let body = json!({ "command_id": bot.fresh_id(), "command": line(number) });
            let answer = bot
                .client()
                .ask_once(Method::POST, &path, Some(&body))
                .await;
            let answer = answer.unwrap();
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
        }
        assert_eq!(
            ready(&server).await,
            StatusCode::SERVICE_UNAVAILABLE,
            "{how}"
        );
        server.terminate().await;
        let setup = server.setup();
        let said = server.ended().await.text();
        let sentence = format!("was {how} while the journal was open: nothing is acknowledged");
        assert_eq!(said.matches(&sentence).count(), 1, "{said}");

        let rescued = setup.folder().join("codex.db.rescued-1");
        assert!(said.contains(rescued.to_str().unwrap()), "{said}");
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(beside(&setup, ending));
        }
        fs::rename(rescued, setup.journal()).unwrap();
        holds_after_a_start(&setup, &fleet.acknowledged()).await;
    }
}

#[tokio::test]
async fn a_journal_that_several_servers_had_open_is_taken_by_the_next_with_a_stamp_and_without() {
    let (one, fleet, mut bot) = opened(77).await;
    let other = one.setup().with("PORT", &0).start().await;
    talk(&mut bot, 3).await;
    let more = BotFleet::new(other.address(), 78);
    let mut second = Bot::open(&more).await;
    talk(&mut second, 3).await;
    one.kill().await;
    talk(&mut second, 3).await;
    let third = other.setup().with("PORT", &0).start().await;
    talk(&mut second, 3).await;
    other.kill().await;
    let setup = third.kill().await;
    let told: Vec<_> = [fleet.acknowledged(), more.acknowledged()].concat();
    holds_after_a_start(&setup, &told).await;
    fs::remove_file(beside(&setup, "-stamp")).unwrap();
    holds_after_a_start(&setup, &told).await;
}

#[tokio::test]
async fn a_file_that_comes_back_is_written_again() {
    let (server, fleet, mut bot) = opened(74).await;
    talk(&mut bot, 3).await;
    let (setup, away) = (server.setup(), server.setup().folder().join("away.db"));
    fs::rename(setup.journal(), &away).unwrap();
    // What was found in order a moment ago is not looked at for a second.
    let falls = async {
        while ready(&server).await != StatusCode::SERVICE_UNAVAILABLE {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let fallen = tokio::time::timeout(PATIENCE, falls).await;
    assert!(fallen.is_ok(), "it stays ready");
    fs::rename(&away, setup.journal()).unwrap();
    talk(&mut bot, 3).await;
    assert_eq!(ready(&server).await, StatusCode::OK);
    let setup = server.kill().await;
    holds_after_a_start(&setup, &fleet.acknowledged()).await;
}

#[tokio::test]
async fn a_server_that_stops_leaves_alone_what_another_has_put_in_the_place_of_its_files() {
    let (mut one, _, mut bot) = opened(75).await;
    talk(&mut bot, 3).await;
    let setup = one.setup().with("PORT", &0);
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(beside(&setup, ending)).unwrap();
    }
    let other = setup.start().await;
    let fleet = BotFleet::new(other.address(), 76);
    let mut bot = Bot::open(&fleet).await;
    one.terminate().await;
    one.ended().await;
    talk(&mut bot, 3).await;
    let setup = other.kill().await;
    holds_after_a_start(&setup, &fleet.acknowledged()).await;
}

/// Removes some files of a journal, or puts copies in their places.
fn take(setup: &Setup, how: &str, endings: &[&str]) {
    for ending in endings {
        let path = beside(setup, ending);
        if how == "removed" {
            fs::remove_file(path).unwrap();
        } else {
            let copy = path.with_extension("copy");
            fs::copy(&path, &copy).unwrap();
            fs::rename(copy, path).unwrap();
        }
    }
}

/// A server with a table, and who sits there.
async fn opened(seed: u64) -> (Server, std::sync::Arc<BotFleet>, Bot) {
    let server = fresh_setup().start().await;
    let fleet = BotFleet::new(server.address(), seed);
    let bot = Bot::open(&fleet).await;
    (server, fleet, bot)
}

async fn talk(bot: &mut Bot, lines: usize) {
    for number in 0..lines {
        assert!(bot.play(&line(number)).await);
    }
}

fn line(number: usize) -> Command {
    let text = format!("line {number}");
    Command::Say { text }
}

async fn ready(server: &Server) -> StatusCode {
    let answer = HttpClient::new(server.address())
        .ask_once(Method::GET, "/health/ready", None)
        .await;
    answer.unwrap().status
}

/// Asserts that the server does not start, in these words.
async fn refuses(setup: &Setup, words: &[&str]) {
    let ended = setup.run(&[]).await;
    let said = ended.text();
    assert_eq!(ended.status.code(), Some(69), "{said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is not in {said}");
    }
}

/// Asserts that a server starts on the journal, and that everything is in it then.
async fn holds_after_a_start(setup: &Setup, told: &[Acknowledged]) {
    setup.start().await.kill().await;
    // Reads a copy: opening the journal itself would change what this test compares.
    let copy = tempfile::tempdir().unwrap();
    for name in files_of(setup.folder()) {
        fs::copy(setup.folder().join(&name), copy.path().join(&name)).unwrap();
    }
    let kept = JournalContents::read(&copy.path().join("codex.db")).await;
    kept.assert_holds(told);
}

/// The names of the files that make a journal.
fn files_of(folder: &Path) -> Vec<String> {
    let names = ["codex.db", "codex.db-wal", "codex.db-stamp"].map(str::to_owned);
    let there = names.into_iter().filter(|name| folder.join(name).exists());
    there.collect()
}

fn beside(setup: &Setup, ending: &str) -> PathBuf {
    let mut path = setup.journal().into_os_string();
    path.push(ending);
    path.into()
}
