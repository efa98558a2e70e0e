//! What the viewer can do in the open scene besides choosing.

use serde::Serialize;

use crate::content::DecisionMode;
use crate::protocol::{Character, DeadlineReason, MomentumUse, Telling};
use crate::rules::{challenge, momentum, pace, quests, scene, whispers};
use crate::view::scene::Eye;
use crate::vocabulary::{CompanionId, Gift, OptionId, SeatNo};

/// A companion that may be pressed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct PressView {
    pub companion: CompanionId,
    pub percent: i32,
}

/// A companion that was pressed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct PressedView {
    pub by: SeatNo,
    pub companion: CompanionId,
    pub gave_way: bool,
}

/// What the viewer can still do besides choosing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is what it is called")]
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
pub struct Possibilities {
    pub tell_aside: bool,
    pub urge: bool,
    pub withdraw: bool,
    pub extend: bool,
    pub call_time: bool,
    /// The seats that the host may skip, as far as the rules go.
    pub skip: Vec<SeatNo>,
}

/// Something that momentum buys.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct PurchaseView {
    pub on: MomentumUse,
    pub cost: i32,
    pub bought: bool,
}

/// A blessing on which a seat has called.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CalledOnView {
    pub seat: SeatNo,
    pub gift: Gift,
    pub name: String,
    pub with: Option<SeatNo>,
    pub option: Option<OptionId>,
}

impl Eye<'_> {
    pub(super) fn presses(&self) -> Vec<PressView> {
        let Some(no) = self.you else {
            return Vec::new();
        };
        if self.open.pressed.is_some() || quests::is_first_evening(self.table) {
            return Vec::new();
        }
        let allies = self.table.party.allies();
        allies
            .map(|(id, _)| PressView {
                companion: id.clone(),
                percent: challenge::press_chance(self.table, self.world, no, id),
            })
            .collect()
    }

    pub(super) fn may(&self) -> Possibilities {
        let Some(no) = self.you else {
            return Possibilities::default();
        };
        let (table, open) = (self.table, self.open);
        let by_me = |told: &Telling| told.by == Character::Seat(no);
        let is_host = table.host() == Some(no);
        let moved = |why| open.deadline_moves.iter().any(|(reason, _)| *reason == why);
        let waits = !self.is_locked_in();
        let bearers = self.scene.decide == DecisionMode::Bearer;
        let waited = table.present().map(|(other, _)| other);
        let waited = waited
            .filter(|other| *other != no && scene::waits_for(self.scene.decide, open, *other));
        Possibilities {
            tell_aside: whispers::asides_are_open(table)
                && whispers::can_be_apart(table)
                && !open.asides().any(by_me),
            urge: bearers && open.bearer != no && !quests::is_first_evening(table),
            withdraw: open.choices.contains_key(&no) && !open.withdrawn.contains(&no),
            extend: is_host && waits && !moved(DeadlineReason::Extended),
            call_time: pace::may_call_time(table) && waits && !moved(DeadlineReason::Called),
            skip: if is_host {
                waited.collect()
            } else {
                Vec::new()
            },
        }
    }

    pub(super) fn purchases(&self) -> Vec<PurchaseView> {
        let Some(no) = self.you else {
            return Vec::new();
        };
        let uses = [MomentumUse::SecondThrow, MomentumUse::Hint].into_iter();
        uses.filter(|on| momentum::is_offered(self.table, *on))
            .map(|on| PurchaseView {
                on,
                cost: momentum::cost(self.table, self.world, no, on),
                bought: self.open.spent.contains(&(no, on)),
            })
            .collect()
    }

    /// Blessings are seen by the table when they change what it is shown, and by their seat.
    pub(super) fn called_on(&self) -> Vec<CalledOnView> {
        let called = self.open.called_on.iter();
        called
            .filter(|called| Some(called.seat) == self.you || called.gift.is_seen_when_called())
            .map(|called| CalledOnView {
                seat: called.seat,
                gift: called.gift,
                name: self
                    .world
                    .gift(called.gift)
                    .map(|sheet| sheet.name.clone())
                    .unwrap_or_default(),
                with: called.with,
                option: called.option.clone(),
            })
            .collect()
    }

    pub(super) fn offered_by(&self) -> Option<SeatNo> {
        self.open.offered_to(self.you?)
    }
}
