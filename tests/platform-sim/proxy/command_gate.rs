//! A gate for the commands of one table, so that its story is not over before all faults of a test have happened.

use std::sync::Mutex;

use game::TableId;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::timeout;

use super::locked;

/// More commands than any story has.
const ENOUGH: u64 = 1_000_000;

/// Forwards as many commands of one table as are allowed and holds the next back. Other tables pass freely.
#[derive(Debug)]
pub struct CommandGate {
    commands: Mutex<Option<String>>,
    permits: Semaphore,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    allowed: u64,
    taken: u64,
}

impl Default for CommandGate {
    fn default() -> Self {
        Self {
            commands: Mutex::default(),
            permits: Semaphore::new(0),
            state: watch::Sender::default(),
        }
    }
}

impl CommandGate {
    /// Holds back the commands of a table from now on.
    pub fn hold(&self, table: &TableId) {
        *locked(&self.commands) = Some(format!("/api/tables/{table}/commands"));
    }

    /// Allows so many more commands.
    pub fn allow(&self, commands: u64) {
        self.state.send_modify(|state| state.allowed += commands);
        self.permits.add_permits(usize::try_from(commands).unwrap());
    }

    /// Allows all commands.
    pub fn open(&self) {
        self.allow(ENOUGH);
    }

    /// Waits until all allowed commands were accepted.
    pub async fn is_reached(&self) {
        let mut state = self.state.subscribe();
        let reached = state.wait_for(|state| state.taken >= state.allowed);
        let reached = timeout(bots::server::PATIENCE, reached).await;
        let state = *self.state.borrow();
        assert!(reached.is_ok(), "the story stands still: {state:?}");
    }

    /// Waits until a command may pass. Other requests never wait.
    pub(crate) async fn admit(&self, path: &str) -> Option<SemaphorePermit<'_>> {
        let held = locked(&self.commands).as_deref() == Some(path);
        if !held {
            return None;
        }
        Some(self.permits.acquire().await.expect("it is never closed"))
    }

    /// Counts an accepted command. One that was refused or never answered gives its permit back by dropping it.
    pub(crate) fn settle(&self, permit: Option<SemaphorePermit<'_>>) {
        if let Some(permit) = permit {
            permit.forget();
            self.state.send_modify(|state| state.taken += 1);
        }
    }
}
