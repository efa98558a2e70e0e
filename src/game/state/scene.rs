//! The scenes of the quest being played: what happened in each, as its events have left it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::protocol::{
    ApprovalMove, Ballot, Character, Council, Deal, Done, Event, FavourMove, Manner, SkillGrowth,
    Telling, TrustMove,
};
use crate::vocabulary::{CompanionId, OptionId, SceneId, SeatNo, WhisperId};

/// How far a scene has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SceneProgress {
    /// The party decides once.
    #[default]
    Decision,
    /// A fight is fought round by round.
    Fight {
        /// The round being fought, counted from 1.
        round: u32,
    },
}

/// All that happened in one scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field holds the events of its name")]
pub struct SceneState {
    pub scene: SceneId,
    pub bearer: SeatNo,
    pub progress: SceneProgress,
    pub deals: Vec<Deal>,
    pub told: Vec<Telling>,
    pub kept: Vec<(SeatNo, WhisperId)>,
    pub insights: Vec<OptionId>,
    pub invoked: BTreeMap<SeatNo, Option<WhisperId>>,
    pub choices: BTreeMap<SeatNo, OptionId>,
    pub ballots: Vec<Ballot>,
    pub by_silence: bool,
    pub done: Vec<Done>,
    pub growths: Vec<SkillGrowth>,
    pub trust_moves: Vec<TrustMove>,
    pub favour_moves: Vec<FavourMove>,
    pub approval_moves: Vec<ApprovalMove>,
    pub departures: Vec<CompanionId>,
    pub council: Option<Council>,
}

impl SceneState {
    /// Whether `who` hears `whisper`, by the deal or by having overheard it.
    pub fn hears(&self, who: &Character, whisper: &WhisperId) -> bool {
        let dealt = self
            .deals
            .iter()
            .any(|deal| deal.whisper == *whisper && deal.hearers.contains(who));
        let overheard = match who {
            Character::Seat(seat) => self
                .invoked
                .get(seat)
                .is_some_and(|heard| heard.as_ref() == Some(whisper)),
            Character::Companion(_) => false,
        };
        dealt || overheard
    }

    /// How `who` told `whisper`, if they did.
    pub fn told_by(&self, who: &Character, whisper: &WhisperId) -> Option<Manner> {
        self.told
            .iter()
            .find(|told| told.by == *who && told.whisper == *whisper)
            .map(|told| told.manner)
    }

    /// Whether `whisper` was told, truly or not.
    pub fn was_told(&self, whisper: &WhisperId) -> bool {
        self.told.iter().any(|told| told.whisper == *whisper)
    }

    /// Whether somebody told `whisper` truly.
    pub fn told_truly(&self, whisper: &WhisperId) -> bool {
        self.told
            .iter()
            .any(|told| told.whisper == *whisper && told.manner == Manner::Truth)
    }

    fn new(scene: SceneId, bearer: SeatNo, deals: Vec<Deal>) -> Self {
        Self {
            scene,
            bearer,
            progress: SceneProgress::Decision,
            deals,
            told: Vec::new(),
            kept: Vec::new(),
            insights: Vec::new(),
            invoked: BTreeMap::new(),
            choices: BTreeMap::new(),
            ballots: Vec::new(),
            by_silence: false,
            done: Vec::new(),
            growths: Vec::new(),
            trust_moves: Vec::new(),
            favour_moves: Vec::new(),
            approval_moves: Vec::new(),
            departures: Vec::new(),
            council: None,
        }
    }

    fn apply(&mut self, event: &Event) {
        match event {
            // Without the one who left every chance is another: nobody is held to a choice made before.
            Event::Left { .. } => self.choices.clear(),
            Event::BearerPassed { seat } => self.bearer = *seat,
            Event::Told(told) => self.told.push(told.clone()),
            Event::Kept { seat, whisper } => self.kept.push((*seat, whisper.clone())),
            Event::InsightDawned { option } => self.insights.push(option.clone()),
            Event::Invoked { seat, heard } => {
                self.invoked.insert(*seat, heard.clone());
            }
            Event::Chosen { seat, option } => {
                self.choices.insert(*seat, option.clone());
            }
            Event::Decided {
                ballots,
                by_silence,
            } => {
                self.ballots.clone_from(ballots);
                self.by_silence = *by_silence;
            }
            Event::DeedDone(done) => self.done.push(done.clone()),
            Event::SkillGrew(grown) => self.growths.push(grown.clone()),
            Event::TrustMoved(moved) => self.trust_moves.push(moved.clone()),
            Event::FavourMoved(moved) => self.favour_moves.push(moved.clone()),
            Event::CouncilHeld(council) => self.council = Some(council.clone()),
            Event::ApprovalMoved(moved) => self.approval_moves.push(moved.clone()),
            Event::CompanionLeft { companion } => self.departures.push(companion.clone()),
            Event::Opened { .. }
            | Event::Sat { .. }
            | Event::HostPassed { .. }
            | Event::Closed { .. }
            | Event::InterrogationBegan { .. }
            | Event::Questioned { .. }
            | Event::Answered { .. }
            | Event::Called { .. }
            | Event::CompanionJoined { .. }
            | Event::QuestsOffered { .. }
            | Event::QuestNamed { .. }
            | Event::QuestBegan { .. }
            | Event::SceneOpened { .. }
            | Event::Said { .. }
            | Event::Marked { .. }
            | Event::WentOn { .. }
            | Event::QuestEnded { .. }
            | Event::Forgotten { .. }
            | Event::Erased {} => {}
        }
    }
}

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
            ..
        } = event
        {
            let opened = SceneState::new(scene.clone(), *bearer, deals.clone());
            self.scenes.push(Arc::new(opened));
        } else if let Event::WentOn { .. } = event {
            self.scenes.clear();
        } else if let Some(last) = self.scenes.last_mut() {
            Arc::make_mut(last).apply(event);
        }
    }
}
