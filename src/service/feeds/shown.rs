//! What a table shows at one moment, and one look at it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use game::content::World;
use game::{SeatNo, Table, Version, View};

use crate::chain_heads::ChainProof;
use crate::deadlines::TableWait;
use crate::holder::Holder;
use crate::presence::SeatPresence;

/// The version a table stands at, its proof and who is present, as every watcher of it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Stands for all of this: no other state of any table has it in this process.
    pub(crate) serial: u64,
    /// The commits of the table, secret ones included.
    pub(crate) version: Version,
    /// The presence of every seat that was ever taken.
    pub presence: BTreeMap<SeatNo, SeatPresence>,
    /// When the story goes on by itself, in milliseconds since the Unix epoch.
    pub deadline_ms: Option<u64>,
    /// What that follows from.
    pub(crate) wait: Option<TableWait>,
    /// What is shown to each seat, and to spectators.
    viewers: BTreeMap<Option<SeatNo>, ShownTo>,
}

/// What is shown to one viewer of what has happened. A commit that only others saw something of changes nothing of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ShownTo {
    /// Stands for all that the viewer is shown: no other state of any table, shown to anybody, has it in this process.
    serial: u64,
    /// Counts the commits that the viewer saw something of.
    version: Version,
    /// The last of them, among all commits of the table.
    pub(crate) seen_at: Version,
    /// What stands for all that has happened until then.
    pub(crate) proof: ChainProof,
}

fn next_serial() -> u64 {
    // Zero stands for what is not shown yet.
    static SERIAL: AtomicU64 = AtomicU64::new(1);
    SERIAL.fetch_add(1, Ordering::Relaxed)
}

impl Shown {
    pub(crate) fn new(version: Version) -> Self {
        Self {
            serial: next_serial(),
            version,
            ..Self::default()
        }
    }

    /// Shows a table as it stands after what `before` shows, with what each viewer saw last and what proves that.
    pub(crate) fn after(
        before: &Self,
        table: &Table,
        presence: BTreeMap<SeatNo, SeatPresence>,
        (wait, deadline_ms): (Option<TableWait>, Option<u64>),
        proofs: &BTreeMap<Version, ChainProof>,
    ) -> Self {
        let same_beside = before.presence == presence && before.deadline_ms == deadline_ms;
        let viewers = viewers_of(table).map(|viewer| {
            let (version, seen_at) = (table.version_for(viewer), table.seen_at(viewer));
            let proof = proofs.get(&seen_at).cloned().unwrap_or_default();
            let known = before.viewers.get(&viewer);
            let known = known
                .filter(|known| same_beside && known.seen_at == seen_at && known.proof == proof);
            let shown = ShownTo {
                serial: known.map_or_else(next_serial, |known| known.serial),
                version,
                seen_at,
                proof,
            };
            (viewer, shown)
        });
        Self {
            viewers: viewers.collect(),
            presence,
            deadline_ms,
            wait,
            ..Self::new(table.version())
        }
    }

    /// Shows the same with another presence and deadline.
    pub(crate) fn with_presence(
        &self,
        presence: BTreeMap<SeatNo, SeatPresence>,
        deadline_ms: Option<u64>,
    ) -> Self {
        let viewers = self.viewers.iter().map(|(viewer, shown)| {
            let serial = next_serial();
            (
                *viewer,
                ShownTo {
                    serial,
                    ..shown.clone()
                },
            )
        });
        Self {
            viewers: viewers.collect(),
            presence,
            deadline_ms,
            wait: self.wait,
            ..Self::new(self.version)
        }
    }

    /// What is shown to a viewer. A seat that nobody ever took is shown what spectators are.
    pub(crate) fn to(&self, viewer: Option<SeatNo>) -> Option<&ShownTo> {
        self.viewers
            .get(&viewer)
            .or_else(|| self.viewers.get(&None))
    }

    /// Stands for what is shown to a viewer.
    pub(crate) fn serial_for(&self, viewer: Option<SeatNo>) -> u64 {
        // What is not made of a table is news to everybody.
        self.to(viewer).map_or(self.serial, |shown| shown.serial)
    }

    /// The version that a viewer is shown.
    pub(crate) fn version_for(&self, viewer: Option<SeatNo>) -> Version {
        self.to(viewer).map_or(self.version, |shown| shown.version)
    }

    /// What each viewer saw last, and what proves that.
    pub(crate) fn proofs(&self) -> impl Iterator<Item = (Version, &ChainProof)> {
        self.viewers
            .values()
            .map(|shown| (shown.seen_at, &shown.proof))
    }
}

/// Everybody who may look at a table: spectators, and its seats.
pub(crate) fn viewers_of(table: &Table) -> impl Iterator<Item = Option<SeatNo>> {
    let seats = table.seats().keys().copied().map(Some);
    [None].into_iter().chain(seats)
}

/// One look at a table: its newest state, and which seat looks.
#[derive(Clone)]
pub struct Look {
    /// What everybody is shown, whole: presence and deadline; versions and proofs by viewer.
    pub shown: Arc<Shown>,
    /// The seat that looks; none for a spectator, and for a former holder, who sees what spectators see.
    pub seat: Option<SeatNo>,
    /// The seat that whoever looks had until it was given up. What they see is numbered on from there, or it would seem
    /// older than what they saw last.
    pub(crate) former: Option<SeatNo>,
    pub(crate) table: Arc<Table>,
    pub(crate) world: Arc<World>,
}

impl std::fmt::Debug for Look {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the table: it holds every seat's secrets.
        to.debug_struct("Look")
            .field("shown", &self.shown)
            .field("seat", &self.seat)
            .finish_non_exhaustive()
    }
}

impl Look {
    /// Returns the version that is shown: how many commits this viewer saw something of.
    pub fn version(&self) -> Version {
        self.table.version_for(self.viewer())
    }

    /// By whose count of commits the look is numbered.
    pub(crate) fn viewer(&self) -> Option<SeatNo> {
        self.seat.or(self.former)
    }

    /// Stands for all that is shown to this viewer, its number included: what is rendered from the look may be kept under
    /// it and the seat.
    pub fn serial(&self) -> u64 {
        self.shown.serial_for(self.viewer())
    }

    /// Returns what stands for all that has happened until this viewer saw something last.
    pub fn proof(&self) -> ChainProof {
        let shown = self.shown.to(self.viewer());
        shown.map(|shown| shown.proof.clone()).unwrap_or_default()
    }

    /// Whether this viewer saw something of the commit that led to `version` of the table, or of a later one.
    pub fn shows_news_since(&self, version: Version) -> bool {
        self.table.seen_at(self.viewer()) >= version
    }

    /// Returns who holds the seat that looks.
    pub fn holder(&self) -> Option<Holder> {
        let seat = self.seat?;
        let held = self.table.seats().get(&seat)?;
        Some(Holder {
            seat,
            generation: held.generation,
        })
    }

    /// The version at which the told story was given out to whoever has its link, while it is.
    pub fn published(&self) -> Option<Version> {
        self.table.published()
    }

    /// Builds what the readers of the told story may see. `None` unless it is given out.
    pub fn view_for_readers(&self) -> Option<View> {
        self.table.view_for_readers(&self.world)
    }

    /// Builds what the seat that looks may see.
    pub fn view(&self) -> View {
        let mut view = self.table.view(&self.world, self.seat);
        view.version = self.version();
        // The table's own may have been set by a clock that was ahead.
        view.deadline_ms = self.shown.deadline_ms;
        view
    }
}
