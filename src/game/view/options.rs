//! What can be done in the open scene, as the viewer sees it.

use serde::Serialize;

use crate::content::{Choice, DecisionMode, Effect};
use crate::protocol::{Chance, Character, MomentumUse};
use crate::rules::{checks, effects, gifts, quiet, scene};
use crate::view::scene::Eye;
use crate::vocabulary::{Gift, God, OptionId, SeatNo, Skill, Vote};

/// An option as the viewer sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a badge of its own on the page"
)]
pub struct OptionView {
    pub option: OptionId,
    pub label: String,
    pub detail: String,
    pub great: bool,
    pub insight: bool,
    /// Whether it is done besides the vote, by the viewer's own hand, in secret.
    pub quiet: bool,
    /// Whether the viewer alone sees it, with others who know the same.
    pub private: bool,
    /// Whether a curse shuts it to the viewer.
    pub shut: bool,
    /// Whether it holds a harm, where the viewer sees that.
    pub harm: Option<bool>,
    /// How the viewer's god would vote on it.
    pub hint: Option<Vote>,
    pub check: Option<CheckView>,
    /// The chance of the viewer's own hand, where it may act alone, or is about to.
    pub alone: Option<Chance>,
    /// Whether it is the viewer's choice, or where its hand is.
    pub yours: bool,
    /// The seats that chose it, where choices are open.
    pub chosen_by: Vec<SeatNo>,
    /// The seats that urge it.
    pub urged_by: Vec<SeatNo>,
}

/// A check before it is rolled.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CheckView {
    pub skill: Skill,
    pub difficulty: i32,
    /// The character who makes it.
    pub hand: Character,
    pub chance: Chance,
    /// The chance with the second throw that the viewer has paid for.
    pub with_second_throw: Option<i32>,
    /// How many throws in a hundred are seen, where the deed is quiet.
    pub seen: Option<u32>,
}

impl Eye<'_> {
    pub(super) fn options(&self) -> Vec<OptionView> {
        let open = scene::open_options(self.table, self.scene, self.open);
        let seen = match self.you {
            Some(no) => scene::options_for(self.table, self.scene, no),
            None => open.clone(),
        };
        seen.into_iter()
            .map(|option| {
                let shared = open.iter().any(|other| other.id == option.id);
                self.option(option, !shared)
            })
            .collect()
    }

    pub(super) fn option(&self, option: &Choice, private: bool) -> OptionView {
        let chosen = if option.quiet {
            &self.open.acting
        } else {
            &self.open.choices
        };
        let openly = self.scene.decide != DecisionMode::Secret && !option.quiet;
        let chosen_by = chosen.iter();
        let chosen_by = chosen_by.filter(|(_, chosen)| openly && **chosen == option.id);
        let urging = self
            .open
            .urges
            .iter()
            .filter(|(_, urged)| **urged == option.id);
        let has = |effect| {
            let seat = self.you;
            seat.is_some_and(|no| effects::has(self.table, self.world, no, effect))
        };
        OptionView {
            option: option.id.clone(),
            label: option.label.clone(),
            detail: option.detail.clone(),
            great: option.great,
            insight: option.insight.is_some(),
            quiet: option.quiet,
            private,
            shut: self
                .you
                .is_some_and(|no| scene::is_shut(self.table, self.world, self.scene, (no, option))),
            harm: has(Effect::ColdCount)
                .then(|| option.outcomes().any(|outcome| outcome.harm.is_some())),
            hint: self
                .you
                .and_then(|no| self.open.hints.get(&no)?.get(&option.id).copied()),
            check: self.check(option),
            alone: self.alone(option),
            yours: self
                .you
                .is_some_and(|no| chosen.get(&no) == Some(&option.id)),
            chosen_by: chosen_by.map(|(no, _)| *no).collect(),
            urged_by: urging.map(|(no, _)| *no).collect(),
        }
    }

    pub(super) fn check(&self, option: &Choice) -> Option<CheckView> {
        let check = option.check.as_ref()?;
        let actor = self.you.unwrap_or(self.open.bearer);
        if option.quiet {
            let percent = quiet::chance_for(self.table, self.world, actor, option)?;
            return Some(CheckView {
                skill: check.skill,
                difficulty: check.difficulty,
                hand: Character::Seat(actor),
                chance: Chance {
                    percent,
                    parts: Vec::new(),
                },
                with_second_throw: None,
                seen: Some(quiet::seen_percent(self.table)),
            });
        }
        let (hand, chance) = checks::chance(
            self.table,
            self.world,
            self.scene.decide,
            (option, check),
            actor,
        );
        Some(CheckView {
            skill: check.skill,
            difficulty: check.difficulty,
            with_second_throw: self.with_second_throw(option, &hand, chance.percent),
            hand,
            chance,
            seen: None,
        })
    }

    /// The chance of acting alone, where the viewer has Drakmor's greater blessing for it.
    fn alone(&self, option: &Choice) -> Option<Chance> {
        let no = self.you?;
        let gift = Gift::greater(God::Drakmor);
        let held = self.table.party.seat(no)?;
        let may = held.bears(gift) && !held.gifts_spent.contains(&gift);
        let does = scene::acts_alone(self.open, no) == Some(&option.id);
        let shared = gifts::is_shared(self.scene.decide) && !option.leaves_to_dice();
        let check = option.check.as_ref();
        let check = check.filter(|_| (may || does) && shared && !option.quiet)?;
        let each = DecisionMode::Each;
        let (_, chance) = checks::chance(self.table, self.world, each, (option, check), no);
        Some(chance)
    }

    /// The chance with the second throw that the viewer has paid for, where it may be thrown.
    pub(super) fn with_second_throw(
        &self,
        option: &Choice,
        hand: &Character,
        percent: i32,
    ) -> Option<i32> {
        let no = self.you?;
        let armed = self.open.spent.contains(&(no, MomentumUse::SecondThrow));
        let me = Character::Seat(no);
        let skill = option.check.as_ref()?.skill;
        let helps = || {
            let mut helpers = checks::helpers(self.table, self.world, hand, skill);
            self.scene.decide == DecisionMode::Party && helpers.any(|who| who == me)
        };
        let allowed = armed && !option.leaves_to_dice() && (*hand == me || helps());
        allowed.then(|| percent + (95 - percent).max(0) * percent / 100)
    }
}
