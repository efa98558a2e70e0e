//! What is taken back is told by nobody any more, and the rest goes on.

use std::sync::Arc;
use std::time::Duration;

use bus::memory::MemoryBus;
use game::{Command, Refusal, SeatNo, TableId, TimeLimit};
use service::verify::verify;
use service::{HEARTBEAT_MS, Holder, ServiceError, Tables, Update};

use crate::common::{Shared, fresh, gather, pass, play_to_first_scene, play_to_the_end};

const DAY: Duration = Duration::from_hours(24);
const DAY_MS: u64 = 86_400_000;
/// The seat of the player who is forgotten.
const BOB: SeatNo = SeatNo(2);

async fn say(tables: &Arc<Tables>, table: &TableId, holder: Holder, text: &str) {
    let line = Command::Say {
        text: text.to_owned(),
    };
    let said = tables.commits.play(table, holder, fresh(), line).await;
    said.unwrap();
}

/// Everything a process knows of a table, as text.
async fn known(tables: &Arc<Tables>, table: &TableId) -> String {
    format!("{:?}", tables.loader.load(table).await.unwrap())
}

#[tokio::test]
async fn an_erased_table_is_gone_for_every_instance_and_whoever_watches_hears_of_it() {
    let shared = Shared::new();
    let (one, other) = (shared.instance(100), shared.instance(100));
    let (table, holders) = gather(&one, TimeLimit::Off, &["Anna", "Bob"]).await;
    say(&one, &table, holders[1], "my secret").await;
    let mut watcher = other.feeds.watch(&table, Some(holders[0])).await.unwrap();
    assert!(matches!(watcher.next().await, Update::Shown(_)));

    one.erasures.erase(&table).await.unwrap();
    assert!(matches!(watcher.next().await, Update::Erased));
    for tables in [&one, &other, &shared.instance(100)] {
        let looked = tables.feeds.look(&table, Some(holders[0])).await;
        assert!(matches!(looked, Err(ServiceError::Erased)), "{looked:?}");
        let line = Command::Say {
            text: "hello?".to_owned(),
        };
        let said = tables.commits.play(&table, holders[0], fresh(), line).await;
        assert!(matches!(said, Err(ServiceError::Erased)), "{said:?}");
        let sat = tables.seats.sit(&table, fresh(), "Carl").await;
        assert!(matches!(sat, Err(ServiceError::Erased)), "{sat:?}");
        let forgotten = tables.erasures.forget(&table, BOB).await;
        assert!(
            matches!(forgotten, Err(ServiceError::Erased)),
            "{forgotten:?}"
        );
        // Again is as good as once.
        tables.erasures.erase(&table).await.unwrap();
    }
    assert_eq!(shared.journal.count_live().await.unwrap(), 0);
    let unknown = TableId::from_random([9; TableId::LEN]);
    let erased = one.erasures.erase(&unknown).await;
    assert!(
        matches!(erased, Err(ServiceError::NoSuchTable)),
        "{erased:?}"
    );
}

#[tokio::test]
async fn a_table_that_the_operator_closes_is_over_for_every_instance_and_makes_room() {
    let shared = Shared::new();
    let (one, other) = (shared.instance(1), shared.instance(1));
    let (table, holders) = gather(&one, TimeLimit::Off, &["Anna", "Bob"]).await;
    play_to_first_scene(&one, &table, &holders).await;
    let full = other.seats.open(fresh(), "Carl", TimeLimit::Off, None);
    assert!(full.await.is_err());

    other.commits.close(&table).await.unwrap();
    let looked = one.feeds.look(&table, Some(holders[0])).await.unwrap();
    let stage = looked.view().stage;
    assert!(matches!(stage, game::Stage::Chronicle(_)), "{stage:?}");
    let line = Command::Say {
        text: "hello?".to_owned(),
    };
    let said = one.commits.play(&table, holders[0], fresh(), line).await;
    assert!(matches!(said, Err(ServiceError::Refused(Refusal::Closed))));
    // Again is as good as once.
    one.commits.close(&table).await.unwrap();
    let room = other.seats.open(fresh(), "Carl", TimeLimit::Off, None);
    room.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_watcher_that_missed_the_announcement_hears_of_an_erasure_with_the_next_heartbeat() {
    let shared = Shared::new();
    let apart = Shared {
        bus: MemoryBus::default().into(),
        ..shared.clone()
    };
    let (one, other) = (shared.instance(100), apart.instance(100));
    let (table, holders) = gather(&one, TimeLimit::Off, &["Anna", "Bob"]).await;
    let mut watcher = other.feeds.watch(&table, Some(holders[0])).await.unwrap();
    assert!(matches!(watcher.next().await, Update::Shown(_)));
    one.erasures.erase(&table).await.unwrap();
    let erased = async { while !matches!(watcher.next().await, Update::Erased) {} };
    let within = Duration::from_millis(2 * HEARTBEAT_MS);
    tokio::time::timeout(within, erased).await.unwrap();
}

#[tokio::test]
async fn who_repeats_the_opening_of_an_erased_table_is_told_that_it_is_erased() {
    let shared = Shared::new();
    let tables = shared.instance(100);
    let id = fresh();
    let opened = tables
        .seats
        .open(id.clone(), "Anna", TimeLimit::Off, None)
        .await;
    let table = opened.unwrap().table;
    tables.erasures.erase(&table).await.unwrap();
    let again = tables.seats.open(id, "Anna", TimeLimit::Off, None).await;
    assert!(matches!(again, Err(ServiceError::Erased)), "{again:?}");
}

#[tokio::test]
async fn a_forgotten_player_is_named_nowhere_and_the_table_plays_on() {
    let shared = Shared::new();
    let (one, other) = (shared.instance(100), shared.instance(100));
    let (table, holders) = gather(&one, TimeLimit::Off, &["Anna", "Bob"]).await;
    // Long enough for a snapshot.
    for line in 0..70 {
        say(&one, &table, holders[1], &format!("quibble {line}")).await;
    }
    say(&one, &table, holders[0], "hear, hear").await;
    assert!(known(&other, &table).await.contains("quibble 69"));

    other.erasures.forget(&table, BOB).await.unwrap();
    let state = known(&one, &table).await;
    for tables in [&one, &other, &shared.instance(100)] {
        assert_eq!(known(tables, &table).await, state);
        assert!(!state.contains("quibble") && !state.contains("\"Bob\""));
        assert!(state.contains("hear, hear") && state.contains("\"Anna\""));
        let look = tables.feeds.look(&table, Some(holders[0])).await.unwrap();
        let view = serde_json::to_string(&look.view()).unwrap();
        assert!(
            view.contains("hear, hear") && !view.contains("quibble"),
            "{view}"
        );
    }
    let records = shared.journal.read(&table, game::Version(0)).await.unwrap();
    let records = serde_json::to_string(&records).unwrap();
    assert!(!records.contains("quibble") && !records.contains("Bob"));

    play_to_the_end(&one, &table, &holders).await;
    let exported = one.chronicles.export(&table).await.unwrap();
    let text = exported.text().await.unwrap();
    assert!(!text.contains("quibble") && !text.contains("\"Bob\""));
    let world = world::library().unwrap();
    let report = verify(&text, &[], &world).unwrap();
    // Seventy lines and the sitting of Bob.
    assert_eq!(report.withheld, 71);
    assert_eq!(report.decisions + report.withheld, report.commits);
    assert!(report.to_string().contains("71 of them are withheld"));
}

#[tokio::test]
async fn the_host_of_a_table_that_is_over_can_be_forgotten() {
    let shared = Shared::new();
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    play_to_the_end(&tables, &table, &holders).await;
    tables.erasures.forget(&table, SeatNo(1)).await.unwrap();
    let exported = tables.chronicles.export(&table).await.unwrap();
    let text = exported.text().await.unwrap();
    assert!(!text.contains("Anna") && text.contains("Forgotten 1"));
    let report = verify(&text, &[], &world::library().unwrap()).unwrap();
    assert_eq!(report.withheld, 1);
    let nobody = tables.erasures.forget(&table, SeatNo(5)).await;
    assert!(
        matches!(nobody, Err(ServiceError::Refused(_))),
        "{nobody:?}"
    );
}

#[tokio::test]
async fn tables_that_are_over_are_erased_when_their_time_has_come_and_live_ones_never() {
    let mut shared = Shared::new();
    shared.retention = Some(DAY * 30);
    let (one, other) = (shared.instance(100), shared.instance(100));
    let (ended, holders) = gather(&one, TimeLimit::Off, &["Anna"]).await;
    play_to_the_end(&one, &ended, &holders).await;
    let (live, holders) = gather(&one, TimeLimit::Off, &["Bob"]).await;
    play_to_first_scene(&one, &live, &holders).await;
    pass(30 * DAY_MS);
    assert_eq!(
        one.erasures.sweep().await.unwrap(),
        0,
        "a millisecond is left"
    );
    pass(1);
    let (first, second) = tokio::join!(one.erasures.sweep(), other.erasures.sweep());
    assert_eq!(first.unwrap() + second.unwrap(), 1, "of two one does it");
    assert_eq!(one.erasures.sweep().await.unwrap(), 0);
    let looked = other.feeds.look(&ended, None).await;
    assert!(matches!(looked, Err(ServiceError::Erased)), "{looked:?}");
    assert!(other.loader.load(&live).await.is_ok());

    // Without a retention everything stays.
    shared.retention = None;
    pass(10_000 * DAY_MS);
    assert_eq!(shared.instance(100).erasures.sweep().await.unwrap(), 0);
}
