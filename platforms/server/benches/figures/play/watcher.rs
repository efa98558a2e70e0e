//! A seat that watches while it plays.

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::common::events::EventConnection;
use crate::common::server::PATIENCE;

/// When a stream showed which version.
pub(super) type ShownLog = Vec<(u64, Instant)>;

/// A seat's stream, and when it showed which version.
pub(super) struct PlayWatcher {
    log: watch::Receiver<ShownLog>,
    task: JoinHandle<()>,
}

impl PlayWatcher {
    /// Follows a stream until it is over.
    pub(super) fn follow(mut stream: EventConnection) -> Self {
        let (shown, log) = watch::channel(ShownLog::new());
        let task = tokio::spawn(async move {
            while let Ok(Some(received)) = stream.next().await {
                let now = Instant::now();
                shown.send_if_modified(|log| {
                    let newest = log.last().map_or(0, |(version, _)| *version);
                    let newer = received.event.id.filter(|version| *version > newest);
                    log.extend(newer.map(|version| (version, now)));
                    newer.is_some()
                });
            }
        });
        Self { log, task }
    }

    /// Waits until this version is shown, and returns all that was.
    pub(super) async fn log_to(mut self, version: u64) -> ShownLog {
        let shows = |log: &ShownLog| log.last().map_or(0, |(version, _)| *version) >= version;
        let log = timeout(PATIENCE, self.log.wait_for(shows)).await;
        let log = log.expect("in time").expect("the stream goes on").clone();
        self.task.abort();
        log
    }
}
