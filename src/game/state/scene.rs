//! All that happened in one scene, as its events have left it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::protocol::{
    ApprovalReason, Ballot, Character, Deal, Done, Event, GodVote, Manner, TrustReason,
};
use crate::rules::council::{Verdict, Vote};
use crate::vocabulary::{CompanionId, God, OptionId, SceneId, SeatNo, Skill, WhisperId};

/// A whisper told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// By whom.
    pub by: Character,
    /// Which.
    pub whisper: WhisperId,
    /// Truly or not.
    pub manner: Manner,
}

/// A council held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Council {
    /// On which deed.
    pub option: OptionId,
    /// Of whom.
    pub doers: Vec<SeatNo>,
    /// The eight votes.
    pub votes: Vec<GodVote>,
    /// The verdict.
    pub verdict: Verdict,
    /// For or against.
    pub carried: Vote,
    /// Who spoke loudest.
    pub loudest: God,
    /// Whether the deed counted double.
    pub doubled: bool,
}

/// All that happened in one scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field holds the events of its name")]
pub struct SceneState {
    pub scene: SceneId,
    pub bearer: SeatNo,
    pub deals: Vec<Deal>,
    pub told: Vec<Telling>,
    pub kept: Vec<(SeatNo, WhisperId)>,
    pub insights: Vec<OptionId>,
    pub invoked: BTreeMap<SeatNo, Option<WhisperId>>,
    pub choices: BTreeMap<SeatNo, OptionId>,
    pub ballots: Vec<Ballot>,
    pub by_silence: bool,
    pub done: Vec<Done>,
    pub growths: Vec<(SeatNo, Skill, i32)>,
    pub trust_moves: Vec<(i32, TrustReason)>,
    pub favour_moves: Vec<(SeatNo, God, i32, bool)>,
    pub approval_moves: Vec<(CompanionId, i32, ApprovalReason)>,
    pub departures: Vec<CompanionId>,
    pub council: Option<Council>,
}

impl SceneState {
    /// Who hears `whisper`, those who overheard it included.
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

    /// Whether somebody told `whisper` truly.
    pub fn told_truly(&self, whisper: &WhisperId) -> bool {
        self.told
            .iter()
            .any(|told| told.whisper == *whisper && told.manner == Manner::Truth)
    }
}

impl SceneState {
    pub(crate) fn new(scene: SceneId, bearer: SeatNo) -> Self {
        Self {
            scene,
            bearer,
            deals: Vec::new(),
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

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "marks live in the table, not in the scene's log"
    )]
    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::BearerPassed { seat } => self.bearer = *seat,
            Event::Told {
                by,
                whisper,
                manner,
            } => {
                self.told.push(Telling {
                    by: by.clone(),
                    whisper: whisper.clone(),
                    manner: *manner,
                });
            }
            Event::Kept { seat, whisper } => self.kept.push((*seat, whisper.clone())),
            Event::InsightDawned { option } => self.insights.push(option.clone()),
            Event::Invoked { seat, heard } => {
                self.invoked.insert(*seat, heard.clone());
            }
            Event::Chosen { seat, option } => self.choose(*seat, option),
            Event::Decided {
                ballots,
                by_silence,
            } => {
                self.ballots.clone_from(ballots);
                self.by_silence = *by_silence;
            }
            Event::DeedDone(done) => self.done.push(done.clone()),
            Event::SkillGrew { seat, skill, by } => self.growths.push((*seat, *skill, *by)),
            Event::TrustMoved { by, why } => self.trust_moves.push((*by, why.clone())),
            Event::FavourMoved {
                seat,
                god,
                by,
                council,
            } => {
                self.favour_moves.push((*seat, *god, *by, *council));
            }
            Event::CouncilHeld {
                option,
                doers,
                votes,
                verdict,
                carried,
                loudest,
                doubled,
            } => {
                self.council = Some(Council {
                    option: option.clone(),
                    doers: doers.clone(),
                    votes: votes.clone(),
                    verdict: *verdict,
                    carried: *carried,
                    loudest: *loudest,
                    doubled: *doubled,
                });
            }
            Event::ApprovalMoved { companion, by, why } => {
                self.approval_moves.push((companion.clone(), *by, *why));
            }
            Event::CompanionLeft { companion } => self.departures.push(companion.clone()),
            _ => {}
        }
    }

    fn choose(&mut self, seat: SeatNo, option: &OptionId) {
        self.choices.insert(seat, option.clone());
    }
}
