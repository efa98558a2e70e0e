//! One thing that goes wrong in the middle of the play, and that players need not notice.

use std::time::Instant;

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::proxy::{Mishap, Proxy, Which};
use crate::site::{Site, end, fresh_seed, line, say};

const MISHAPS: [Mishap; 6] = [
    Mishap::CutBefore,
    // The next try meets one's own work.
    Mishap::CutAfter,
    Mishap::Conflict,
    Mishap::SlowDown,
    Mishap::Denied,
    Mishap::Hang,
];

#[tokio::test(flavor = "multi_thread")]
async fn play_goes_on_after_anything_that_goes_wrong_once() {
    for site in [Site::seaweed().await, Site::ministack().await] {
        let proxy = Proxy::before(&site).await;
        let server = site.setup_through(&proxy).start().await;
        let fleet = BotFleet::new(server.address(), fresh_seed());
        let mut bot = Bot::open(&fleet).await;
        let mut figures = Vec::new();
        for mishap in MISHAPS {
            proxy.once(Which::LogWrites, mishap);
            let began = Instant::now();
            assert!(bot.play(&line()).await, "{mishap:?}");
            figures.push(format!("{mishap:?} {} ms", began.elapsed().as_millis()));
            assert_eq!(proxy.met(), 1, "{mishap:?} did not happen");
            assert!(bot.play(&line()).await, "after {mishap:?}");
        }
        say(&format!("answered after: {}", figures.join(", ")));
        let text = server.text();
        assert!(!text.contains("has taken over"), "{text}");
        end(server).await;
        let kept = site.restored().await;
        kept.assert_holds(&fleet.acknowledged());
        kept.assert_whole(&world::library().unwrap());
        assert_eq!(
            kept.records().count(),
            fleet.acknowledged().len(),
            "something was doubled"
        );
    }
}

/// A store that says of a write that it met another, and has kept it all the same.
#[tokio::test]
async fn ones_own_work_is_not_taken_for_a_rivals() {
    let site = Site::seaweed().await;
    let proxy = Proxy::before(&site).await;
    let server = site.setup_through(&proxy).start().await;
    let fleet = BotFleet::new(server.address(), fresh_seed());
    let mut bot = Bot::open(&fleet).await;
    for _ in 0..20 {
        proxy.once(Which::LogWrites, Mishap::CutAfter);
        assert!(bot.play(&line()).await);
    }
    assert!(!server.text().contains("has taken over"));
    end(server).await;
    let kept = site.restored().await;
    kept.assert_holds(&fleet.acknowledged());
    assert_eq!(kept.records().count(), fleet.acknowledged().len());
}
