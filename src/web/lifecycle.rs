//! Where the process stands in its life, for readiness and for open streams.

use tokio::sync::watch;

/// Where the process stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The port is bound; the journal is being opened.
    Opening,
    /// Everything is served.
    Open,
    /// The process is about to end: commands in hand finish, streams are told to come back.
    Closing,
}

/// A shared view of where the process stands.
#[derive(Clone, Debug)]
pub struct Life(watch::Sender<Stage>);

impl Life {
    /// Begins a life, at [`Stage::Opening`].
    pub fn begin() -> Self {
        Self(watch::Sender::new(Stage::Opening))
    }

    /// Says that the process has come to `stage`.
    pub fn come_to(&self, stage: Stage) {
        self.0.send_replace(stage);
    }

    /// Where the process stands now.
    pub fn stage(&self) -> Stage {
        *self.0.borrow()
    }

    /// Waits until the process is closing.
    pub async fn closing(&self) {
        // The sender lives in self, so the wait cannot end for want of one.
        let _ = self
            .0
            .subscribe()
            .wait_for(|stage| *stage == Stage::Closing)
            .await;
    }
}
