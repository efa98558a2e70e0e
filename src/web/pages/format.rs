//! Numbers as pages draw them: signs, bars, tallies.

use game::content::{Mood, Tone, Weight};
use game::{
    Aftermath, CouncilView, Fate, God, OutcomeKind, QuestionView, RollView, SceneView, SeatNo,
    SecondView, Tier, Vote,
};
use service::SeatPresence;

use crate::say::{self, StaticText};

/// A number that can go either way.
pub(crate) trait SignedNumber {
    /// The number with its sign.
    fn signed(&self) -> String;
    /// Whether it is a gain or a loss, as the style calls it.
    fn side(&self) -> &'static str;
    /// Where its bar begins on a scale of 0 to 200 whose middle is 0.
    fn bar_start(&self) -> i32;
    /// How wide its bar is.
    fn bar_width(&self) -> i32;
}

impl SignedNumber for i32 {
    fn signed(&self) -> String {
        match self {
            ..0 => format!("−{}", self.unsigned_abs()),
            0 => "0".to_owned(),
            1.. => format!("+{self}"),
        }
    }

    fn side(&self) -> &'static str {
        if *self < 0 { "loss" } else { "gain" }
    }

    fn bar_start(&self) -> i32 {
        100 + self.clamp(&-100, &0)
    }

    fn bar_width(&self) -> i32 {
        self.clamp(&-100, &100).abs()
    }
}

/// What a council came to, counted.
pub(crate) trait VoteCount {
    fn ayes(&self) -> usize;
    fn nays(&self) -> usize;
    fn abstained(&self) -> usize;
    /// Favour moved, by doer, in the order of the rules.
    fn moves_by_doer(&self) -> Vec<(SeatNo, Vec<(God, i32)>)>;
    /// The name of one of the eight who voted.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass every argument by reference"
    )]
    fn god_name(&self, god: &God) -> &str;
}

impl VoteCount for CouncilView {
    fn ayes(&self) -> usize {
        count(self, Vote::For)
    }

    fn nays(&self) -> usize {
        count(self, Vote::Against)
    }

    fn abstained(&self) -> usize {
        count(self, Vote::Abstained)
    }

    fn moves_by_doer(&self) -> Vec<(SeatNo, Vec<(God, i32)>)> {
        let mut by_doer: Vec<(SeatNo, Vec<(God, i32)>)> = Vec::new();
        for moved in &self.moves {
            match by_doer.iter_mut().find(|(doer, _)| *doer == moved.seat) {
                Some((_, moves)) => moves.push((moved.god, moved.by)),
                None => by_doer.push((moved.seat, vec![(moved.god, moved.by)])),
            }
        }
        by_doer
    }

    fn god_name(&self, god: &God) -> &str {
        let voted = self.votes.iter().find(|vote| vote.god == *god);
        voted.map_or("", |vote| &vote.name)
    }
}

fn count(council: &CouncilView, wanted: Vote) -> usize {
    council
        .votes
        .iter()
        .filter(|vote| vote.vote == wanted)
        .count()
}

/// Where a throw fell.
pub(crate) trait RollMark {
    /// How far along a bar of 100 it is marked, in percent: in the middle of its number, so that it is never on an edge.
    fn mark(&self) -> String;
}

impl RollMark for RollView {
    fn mark(&self) -> String {
        middle_of(self.value)
    }
}

impl RollMark for SecondView {
    fn mark(&self) -> String {
        middle_of(self.value)
    }
}

fn middle_of(number: u32) -> String {
    format!("{}.5", number.clamp(1, 100) - 1)
}

/// The chance that a roll was shown with, on the same bar.
pub(crate) trait RollChance {
    /// At which end its words are tied to the edge, so that they stay within the bar.
    fn chance_anchor(&self) -> &'static str;
}

impl RollChance for RollView {
    fn chance_anchor(&self) -> &'static str {
        match self.chance.percent {
            ..20 => "start",
            20..80 => "middle",
            80.. => "end",
        }
    }
}

/// A vote as it is drawn beside a throne.
pub(crate) trait VoteStroke {
    /// The path of its sign.
    fn stroke(&self) -> &'static str;
    /// What it is as the judgement of all.
    fn judgement(&self) -> StaticText;
}

impl VoteStroke for Vote {
    fn stroke(&self) -> &'static str {
        match self {
            Self::For => "M-4 0l3 3 5-6",
            Self::Against => "M-3-3l6 6M3-3l-6 6",
            Self::Abstained => "M-3 0h6",
        }
    }

    fn judgement(&self) -> StaticText {
        match self {
            Self::For => say::judgement_for(),
            Self::Against => say::judgement_against(),
            Self::Abstained => say::judgement_abstained(),
        }
    }
}

/// What there is to tell of a scene besides its deeds.
pub(crate) trait AftermathSummary {
    /// Whether voices met in one deed. Where each acted alone, the deeds say who did what.
    fn has_votes(&self) -> bool;
    /// Whether anything moved.
    fn moved_something(&self) -> bool;
}

impl AftermathSummary for Aftermath {
    fn has_votes(&self) -> bool {
        self.ballots.len() > 1 && self.done.len() == 1
    }

    fn moved_something(&self) -> bool {
        let party =
            !(self.trust_moves.is_empty() && self.approvals.is_empty() && self.harms.is_empty());
        let seats = !(self.growths.is_empty() && self.hp_moves.is_empty() && self.gifts.is_empty());
        let own = !(self.favour_moves.is_empty() && self.momentum_moves.is_empty());
        party || seats || own
    }
}

/// Whether a question is the first its god asks.
pub(crate) trait QuestionOrder {
    fn is_first_of_its_god(&self) -> bool;
}

impl QuestionOrder for QuestionView {
    fn is_first_of_its_god(&self) -> bool {
        self.number <= God::ALL.len()
    }
}

/// The word by which style and script know a thing. It never changes.
pub(crate) trait Slug {
    fn slug(&self) -> &'static str;
}

macro_rules! slugs {
    ($($name:ident { $($variant:ident = $slug:literal),+ })+) => {$(
        impl Slug for $name {
            fn slug(&self) -> &'static str {
                match self {
                    $(Self::$variant => $slug),+
                }
            }
        }
    )+};
}

slugs! {
    Fate { Shared = "shared", Twisted = "twisted", Confided = "confided", Kept = "kept" }
    Mood { Calm = "calm", Uneasy = "uneasy", Grim = "grim", Wild = "wild", Solemn = "solemn", Bright = "bright" }
    OutcomeKind { Plain = "plain", Triumph = "triumph", Success = "success", Failure = "failure", Disaster = "disaster" }
    SeatPresence { Here = "here", Away = "away", Absent = "absent" }
    Tier { Breaking = "breaking", Frayed = "frayed", Steady = "steady", Bond = "bond" }
    Tone { Dawn = "dawn", Dusk = "dusk", Bitter = "bitter" }
    Vote { For = "for", Against = "against", Abstained = "abstained" }
    Weight { Minor = "minor", Telling = "telling", Critical = "critical" }
}

/// The votes of a scene that are open to all.
pub(crate) trait Awaited {
    /// Whether `seat` has a say here.
    fn waits_for(&self, seat: game::SeatNo) -> bool;
}

impl Awaited for SceneView {
    fn waits_for(&self, seat: game::SeatNo) -> bool {
        self.decide != game::content::DecisionMode::Bearer || self.bearer == seat
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_draws_to_the_left_of_the_middle_and_a_gain_to_the_right() {
        assert_eq!(((-30).bar_start(), (-30).bar_width()), (70, 30));
        assert_eq!((45.bar_start(), 45.bar_width()), (100, 45));
        assert_eq!((500.bar_start(), 500.bar_width()), (100, 100));
    }

    #[test]
    fn a_number_shows_its_sign() {
        assert_eq!((-7).signed(), "−7");
        assert_eq!(0.signed(), "0");
        assert_eq!(7.signed(), "+7");
    }
}
