//! The scenes of the quest being played, oldest first.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::protocol::Event;
use crate::state::SceneState;

/// The scenes of the quest being played, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Scenes {
    /// Shared with the copies of the table: only the last scene changes.
    scenes: Vec<Arc<SceneState>>,
}

impl Scenes {
    pub(crate) fn all(&self) -> &[Arc<SceneState>] {
        &self.scenes
    }

    pub(crate) fn last(&self) -> Option<&SceneState> {
        self.scenes.last().map(Arc::as_ref)
    }

    pub(super) fn apply(&mut self, event: &Event) {
        if let Event::SceneOpened {
            scene,
            bearer,
            deals,
            deadline_ms,
            wait_ms,
        } = event
        {
            let opened = SceneState::new(
                scene.clone(),
                *bearer,
                deals.clone(),
                *wait_ms,
                *deadline_ms,
            );
            self.scenes.push(Arc::new(opened));
        } else if let Event::WentOn { .. } = event {
            self.scenes.clear();
        } else if let Some(last) = self.scenes.last_mut() {
            Arc::make_mut(last).apply(event);
        }
    }
}
