//! A seat that moves from instance to instance, over real stores and a real Redis.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "how quick it is is told, not asserted")]

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bus::redis::RedisBus;
use bus::{Bus, LinkState, redis};
use game::content::World;
use game::{Command, CommandId, TableId, TimeLimit};
use prometheus_client::registry::Registry;
use servers::{Postgres, Redis};
use service::{BackgroundWork, OccupancyLimits, ServiceParts, Settings, Tables};
use store::postgres::{PgUrl, PostgresJournal, Sessions, Tls};
use store::sqlite::SqliteJournal;
use store::{Journal, postgres, sqlite};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// Commits of the table that is loaded: its last snapshot is 24 commits old.
const COMMITS: u64 = 600;
/// How often it is loaded, each time by an instance that has never seen it.
const LOADS: usize = 200;
const PATIENCE: Duration = Duration::from_secs(30);
const TTL: Option<Duration> = Some(Duration::from_mins(5));

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_gets_a_seat_over_postgresql_loads_what_another_remembered() {
    let server = Postgres::shared().await;
    let database = server.make_database().await;
    let journal = PostgresJournal::open(postgres::Settings {
        url: PgUrl::parse(&server.url(&database, "sslmode=disable")).unwrap(),
        pool: 4,
        timeout: PATIENCE,
        tls: Tls::Verify,
        sessions: Sessions::Own,
        app_name: "arcane-codex-tests".to_owned(),
    });
    moves("PostgreSQL", Arc::new(journal.await.unwrap())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_gets_a_seat_over_sqlite_loads_what_another_remembered() {
    let folder = TempDir::new().unwrap();
    let journal = SqliteJournal::open(sqlite::Settings {
        path: Path::join(folder.path(), "codex.db"),
        readers: 4,
        timeout: PATIENCE,
    });
    moves("SQLite", Arc::new(journal.await.unwrap())).await;
}

async fn moves(store: &str, journal: Arc<dyn Journal>) {
    let server = Redis::plain().await;
    let bus = connect(&server).await;
    let cache = bus.cache.as_ref().unwrap();
    let writer = instance(&journal, &bus, None);
    let table = talk(&writer).await;

    let (_, without) = load(&journal, &bus, &table, None).await;
    assert_eq!(cache.counts().hits, 0);
    // The first asks in vain, and remembers for the others.
    let begun = Instant::now();
    while cache.counts().hits == 0 {
        assert!(begun.elapsed() < PATIENCE, "{:?}", cache.counts());
        instance(&journal, &bus, TTL)
            .loader
            .load(&table)
            .await
            .unwrap();
        sleep(Duration::from_millis(10)).await;
    }
    let before = cache.counts().hits;
    let (loaded, with) = load(&journal, &bus, &table, TTL).await;
    assert_eq!(loaded, *writer.loader.load(&table).await.unwrap());
    // One that is late is a miss, and costs no more than time.
    let hits = cache.counts().hits - before;
    assert!(hits > LOADS as u64 / 2, "{:?}", cache.counts());
    println!(
        "{store}: a table of {COMMITS} commits is loaded in p50 {without:?} without Redis, {with:?} with it"
    );
}

/// Loads a table again and again; returns it, and how long that takes in the middle.
async fn load(
    journal: &Arc<dyn Journal>,
    bus: &Bus,
    table: &TableId,
    cache_ttl: Option<Duration>,
) -> (game::Table, Duration) {
    let mut took = Vec::new();
    loop {
        let tables = instance(journal, bus, cache_ttl);
        let begun = Instant::now();
        let loaded = tables.loader.load(table).await.unwrap();
        took.push(begun.elapsed());
        if took.len() == LOADS {
            took.sort();
            return ((*loaded).clone(), took[LOADS / 2]);
        }
    }
}

async fn connect(server: &Redis) -> Bus {
    let settings = redis::Settings::default();
    let bus = Bus::from(RedisBus::start(server.url().parse().unwrap(), &settings).unwrap());
    let begun = Instant::now();
    while bus.pubsub.link() != LinkState::Connected {
        assert!(begun.elapsed() < PATIENCE, "{:?}", bus.pubsub.link());
        sleep(Duration::from_millis(10)).await;
    }
    bus
}

fn instance(journal: &Arc<dyn Journal>, bus: &Bus, cache_ttl: Option<Duration>) -> Arc<Tables> {
    static WORLD: OnceLock<Arc<World>> = OnceLock::new();
    let world = WORLD.get_or_init(|| Arc::new(world::library().unwrap()));
    let parts = ServiceParts {
        journal: journal.clone(),
        bus: bus.clone(),
        world: Arc::clone(world),
        now_ms: || 1_800_000_000_000,
        random: |bytes| bytes.fill(7),
        settings: Settings {
            occupancy: OccupancyLimits {
                tables_max: 100,
                share_percent: 20,
                rests_after_ms: 3 * 60 * 60_000,
            },
            away_after_ms: 600_000,
            heartbeat_ms: service::HEARTBEAT_MS,
            retention: None,
            cache_ttl,
            background: BackgroundWork::Continuous,
            slow_after: None,
        },
    };
    Tables::new(parts, &mut Registry::default())
}

/// Opens a table and has everybody there talk: one alone may not so often.
async fn talk(tables: &Arc<Tables>) -> TableId {
    static COMMANDS: AtomicU64 = AtomicU64::new(0);
    let fresh = || {
        let number = COMMANDS.fetch_add(1, Ordering::Relaxed);
        CommandId::parse(&format!("test-command-{number:06}")).unwrap()
    };
    let opened = tables
        .seats
        .open(fresh(), "Anna", TimeLimit::Off, None)
        .await
        .unwrap();
    let (table, mut holders) = (opened.table, vec![opened.holder]);
    for name in ["Ben", "Chris", "Dana", "Eli"] {
        holders.push(
            tables
                .seats
                .sit(&table, fresh(), name)
                .await
                .unwrap()
                .holder,
        );
    }
    let mut speakers = holders.iter().cycle();
    while tables.loader.load(&table).await.unwrap().version().0 < COMMITS {
        let text = "what stands written is read aloud".to_owned();
        let say = Command::Say { text };
        let speaker = speakers.next().unwrap();
        tables
            .commits
            .play(&table, *speaker, fresh(), say)
            .await
            .unwrap();
    }
    table
}
