//! Plays one table to its Chronicle through the proxy of a deployment, while something happens to what is behind it.
//!
//! `play_through <address> <certificate> <chronicle> <command>...` trusts the certificate alone, runs the command in
//! the middle of the play, writes the Chronicle into the file, and fails if a command that was acknowledged is missing
//! there or stands there twice.

use std::env;
use std::fs;
use std::io::{Write as _, stdout};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use bots::bot::Bot;
use bots::fleet::BotFleet;
use futures_util::future::join_all;
use reqwest::{Certificate, StatusCode};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

/// Seats at the table.
const SEATS: usize = 3;
/// After so many acknowledged commands the other command is run.
const MIDDLE: usize = 30;
/// How long a table takes at most.
const TABLE_TIME: Duration = Duration::from_mins(10);
/// Between two looks at how far the play has come.
const LOOK_EVERY: Duration = Duration::from_millis(50);

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, certificate, chronicle, command @ ..] = arguments.as_slice() else {
        panic!("play_through <address> <certificate> <chronicle> <command>...");
    };
    let certificate = fs::read(certificate).expect("the certificate can be read");
    let certificate = Certificate::from_pem(&certificate).expect("it is a certificate");
    let fleet = BotFleet::behind(address, certificate, 1);
    let playing = tokio::spawn(play(Arc::clone(&fleet)));
    while fleet.acknowledged().len() < MIDDLE {
        assert!(!playing.is_finished(), "the table ended before its middle");
        sleep(LOOK_EVERY).await;
    }
    tell(&format!("after {MIDDLE} commands: {command:?}"));
    let command = command.to_vec();
    let run = move || Command::new(&command[0]).args(&command[1..]).status();
    let happened = spawn_blocking(run).await.expect("it does not panic");
    assert!(happened.expect("it can be started").success());
    let bot = timeout(TABLE_TIME, playing).await;
    let bot = bot
        .expect("the table ends")
        .expect("the play does not fail");

    let path = format!("/api/tables/{}/chronicle", bot.table());
    let told = bot.client().get(&path).await;
    assert_eq!(told.status, StatusCode::OK);
    fs::write(chronicle, &told.text).expect("the Chronicle can be written");
    let acknowledged = fleet.acknowledged();
    for command in &acknowledged {
        let id = command.id.as_str();
        let found = told.text.matches(&format!("\"{id}\"")).count();
        assert_eq!(found, 1, "the Chronicle has {id} {found} times");
    }
    tell(&format!(
        "{} commands were acknowledged and none is lost",
        acknowledged.len()
    ));
}

/// Plays one table to its Chronicle. Returns a bot that sat there.
async fn play(fleet: Arc<BotFleet>) -> Bot {
    let mut party = vec![Bot::open(&fleet).await];
    let table = party[0].table().clone();
    while party.len() < SEATS {
        party.push(Bot::sit(&fleet, &table).await);
    }
    assert!(party[0].begin().await);
    join_all(party.iter_mut().map(Bot::play_on)).await;
    party.swap_remove(0)
}

fn tell(sentence: &str) {
    // An error says that nobody reads it.
    let _ = writeln!(stdout(), "{sentence}");
}
