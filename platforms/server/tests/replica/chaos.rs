//! What survives kill after kill, each of which takes the disk along.

use std::env;
use std::time::{Duration, Instant};

use game::{Dice, Seed, Version};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::common::fleet::BotFleet;
use crate::site::{Site, fresh_seed, say, wipe};

/// How many kills there are, unless `SOAK_KILLS` says more: each start follows the whole log.
const KILLS: u32 = 12;
const TABLES: u8 = 8;
/// How many commands each life of the server acknowledges at least.
const COMMANDS_MIN: usize = 25;
/// The moment of a kill, after those.
const KILLED_AFTER_MS: std::ops::Range<u32> = 0..120;

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_command_survives_kills_that_take_the_disk_along() {
    let kills = env::var("SOAK_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let began = Instant::now();
    let seed = fresh_seed();
    let mut key = [3; 32];
    key[..8].copy_from_slice(&seed.to_be_bytes());
    let mut chance = Dice::new(Seed(key), Version(0));

    let site = Site::seaweed().await;
    let setup = site.setup().with("REPLICA_SNAPSHOT_MINUTES", &1);
    let mut server = setup.start().await;
    let fleet = BotFleet::new(server.address(), seed);
    let mut tables = JoinSet::new();
    for table in 0..TABLES {
        tables.spawn(fleet.clone().play_on(1 + table % 4));
    }
    let mut starts = Vec::new();
    for _ in 0..kills {
        let after_ms =
            KILLED_AFTER_MS.start + chance.below(KILLED_AFTER_MS.end - KILLED_AFTER_MS.start);
        fleet.acknowledges(COMMANDS_MIN).await;
        sleep(Duration::from_millis(after_ms.into())).await;
        let setup = server.kill().await;
        wipe(&setup);
        server = setup.start().await;
        starts.push(server.started_in());
    }
    fleet.stop();
    let ended: usize = tables.join_all().await.into_iter().sum();
    wipe(&server.kill().await);

    let told = fleet.acknowledged();
    let kept = site.restored().await;
    kept.assert_holds(&told);
    let chronicles = kept.assert_whole(&world::library().unwrap());
    let last = starts.last().unwrap().as_millis();
    starts.sort_unstable();
    say(&format!(
        "strict: seed {seed}, {kills} kills with their disks, {} commands acknowledged, {} kept, none lost, none \
         doubled, {} tables ({ended} seen to their end, {chronicles} kept to it), start to ready {} ms (median), \
         {} ms (most), {last} ms (last), {} s",
        told.len(),
        kept.records().count(),
        kept.tables(),
        starts[starts.len() / 2].as_millis(),
        starts.last().unwrap().as_millis(),
        began.elapsed().as_secs(),
    ));
}
