//! What came of a scene, as everybody sees it: votes, rolls, outcomes, the council, what moved.

use serde::Serialize;

use crate::content::{Scene, World};
use crate::protocol::{
    ApprovalMove, Ballot, Chance, Character, Done, Roll, SkillGrowth, TrustMove,
};
use crate::state::{SceneState, Table};
use crate::view::council::{self, CouncilView};
use crate::vocabulary::{CompanionId, OptionId, OutcomeKind, SeatNo, Skill};

/// What came of a scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct Aftermath {
    pub title: String,
    /// Nobody chose, so the default happened.
    pub by_silence: bool,
    /// All voices.
    pub ballots: Vec<BallotView>,
    pub done: Vec<DoneView>,
    pub council: Option<CouncilView>,
    pub trust_moves: Vec<TrustMove>,
    pub growths: Vec<SkillGrowth>,
    pub approvals: Vec<ApprovalMove>,
    /// Companions who left.
    pub departures: Vec<DepartureView>,
}

/// One voice for one option.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct BallotView {
    pub voice: Character,
    pub option: OptionId,
    /// The option's label.
    pub label: String,
}

/// A deed and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct DoneView {
    pub doers: Vec<SeatNo>,
    pub option: OptionId,
    /// The option's label.
    pub label: String,
    pub roll: Option<RollView>,
    pub kind: OutcomeKind,
    pub text: String,
}

/// A roll as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct RollView {
    pub hand: Character,
    pub skill: Skill,
    pub difficulty: i32,
    pub chance: Chance,
    pub value: u32,
}

/// A companion who left, and what they said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct DepartureView {
    pub companion: CompanionId,
    pub parting: String,
}

/// Shows what came of a scene, if this world has it and it was decided.
pub(super) fn of(table: &Table, world: &World, state: &SceneState) -> Option<Aftermath> {
    let scene = table.quest_in(world)?.scene(&state.scene)?;
    if state.done.is_empty() {
        return None;
    }
    let ballots = state.ballots.iter();
    let done = state.done.iter();
    let departures = state.departures.iter();
    Some(Aftermath {
        title: scene.title.clone(),
        by_silence: state.by_silence,
        ballots: ballots.map(|ballot| ballot_view(scene, ballot)).collect(),
        done: done.filter_map(|done| done_view(scene, done)).collect(),
        council: state
            .council
            .as_ref()
            .and_then(|held| council::of(world, (scene, state), held)),
        trust_moves: state.trust_moves.clone(),
        growths: state.growths.clone(),
        approvals: state.approval_moves.clone(),
        departures: departures.map(|id| departure(world, id)).collect(),
    })
}

fn ballot_view(scene: &Scene, ballot: &Ballot) -> BallotView {
    let option = scene.option(&ballot.option);
    BallotView {
        voice: ballot.voice.clone(),
        option: ballot.option.clone(),
        label: option
            .map(|option| option.label.clone())
            .unwrap_or_default(),
    }
}

fn done_view(scene: &Scene, done: &Done) -> Option<DoneView> {
    let option = scene.option(&done.option)?;
    let shown = |roll: &Roll| RollView {
        hand: roll.hand.clone(),
        skill: roll.skill,
        difficulty: roll.difficulty,
        chance: roll.chance.clone(),
        value: roll.throw.value,
    };
    Some(DoneView {
        doers: done.doers.clone(),
        option: done.option.clone(),
        label: option.label.clone(),
        roll: done.roll.as_ref().map(shown),
        kind: done.kind,
        text: option
            .outcome_of(done.kind)
            .map(|outcome| outcome.text.clone())
            .unwrap_or_default(),
    })
}

fn departure(world: &World, id: &CompanionId) -> DepartureView {
    let sheet = world.companion(id);
    DepartureView {
        companion: id.clone(),
        parting: sheet.map(|sheet| sheet.parting.clone()).unwrap_or_default(),
    }
}
