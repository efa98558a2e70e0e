//! What a process does beside the requests it answers.

use std::sync::Arc;

use service::Tables;
use web::Lifecycle;

/// The clock, which applies passed deadlines, and the erasure of what is over.
#[derive(Debug)]
pub struct Background {
    pub(super) tables: Arc<Tables>,
}

impl Background {
    /// Does it all the time, until `lifecycle` is closing.
    pub async fn run(self, lifecycle: Lifecycle) {
        let clock = self.tables.clock.run(lifecycle.closing());
        tokio::join!(clock, self.tables.erasures.run(lifecycle.closing()));
    }

    /// Does once what is due now, where nothing runs between two requests.
    pub async fn round(&self) {
        self.tables.clock.round().await;
        self.tables.erasures.round().await;
    }

    /// Waits until nothing is left to do of what requests have begun, where nothing runs between two of them.
    pub async fn settle(&self) {
        self.tables.settle().await;
    }
}
