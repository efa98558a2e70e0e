//! A processor that stands still whenever nobody asks for anything.

use std::sync::Arc;
use std::time::Duration;

use bots::fleet::BotFleet;
use tokio::time::{Instant, sleep};

use super::{fresh_seed, say};
use crate::{PlatformTerms, Simulator};

/// Commands before the machine is lost.
const PLAYED: usize = 15;
const PAUSE: Duration = Duration::from_millis(5);

/// One player without a live page: between any two requests the process cannot do anything, and while it cannot, it
/// is lost. Whatever it left for later would be gone.
pub async fn a_story_is_told_while_the_processor_sleeps_between_requests(terms: PlatformTerms) {
    let seed = fresh_seed();
    let mut simulator = Simulator::begin(terms).await;
    let fleet = BotFleet::new(simulator.proxy().secure(), seed);
    let playing = tokio::spawn({
        let fleet = Arc::clone(&fleet);
        async move { fleet.play(1).await }
    });
    let began = Instant::now();
    while fleet.acknowledged().len() < PLAYED {
        assert!(
            began.elapsed() < bots::server::PATIENCE,
            "nothing is played"
        );
        sleep(PAUSE).await;
    }
    simulator.crash().await;
    assert!(!playing.is_finished(), "the story ended too early");
    let table = playing.await.unwrap();
    assert!(table.is_some(), "the story has no end");
    let (told, naps) = (fleet.acknowledged(), simulator.naps());
    let kept = simulator.end(&told).await;
    kept.assert_holds(&told);
    kept.assert_whole(&world::library().unwrap());
    // Looking is a request, too, so there are more of them than commands.
    assert!(naps as usize >= told.len(), "{naps} naps");
    say(&format!(
        "asleep {seed}: {} commands acknowledged, {naps} times asleep",
        told.len()
    ));
}
