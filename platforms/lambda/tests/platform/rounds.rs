//! Rounds of the clock, which a schedule asks for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bus::memory::MemoryBus;
use game::{Actor, Command, CommandId, TimeLimit};
use service::{BackgroundWork, OccupancyLimits, ServiceParts, Settings, Tables};
use store::Journal;

use crate::common::{PEACE, journal_of, polled};

/// How long ago the table was left by its players.
const AGO: Duration = Duration::from_mins(10);

fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_millis()).unwrap()
}

fn long_ago_ms() -> u64 {
    now_ms() - u64::try_from(AGO.as_millis()).unwrap()
}

fn random(bytes: &mut [u8]) {
    static DRAWN: AtomicU64 = AtomicU64::new(1);
    let drawn = now_ms()
        ^ DRAWN
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for (byte, drawn) in bytes
        .iter_mut()
        .zip(drawn.to_le_bytes().into_iter().cycle())
    {
        *byte = drawn;
    }
}

/// The service as it was when its clock was where this one is not any more.
fn service(journal: &Arc<dyn Journal>) -> Arc<Tables> {
    Tables::unmeasured(ServiceParts {
        journal: Arc::clone(journal),
        bus: MemoryBus::default().into(),
        world: Arc::new(world::library().unwrap()),
        now_ms: long_ago_ms,
        random,
        settings: Settings {
            occupancy: OccupancyLimits {
                tables_max: 100,
                share_percent: 100,
                rests_after_ms: 1_000_000,
            },
            away_after_ms: 600_000,
            heartbeat_ms: service::HEARTBEAT_MS,
            retention: None,
            cache_ttl: None,
            background: BackgroundWork::OnDemand,
            slow_after: None,
        },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_passes_that_nobody_looks_at_and_passes_once() {
    let (function, _url) = polled(PEACE).await;
    let journal = journal_of(&function).await;
    let tables = service(&journal);
    let id = |number: u8| CommandId::parse(&format!("rounds-command-{number}")).unwrap();
    let opened = tables
        .seats
        .open(id(1), "Anna", TimeLimit::Minute, None)
        .await
        .unwrap();
    let begun = tables.commits.play(
        &opened.table,
        opened.holder,
        id(2),
        Command::Begin {
            sitting: game::Sitting::Long,
        },
    );
    let version = begun.await.unwrap();

    // Two environments are asked at once: of two that see it pass, the journal takes one.
    let (one, other) = tokio::join!(function.sweep(), function.sweep());
    one.unwrap();
    other.unwrap();
    let records = journal.read(&opened.table, version).await.unwrap();
    let actors: Vec<Actor> = records.iter().map(|record| record.actor).collect();
    assert_eq!(actors, [Actor::Clock], "{records:#?}");
    function.end().await;
}
