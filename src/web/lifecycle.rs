//! The lifecycle of the process, for readiness and for open streams.

use tokio::sync::watch;

/// A stage of the process's lifecycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LifecycleStage {
    /// The port is bound; the journal is being opened.
    Opening,
    /// Everything is served.
    Open,
    /// The process is about to end: commands in hand finish, streams are told to come back.
    Closing,
}

/// The stage the process is in. Clones share it.
#[derive(Clone, Debug)]
pub struct Lifecycle(watch::Sender<LifecycleStage>);

impl Lifecycle {
    /// Begins at [`LifecycleStage::Opening`].
    pub fn begin() -> Self {
        Self(watch::Sender::new(LifecycleStage::Opening))
    }

    /// Enters `stage`.
    pub fn come_to(&self, stage: LifecycleStage) {
        self.0.send_replace(stage);
    }

    /// Returns the present stage.
    pub fn stage(&self) -> LifecycleStage {
        *self.0.borrow()
    }

    /// Waits until the process is closing.
    pub async fn closing(&self) {
        // The sender lives in self, so the wait cannot end for want of one.
        let _ = self
            .0
            .subscribe()
            .wait_for(|stage| *stage == LifecycleStage::Closing)
            .await;
    }
}
