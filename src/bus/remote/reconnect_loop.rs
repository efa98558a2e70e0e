//! The task that keeps a connection: noticing that it is gone, and coming back.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::Remote;
use crate::held;

/// How often a server is asked whether it is there.
pub(crate) const PROBE_EVERY: Duration = Duration::from_secs(5);
/// Pauses between attempts: the first, and what doubling them leads to.
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(3);
/// A connection that lasted this long was a good one: the next pause is short again.
const STEADY: Duration = Duration::from_secs(10);
/// How long closing may take to tell what waits.
const CLOSE_MAX: Duration = Duration::from_secs(1);

/// A way to the others.
pub(crate) trait Line: Send + Sync + 'static {
    /// What a connection is asked with.
    type Link: Clone + Send + Sync + 'static;

    /// What the bus shares with this.
    fn remote(&self) -> &Remote<Self::Link>;

    /// Connects, and serves until the connection is none any more: the error says why. It returns in order when
    /// the bus is closing and all is told.
    fn serve(&self) -> impl Future<Output = Result<(), String>> + Send;
}

/// The task. It ends with this.
#[derive(Debug)]
pub(crate) struct Keeper(Mutex<Option<JoinHandle<()>>>);

impl Keeper {
    pub(crate) fn start(line: impl Line) -> Self {
        Self(Mutex::new(Some(tokio::spawn(keep(line)))))
    }

    /// Has it tell what waits, and ends it.
    pub(crate) async fn close<L: Clone>(&self, remote: &Arc<Remote<L>>) {
        remote.closing.send_replace(true);
        let task = held(&self.0).take();
        if let Some(mut task) = task
            && timeout(CLOSE_MAX, &mut task).await.is_err()
        {
            task.abort();
            // An error says that it was aborted.
            let _ = task.await;
        }
        remote.closed();
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(task) = held(&self.0).take() {
            task.abort();
        }
    }
}

async fn keep(line: impl Line) {
    let mut pause = PAUSE_MIN;
    loop {
        let begun = Instant::now();
        match line.serve().await {
            Ok(()) => return,
            Err(why) => line.remote().away(why),
        }
        if begun.elapsed() > STEADY {
            pause = PAUSE_MIN;
        }
        tokio::select! {
            () = sleep(jittered(pause)) => {}
            () = line.remote().closing() => return,
        }
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

/// Instances that lost the same server do not all come back in the same moment.
fn jittered(pause: Duration) -> Duration {
    let chance = RandomState::new().hash_one(());
    let millis = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(millis / 2 + chance % (millis / 2 + 1))
}
