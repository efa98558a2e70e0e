//! Feeds: one per table that this process uses, from which everybody here is shown the same.
//!
//! How fresh a state is depends on who else may write:
//! - A journal in memory or in a file says at once which version a table stands at ([`Journal::head_at_once`]). A look is
//!   exact, and reads the journal only when somebody else has appended.
//! - A database is asked at every look. A look is exact.
//! - A watcher is as fresh as the announcement it heard last, or the feed's last heartbeat when one was lost.
//! - A command is decided on the newest state this process knows. An append that finds another version is decided again,
//!   so a stale state costs time and never truth.

mod beat;
mod listener;
mod shown;
mod subscription;
mod table_feed;
mod table_use;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bus::PubSub;
use game::content::World;
use game::{Code, Table, TableId, Version};
use store::Journal;
use tokio::task::JoinHandle;

use crate::background::BackgroundWork;
use crate::chain_heads::ChainProof;
use crate::commit::Commits;
use crate::deadlines::TableWait;
use crate::error::ServiceError;
use crate::holder::Holder;
use crate::loading::{LoadedTable, TableLoader};
use crate::presence::PresenceTracker;

pub use shown::{Look, Shown};
pub use subscription::{Subscription, Update};
pub(crate) use table_feed::FeedRegistry;
use table_feed::TableFeed;
pub(crate) use table_use::PendingLooks;

/// Returns looks at tables, and subscribes to their updates.
pub struct Feeds {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) pubsub: Arc<dyn PubSub>,
    pub(crate) world: Arc<World>,
    pub(crate) commits: Arc<Commits>,
    pub(crate) loader: Arc<TableLoader>,
    pub(crate) presence: Arc<PresenceTracker>,
    pub(crate) registry: Arc<FeedRegistry>,
    /// Looks that the journal is to be told of.
    pub(crate) pending_looks: PendingLooks,
    /// When work is done that no request waits for.
    pub(crate) background: BackgroundWork,
    /// The task that asks for the watched tables, while there are any.
    pub(crate) beat: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for Feeds {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Feeds").finish_non_exhaustive()
    }
}

/// The newest state of a table.
struct State {
    table: Arc<Table>,
    shown: Arc<Shown>,
    /// When the newest record was decided that had to be read for it.
    newest_ms: Option<u64>,
}

/// How fresh a state has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Freshness {
    /// As new as this version; what this process knows is enough if it is.
    AtLeast(Version),
    /// As new as the journal.
    Newest,
}

impl Feeds {
    /// Finds the live table of a code.
    pub async fn find(&self, code: &Code) -> Result<Option<TableId>, ServiceError> {
        Ok(self.journal.find_code(code).await?)
    }

    /// Shows a table as it stands now to a holder of a seat, which is a sign of life, or to a spectator. A deadline that
    /// has passed has its consequence first.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NoSuchTable`] when nobody opened it.
    pub async fn look(
        self: &Arc<Self>,
        id: &TableId,
        holder: Option<Holder>,
    ) -> Result<Look, ServiceError> {
        let mut table = self.loader.load(id).await?;
        if self.commits.is_late(id, &table) {
            if let Err(error) = self.commits.pass_time(id).await {
                // What is there can still be shown; the clock tries again.
                let error: &dyn std::error::Error = &error;
                tracing::debug!(table = %id, error, "a deadline did not pass at a look");
            }
            table = self.loader.load(id).await?;
        }
        if let Some(holder) = holder.filter(|holder| holder.has_seat_at(&table)) {
            self.presence.note(id, holder.seat).await;
        }
        let feed = self.registry.of(id);
        if table.phase().is_live() {
            self.note_look(&feed);
        }
        let state = self.show(&feed, table).await;
        Ok(self.look_at(state, holder))
    }

    /// Shows a table as this process knows it at `version` or newer, to whoever did not ask: no sign of life. Where it knows
    /// no such version, it loads the table.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NoSuchTable`] when nobody opened it.
    pub async fn known_look(
        &self,
        id: &TableId,
        holder: Option<Holder>,
        version: Version,
    ) -> Result<Look, ServiceError> {
        let feed = self.registry.of(id);
        let state = self.catch_up(&feed, Freshness::AtLeast(version)).await?;
        Ok(self.look_at(state, holder))
    }

    /// Watches a table as the holder of a seat, which is a sign of life now and with each heartbeat, or as a spectator.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NoSuchTable`] when nobody opened it.
    pub async fn watch(
        self: &Arc<Self>,
        id: &TableId,
        holder: Option<Holder>,
    ) -> Result<Subscription, ServiceError> {
        let feed = self.registry.of(id);
        // Subscribed before looking: what is announced in between is then heard.
        let shown = feed.shown.subscribe();
        self.start_listener(&feed);
        self.look(id, holder).await?;
        self.start_beat();
        Ok(Subscription {
            feeds: Arc::clone(self),
            feed,
            holder,
            shown,
            beat: subscription::beat(),
            told: 0,
            seat: None,
            viewer: None,
        })
    }

    /// Returns a state that is as fresh as `freshness` says, shown to every watcher.
    async fn catch_up(
        &self,
        feed: &TableFeed,
        freshness: Freshness,
    ) -> Result<State, ServiceError> {
        let _one = feed.refresh.lock().await;
        let table = match freshness {
            Freshness::AtLeast(version) => self.loader.known_or_read(&feed.id, version).await,
            Freshness::Newest => self.loader.read(&feed.id).await,
        };
        if let Err(ServiceError::Erased) = table {
            feed.end();
        }
        let LoadedTable { table, newest_ms } = table?;
        // Whoever came first has asked who is there. Requests and the heartbeat ask anew.
        let shown = Arc::clone(&feed.shown.borrow());
        if shown.version == table.version() {
            return Ok(State {
                table,
                shown,
                newest_ms,
            });
        }
        let state = self.show(feed, table).await;
        Ok(State { newest_ms, ..state })
    }

    /// Does the same because something was told, and counts how late this process has what it told.
    async fn hear(&self, feed: &TableFeed, freshness: Freshness) -> Result<(), ServiceError> {
        let state = self.catch_up(feed, freshness).await?;
        if let Some(decided_ms) = state.newest_ms {
            let late_ms = (self.commits.now_ms)().saturating_sub(decided_ms);
            let late = Duration::from_millis(late_ms).as_secs_f64();
            self.commits.metrics.announcement_late.observe(late);
        }
        Ok(())
    }

    /// Has the feed show `table`, with who is present; every watcher of an older state is woken.
    async fn show(&self, feed: &TableFeed, table: Arc<Table>) -> State {
        let seats: Vec<_> = table.seats().keys().copied().collect();
        let presence = self.presence.of_seats(&feed.id, &seats).await;
        let version = table.version();
        let wait = TableWait::of(&table);
        let deadline_ms = self.deadline_ms(&feed.id, wait);
        let before = Arc::clone(&feed.shown.borrow());
        let proofs = self.proofs(&feed.id, &table, &before).await;
        let shown_after = |before: &Shown| {
            let when = (wait, deadline_ms);
            Arc::new(Shown::after(
                before,
                &table,
                presence.clone(),
                when,
                &proofs,
            ))
        };
        let mut shared = None;
        feed.shown.send_if_modified(|shown| {
            let differs = shown.presence != presence || shown.deadline_ms != deadline_ms;
            let is_new = shown.version < version || (shown.version == version && differs);
            if is_new {
                *shown = shown_after(shown);
            }
            shared = (shown.version == version).then(|| Arc::clone(shown));
            is_new
        });
        // Somebody showed a newer version meanwhile: this one is whole all the same, and nobody else's.
        let shown = shared.unwrap_or_else(|| shown_after(&Shown::default()));
        State {
            table,
            shown,
            newest_ms: None,
        }
    }

    /// Returns what proves what each viewer of a table saw last. What is shown already is not read again.
    async fn proofs(
        &self,
        id: &TableId,
        table: &Table,
        before: &Shown,
    ) -> BTreeMap<Version, ChainProof> {
        let mut proofs: BTreeMap<Version, ChainProof> = BTreeMap::new();
        for viewer in shown::viewers_of(table) {
            let seen_at = table.seen_at(viewer);
            if proofs.contains_key(&seen_at) {
                continue;
            }
            let mut known = before
                .proofs()
                .filter(|(version, _)| *version < table.version());
            let known =
                known.find(|(version, proof)| *version == seen_at && proof.fingerprint.is_some());
            let proof = match known {
                Some((_, proof)) => proof.clone(),
                None => self.loader.heads.proof(id, table, seen_at).await,
            };
            proofs.insert(seen_at, proof);
        }
        proofs
    }

    /// Returns the deadline of a wait that is in force.
    fn deadline_ms(&self, id: &TableId, wait: Option<TableWait>) -> Option<u64> {
        let deadline = self.commits.deadlines.of(id, wait);
        deadline.map(|deadline| deadline.at_ms)
    }

    fn look_at(&self, State { table, shown, .. }: State, holder: Option<Holder>) -> Look {
        let seated = holder.filter(|holder| holder.has_seat_at(&table));
        let given_up = |holder: &Holder| {
            let seat = table.seats().get(&holder.seat);
            seat.is_some_and(|seat| !seat.present)
        };
        let former = holder.filter(given_up);
        Look {
            seat: seated.map(|holder| holder.seat),
            former: former.map(|holder| holder.seat),
            shown,
            table,
            world: Arc::clone(&self.world),
        }
    }
}
