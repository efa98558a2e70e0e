//! A service over a journal in memory, with a clock the test moves.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bus::Bus;
use bus::memory::MemoryBus;
use game::content::World;
use game::{Command, CommandId, SeatNo, Stage, TableId, TimeLimit, View};
use prometheus_client::registry::Registry;
use service::{BackgroundWork, Holder, OccupancyLimits, Seated, ServiceParts, Settings, Tables};
use store::Journal;
use store::memory::MemoryJournal;

/// Minutes a player must be away, in milliseconds.
pub(crate) const AWAY_AFTER_MS: u64 = 600_000;

/// How long a table is in use after it was used last, in milliseconds.
pub(crate) const RESTS_AFTER_MS: u64 = 3 * 60 * 60_000;

/// What one client may have opened of the tables in use, in percent.
pub(crate) const SHARE_PERCENT: u64 = 25;

/// How long a scene waits once all have chosen, in milliseconds.
pub(crate) const LOCK_IN_MS: u64 = 5_000;

thread_local! {
    // Each test has a thread, and so a time, of its own.
    static NOW_MS: Cell<u64> = const { Cell::new(1_800_000_000_000) };
}

static DRAWN: AtomicU64 = AtomicU64::new(1);

fn now_ms() -> u64 {
    NOW_MS.get()
}

/// Lets time pass for every service of this test.
pub(crate) fn pass(ms: u64) {
    NOW_MS.set(NOW_MS.get() + ms);
}

/// Sets the clock of every service of this test back.
pub(crate) fn set_back(ms: u64) {
    NOW_MS.set(NOW_MS.get() - ms);
}

/// What the clock of this test says.
pub(crate) fn clock_says() -> u64 {
    NOW_MS.get()
}

/// Different at each call, as the operating system's is; that is all these tests ask of it.
fn random(bytes: &mut [u8]) {
    let drawn = DRAWN
        .fetch_add(1, Ordering::SeqCst)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for (byte, drawn) in bytes
        .iter_mut()
        .zip(drawn.to_le_bytes().into_iter().cycle())
    {
        *byte = drawn;
    }
}

/// What several instances share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) bus: Bus,
    pub(crate) cache_ttl: Option<Duration>,
    pub(crate) background: BackgroundWork,
    pub(crate) retention: Option<Duration>,
}

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            journal: Arc::new(MemoryJournal::default()),
            bus: MemoryBus::default().into(),
            cache_ttl: Some(Duration::from_mins(5)),
            background: BackgroundWork::Continuous,
            retention: None,
        }
    }

    /// One more instance, with news of its own or shared.
    pub(crate) fn instance(&self, tables_max: u64) -> Arc<Tables> {
        self.instance_in(tables_max, world::library().unwrap())
    }

    /// One more instance, in another world.
    pub(crate) fn instance_in(&self, tables_max: u64, world: World) -> Arc<Tables> {
        let parts = ServiceParts {
            journal: self.journal.clone(),
            bus: self.bus.clone(),
            world: Arc::new(world),
            now_ms,
            random,
            settings: Settings {
                occupancy: OccupancyLimits {
                    tables_max,
                    share_percent: SHARE_PERCENT,
                    rests_after_ms: RESTS_AFTER_MS,
                },
                away_after_ms: AWAY_AFTER_MS,
                heartbeat_ms: service::HEARTBEAT_MS,
                retention: self.retention,
                cache_ttl: self.cache_ttl,
                background: self.background,
                slow_after: None,
            },
        };
        Tables::new(parts, &mut Registry::default())
    }
}

/// A fresh command id.
pub(crate) fn fresh() -> CommandId {
    let number = DRAWN.fetch_add(1, Ordering::SeqCst);
    CommandId::parse(&format!("test-command-{number:06}")).unwrap()
}

/// Opens a table of these players; the first is host.
pub(crate) async fn gather(
    tables: &Arc<Tables>,
    limit: TimeLimit,
    names: &[&str],
) -> (TableId, Vec<Holder>) {
    let Seated { table, holder, .. } = tables
        .seats
        .open(fresh(), names[0], limit, None)
        .await
        .unwrap();
    let mut holders = vec![holder];
    for name in &names[1..] {
        holders.push(
            tables
                .seats
                .sit(&table, fresh(), name)
                .await
                .unwrap()
                .holder,
        );
    }
    (table, holders)
}

/// Plays until a scene is open.
pub(crate) async fn play_to_first_scene(tables: &Arc<Tables>, table: &TableId, holders: &[Holder]) {
    tables
        .commits
        .play(
            table,
            holders[0],
            fresh(),
            Command::Begin {
                sitting: game::Sitting::Long,
            },
        )
        .await
        .unwrap();
    for holder in holders {
        while let Stage::Question(asked) = tables
            .feeds
            .look(table, Some(*holder))
            .await
            .unwrap()
            .view()
            .stage
        {
            let answer = Command::Answer {
                question: asked.question,
                answer: 0,
            };
            tables
                .commits
                .play(table, *holder, fresh(), answer)
                .await
                .unwrap();
        }
    }
    for holder in holders {
        let Stage::QuestChoice { quests, .. } = tables
            .feeds
            .look(table, Some(*holder))
            .await
            .unwrap()
            .view()
            .stage
        else {
            panic!("the party should choose a quest now");
        };
        let quest = quests[0].quest.clone();
        tables
            .commits
            .play(table, *holder, fresh(), Command::TakeUp { quest })
            .await
            .unwrap();
    }
}

/// How long a table waits where it stands, in milliseconds.
pub(crate) async fn wait_ms(tables: &Arc<Tables>, table: &TableId) -> u64 {
    tables.loader.load(table).await.unwrap().wait_ms()
}

/// The command by which a seat chooses the first option of the open scene.
pub(crate) fn choose_first(view: &View) -> Command {
    let Stage::Scene(scene) = &view.stage else {
        panic!("a scene should be open")
    };
    let mut options = scene.options.iter();
    let option = options.find(|option| !option.quiet && !option.shut);
    Command::Choose {
        scene: scene.scene.clone(),
        option: option.unwrap().option.clone(),
    }
}

/// Plays until the Chronicle opens.
pub(crate) async fn play_to_the_end(tables: &Arc<Tables>, table: &TableId, holders: &[Holder]) {
    play_to_first_scene(tables, table, holders).await;
    play_on(tables, table, holders).await;
}

/// Plays from the open scene until the Chronicle opens.
pub(crate) async fn play_on(tables: &Arc<Tables>, table: &TableId, holders: &[Holder]) {
    loop {
        for holder in holders {
            let view = tables
                .feeds
                .look(table, Some(*holder))
                .await
                .unwrap()
                .view();
            let command = match &view.stage {
                Stage::Chronicle(_) => return,
                Stage::Naming(naming) if !naming.has_judged => Command::PassJudgement {},
                // The table is given a moment to take a choice back.
                Stage::Scene(scene) if scene.locked_in => {
                    pass(LOCK_IN_MS);
                    continue;
                }
                Stage::Scene(scene) if scene.has_say => choose_first(&view),
                Stage::Scene(_) | Stage::Naming(_) => continue,
                Stage::Gathering
                | Stage::Question(_)
                | Stage::Waiting
                | Stage::QuestChoice { .. }
                | Stage::Closed
                | Stage::Unknown => panic!("no story is played: {:?}", view.stage),
            };
            let played = tables.commits.play(table, *holder, fresh(), command).await;
            assert!(played.is_ok(), "{played:?}");
        }
    }
}

/// A seat's number as a holder of its first generation.
pub(crate) fn first_holder(seat: u8) -> Holder {
    Holder {
        seat: SeatNo(seat),
        generation: 1,
    }
}
