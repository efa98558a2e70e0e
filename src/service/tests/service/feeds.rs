//! One feed per table: who watches is told once, and nobody asks the journal what this process knows.

use std::sync::Arc;
use std::time::Duration;

use bus::Bus;
use bus::memory::MemoryBus;
use game::{Command, TableId, TimeLimit, Version};
use service::{Holder, Look, SeatPresence, Subscription, Tables, Update};
use store::sqlite::SqliteJournal;
use tokio::time::timeout;

use crate::common::{Shared, fresh, gather, pass, play_to_first_scene, wait_ms};
use crate::counting::{Asked, CountingJournal, CountingPresence};

/// Longer than any update takes, and shorter than a test may.
const PATIENCE: Duration = Duration::from_mins(2);

fn shared(journal: &Arc<CountingJournal>) -> Shared {
    Shared {
        journal: journal.clone(),
        ..Shared::new()
    }
}

async fn say(tables: &Arc<Tables>, table: &TableId, holder: Holder) -> Version {
    let say = Command::Say {
        text: "hello".to_owned(),
    };
    tables
        .commits
        .play(table, holder, fresh(), say)
        .await
        .unwrap()
}

async fn shown(watcher: &mut Subscription) -> Look {
    let next = async {
        loop {
            if let Update::Shown(look) = watcher.next().await {
                return look;
            }
        }
    };
    timeout(PATIENCE, next).await.expect("in time")
}

#[tokio::test]
async fn a_command_on_a_table_that_is_known_reads_nothing_and_appends_once() {
    let journal = Arc::new(CountingJournal::default());
    let tables = shared(&journal).instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    journal.asked();
    say(&tables, &table, holders[0]).await;
    let asked = journal.asked();
    assert_eq!((asked.reads, asked.appends), (0, 1));
}

#[tokio::test]
async fn who_asks_reads_once_and_who_is_told_of_what_is_known_reads_nothing() {
    let journal = Arc::new(CountingJournal::default());
    let tables = shared(&journal).instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    journal.asked();
    let asked = tables.feeds.look(&table, Some(holders[0])).await.unwrap();
    assert_eq!(journal.asked().reads, 1);
    let version = say(&tables, &table, holders[0]).await;
    for holder in [Some(holders[0]), Some(holders[1]), None] {
        let look = tables.feeds.known_look(&table, holder, version).await;
        let look = look.unwrap();
        assert_eq!(look.version(), version);
        assert_eq!(look.seat, holder.map(|holder| holder.seat));
    }
    assert_eq!(journal.asked().reads, 0);
    // What another process has appended is not known here.
    let newer = Version(version.0 + 1);
    let look = tables.feeds.known_look(&table, None, newer).await.unwrap();
    assert_eq!(journal.asked().reads, 1);
    assert!(look.version() > asked.version());
}

#[tokio::test]
async fn seats_of_one_table_in_one_process_do_not_race_each_other() {
    let journal = Arc::new(CountingJournal::default());
    let tables = shared(&journal).instance(100);
    let names = ["Anna", "Ben", "Chris", "Dana", "Eli", "Fay"];
    let (table, holders) = gather(&tables, TimeLimit::Off, &names).await;
    journal.asked();
    let mut saying = tokio::task::JoinSet::new();
    for holder in holders {
        let (tables, table) = (tables.clone(), table.clone());
        saying.spawn(async move { say(&tables, &table, holder).await });
    }
    saying.join_all().await;
    assert_eq!(journal.asked().appends, 6);
}

#[tokio::test]
async fn watchers_of_a_foreign_commit_read_the_journal_once_together() {
    let journal = Arc::new(CountingJournal::default());
    let shared = shared(&journal);
    let (here, elsewhere) = (shared.instance(100), shared.instance(100));
    let (table, holders) = gather(&elsewhere, TimeLimit::Off, &["Anna"]).await;
    let mut watchers = Vec::new();
    for holder in [Some(holders[0]), None, None] {
        let mut watcher = here.feeds.watch(&table, holder).await.unwrap();
        shown(&mut watcher).await;
        watchers.push(watcher);
    }
    journal.asked();
    let version = say(&elsewhere, &table, holders[0]).await;
    let looks = [
        shown(&mut watchers[0]).await,
        shown(&mut watchers[1]).await,
        shown(&mut watchers[2]).await,
    ];
    for look in &looks {
        assert_eq!(look.version(), version);
    }
    assert_eq!(looks[1].serial(), looks[2].serial(), "spectators share it");
    assert_ne!(looks[0].serial(), looks[1].serial(), "a seat has its own");
    let asked = journal.asked();
    assert_eq!((asked.reads, asked.appends), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_lost_announcement_is_made_good_by_a_heartbeat_that_asks_once_for_all_tables() {
    let journal = Arc::new(CountingJournal::default());
    let here = shared(&journal).instance(100);
    // An instance whose announcements are heard by nobody here.
    let elsewhere = Shared {
        bus: MemoryBus::default().into(),
        ..shared(&journal)
    }
    .instance(100);
    let mut tables = Vec::new();
    for name in ["Anna", "Ben", "Chris"] {
        let (table, holders) = gather(&elsewhere, TimeLimit::Off, &[name]).await;
        let mut watcher = here.feeds.watch(&table, None).await.unwrap();
        shown(&mut watcher).await;
        tables.push((table, holders[0], watcher));
    }
    let mut versions = Vec::new();
    for (table, holder, _) in &tables {
        versions.push(say(&elsewhere, table, *holder).await);
    }
    journal.asked();
    for ((_, _, watcher), version) in tables.iter_mut().zip(versions) {
        assert_eq!(shown(watcher).await.version(), version);
    }
    let asked = journal.asked();
    assert_eq!(asked.reads, 3, "each table is read once");
    assert!(asked.heads <= 30, "a round asks once: {asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_asks_for_the_presence_of_all_tables_with_few_questions() {
    let presence = Arc::new(CountingPresence::default());
    let bus = Bus {
        presence: presence.clone(),
        ..MemoryBus::default().into()
    };
    let shared = Shared {
        bus,
        ..Shared::new()
    };
    let tables = shared.instance(100);
    let mut watchers = Vec::new();
    for _ in 0..50 {
        let (table, _) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
        let mut watcher = tables.feeds.watch(&table, None).await.unwrap();
        shown(&mut watcher).await;
        watchers.push(watcher);
    }
    let mut last = watchers.pop().unwrap();
    presence.asked();
    assert!(matches!(last.next().await, Update::Beat(_)));
    let asked = presence.asked();
    assert!((1..=11).contains(&asked), "a round asks once: {asked}");
}

#[tokio::test(start_paused = true)]
async fn an_idle_watcher_hears_heartbeats_and_reads_nothing() {
    let journal = Arc::new(CountingJournal::default());
    let tables = shared(&journal).instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    let mut watcher = tables.feeds.watch(&table, Some(holders[0])).await.unwrap();
    let version = shown(&mut watcher).await.version();
    journal.asked();
    for _ in 0..5 {
        let update = watcher.next().await;
        assert!(
            matches!(update, Update::Beat(beat) if beat == version),
            "{update:?}"
        );
    }
    let Asked { reads, appends, .. } = journal.asked();
    assert_eq!((reads, appends), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_is_shown_as_away_though_no_version_is_new() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    let mut watcher = tables.feeds.watch(&table, Some(holders[0])).await.unwrap();
    let before = shown(&mut watcher).await;
    assert_eq!(before.shown.presence[&holders[1].seat], SeatPresence::Here);
    pass(60_000);
    let after = shown(&mut watcher).await;
    assert_eq!(after.version(), before.version());
    assert_ne!(after.serial(), before.serial());
    assert_eq!(after.shown.presence[&holders[1].seat], SeatPresence::Away);
}

#[tokio::test]
async fn a_deadline_that_has_passed_has_its_consequence_when_the_table_is_only_looked_at() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Minute, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let before = tables.feeds.look(&table, None).await.unwrap().version();
    pass(wait_ms(&tables, &table).await);
    let after = tables.feeds.look(&table, None).await.unwrap().version();
    assert_eq!(after, before.next());
}

#[tokio::test]
async fn the_clock_sleeps_on_while_deadlines_only_go_further_away() {
    let journal = Arc::new(CountingJournal::default());
    let tables = shared(&journal).instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let running = Arc::clone(&tables);
    let clock = tokio::spawn(async move {
        let stop = async move { drop(stopped.wait_for(|stop| *stop).await) };
        running.clock.run(stop).await;
    });
    while journal.asked().dues == 0 {
        tokio::task::yield_now().await;
    }
    // One question may be on its way still.
    tokio::task::yield_now().await;
    journal.asked();
    for _ in 0..20 {
        say(&tables, &table, holders[0]).await;
    }
    assert_eq!(journal.asked().dues, 0);
    stop.send(true).unwrap();
    clock.await.unwrap();
}

#[tokio::test]
async fn a_former_holder_who_watches_is_a_spectator_from_then_on() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    let mut watcher = tables.feeds.watch(&table, Some(holders[1])).await.unwrap();
    assert_eq!(shown(&mut watcher).await.seat, Some(holders[1].seat));
    tables
        .commits
        .play(&table, holders[1], fresh(), Command::Leave {})
        .await
        .unwrap();
    let look = shown(&mut watcher).await;
    assert_eq!(look.seat, None);
    assert_eq!(look.view().you, None);
}

#[tokio::test]
async fn processes_that_share_a_file_and_no_bus_show_each_others_commits_at_every_look() {
    let folder = tempfile::TempDir::new().unwrap();
    let process = async || {
        let settings = store::sqlite::Settings {
            path: folder.path().join("codex.db"),
            readers: 1,
            timeout: Duration::from_secs(30),
        };
        let journal = SqliteJournal::open(settings).await.unwrap();
        Shared {
            journal: Arc::new(journal),
            ..Shared::new()
        }
        .instance(100)
    };
    let (one, other) = (process().await, process().await);
    let (table, holders) = gather(&one, TimeLimit::Off, &["Anna", "Ben"]).await;
    for number in 0..10 {
        let (tables, holder) = ([&one, &other][number % 2], holders[number % 2]);
        let version = say(tables, &table, holder).await;
        for tables in [&one, &other] {
            let look = tables.feeds.look(&table, None).await.unwrap();
            assert_eq!(look.version(), version);
        }
        // Nobody may talk without a pause.
        pass(5_000);
    }
}
