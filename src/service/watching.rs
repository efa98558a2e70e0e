//! Looking at tables: views, versions, and the announcements of new ones.

use std::sync::Arc;

use bus::Bus;
use game::content::World;
use game::{Code, TableId, Version, View};
use store::Journal;
use tokio::sync::watch;

use crate::error::ServiceError;
use crate::holder::Holder;
use crate::loading::TableLoader;
use crate::presence::PresenceTracker;

/// Returns views of tables, and subscribes to their new versions.
pub struct Watching {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) world: Arc<World>,
    pub(crate) loader: Arc<TableLoader>,
    pub(crate) presence: Arc<PresenceTracker>,
}

impl Watching {
    /// Finds the live table of a code.
    pub async fn find(&self, code: &Code) -> Result<Option<TableId>, ServiceError> {
        Ok(self.journal.find_code(code).await?)
    }

    /// Shows a table to a holder of a seat, which is a sign of life, or to a spectator. A former holder sees
    /// what spectators see.
    pub async fn view(&self, id: &TableId, holder: Option<Holder>) -> Result<View, ServiceError> {
        let table = self.loader.load(id).await?;
        let you = holder
            .filter(|holder| holder.has_seat_at(&table))
            .map(|holder| holder.seat);
        if let Some(seat) = you {
            self.presence.note(id, seat).await;
        }
        Ok(table.view(&self.world, you))
    }

    /// Returns the version a table stands at, without loading it.
    pub async fn head(&self, id: &TableId) -> Result<Version, ServiceError> {
        Ok(self.journal.head(id).await?)
    }

    /// Subscribes to a table: the receiver holds the newest version announced.
    pub fn subscribe(&self, id: &TableId) -> watch::Receiver<u64> {
        self.bus.subscribe(id.as_str())
    }
}
