//! The quest being played and those before it: their seeds, the facts set, and how they ended.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::protocol::Event;
use crate::vocabulary::{EndingId, Mark, QuestId, Seed, Version};

/// A quest whose Chronicle is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldQuest {
    /// The quest; none when the library had none to begin.
    pub quest: Option<QuestId>,
    /// Its edition.
    pub edition: u32,
    /// The ending reached; none when the quest was broken off.
    pub ending: Option<EndingId>,
    /// The source of all chance in it.
    pub seed: Seed,
    /// SHA-256 of the seed, as it stood before the quest began.
    pub commitment: String,
    /// The last version that belongs to it: what came later is told in later Chronicles.
    pub ended: Version,
}

/// The quest being played and those before it: their seeds, the facts set, and how they ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Story {
    seed: Option<Seed>,
    commitment: String,
    quest: Option<QuestId>,
    edition: u32,
    marks: BTreeSet<Mark>,
    ending: Option<EndingId>,
    told: Vec<ToldQuest>,
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

    /// The quests told before this one, oldest first.
    pub(crate) fn told(&self) -> &[ToldQuest] {
        &self.told
    }

    /// Whether the party plays a quest, or has played it.
    pub(crate) fn has_played(&self, quest: &QuestId) -> bool {
        let before = self.told.iter().filter_map(|told| told.quest.as_ref());
        before.chain(&self.quest).any(|played| played == quest)
    }

    /// The quest being played as it is told when its last version is `ended`.
    pub(crate) fn as_told(&self, ended: Version) -> Option<ToldQuest> {
        Some(ToldQuest {
            quest: self.quest.clone(),
            edition: self.edition,
            ending: self.ending.clone(),
            seed: self.seed?,
            commitment: self.commitment.clone(),
            ended,
        })
    }

    /// `version` is that of the table before the commit the event is part of.
    pub(super) fn apply(&mut self, event: &Event, version: Version) {
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
            Event::WentOn {
                seed, commitment, ..
            } => {
                let mut told = std::mem::take(&mut self.told);
                told.extend(self.as_told(version));
                *self = Self {
                    seed: Some(*seed),
                    commitment: commitment.clone(),
                    told,
                    ..Self::default()
                };
            }
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
            | Event::CompanionLeft { .. }
            | Event::Forgotten { .. }
            | Event::Erased {} => {}
        }
    }
}
