//! A clock that is wrong for a while leaves no table waiting longer than it was to, and takes no time from any.

use std::time::Duration;

use game::{Phase, TimeLimit};
use service::{HEARTBEAT_MS, SeatPresence, Update};
use tokio::time::{advance, timeout};

use crate::common::{
    AWAY_AFTER_MS, Shared, clock_says, gather, pass, play_to_first_scene, set_back, wait_ms,
};

const YEAR_MS: u64 = 365 * 24 * 60 * 60 * 1_000;
const MINUTE_MS: u64 = 60_000;

/// Lets time pass by every clock there is.
async fn pass_everywhere(ms: u64) {
    pass(ms);
    advance(Duration::from_millis(ms)).await;
}

#[tokio::test(start_paused = true)]
async fn a_deadline_set_a_year_ahead_is_no_further_away_than_its_limit_and_passes() {
    let shared = Shared::new();
    pass(YEAR_MS);
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Minute, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    set_back(YEAR_MS);
    // The process goes on, or is another.
    for tables in [tables, shared.instance(100)] {
        let scenes = tables.loader.load(&table).await.unwrap().scenes().len();
        let look = tables.feeds.look(&table, Some(holders[0])).await.unwrap();
        let due_ms = look.view().deadline_ms.unwrap();
        let wait = wait_ms(&tables, &table).await;
        assert_eq!(due_ms, clock_says() + wait);
        pass_everywhere(wait / 2).await;
        let look = tables.feeds.look(&table, Some(holders[0])).await.unwrap();
        assert_eq!(look.view().deadline_ms, Some(due_ms), "it is counted down");
        pass_everywhere(wait / 2).await;
        let look = tables.feeds.look(&table, Some(holders[0])).await.unwrap();
        let after = tables.loader.load(&table).await.unwrap();
        assert_eq!(after.scenes().len(), scenes + 1, "the default happened");
        let wait = wait_ms(&tables, &table).await;
        assert_eq!(look.view().deadline_ms, Some(clock_says() + wait));
    }
}

#[tokio::test(start_paused = true)]
async fn tables_at_which_nobody_looks_come_to_their_end_all_the_same() {
    let shared = Shared::new();
    pass(YEAR_MS);
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Minute, &["Anna"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let (gathering, _) = gather(&tables, TimeLimit::Off, &["Ben"]).await;
    set_back(YEAR_MS);
    let again = shared.instance(100);
    let minutes = 24 * 60 + 1;
    let time_passes = async {
        for _ in 0..minutes {
            pass(MINUTE_MS);
            tokio::time::sleep(Duration::from_millis(MINUTE_MS)).await;
        }
    };
    again.clock.run(time_passes).await;
    for table in [&table, &gathering] {
        let phase = again.loader.load(table).await.unwrap().phase();
        assert!(
            matches!(phase, Phase::Chronicle | Phase::Closed),
            "{phase:?}"
        );
    }
    assert_eq!(shared.journal.count_live().await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_behind_for_a_while_takes_no_time_from_a_table() {
    let shared = Shared::new();
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Day, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let look = async || {
        let look = tables.feeds.look(&table, Some(holders[0])).await.unwrap();
        (look.version(), look.view().deadline_ms.unwrap())
    };
    let (version, due_ms) = look().await;
    set_back(YEAR_MS);
    let day_ms = wait_ms(&tables, &table).await;
    assert_eq!(look().await, (version, clock_says() + day_ms));
    let hour = Duration::from_hours(1);
    tables.clock.run(tokio::time::sleep(hour)).await;
    pass(YEAR_MS + MINUTE_MS);
    assert_eq!(look().await, (version, due_ms), "as it was set");
}

#[tokio::test(start_paused = true)]
async fn who_watches_is_told_when_the_clock_is_set_back() {
    let shared = Shared::new();
    pass(YEAR_MS);
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Minute, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let mut watcher = tables.feeds.watch(&table, Some(holders[0])).await.unwrap();
    let mut told = async || loop {
        if let Update::Shown(look) = watcher.next().await {
            return look.view().deadline_ms.unwrap();
        }
    };
    let wait = wait_ms(&tables, &table).await;
    assert_eq!(told().await, clock_says() + wait);
    set_back(YEAR_MS);
    let within = Duration::from_millis(2 * HEARTBEAT_MS);
    let due_ms = timeout(within, told()).await.expect("it is told soon");
    assert!(due_ms <= clock_says() + wait, "{due_ms}");
}

#[tokio::test(start_paused = true)]
async fn a_sign_of_life_from_a_clock_that_was_ahead_keeps_nobody_present() {
    let shared = Shared::new();
    pass(YEAR_MS);
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    set_back(YEAR_MS);
    let ben = holders[1].seat;
    let is = async || {
        let presence = tables.presence.of_seats(&table, &[ben]).await;
        presence[&ben]
    };
    assert_ne!(is().await, SeatPresence::Here);
    tables.feeds.look(&table, Some(holders[1])).await.unwrap();
    assert_eq!(is().await, SeatPresence::Here, "a new sign of life counts");
    pass_everywhere(AWAY_AFTER_MS).await;
    assert_eq!(is().await, SeatPresence::Absent);
}
