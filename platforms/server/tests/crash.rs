//! What survives the kill of the process at any moment.

mod common;

use std::env;
use std::io::{self, Write as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use game::{Dice, Seed, Version};
use tokio::task::JoinSet;
use tokio::time::sleep;

use common::fleet::BotFleet;
use common::fresh_setup;
use common::journal::JournalContents;

/// How many kills there are, unless `SOAK_KILLS` says more.
const KILLS: u32 = 50;
const TABLES: u8 = 8;
/// How many commands each life of the server acknowledges at least.
const COMMANDS_MIN: usize = 20;
/// The moment of a kill, after those.
const KILLED_AFTER_MS: std::ops::Range<u32> = 0..120;

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_command_survives_kills() {
    let kills = env::var("SOAK_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let began = Instant::now();
    let seed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    say(&format!("seed {seed}"));
    let mut key = [7; 32];
    key[..8].copy_from_slice(&seed.to_be_bytes());
    let mut chance = Dice::new(Seed(key), Version(0));

    let mut server = fresh_setup().start().await;
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
        fleet.acknowledges(COMMANDS_MIN).await;
        sleep(Duration::from_millis(after_ms.into())).await;
        let setup = server.kill().await;
        server = setup.start().await;
        starts.push(server.started_in());
    }
    fleet.stop();
    let ended: usize = tables.join_all().await.into_iter().sum();
    let setup = server.kill().await;

    let told = fleet.acknowledged();
    let kept = JournalContents::read(&setup.journal()).await;
    kept.assert_holds(&told);
    let chronicles = kept.assert_whole(&world::library().unwrap());

    starts.sort_unstable();
    say(&format!(
        "{kills} kills, {} commands acknowledged, {} kept, {} tables ({ended} seen to their end, {chronicles} \
         kept to it), start to ready {} ms (median), {} s",
        told.len(),
        kept.records().count(),
        kept.tables(),
        starts[starts.len() / 2].as_millis(),
        began.elapsed().as_secs(),
    ));
    assert!(chronicles > 0, "no table came to its end between the kills");
}

/// Past the test runner's capture: the seed and the figures are to be seen when it passes, too.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
