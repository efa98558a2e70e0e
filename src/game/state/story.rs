//! The quest being played: its seed, the facts it has set, and how it ended.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::protocol::Event;
use crate::vocabulary::{EndingId, Mark, QuestId, Seed};

/// The quest being played: its seed, the facts it has set, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Story {
    seed: Option<Seed>,
    commitment: String,
    quest: Option<QuestId>,
    edition: u32,
    marks: BTreeSet<Mark>,
    ending: Option<EndingId>,
}

impl Story {
    pub(crate) fn seed(&self) -> Option<Seed> {
        self.seed
    }

    pub(crate) fn commitment(&self) -> &str {
        &self.commitment
    }

    /// The quest and its edition.
    pub(crate) fn quest(&self) -> Option<(&QuestId, u32)> {
        self.quest.as_ref().map(|quest| (quest, self.edition))
    }

    pub(crate) fn has(&self, mark: &Mark) -> bool {
        self.marks.contains(mark)
    }

    pub(crate) fn ending(&self) -> Option<&EndingId> {
        self.ending.as_ref()
    }

    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened {
                seed, commitment, ..
            } => {
                self.seed = Some(*seed);
                self.commitment.clone_from(commitment);
            }
            Event::QuestBegan { quest, edition } => {
                self.quest = Some(quest.clone());
                self.edition = *edition;
            }
            Event::Marked { mark } => {
                self.marks.insert(mark.clone());
            }
            Event::QuestEnded { ending } => self.ending.clone_from(ending),
            Event::Sat { .. }
            | Event::Left { .. }
            | Event::HostPassed { .. }
            | Event::Closed { .. }
            | Event::InterrogationBegan { .. }
            | Event::Questioned { .. }
            | Event::Answered { .. }
            | Event::Called { .. }
            | Event::CompanionJoined { .. }
            | Event::QuestsOffered { .. }
            | Event::QuestNamed { .. }
            | Event::SceneOpened { .. }
            | Event::BearerPassed { .. }
            | Event::Told(_)
            | Event::Kept { .. }
            | Event::InsightDawned { .. }
            | Event::Invoked { .. }
            | Event::Chosen { .. }
            | Event::Said { .. }
            | Event::Decided { .. }
            | Event::DeedDone(_)
            | Event::SkillGrew(_)
            | Event::TrustMoved(_)
            | Event::FavourMoved(_)
            | Event::CouncilHeld(_)
            | Event::ApprovalMoved(_)
            | Event::CompanionLeft { .. } => {}
        }
    }
}
