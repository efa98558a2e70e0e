//! What came of a scene, as one viewer sees it: the council, votes, rolls, outcomes, what moved. What is secret until the
//! Chronicle is shown to the seat it is of, and to all once everything is told.

use serde::Serialize;

use crate::content::{Scene, World};
use crate::protocol::{
    ApprovalMove, Ballot, Chance, Character, Done, Exposure, FavourMove, MomentumReason, QuietDeed,
    Roll, SkillGrowth, Test, TrustMove,
};
use crate::state::{GiftFate, SceneState, Table};
use crate::view::council::{self, CouncilView};
use crate::vocabulary::{CompanionId, Gift, Mark, OptionId, OutcomeKind, SeatNo, Skill, WhisperId};

/// Whose eyes look at what came of a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Eyes {
    /// A seat's, or a spectator's.
    Of(Option<SeatNo>),
    /// Everybody's, once all is told.
    All,
}

impl Eyes {
    /// Whether they see what is secret of a seat.
    pub(super) fn see(self, seat: SeatNo) -> bool {
        match self {
            Self::Of(you) => you == Some(seat),
            Self::All => true,
        }
    }

    /// Whether they see what is secret of a character.
    fn see_whole(self, who: &Character) -> bool {
        match who {
            Character::Seat(seat) => self.see(*seat),
            Character::Companion(_) => self == Self::All,
        }
    }
}

/// What came of a scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct Aftermath {
    pub title: String,
    /// Nobody chose, so the default happened.
    pub by_silence: bool,
    /// What the gods said before the dice fell.
    pub council: Option<CouncilView>,
    /// All voices.
    pub ballots: Vec<BallotView>,
    pub quiet: Vec<QuietView>,
    pub done: Vec<DoneView>,
    pub harms: Vec<HarmView>,
    pub exposures: Vec<ExposureView>,
    pub trust_moves: Vec<TrustMove>,
    pub growths: Vec<SkillGrowth>,
    pub hp_moves: Vec<HpView>,
    /// The viewer's own.
    pub favour_moves: Vec<FavourMove>,
    /// The viewer's own.
    pub momentum_moves: Vec<MomentumView>,
    pub gifts: Vec<GiftChangeView>,
    pub approvals: Vec<ApprovalMove>,
    /// Companions who left.
    pub departures: Vec<DepartureView>,
}

/// One voice for one option.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct BallotView {
    pub voice: Character,
    pub option: OptionId,
    /// The option's label.
    pub label: String,
}

/// A quiet deed: what everybody reads of it, and to its own hand whose it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct QuietView {
    pub option: OptionId,
    pub label: String,
    pub kind: OutcomeKind,
    /// What is read; `{doer}` stands for the name of a hand that was caught.
    pub text: String,
    /// The hand: one's own, one that was caught, or any once all is told.
    pub hand: Option<Character>,
    /// The roll, for those who see the hand.
    pub test: Option<Test>,
}

/// A deed and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct RollView {
    pub hand: Character,
    pub skill: Skill,
    pub difficulty: i32,
    pub chance: Chance,
    pub value: u32,
    /// What fell when it was thrown once more, and who paid for it.
    pub second: Option<SecondView>,
}

/// A second throw as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SecondView {
    pub by: SeatNo,
    pub value: u32,
}

/// A harm that came about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct HarmView {
    pub harm: Mark,
    pub averted: bool,
}

/// Somebody who was exposed, and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ExposureView {
    pub who: Character,
    pub how: Exposure,
    /// What it had said, as it was told.
    pub said: Option<String>,
}

/// HP that a seat lost or won.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct HpView {
    pub seat: SeatNo,
    pub by: i32,
}

/// A move of a seat's momentum.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct MomentumView {
    pub seat: SeatNo,
    pub by: i32,
    pub why: MomentumReason,
}

/// What became of a blessing or a curse.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct GiftChangeView {
    pub seat: SeatNo,
    pub gift: Gift,
    pub name: String,
    pub change: GiftFate,
}

/// A companion who left, and what they said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct DepartureView {
    pub companion: CompanionId,
    pub parting: String,
}

/// Shows what came of a scene, if this world has it and it was decided.
pub(super) fn of(
    table: &Table,
    world: &World,
    state: &SceneState,
    eyes: Eyes,
) -> Option<Aftermath> {
    let scene = table.quest_in(world)?.scene(&state.scene)?;
    if state.done.is_empty() {
        return None;
    }
    let own_favour = state.favour_moves.iter();
    let own_momentum = state.momentum_moves.iter();
    let council = state.council.as_ref();
    Some(Aftermath {
        title: scene.title.clone(),
        by_silence: state.by_silence,
        council: council.and_then(|held| council::of(world, (scene, state), held, eyes)),
        ballots: all(&state.ballots, |ballot| ballot_view(scene, ballot)),
        quiet: quiet(scene, state, eyes),
        done: state
            .done
            .iter()
            .filter_map(|done| done_view(scene, done))
            .collect(),
        harms: all(&state.harms, |(harm, averted)| HarmView {
            harm: harm.clone(),
            averted: *averted,
        }),
        exposures: all(&state.exposures, |(who, how)| exposure(scene, who, how)),
        trust_moves: state.trust_moves.clone(),
        growths: state.growths.clone(),
        hp_moves: all(&state.hp_moves, |(seat, by)| HpView {
            seat: *seat,
            by: *by,
        }),
        favour_moves: own_favour
            .filter(|moved| !moved.council && eyes.see(moved.seat))
            .cloned()
            .collect(),
        momentum_moves: own_momentum
            .filter(|(seat, ..)| eyes.see(*seat))
            .map(|(seat, by, why)| MomentumView {
                seat: *seat,
                by: *by,
                why: *why,
            })
            .collect(),
        gifts: all(&state.gifts, |change| GiftChangeView {
            seat: change.seat,
            gift: change.gift,
            name: world
                .gift(change.gift)
                .map(|sheet| sheet.name.clone())
                .unwrap_or_default(),
            change: change.change,
        }),
        approvals: state.approval_moves.clone(),
        departures: all(&state.departures, |id| departure(world, id)),
    })
}

fn all<T, V>(of: &[T], shown: impl Fn(&T) -> V) -> Vec<V> {
    of.iter().map(shown).collect()
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

/// Quiet deeds in the order of the scene's options, so that nothing tells by whom they were done. What failed is seen by its
/// hand alone.
fn quiet(scene: &Scene, state: &SceneState, eyes: Eyes) -> Vec<QuietView> {
    let place = |deed: &QuietDeed| {
        let mut options = scene.options.iter();
        options.position(|option| option.id == deed.option)
    };
    let mut deeds: Vec<&QuietDeed> = state
        .quiet
        .iter()
        .filter(|deed| deed.kind != OutcomeKind::Failure || eyes.see_whole(&deed.hand))
        .collect();
    deeds.sort_by_key(|deed| place(deed));
    deeds
        .into_iter()
        .filter_map(|deed| {
            let option = scene.option(&deed.option)?;
            let caught = deed.kind == OutcomeKind::Disaster;
            let known = eyes.see_whole(&deed.hand);
            Some(QuietView {
                option: option.id.clone(),
                label: option.label.clone(),
                kind: deed.kind,
                text: option
                    .outcome_of(deed.kind)
                    .map(|outcome| outcome.text.clone())
                    .unwrap_or_default(),
                hand: (caught || known).then(|| deed.hand.clone()),
                test: known.then(|| deed.test.clone()),
            })
        })
        .collect()
}

fn exposure(scene: &Scene, who: &Character, how: &Exposure) -> ExposureView {
    let twist = |id: &WhisperId| scene.whisper(id).map(|whisper| whisper.twist.clone());
    ExposureView {
        who: who.clone(),
        how: how.clone(),
        said: match how {
            Exposure::Trap { whisper } | Exposure::Challenge { whisper, .. } => twist(whisper),
            Exposure::Caught { .. } => None,
        },
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
        second: roll.second.as_ref().map(|second| SecondView {
            by: second.by,
            value: second.throw.value,
        }),
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
