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
    /// Stands for the table, its version, the presence and the deadline: no other state of any table has it in this
    /// process. What is rendered from a look may be kept under it.
    pub serial: u64,
    /// The version.
    pub version: Version,
    /// The presence of every seat that was ever taken.
    pub presence: BTreeMap<SeatNo, SeatPresence>,
    /// What stands for all that has happened until this version.
    pub proof: ChainProof,
    /// When the story goes on by itself, in milliseconds since the Unix epoch.
    pub deadline_ms: Option<u64>,
    /// What that follows from.
    pub(crate) wait: Option<TableWait>,
}

impl Shown {
    pub(crate) fn new(
        version: Version,
        presence: BTreeMap<SeatNo, SeatPresence>,
        proof: ChainProof,
    ) -> Self {
        // Zero stands for what is not shown yet.
        static SERIAL: AtomicU64 = AtomicU64::new(1);
        Self {
            serial: SERIAL.fetch_add(1, Ordering::Relaxed),
            version,
            presence,
            proof,
            deadline_ms: None,
            wait: None,
        }
    }

    pub(crate) fn with_deadline(
        mut self,
        wait: Option<TableWait>,
        deadline_ms: Option<u64>,
    ) -> Self {
        self.wait = wait;
        self.deadline_ms = deadline_ms;
        self
    }
}

/// One look at a table: its newest state, and which seat looks.
#[derive(Clone)]
pub struct Look {
    /// What everybody is shown, whole: version, proof and presence.
    pub shown: Arc<Shown>,
    /// The seat that looks; none for a spectator, and for a former holder, who sees what spectators see.
    pub seat: Option<SeatNo>,
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
    /// Returns the version the table stands at.
    pub fn version(&self) -> Version {
        self.shown.version
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

    /// Builds what the seat that looks may see.
    pub fn view(&self) -> View {
        let mut view = self.table.view(&self.world, self.seat);
        // The table's own may have been set by a clock that was ahead.
        view.deadline_ms = self.shown.deadline_ms;
        view
    }
}
