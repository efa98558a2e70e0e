//! What a seat can do besides choosing, as the page puts it.

use game::{
    Character, Chronicle, Exposure, ExposureView, Gift, GiftView, God, MomentumUse, OptionId,
    QuietView, SceneView, SeatNo, SeatView, Sitting, Stage, ToldWhisper,
};
use service::SeatPresence;

use super::table::Main;
use crate::say;

/// What a seat names when it calls on a blessing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GiftAsk {
    Nothing,
    Seat,
    Telling,
    Option,
}

/// What is to be named with a call on a blessing.
pub(crate) trait NamedWithCall {
    fn asks(&self) -> GiftAsk;
}

impl NamedWithCall for Gift {
    fn asks(&self) -> GiftAsk {
        let asks = [
            (Self::blessing(God::Athena), GiftAsk::Telling),
            (Self::greater(God::Mercus), GiftAsk::Seat),
            (Self::greater(God::Drakmor), GiftAsk::Option),
        ];
        let mut asks = asks.into_iter();
        let named = asks.find(|(gift, _)| gift == self);
        named.map_or(GiftAsk::Nothing, |(_, named)| named)
    }
}

/// A thing as commands spell it.
pub(crate) trait CommandWord {
    fn word(&self) -> &'static str;
}

impl CommandWord for MomentumUse {
    fn word(&self) -> &'static str {
        match self {
            Self::SecondThrow => "second-throw",
            Self::Hint => "hint",
        }
    }
}

impl CommandWord for Sitting {
    fn word(&self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Long => "long",
        }
    }
}

/// What can be done besides the vote.
pub(crate) trait QuietWays {
    /// Whether there is something to do quietly.
    fn has_quiet(&self) -> bool;
}

impl QuietWays for SceneView {
    fn has_quiet(&self) -> bool {
        self.options.iter().any(|option| option.quiet)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates pass every argument by reference"
)]
impl Main<'_> {
    /// The other seats whose players are at the table.
    pub(crate) fn others(&self) -> Vec<&SeatView> {
        let seats = self.view.seats.iter();
        seats
            .filter(|seat| seat.present && self.view.you != Some(seat.seat))
            .collect()
    }

    /// Whether the viewer may nod at what was told, or shake its head: at what everybody heard from somebody else.
    pub(crate) fn may_nod(&self, told: &ToldWhisper) -> bool {
        !told.apart && self.is_not_mine(&told.by)
    }

    /// Whether the viewer has a seat, and did not say that itself.
    pub(crate) fn is_not_mine(&self, by: &Character) -> bool {
        self.view.you.is_some_and(|you| *by != Character::Seat(you))
    }

    /// Whether the viewer is one of these seats.
    pub(crate) fn is_among(&self, seats: &[SeatNo]) -> bool {
        self.view.you.is_some_and(|you| seats.contains(&you))
    }

    /// The label of an option of the open scene.
    pub(crate) fn option_label(&self, id: &OptionId) -> &str {
        let Stage::Scene(scene) = &self.view.stage else {
            return "";
        };
        let mut options = scene.options.iter();
        let option = options.find(|option| option.option == *id);
        option.map_or(say::nameless_option().as_str(), |option| &option.label)
    }

    /// The blessings that the viewer may call on now.
    pub(crate) fn callable(&self) -> Vec<&GiftView> {
        let own = self.view.seats.iter();
        let own = own.filter(|seat| self.view.you == Some(seat.seat));
        let callable = |gift: &Gift| {
            let sheet = self.view.sheet.as_ref();
            sheet.is_some_and(|sheet| sheet.callable.contains(gift))
        };
        own.flat_map(|seat| &seat.gifts)
            .filter(|held| callable(&held.gift))
            .collect()
    }

    /// The host need not wait for a seat whose player is not there. Whether that has been for long enough is checked when it
    /// is asked.
    pub(crate) fn may_skip(&self, seat: &SeatNo) -> bool {
        let presence = self.presence.get(seat).copied();
        presence.unwrap_or(SeatPresence::Away) != SeatPresence::Here
    }

    /// Whether the viewer may give cards and keepsakes away: once the quest is over, and a first evening is not all there
    /// was.
    pub(crate) fn may_give(&self, chronicle: &Chronicle) -> bool {
        let first_evening = self.view.sitting == Sitting::Short && self.view.told_before.is_empty();
        self.view.you.is_some() && !chronicle.outdated && !first_evening
    }

    /// What is read of a quiet deed, with the name of a hand that was caught.
    pub(crate) fn quiet_text(&self, quiet: &QuietView) -> String {
        let hand = quiet.hand.as_ref().map(|hand| self.name_of(hand));
        let hand = hand.unwrap_or(say::nameless().as_str());
        quiet.text.replace("{doer}", hand)
    }

    /// How somebody was exposed, in a sentence.
    pub(crate) fn exposure(&self, exposed: &ExposureView) -> String {
        let name = self.name_of(&exposed.who);
        match &exposed.how {
            Exposure::Trap { .. } => say::exposed_trap(name).to_string(),
            Exposure::Challenge { seat, .. } => {
                say::exposed_doubted(self.seat_name(seat), name).to_string()
            }
            Exposure::Caught { .. } => say::exposed_seen(name).to_string(),
        }
    }
}
