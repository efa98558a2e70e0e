//! Where the process stands in its life, for readiness and for open streams.

use tokio::sync::watch;

/// Where the process stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifecycleStage {
    /// The port is bound; the journal is being opened.
    Opening,
    /// Everything is served.
    Open,
    /// The process is about to end: commands in hand finish, streams are told to come back.
    Closing,
}

/// A shared view of where the process stands.
#[derive(Clone, Debug)]
pub struct Lifecycle(watch::Sender<LifecycleStage>);

impl Lifecycle {
    /// Begins a life, at [`LifecycleStage::Opening`].
    pub fn begin() -> Self {
        Self(watch::Sender::new(LifecycleStage::Opening))
    }

    /// Says that the process has come to `stage`.
    pub fn come_to(&self, stage: LifecycleStage) {
        self.0.send_replace(stage);
    }

    /// Where the process stands now.
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
