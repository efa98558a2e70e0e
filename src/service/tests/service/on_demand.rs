//! A process that stands still between two requests leaves nothing for later.

use game::{Command, TimeLimit, Version};
use service::BackgroundWork;

use crate::common::{RESTS_AFTER_MS, Shared, fresh, gather, pass, play_to_first_scene, wait_ms};

/// The form in which snapshots are kept.
const FORMAT: u32 = 4;
/// The commits between two snapshots.
const EVERY: u64 = 64;

fn frozen() -> Shared {
    let mut shared = Shared::new();
    shared.background = BackgroundWork::OnDemand;
    shared
}

#[tokio::test]
async fn a_snapshot_is_kept_when_the_process_has_settled() {
    let shared = frozen();
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    let mut version = Version(0);
    while version.0 < EVERY {
        // Nobody talks more quickly.
        pass(60_000);
        let text = "Well?".to_owned();
        let said = tables
            .commits
            .play(&table, holders[0], fresh(), Command::Say { text });
        version = said.await.unwrap();
    }
    tables.settle().await;
    let kept = shared.journal.snapshot(&table, FORMAT).await.unwrap();
    assert_eq!(kept.map(|(version, _)| version), Some(Version(EVERY)));
}

#[tokio::test]
async fn a_look_is_noted_when_the_process_has_settled_and_not_before() {
    let shared = frozen();
    let tables = shared.instance(100);
    let (table, _) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    pass(RESTS_AFTER_MS + 1);
    let in_use = async || tables.occupancy.report().await.unwrap().in_use;
    assert_eq!(in_use().await, 0, "it rests");
    tables.feeds.look(&table, None).await.unwrap();
    assert_eq!(in_use().await, 0);
    tables.settle().await;
    assert_eq!(in_use().await, 1);
}

#[tokio::test]
async fn a_round_of_the_clock_applies_what_has_passed_and_ends() {
    let shared = frozen();
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Minute, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let before = tables.loader.load(&table).await.unwrap().version();
    tables.clock.round().await;
    assert_eq!(tables.loader.load(&table).await.unwrap().version(), before);
    pass(wait_ms(&tables, &table).await);
    tables.clock.round().await;
    let after = tables.loader.load(&table).await.unwrap();
    assert_eq!(after.version(), before.next());
}
