//! The task that keeps a connection: it connects, serves until the connection fails, and connects again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use retry::Backoff;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::{LinkError, RemoteState};
use crate::lock;

/// How often a transport checks that its server still answers.
pub(crate) const PROBE_EVERY: Duration = Duration::from_secs(5);
/// The shortest and the longest delay between two attempts.
const DELAY_MIN: Duration = Duration::from_millis(50);
const DELAY_MAX: Duration = Duration::from_secs(3);
/// A connection that lasted this long was a good one: the backoff begins again.
const STEADY: Duration = Duration::from_secs(10);
/// How long [`ReconnectLoop::close`] waits for the outbox to be sent.
const CLOSE_MAX: Duration = Duration::from_secs(1);

/// A transport to the other instances: connects, then sends and receives until the connection fails.
pub(crate) trait Transport: Send + Sync + 'static {
    /// The handle of a connection, through which the bus sends requests of its own.
    type Link: Clone + Send + Sync + 'static;

    /// Returns what the bus shares with this transport.
    fn remote(&self) -> &RemoteState<Self::Link>;

    /// Connects and serves one connection.
    ///
    /// Returns when the bus is closing and its outbox is sent.
    ///
    /// # Errors
    ///
    /// When there is no connection, or no longer one.
    fn serve(&self) -> impl Future<Output = Result<(), LinkError>> + Send;
}

/// Handle of the task that keeps a bus connected. The task is aborted when this is dropped.
#[derive(Debug)]
pub(crate) struct ReconnectLoop(Mutex<Option<JoinHandle<()>>>);

impl ReconnectLoop {
    /// Starts the task.
    pub(crate) fn start(transport: impl Transport) -> Self {
        Self(Mutex::new(Some(tokio::spawn(run(transport)))))
    }

    /// Lets the task send its outbox for at most [`CLOSE_MAX`], and ends it.
    pub(crate) async fn close<L: Clone>(&self, remote: &Arc<RemoteState<L>>) {
        remote.closing.send_replace(true);
        // Taken out of the mutex first: no lock is held while waiting.
        let task = lock(&self.0).take();
        if let Some(mut task) = task
            && timeout(CLOSE_MAX, &mut task).await.is_err()
        {
            task.abort();
            // The error says that it was aborted. Waiting for it makes sure that the connection is dropped.
            let _ = task.await;
        }
        remote.set_closed();
    }
}

impl Drop for ReconnectLoop {
    fn drop(&mut self) {
        if let Some(task) = lock(&self.0).take() {
            task.abort();
        }
    }
}

async fn run(transport: impl Transport) {
    let mut backoff = Backoff::new(DELAY_MIN, DELAY_MAX);
    loop {
        let begun = Instant::now();
        match transport.serve().await {
            Ok(()) => return,
            Err(error) => transport.remote().set_disconnected(error),
        }
        // A server that accepts and fails at once is no success: only a lasting connection resets the delay.
        if begun.elapsed() > STEADY {
            backoff.reset();
        }
        tokio::select! {
            () = sleep(backoff.next_jittered()) => {}
            // Without a connection there is nothing that closing could still send.
            () = transport.remote().closing() => return,
        }
    }
}
