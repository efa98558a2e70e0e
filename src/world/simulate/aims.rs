//! What a greedy bot does for its stake.

use game::content::Choice;
use game::{Character, HeldStake, Stake, Tag};

/// What a whisper becomes with a greedy bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Treatment {
    Tell,
    Twist,
    Keep,
    /// Told truly to one ear.
    Confide,
}

/// What a bot has done for its stake so far, and what it knows of the table.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SoFar {
    /// Scenes opened.
    pub(super) scenes: usize,
    /// Whispers it twisted in scenes in which it was not exposed.
    pub(super) lies: usize,
    /// Whether one of them in the scene that is open.
    pub(super) lied_here: bool,
    /// Whether the quest may end with that scene.
    pub(super) may_end: bool,
    /// Whether the quest is a long one.
    pub(super) is_long: bool,
}

impl SoFar {
    /// Whether this lie is one that the stake still asks for, and no trap that closes on its teller, unless it is the last.
    fn asks_for_a_lie(self, whisper: &game::content::Whisper) -> bool {
        let wanted = if self.is_long { 3 } else { 2 };
        let at_last = self.may_end && !self.lied_here;
        at_last || self.lies < wanted && whisper.warns.is_none()
    }
}

/// When a bot chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// Before anything is told.
    First,
    Between,
    /// When all others have.
    Last,
}

const AGAINST_THE_LAW: &[Tag] = &[Tag::OathBroken, Tag::Lawless, Tag::Theft, Tag::Deceit];
const OWED: &[Tag] = &[Tag::OathKept, Tag::Lawful, Tag::Protect];
const UNHEARD_OF: &[Tag] = &[Tag::Defiance, Tag::Lawless, Tag::Invention];
const GIVING: &[Tag] = &[Tag::Sacrifice, Tag::Generosity];
const WAITING: &[Tag] = &[Tag::Patience, Tag::Mercy, Tag::Balance];
const WASTING: &[Tag] = &[
    Tag::Waste,
    Tag::Cruelty,
    Tag::Poison,
    Tag::BurnedBook,
    Tag::Ruthless,
];
const BACK_DOORS: &[Tag] = &[Tag::Flight, Tag::Ambush, Tag::Poison, Tag::Deceit];
const MINE: &[Tag] = &[Tag::Theft, Tag::Greed];
const SHUTTING: &[Tag] = &[Tag::Caging, Tag::Submission];

/// How much a stake wants an option done, from −1 to 1.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "most stakes ask nothing here"
)]
pub(super) fn wants(
    held: &HeldStake,
    option: &Choice,
    percent: Option<i32>,
    own_hand: bool,
) -> f64 {
    let bears = |tags: &[Tag]| option.tags.iter().any(|tag| tags.contains(tag));
    let seeks = |tags: &[Tag]| if bears(tags) { 1.0 } else { 0.0 };
    let shuns = |tags: &[Tag]| if bears(tags) { -1.0 } else { 0.0 };
    match held.stake {
        Stake::CleanHands => shuns(AGAINST_THE_LAW),
        Stake::ByTheBook => seeks(OWED),
        Stake::OffTheMap => seeks(UNHEARD_OF),
        Stake::NotFromOurPockets => shuns(GIVING),
        Stake::SlowWater => seeks(WAITING),
        Stake::NothingWasted => shuns(WASTING),
        Stake::NoBackDoor => shuns(BACK_DOORS),
        Stake::NoLockLeft => seeks(&[Tag::Freedom]) + shuns(SHUTTING),
        Stake::InTheBlack => seeks(&[Tag::FairDealing]) + shuns(&[Tag::Waste]),
        Stake::AllStillBreathing => {
            let harmful = option.outcomes().any(|outcome| outcome.harm.is_some());
            if harmful { -0.7 } else { 0.0 }
        }
        Stake::LongOdds => match percent {
            Some(percent) if own_hand && percent <= 45 => 0.4 + f64::from(percent) / 100.0,
            _ => 0.0,
        },
        _ => 0.0,
    }
}

/// Whether a stake is met by a quiet deed of this option.
pub(super) fn wants_quietly(held: &HeldStake, option: &Choice) -> bool {
    held.stake == Stake::MyShare && option.tags.iter().any(|tag| MINE.contains(tag))
}

/// What a bot with this stake does with a whisper it hears.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "most stakes ask nothing here"
)]
pub(super) fn treats(
    held: &HeldStake,
    whisper: &game::content::Whisper,
    so_far: SoFar,
) -> Treatment {
    let critical = whisper.weight == game::content::Weight::Critical;
    match held.stake {
        Stake::AGoodOne if so_far.asks_for_a_lie(whisper) => Treatment::Twist,
        Stake::Unpublished if critical => Treatment::Keep,
        Stake::WhatTheDarkIsFor if whisper.secret => Treatment::Keep,
        Stake::SomethingPutBy if so_far.scenes < 3 => Treatment::Keep,
        Stake::FairExchange => Treatment::Confide,
        _ => Treatment::Tell,
    }
}

/// When a bot with this stake chooses.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "most stakes ask nothing here"
)]
pub(super) fn turn(held: &HeldStake) -> Turn {
    match held.stake {
        Stake::FirstThroughTheDoor => Turn::First,
        Stake::TheOddOneOut | Stake::NobodysHand | Stake::MyOwn => Turn::Last,
        _ if looks_at_all(held) => Turn::Last,
        _ => Turn::Between,
    }
}

/// Whether a stake is lost by what others do: who holds it adds its voice to what would keep it.
fn looks_at_all(held: &HeldStake) -> bool {
    matches!(
        held.stake,
        Stake::NotFromOurPockets | Stake::NothingWasted | Stake::NoBackDoor | Stake::NoLockLeft
    )
}

/// Whether a stake is met by choosing as others do, whatever that is.
pub(super) fn goes_along(held: &HeldStake) -> bool {
    matches!(held.stake, Stake::FirstThroughTheDoor | Stake::MyOwn)
}

/// Whether a stake is met by losing: where others cannot be seen to choose, by what they are least likely to choose.
pub(super) fn goes_against(held: &HeldStake, is_secret: bool) -> bool {
    is_secret && held.stake == Stake::TheOddOneOut
}

/// How often, in a hundred chances, a bot with this stake doubts what is told, where others do so in `others`. Doubt costs
/// trust, and among the honest trust is what its holder wants.
pub(super) fn doubts(held: &HeldStake, others: usize, trust: i32, somebody_lied: bool) -> usize {
    if held.stake != Stake::OneToTheBar {
        others
    } else if somebody_lied || trust < 45 {
        100
    } else {
        4
    }
}

/// Whether a bot with this stake spends momentum.
pub(super) fn saves(held: &HeldStake) -> bool {
    matches!(held.stake, Stake::SomethingPutBy | Stake::InTheBlack)
}

/// Whether a bot with this stake listens where it can.
pub(super) fn listens(held: &HeldStake) -> bool {
    held.stake == Stake::TheWholePage
}

/// What a choice of others is worth to a stake that looks at others: those who chose the same, and of all.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "most stakes ask nothing here"
)]
pub(super) fn among_others(
    held: &HeldStake,
    option: &Choice,
    chosen: &[(Character, &game::OptionId)],
    bearer: &Character,
) -> f64 {
    let same = chosen.iter().filter(|(_, id)| **id == option.id).count();
    let of = |who: &Character| {
        let mut chosen = chosen.iter();
        chosen.find(|(by, _)| by == who).map(|(_, id)| *id)
    };
    match held.stake {
        Stake::TheOddOneOut if chosen.is_empty() => 0.0,
        // Alone is no minority: one other voice for the same, and more against.
        Stake::TheOddOneOut if same == 1 && chosen.len() >= 3 => 1.0,
        Stake::TheOddOneOut if same == 0 => 0.6,
        Stake::TheOddOneOut => -0.5,
        Stake::NobodysHand => match of(bearer) {
            Some(id) if *id == option.id => -1.0,
            Some(_) if same > 0 => 1.0,
            Some(_) => 0.6,
            None => 0.0,
        },
        _ if looks_at_all(held) && !chosen.is_empty() => {
            0.15 * f64::from(u32::try_from(same).unwrap_or(0))
        }
        Stake::MyOwn => match held.kin.as_ref().and_then(of) {
            Some(id) if *id == option.id => 1.5,
            _ => 0.0,
        },
        _ => 0.0,
    }
}
