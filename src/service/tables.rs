//! The application service put together, by responsibility.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, SharedCache};
use game::content::World;
use prometheus_client::registry::Registry;
use store::Journal;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::background::{BackgroundTasks, BackgroundWork};
use crate::cache::TableCache;
use crate::chain_heads::ChainHeads;
use crate::clock::Clock;
use crate::clock_alarm::ClockAlarm;
use crate::commit::Commits;
use crate::deadlines::Deadlines;
use crate::erasures::Erasures;
use crate::export::Chronicles;
use crate::feeds::{FeedRegistry, Feeds, PendingLooks};
use crate::journal_health::{JournalHealth, WriteFailure};
use crate::loading::TableLoader;
use crate::metrics::{LastMeasures, ServiceGauges, ServiceMetrics};
use crate::occupancy::{Occupancy, OccupancyLimits};
use crate::presence::PresenceTracker;
use crate::seats::Seats;
use crate::snapshots::Snapshots;

/// The parts [`Tables`] is made of.
pub struct ServiceParts {
    /// The journal of every table.
    pub journal: Arc<dyn Journal>,
    /// The ports to other instances: announcements, presence and a shared cache.
    pub bus: Bus,
    /// The written world.
    pub world: Arc<World>,
    /// The clock: milliseconds since the Unix epoch.
    pub now_ms: fn() -> u64,
    /// Randomness of the operating system.
    pub random: fn(&mut [u8]),
    /// The limits and waits an operator sets.
    pub settings: Settings,
}

/// The limits and waits of the service that an operator sets.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// What may be in use at once, and what one client may hold of it.
    pub occupancy: OccupancyLimits,
    /// How long a player must be away before the seat may be freed, in milliseconds.
    pub away_after_ms: u64,
    /// How long an open page may take until its next sign of life, in milliseconds: [`crate::HEARTBEAT_MS`] where pages have
    /// event streams.
    pub heartbeat_ms: u64,
    /// How long a table is kept that is over; `None` keeps all.
    pub retention: Option<Duration>,
    /// How long the cache that instances share keeps a table; `None` switches it off.
    pub cache_ttl: Option<Duration>,
    /// When work is done that no request waits for.
    pub background: BackgroundWork,
    /// From when on a command is slow, and worth a warning; `None` never.
    pub slow_after: Option<Duration>,
}

/// All tables of this server.
pub struct Tables {
    /// Opens tables and seats newcomers.
    pub seats: Seats,
    /// Plays the commands of seats.
    pub commits: Arc<Commits>,
    /// Returns looks at tables, and subscribes to their updates.
    pub feeds: Arc<Feeds>,
    /// The written world.
    pub world: Arc<World>,
    /// Counts the tables in use.
    pub occupancy: Arc<Occupancy>,
    /// Records and returns the presence of seats.
    pub presence: Arc<PresenceTracker>,
    /// Loads whole tables, secrets included.
    pub loader: Arc<TableLoader>,
    /// Exports the Chronicles of tables that are over.
    pub chronicles: Chronicles,
    /// Lets passed deadlines have their consequence.
    pub clock: Clock,
    /// Takes back what tables tell.
    pub erasures: Erasures,
    /// Checks the journal.
    pub health: JournalHealth,
    metrics: ServiceMetrics,
    shared_cache: Option<Arc<dyn SharedCache>>,
    tasks: BackgroundTasks,
    now_ms: fn() -> u64,
    started_ms: u64,
}

impl fmt::Debug for Tables {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Tables").finish_non_exhaustive()
    }
}

impl Tables {
    /// Puts the service together for a process that serves nobody: its metrics are not read.
    pub fn unmeasured(parts: ServiceParts) -> Arc<Self> {
        Self::new(parts, &mut Registry::default())
    }

    /// Puts the service together and registers its metrics.
    pub fn new(parts: ServiceParts, registry: &mut Registry) -> Arc<Self> {
        let started_ms = (parts.now_ms)();
        let metrics = ServiceMetrics::register(registry);
        let (tasks, measures) = (BackgroundTasks::default(), LastMeasures::default());
        let loader = loader(&parts, &metrics, &tasks);
        let gauges = ServiceGauges {
            measures: measures.clone(),
            loader: Arc::clone(&loader),
            settings: parts.settings,
            started_ms,
            now_ms: parts.now_ms,
        };
        gauges.register(registry);
        let presence = presence(&parts, started_ms);
        let commits = commits(&parts, &loader, &presence, &metrics);
        let ServiceParts {
            journal,
            bus,
            world,
            now_ms,
            settings,
            ..
        } = parts;
        Arc::new(Self {
            world: Arc::clone(&world),
            seats: Seats {
                commits: Arc::clone(&commits),
            },
            feeds: Arc::new(Feeds {
                journal: Arc::clone(&journal),
                pubsub: bus.pubsub,
                world,
                commits: Arc::clone(&commits),
                loader: Arc::clone(&loader),
                presence: Arc::clone(&presence),
                registry: Arc::clone(&commits.feeds),
                pending_looks: PendingLooks::default(),
                background: settings.background,
                beat: std::sync::Mutex::default(),
            }),
            chronicles: Chronicles {
                journal: Arc::clone(&journal),
                loader: Arc::clone(&loader),
            },
            clock: Clock {
                journal: Arc::clone(&journal),
                commits: Arc::clone(&commits),
                now_ms,
                alarm: Arc::clone(&commits.alarm),
            },
            erasures: Erasures::new(&commits, settings.retention),
            health: JournalHealth {
                journal,
                checked: Mutex::new(None),
                write_failure: commits.write_failure.clone(),
                occupancy: Arc::clone(&commits.occupancy),
                measures,
            },
            occupancy: Arc::clone(&commits.occupancy),
            commits,
            presence,
            loader,
            metrics,
            shared_cache: bus.cache,
            tasks,
            now_ms,
            started_ms,
        })
    }

    /// Waits until nothing is left to do of what requests have begun, and notes which tables were looked at. A process that
    /// stands still between two requests ends each with it.
    pub async fn settle(&self) {
        self.feeds.settle().await;
        self.tasks.finished().await;
    }

    /// The clock: milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> u64 {
        (self.now_ms)()
    }

    /// Milliseconds since this server started.
    pub fn uptime_ms(&self) -> u64 {
        self.now_ms().saturating_sub(self.started_ms)
    }

    /// Returns how many loads found a table in a cache, this process's or the shared one, and how many looked
    /// in vain.
    pub fn cache_hits_and_misses(&self) -> (u64, u64) {
        let shared = self.shared_cache.as_ref().map(|cache| cache.counts());
        let shared = shared.unwrap_or_default();
        (
            self.metrics.cache_hits.get() + shared.hits,
            self.metrics.cache_misses.get() + shared.misses,
        )
    }
}

fn presence(parts: &ServiceParts, started_ms: u64) -> Arc<PresenceTracker> {
    Arc::new(PresenceTracker {
        presence: Arc::clone(&parts.bus.presence),
        pubsub: Arc::clone(&parts.bus.pubsub),
        now_ms: parts.now_ms,
        started_ms,
        started: Instant::now(),
        away_after_ms: parts.settings.away_after_ms,
        heartbeat_ms: parts.settings.heartbeat_ms,
    })
}

fn loader(
    parts: &ServiceParts,
    metrics: &ServiceMetrics,
    tasks: &BackgroundTasks,
) -> Arc<TableLoader> {
    Arc::new(TableLoader {
        journal: Arc::clone(&parts.journal),
        cache: TableCache::new(metrics.clone()),
        heads: Arc::new(ChainHeads::new(Arc::clone(&parts.journal))),
        snapshots: Snapshots {
            journal: Arc::clone(&parts.journal),
            cache: parts.bus.cache.clone().zip(parts.settings.cache_ttl),
            tasks: tasks.clone(),
        },
    })
}

fn commits(
    parts: &ServiceParts,
    loader: &Arc<TableLoader>,
    presence: &Arc<PresenceTracker>,
    metrics: &ServiceMetrics,
) -> Arc<Commits> {
    Arc::new(Commits {
        journal: Arc::clone(&parts.journal),
        pubsub: Arc::clone(&parts.bus.pubsub),
        world: Arc::clone(&parts.world),
        loader: Arc::clone(loader),
        presence: Arc::clone(presence),
        metrics: metrics.clone(),
        now_ms: parts.now_ms,
        random: parts.random,
        occupancy: Arc::new(Occupancy {
            journal: Arc::clone(&parts.journal),
            limits: parts.settings.occupancy,
            now_ms: parts.now_ms,
        }),
        feeds: Arc::new(FeedRegistry::default()),
        alarm: Arc::new(ClockAlarm::default()),
        deadlines: Arc::new(Deadlines::new(parts.now_ms)),
        write_failure: WriteFailure::default(),
        slow_after: parts.settings.slow_after,
    })
}
