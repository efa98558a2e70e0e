//! Ends at a signal, with requests in hand and without a drain.

use std::sync::Arc;

use bots::fleet::BotFleet;
use tokio::task::JoinSet;

use super::{fresh_seed, say};
use crate::{PlatformTerms, Simulator};

/// How often a process is asked to end.
const ENDS: usize = 12;
/// Commands that each process acknowledges at least.
const COMMANDS_MIN: usize = 20;
/// Tables at which bots play without a pause: of one seat to four.
const TABLES: u8 = 8;

/// Whatever was acknowledged before a process was asked to end is kept, also where the provider lets nothing drain.
pub async fn an_end_without_a_drain_loses_nothing_acknowledged(terms: PlatformTerms) {
    let seed = fresh_seed();
    let mut simulator = Simulator::begin(terms).await;
    let fleet = BotFleet::new(simulator.proxy().secure(), seed);
    let mut tables = JoinSet::new();
    for table in 0..TABLES {
        tables.spawn(Arc::clone(&fleet).play_on(1 + table % 4));
    }
    for _ in 0..ENDS {
        fleet.acknowledges(COMMANDS_MIN).await;
        simulator.restart().await;
    }
    fleet.acknowledges(COMMANDS_MIN).await;
    fleet.stop();
    tables.join_all().await;
    let told = fleet.acknowledged();
    let kept = simulator.end(&told).await;
    kept.assert_holds(&told);
    kept.assert_whole(&world::library().unwrap());
    say(&format!(
        "ends {seed}: {ENDS} under load, {} commands acknowledged, {} kept",
        told.len(),
        kept.records().count(),
    ));
}
