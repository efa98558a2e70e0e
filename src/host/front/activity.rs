//! What one connection does: which requests are in flight, and since when it waits for its peer.
//!
//! A connection waits for its peer while no request is in flight, and while a response waits to be taken. Such
//! connections are the ones to close when there are too many, and a response that waits for too long ends its
//! connection.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, watch};
use tokio::time::Instant;

/// The activity of one connection.
pub(super) struct Activity {
    state: Mutex<ActivityState>,
    /// The number of requests whose responses have not been taken.
    in_flight: watch::Sender<usize>,
    /// Notified once, when the connection is to end to make room for another.
    evicted: Notify,
}

struct ActivityState {
    /// Since when no request has been in flight.
    idle_since: Instant,
    responses: Vec<ResponseState>,
    next_id: u64,
    evicted: bool,
}

/// The progress of one response.
struct ResponseState {
    id: u64,
    /// Whether its next part is still to come from the application: from the handler, or from the body.
    awaits_application: bool,
    /// Parts of its body that are given to the connection and not yet written.
    unwritten: usize,
    /// When something happened last.
    since: Instant,
}

impl ResponseState {
    fn waits_since(&self) -> Option<Instant> {
        (self.unwritten > 0 || !self.awaits_application).then_some(self.since)
    }
}

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(ActivityState {
                idle_since: Instant::now(),
                responses: Vec::new(),
                next_id: 0,
                evicted: false,
            }),
            in_flight: watch::Sender::new(0),
            evicted: Notify::new(),
        })
    }

    /// Counts a request as in flight until what is returned is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> RequestInFlight {
        let mut state = self.lock();
        let id = state.next_id;
        state.next_id += 1;
        state.responses.push(ResponseState {
            id,
            awaits_application: true,
            unwritten: 0,
            since: Instant::now(),
        });
        drop(state);
        self.in_flight.send_modify(|count| *count += 1);
        RequestInFlight {
            activity: Arc::clone(self),
            id,
            memory: Vec::new(),
        }
    }

    /// Returns the number of requests in flight, as it changes.
    pub(super) fn in_flight(&self) -> watch::Receiver<usize> {
        self.in_flight.subscribe()
    }

    /// Returns since when the peer has taken nothing of a response that waits for it; the longest wait counts.
    pub(super) fn stalled_since(&self) -> Option<Instant> {
        let state = self.lock();
        let waits = state
            .responses
            .iter()
            .filter_map(ResponseState::waits_since);
        waits.min().filter(|_| !state.evicted)
    }

    /// Returns since when the connection waits for its peer, if it does.
    pub(super) fn waits_since(&self) -> Option<Instant> {
        let state = self.lock();
        if state.responses.is_empty() {
            return Some(state.idle_since).filter(|_| !state.evicted);
        }
        drop(state);
        self.stalled_since()
    }

    /// Ends the connection.
    pub(super) fn evict(&self) {
        self.lock().evicted = true;
        self.evicted.notify_one();
    }

    /// Waits until the connection is to end.
    pub(super) async fn evicted(&self) {
        self.evicted.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, ActivityState> {
        // The state is whole after every step, also after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request in flight: from its head until its response has been written or given up.
pub(super) struct RequestInFlight {
    activity: Arc<Activity>,
    id: u64,
    /// The permits for the memory it takes.
    memory: Vec<OwnedSemaphorePermit>,
}

impl RequestInFlight {
    /// Holds a permit for memory until the request is over.
    pub(super) fn hold(&mut self, memory: OwnedSemaphorePermit) {
        self.memory.push(memory);
    }

    /// Gives the permits for memory back.
    pub(super) fn release_memory(&mut self) {
        self.memory = Vec::new();
    }

    /// Notes whether the next part is to come from the application, or the peer has to take what there is.
    pub(super) fn awaits_application(&self, awaits: bool) {
        self.update(|response| {
            if response.awaits_application != awaits {
                response.awaits_application = awaits;
                response.since = Instant::now();
            }
        });
    }

    /// Notes that a part of the body is given to the connection.
    pub(super) fn gives(&self) {
        self.update(|response| {
            response.awaits_application = false;
            response.unwritten += 1;
            response.since = Instant::now();
        });
    }

    /// Notes that some of a part of the body has been written.
    pub(super) fn advances(&self) {
        self.update(|response| response.since = Instant::now());
    }

    /// Notes that a part of the body has been written.
    pub(super) fn written(&self) {
        self.update(|response| {
            response.unwritten -= 1;
            response.since = Instant::now();
        });
    }

    fn update(&self, change: impl FnOnce(&mut ResponseState)) {
        let mut state = self.activity.lock();
        let response = state.responses.iter_mut().find(|it| it.id == self.id);
        if let Some(response) = response {
            change(response);
        }
    }
}

impl Drop for RequestInFlight {
    fn drop(&mut self) {
        let mut state = self.activity.lock();
        state.responses.retain(|response| response.id != self.id);
        state.idle_since = Instant::now();
        drop(state);
        self.activity.in_flight.send_modify(|count| *count -= 1);
    }
}
