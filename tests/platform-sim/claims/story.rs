//! A table from its gathering to its Chronicle, whatever becomes of the processes that serve it.

use std::time::Duration;

use bots::streams::{Reconnects, Watcher};

use super::say;
use crate::{PlatformTerms, Simulator, Story};

/// Three players, each with a live page, and others at tables of their own, play on through two deploys and a crash.
pub async fn a_story_outlives_two_deploys_and_a_crash(terms: PlatformTerms) {
    let mut simulator = Simulator::begin(terms).await;
    let returns = Reconnects::default();
    let proxy = simulator.proxy();
    let story = Story::begin(proxy.secure(), proxy.command_gate(), |client, table| {
        Watcher::follow(client, table, &returns)
    });
    let story = story.await;

    story.goes_on(simulator.proxy().command_gate()).await;
    simulator.deploy().await;
    story.goes_on(simulator.proxy().command_gate()).await;
    simulator.crash().await;
    story.goes_on(simulator.proxy().command_gate()).await;
    simulator.deploy().await;

    let told = story.ends(simulator.proxy().command_gate()).await;
    Story::is_kept(&simulator.end(&told).await, &told);
    let slowest = returns
        .lock()
        .unwrap()
        .iter()
        .map(Duration::as_millis)
        .max();
    say(&format!(
        "streams were back after {} ms at most",
        slowest.unwrap_or_default()
    ));
}
