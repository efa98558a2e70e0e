//! All tables of this server: what they are made of, loading them, showing them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, TokenDecision};
use game::content::World;
use game::{Code, TableId, Version, View};
use store::{Journal, Readers, ReplicaStatus, StoreError};
use tokio::sync::{Mutex, Notify, watch};

use crate::cache::Cache;
use crate::error::ServiceError;
use crate::metrics::ServiceMetrics;
use crate::seats::{Holder, holds};

/// How long the news that the journal is in order stays good.
const CHECK_AGAIN_MS: u64 = 1_000;

/// How long a check may take; a journal that is slower than that is not in order.
const CHECK_TIME_MAX: Duration = Duration::from_secs(5);

/// What [`Tables`] is put together from.
pub struct ServiceParts {
    /// Where everything is kept.
    pub journal: Arc<dyn Journal>,
    /// How news travel.
    pub bus: Arc<dyn Bus>,
    /// The written world.
    pub world: Arc<World>,
    /// The clock: milliseconds since the Unix epoch.
    pub now_ms: fn() -> u64,
    /// Randomness of the operating system.
    pub random: fn(&mut [u8]),
    /// What an operator may choose.
    pub settings: Settings,
}

/// What an operator may choose.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Tables that are live at once at most, over all processes that share a journal.
    pub tables_max: u64,
    /// How long a player must be away before the seat may be freed, in milliseconds.
    pub away_after_ms: u64,
    /// How long a bus that remembers anything keeps a table for other instances; none: not at all.
    pub cache_ttl: Option<Duration>,
}

/// All tables of this server.
pub struct Tables {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) world: Arc<World>,
    pub(crate) settings: Settings,
    pub(crate) started_ms: u64,
    pub(crate) metrics: ServiceMetrics,
    /// Told when a deadline may have come nearer.
    pub(crate) clock_wakeup: Notify,
    now_ms: fn() -> u64,
    pub(crate) random: fn(&mut [u8]),
    pub(crate) cache: Cache,
    /// When the journal was last found in order.
    checked_ms: Mutex<u64>,
}

impl fmt::Debug for Tables {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Tables")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Tables {
    /// Puts the service together.
    pub fn new(parts: ServiceParts) -> Arc<Self> {
        Arc::new(Self {
            started_ms: (parts.now_ms)(),
            journal: parts.journal,
            bus: parts.bus,
            world: parts.world,
            settings: parts.settings,
            metrics: ServiceMetrics::default(),
            clock_wakeup: Notify::new(),
            now_ms: parts.now_ms,
            random: parts.random,
            cache: Cache::default(),
            checked_ms: Mutex::new(0),
        })
    }

    /// The clock: milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> u64 {
        (self.now_ms)()
    }

    /// Milliseconds since this server started.
    pub fn uptime_ms(&self) -> u64 {
        self.now_ms().saturating_sub(self.started_ms)
    }

    /// The written world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Finds the live table of a code.
    pub async fn find(&self, code: &Code) -> Result<Option<TableId>, ServiceError> {
        Ok(self.journal.find_code(code).await?)
    }

    /// Shows a table to a holder of a seat, which is a sign of life, or to a spectator. A former holder sees
    /// what spectators see.
    pub async fn view(&self, id: &TableId, holder: Option<Holder>) -> Result<View, ServiceError> {
        let table = self.load(id).await?;
        let you = holder
            .filter(|holder| holds(&table, *holder))
            .map(|holder| holder.seat);
        if let Some(seat) = you {
            self.note(id, seat).await;
        }
        Ok(table.view(&self.world, you))
    }

    /// Returns the version a table stands at, without loading it.
    pub async fn head(&self, id: &TableId) -> Result<Version, ServiceError> {
        Ok(self.journal.head(id).await?)
    }

    /// Watches a table: the receiver holds the newest version announced.
    pub fn watch(&self, id: &TableId) -> watch::Receiver<u64> {
        self.bus.subscribe(id.as_str())
    }

    /// Takes one of `capacity` tokens from the bucket `key`, which is full again after `per` and which all
    /// instances share: done, or the time until there is a token again. `None` when nobody knows; then a
    /// limit of this instance's own has to do.
    pub async fn take(
        &self,
        key: &str,
        capacity: u32,
        per: Duration,
    ) -> Option<Result<(), Duration>> {
        match self.bus.take_token(key, capacity, per).await {
            TokenDecision::Allowed => Some(Ok(())),
            TokenDecision::Refused { retry_after } => Some(Err(retry_after)),
            TokenDecision::Unknown => None,
        }
    }

    /// Checks that the journal can be read and written. Who asks again within a second gets the same good
    /// news: a check costs a write, and anybody may ask.
    pub async fn check(&self) -> Result<(), ServiceError> {
        let checking = async {
            let mut checked_ms = self.checked_ms.lock().await;
            let now_ms = self.now_ms();
            if now_ms.saturating_sub(*checked_ms) >= CHECK_AGAIN_MS {
                self.journal.check().await?;
                *checked_ms = now_ms;
            }
            Ok(())
        };
        tokio::time::timeout(CHECK_TIME_MAX, checking)
            .await
            .unwrap_or_else(|slow| Err(StoreError::Unavailable(Box::new(slow)).into()))
    }

    /// Counts the live tables.
    pub async fn count_live(&self) -> Result<u64, ServiceError> {
        Ok(self.journal.count_live().await?)
    }

    /// Returns how many readers the journal has, and how many are busy.
    pub fn readers(&self) -> Readers {
        self.journal.readers()
    }

    /// Returns how the journal's replica stands, if it has one.
    pub fn replica(&self) -> Option<ReplicaStatus> {
        self.journal.replica()
    }
}
