//! Holds up the commands of a table, so that its story is not over before all has happened that is to happen to it.

use std::sync::Mutex;

use game::TableId;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::timeout;

use super::locked;

/// More commands than any story has.
const ENOUGH: u64 = 1_000_000;

/// Lets so many commands of one table through, and the next only when it is raised. Other tables it does not touch.
#[derive(Debug)]
pub struct Curtain {
    commands: Mutex<Option<String>>,
    permits: Semaphore,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    allowed: u64,
    taken: u64,
}

impl Default for Curtain {
    fn default() -> Self {
        Self {
            commands: Mutex::default(),
            permits: Semaphore::new(0),
            state: watch::Sender::default(),
        }
    }
}

impl Curtain {
    /// Holds up the commands of a table from now on.
    pub fn close_on(&self, table: &TableId) {
        *locked(&self.commands) = Some(format!("/api/tables/{table}/commands"));
    }

    /// Lets so many more be taken.
    pub fn raise(&self, commands: u64) {
        self.state.send_modify(|state| state.allowed += commands);
        self.permits.add_permits(usize::try_from(commands).unwrap());
    }

    /// Lets all through.
    pub fn lift(&self) {
        self.raise(ENOUGH);
    }

    /// Waits until all that were let through are taken.
    pub async fn is_reached(&self) {
        let mut state = self.state.subscribe();
        let reached = state.wait_for(|state| state.taken >= state.allowed);
        let reached = timeout(bots::server::PATIENCE, reached).await;
        let state = *self.state.borrow();
        assert!(reached.is_ok(), "the story stands still: {state:?}");
    }

    /// Waits until a command may pass. Nothing else is held up.
    pub(super) async fn admit(&self, path: &str) -> Option<SemaphorePermit<'_>> {
        let held = locked(&self.commands).as_deref() == Some(path);
        if !held {
            return None;
        }
        Some(self.permits.acquire().await.expect("it is never closed"))
    }

    /// A command was taken. One that was refused, or never answered, gives its permit back by dropping it.
    pub(super) fn settle(&self, permit: Option<SemaphorePermit<'_>>) {
        if let Some(permit) = permit {
            permit.forget();
            self.state.send_modify(|state| state.taken += 1);
        }
    }
}
