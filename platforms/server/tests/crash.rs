//! What survives the kill of the process at any moment, in a file and in a table of `DynamoDB`.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod common;
#[cfg(feature = "dynamodb")]
#[path = "common/table.rs"]
mod table;

use std::env;
use std::io::{self, Write as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use game::{Dice, Seed, Version};
use tokio::task::JoinSet;
use tokio::time::sleep;

use common::fleet::{Acknowledged, BotFleet};
use common::fresh_setup;
use common::journal::JournalContents;
use common::server::Setup;

/// How many kills there are, unless `SOAK_KILLS` says more.
const KILLS: u32 = 50;
/// The same where each command goes to a server that plays `DynamoDB`, and takes its time.
#[cfg(feature = "dynamodb")]
const KILLS_BESIDE_A_SERVER: u32 = 15;
/// How many commands each life of the server acknowledges there at least: some for each bot, so that who opens a table, which
/// takes longest, comes to it between two kills.
#[cfg(feature = "dynamodb")]
const COMMANDS_BESIDE_A_SERVER: usize = 60;
const TABLES: u8 = 8;
/// How many commands each life of the server acknowledges at least.
const COMMANDS_MIN: usize = 20;
/// The moment of a kill, after those.
const KILLED_AFTER_MS: std::ops::Range<u32> = 0..120;

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_command_survives_kills() {
    let (setup, told, figures) = play_and_kill(fresh_setup(), KILLS, COMMANDS_MIN).await;
    let kept = JournalContents::read(&setup.journal()).await;
    check(&kept, &told, &figures);
}

#[cfg(feature = "dynamodb")]
#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_command_survives_kills_in_dynamodb() {
    use store::dynamodb::DynamoJournal;
    use store::{Journal as _, JournalExport as _, ProgressListener};

    let table = servers::DynamoDb::shared().await.make_table().await;
    let setup = table::at_table(fresh_setup(), &table.name).await;
    let (_, told, figures) =
        play_and_kill(setup, KILLS_BESIDE_A_SERVER, COMMANDS_BESIDE_A_SERVER).await;
    let journal = DynamoJournal::open(table).await.unwrap();
    journal.verify(&ProgressListener::none()).await.unwrap();
    let tables = journal.list_tables(None, usize::MAX).await.unwrap();
    let tables = tables.into_iter().map(|table| table.id).collect();
    let kept = JournalContents::of(&journal, tables).await;
    check(&kept, &told, &figures);
}

/// Plays, and kills the server again and again, each time after so many acknowledged `commands` and a moment. Returns how
/// it was started, what it acknowledged, and the figures.
async fn play_and_kill(
    setup: Setup,
    kills: u32,
    commands: usize,
) -> (Setup, Vec<Acknowledged>, String) {
    let kills = env::var("SOAK_KILLS").map_or(kills, |kills| kills.parse().unwrap());
    let began = Instant::now();
    let seed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    say(&format!("seed {seed}"));
    let mut key = [7; 32];
    key[..8].copy_from_slice(&seed.to_be_bytes());
    let mut chance = Dice::new(Seed(key), Version(0));

    let mut server = setup.start().await;
    let fleet = BotFleet::new(server.address(), seed);
    let mut tables = JoinSet::new();
    for table in 0..TABLES {
        // One to four seats: tables of one end often, tables of four race among themselves.
        tables.spawn(fleet.clone().play_on(1 + table % 4));
    }
    let mut starts = Vec::new();
    for _ in 0..kills {
        let after_ms =
            KILLED_AFTER_MS.start + chance.below(KILLED_AFTER_MS.end - KILLED_AFTER_MS.start);
        fleet.acknowledges(commands).await;
        sleep(Duration::from_millis(after_ms.into())).await;
        let setup = server.kill().await;
        server = setup.start().await;
        starts.push(server.started_in());
    }
    fleet.stop();
    let ended: usize = tables.join_all().await.into_iter().sum();
    let setup = server.kill().await;

    starts.sort_unstable();
    let figures = format!(
        "{kills} kills, {ended} tables seen to their end, start to ready {} ms (median), {} s",
        starts[starts.len() / 2].as_millis(),
        began.elapsed().as_secs(),
    );
    (setup, fleet.acknowledged(), figures)
}

fn check(kept: &JournalContents, told: &[Acknowledged], figures: &str) {
    kept.assert_holds(told);
    let chronicles = kept.assert_whole(&world::library().unwrap());
    say(&format!(
        "{figures}; {} commands acknowledged, {} kept, {} tables, {chronicles} kept to their end",
        told.len(),
        kept.records().count(),
        kept.tables(),
    ));
    assert!(chronicles > 0, "no table came to its end between the kills");
}

/// Past the test runner's capture: the seed and the figures are to be seen when it passes, too.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
