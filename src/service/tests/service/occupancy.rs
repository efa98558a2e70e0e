//! Which tables cost a place, what one client may hold of them, and what ends by itself.

use std::sync::Arc;
use std::time::Duration;

use game::{Command, Phase, TableId, TimeLimit};
use service::{Holder, OpenerTag, ServiceError, Tables, Update};
use tokio::time::sleep;

use crate::common::{
    RESTS_AFTER_MS, Shared, fresh, gather, pass, play_to_first_scene, play_to_the_end,
};
use crate::counting::CountingJournal;
use crate::going_on::two_quests;

const MINUTE_MS: u64 = 60_000;
/// More than a round of the heartbeat.
const A_ROUND: Duration = Duration::from_secs(2);
/// More than all rounds of it.
const A_HEARTBEAT: Duration = Duration::from_secs(12);

const ONE: Option<OpenerTag> = Some(OpenerTag([1; OpenerTag::LEN]));
const OTHER: Option<OpenerTag> = Some(OpenerTag([2; OpenerTag::LEN]));

async fn open(
    tables: &Arc<Tables>,
    opener: Option<OpenerTag>,
) -> Result<(TableId, Holder), ServiceError> {
    let seated = tables.seats.open(fresh(), "Anna", TimeLimit::Off, opener);
    seated.await.map(|seated| (seated.table, seated.holder))
}

async fn is_full(tables: &Arc<Tables>) -> bool {
    matches!(open(tables, None).await, Err(ServiceError::Full))
}

#[tokio::test(start_paused = true)]
async fn a_table_that_has_begun_rests_costs_no_place_and_wakes_whatever_there_is() {
    let tables = Shared::new().instance(2);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    open(&tables, None).await.unwrap();
    assert!(is_full(&tables).await);
    pass(RESTS_AFTER_MS + 10 * MINUTE_MS);
    for _ in 0..2 {
        open(&tables, None).await.unwrap();
    }
    assert!(is_full(&tables).await);
    let say = Command::Say {
        text: "Are you there?".to_owned(),
    };
    let said = tables.commits.play(&table, holders[0], fresh(), say).await;
    assert!(said.is_ok(), "{said:?}");
    assert!(is_full(&tables).await);
    assert_eq!(tables.occupancy.report().await.unwrap().in_use, 3);
}

#[tokio::test(start_paused = true)]
async fn a_table_that_somebody_has_open_does_not_rest() {
    let tables = Shared::new().instance(1);
    let (table, _) = open(&tables, None).await.unwrap();
    let mut watcher = tables.feeds.watch(&table, None).await.unwrap();
    assert!(matches!(watcher.next().await, Update::Shown(_)));
    for _ in 0..6 {
        pass(RESTS_AFTER_MS / 3);
        sleep(A_HEARTBEAT).await;
        assert!(is_full(&tables).await);
    }
    drop(watcher);
    pass(RESTS_AFTER_MS);
    assert!(!is_full(&tables).await);
}

#[tokio::test(start_paused = true)]
async fn looks_are_noted_of_many_tables_at_once_and_of_each_now_and_then() {
    let journal = Arc::new(CountingJournal::default());
    let shared = Shared {
        journal: journal.clone(),
        ..Shared::new()
    };
    let tables = shared.instance(100);
    let mut opened = Vec::new();
    for _ in 0..20 {
        opened.push(open(&tables, None).await.unwrap().0);
    }
    let look_at_all = async || {
        for table in opened.iter().cycle().take(200) {
            tables.feeds.look(table, None).await.unwrap();
        }
        sleep(A_ROUND).await;
        journal.asked().uses
    };
    journal.asked();
    assert_eq!(look_at_all().await, 0, "the openings were noted");
    pass(5 * MINUTE_MS);
    assert_eq!(look_at_all().await, 1);
    pass(4 * MINUTE_MS);
    assert_eq!(look_at_all().await, 0);
    pass(RESTS_AFTER_MS - 4 * MINUTE_MS - 1);
    assert_eq!(tables.occupancy.report().await.unwrap().in_use, 20);
    pass(1);
    assert_eq!(tables.occupancy.report().await.unwrap().in_use, 0);
}

#[tokio::test]
async fn a_deadline_that_passes_wakes_nobodys_table() {
    let tables = Shared::new().instance(1);
    let (table, holders) = gather(&tables, TimeLimit::Minute, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    pass(RESTS_AFTER_MS + 10 * MINUTE_MS);
    let before = tables.loader.load(&table).await.unwrap().version();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let clock = run_clock(&tables, stopped);
    while tables.loader.load(&table).await.unwrap().version() == before {
        tokio::task::yield_now().await;
    }
    assert!(open(&tables, None).await.is_ok());
    stop.send(true).unwrap();
    clock.await.unwrap();
}

#[tokio::test]
async fn one_client_opens_no_more_than_its_share_once_half_of_the_tables_are_in_use() {
    let tables = Shared::new().instance(8);
    for _ in 0..4 {
        open(&tables, ONE).await.unwrap();
    }
    let refused = open(&tables, ONE).await;
    assert!(
        matches!(refused, Err(ServiceError::ShareTaken { tables_max: 2 })),
        "{refused:?}"
    );
    for _ in 0..2 {
        open(&tables, OTHER).await.unwrap();
    }
    assert!(open(&tables, OTHER).await.is_err());
    open(&tables, None).await.unwrap();
    let report = tables.occupancy.report().await.unwrap();
    assert_eq!((report.in_use, report.tables_max), (7, 8));
    assert_eq!(report.openers[..2], [(ONE, 4), (OTHER, 2)]);
}

#[tokio::test]
async fn a_table_that_goes_on_counts_towards_the_share_of_who_goes_on() {
    let tables = Shared::new().instance_in(8, two_quests());
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    play_to_the_end(&tables, &table, &holders).await;
    for _ in 0..4 {
        open(&tables, ONE).await.unwrap();
    }
    let go_on = |client| {
        let (commits, holder) = (&tables.commits, holders[0]);
        commits.play_as(&table, holder, fresh(), Command::GoOn {}, client)
    };
    let refused = go_on(ONE).await;
    assert!(
        matches!(refused, Err(ServiceError::ShareTaken { .. })),
        "{refused:?}"
    );
    go_on(OTHER).await.unwrap();
    let report = tables.occupancy.report().await.unwrap();
    assert_eq!(report.openers, [(ONE, 4), (OTHER, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_gathering_that_nobody_looks_at_again_ends_within_hours() {
    let tables = Shared::new().instance(100);
    let (left_alone, _) = open(&tables, None).await.unwrap();
    let (looked_at, _) = open(&tables, None).await.unwrap();
    let (joined, _) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    let begun = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    let start = Command::Begin {
        sitting: game::Sitting::Long,
    };
    let played = tables.commits.play(&begun.0, begun.1[0], fresh(), start);
    played.await.unwrap();
    // The page that its host is shown first.
    tables.feeds.look(&left_alone, None).await.unwrap();
    pass(20 * MINUTE_MS);
    tables.feeds.look(&looked_at, None).await.unwrap();
    sleep(A_ROUND).await;

    let phases = async || {
        let mut phases = Vec::new();
        for table in [&left_alone, &looked_at, &joined, &begun.0] {
            phases.push(tables.loader.load(table).await.unwrap().phase());
        }
        phases
    };
    let clock_passes = async || {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let clock = run_clock(&tables, stopped);
        sleep(A_ROUND).await;
        stop.send(true).unwrap();
        clock.await.unwrap();
    };
    let (gathers, plays) = (Phase::Gathering, Phase::Interrogation);
    pass(TimeLimit::unattended_ms() - 20 * MINUTE_MS - 1);
    clock_passes().await;
    assert_eq!(phases().await, [gathers, gathers, gathers, plays]);
    pass(1);
    clock_passes().await;
    assert_eq!(phases().await, [Phase::Closed, gathers, gathers, plays]);
    pass(TimeLimit::gathering_ms() - TimeLimit::unattended_ms());
    clock_passes().await;
    let closed = Phase::Closed;
    assert_eq!(phases().await, [closed, closed, closed, plays]);
}

fn run_clock(
    tables: &Arc<Tables>,
    mut stopped: tokio::sync::watch::Receiver<bool>,
) -> tokio::task::JoinHandle<()> {
    let tables = Arc::clone(tables);
    tokio::spawn(async move {
        let stop = async move { drop(stopped.wait_for(|stop| *stop).await) };
        tables.clock.run(stop).await;
    })
}
