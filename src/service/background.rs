//! Work that no request waits for: when it is done, and what of it is in flight.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;

/// When work is done that no request waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BackgroundWork {
    /// At any time: the process runs between two requests.
    #[default]
    Continuous,
    /// When [`crate::Tables::settle`] or [`crate::Clock::round`] asks for it: the process stands still between two
    /// requests, and may never go on.
    OnDemand,
}

/// Tasks that requests have begun and not awaited. Clones count the same ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct BackgroundTasks {
    in_flight: Arc<watch::Sender<usize>>,
}

/// Counts a task as in flight until it is dropped, also by a panic.
struct TaskInFlight(Arc<watch::Sender<usize>>);

impl Drop for TaskInFlight {
    fn drop(&mut self) {
        self.0.send_modify(|in_flight| *in_flight -= 1);
    }
}

impl BackgroundTasks {
    /// Begins a task that nobody awaits by itself.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.in_flight.send_modify(|in_flight| *in_flight += 1);
        let counted = TaskInFlight(Arc::clone(&self.in_flight));
        tokio::spawn(async move {
            task.await;
            drop(counted);
        });
    }

    /// Waits until no task is in flight.
    pub(crate) async fn finished(&self) {
        let mut in_flight = self.in_flight.subscribe();
        // The sender lives in self, so the wait cannot end for want of one.
        let _ = in_flight.wait_for(|in_flight| *in_flight == 0).await;
    }
}
