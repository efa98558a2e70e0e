//! Whispers stay secret on bytes: generated tables are played over HTTP, and after every commit everything
//! that is sent to every seat and to a spectator is searched, and the log as well.

mod open_page;
mod table;

use game::Phase;
use http::StatusCode;
use world::play::Play;

use crate::plain::plain;
use crate::server::{Brings, Options, Server, sqlite};

use table::Watched;

/// Steps a table may take.
const STEPS_MAX: usize = 2_000;
/// Commits a table is to have, for each seat.
const COMMITS_MIN: usize = 25;
/// Bytes of an update at most, as a browser receives it: the median of a play.
const UPDATE_BYTES_MAX: usize = 1_024;
/// Bytes that one seat receives in a whole play at most.
const PLAY_BYTES_MAX: usize = 120 * 1_024;
/// Generated tables looked through for one of the size wanted.
const NUMBERS_MAX: u64 = 1_000;

#[tokio::test]
async fn nothing_leaks_where_one_sits_with_companions() {
    play_watched(&server(), 1).await;
}

#[tokio::test]
async fn nothing_leaks_between_two() {
    let folder = tempfile::tempdir().unwrap();
    let journal = sqlite(folder.path()).await;
    play_watched(&Server::over(journal.clone(), options()), 2).await;
    journal.close().await.unwrap();
}

#[tokio::test]
async fn nothing_leaks_between_three() {
    play_watched(&server(), 3).await;
}

#[tokio::test]
async fn nothing_leaks_between_three_who_are_told_by_socket() {
    let options = Options {
        brings_news: Brings::Sockets("wss://live.codex.test"),
        ..options()
    };
    play_watched(&Server::with(options), 3).await;
}

#[tokio::test]
async fn nothing_leaks_between_four() {
    play_watched(&server(), 4).await;
}

/// Generated players send each other away when they like, so nobody need be away for it.
fn options() -> Options {
    Options {
        away_after_ms: 0,
        operator: Some(table::TOKEN),
        ..Options::default()
    }
}

fn server() -> Server {
    Server::with(options())
}

/// Plays a generated table of this many seats over HTTP, to the Chronicle.
async fn play_watched(server: &Server, party: usize) {
    let number = number_of(server, party);
    let _named = Named { party, number };
    let mut watched = Watched::open(server, number).await;
    while !watched.play.is_over() {
        watched.step().await;
    }
    watched.assert_everything_was_seen();
    if party == 3 {
        assert_little_was_sent(&watched);
    }
    let (table, world) = (watched.loaded().await, server.world.clone());
    assert_eq!(table.phase(), Phase::Chronicle);
    let (page, export) = watched.opened().await;
    assert_eq!(
        (page.status, export.status),
        (StatusCode::OK, StatusCode::OK)
    );
    watched.assert_no_head_was_sent(export.text());
    let (page, export) = (words(&plain(&page.body)), export.text().to_owned());
    let (quest, _) = table.quest().unwrap();
    let mut whispers = 0;
    for log in table.scenes() {
        let scene = world.quests[quest].scene(&log.scene).unwrap();
        for deal in &log.deals {
            let whisper = scene.whispers.iter().find(|known| known.id == deal.whisper);
            let whisper = whisper.unwrap();
            assert!(page.contains(&words(&whisper.truth)), "{}", whisper.truth);
            assert!(page.contains(&words(&whisper.twist)), "{}", whisper.twist);
            let dealt = format!("\"whisper\":\"{}\"", whisper.id);
            assert!(export.contains(&dealt), "{dealt}");
            whispers += 1;
        }
    }
    assert!(whispers > 0, "something was whispered");
    assert!(export.contains(&table.seed().unwrap().to_hex()));
}

/// Of the updates of an open page, half have a kilobyte at most, and all of a play of three have 120.
fn assert_little_was_sent(watched: &Watched<'_>) {
    for (whose, page) in &watched.open_pages {
        let Some((updates, median, total)) = page.received() else {
            continue;
        };
        #[expect(clippy::print_stderr, reason = "the figures are wanted")]
        {
            eprintln!("player {whose}: {updates} updates, median {median} B, together {total} B");
        }
        assert!(median <= UPDATE_BYTES_MAX, "an update has {median} bytes");
        assert!(total <= PLAY_BYTES_MAX, "a play has {total} bytes");
    }
}

/// The number of the first generated table of this many seats that comes to an ending, and not in a hurry.
fn number_of(server: &Server, party: usize) -> u64 {
    let number = (1..NUMBERS_MAX).find(|number| {
        let mut play = Play::new(&server.world, *number);
        for _ in 0..STEPS_MAX {
            if play.is_over() {
                break;
            }
            play.step();
        }
        let table = play.table();
        let ended = table.ending().is_some() && table.seats().len() == party;
        ended && play.commits().len() >= party * COMMITS_MIN
    });
    number.expect("parties of every size play to the end")
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Says which table failed.
struct Named {
    party: usize,
    number: u64,
}

impl Drop for Named {
    #[expect(
        clippy::print_stderr,
        reason = "the number of a failed table is wanted"
    )]
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self { party, number } = self;
            eprintln!("failed at generated table {number}, of {party}");
        }
    }
}
