//! What came of a scene, as its page tells it: equal outcomes once, and what moved in a few words each.

use game::{
    Aftermath, CompanionId, CouncilView, GiftFate, God, GodVoteView, OptionId, OutcomeKind,
    RollView, SeatNo,
};

use super::format::SignedNumber;
use super::table::Main;
use super::words::{Describe, Named, first_upper, listed};
use crate::say;

/// Between a thing and its number, so that no line ends there.
const NARROW: char = '\u{a0}';

/// Where the eight sit, in an arc of 360 by 150.
const THRONES: [(u32, u32); 8] = [
    (25, 118),
    (48, 77),
    (92, 44),
    (149, 27),
    (211, 27),
    (268, 44),
    (312, 77),
    (335, 118),
];

/// A deed of all who fared alike by it.
#[derive(Debug)]
pub(crate) struct SharedOutcome<'a> {
    /// Who did it.
    pub(crate) doers: Vec<SeatNo>,
    /// The option's label.
    pub(crate) label: &'a str,
    pub(crate) kind: OutcomeKind,
    pub(crate) text: &'a str,
    /// The roll of each hand.
    pub(crate) rolls: Vec<&'a RollView>,
    option: &'a OptionId,
}

/// What moved, as a chip shows it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Consequence {
    /// The drawing beside it.
    pub(crate) sigil: String,
    /// Whether it is a gain or a loss, as the style calls it; empty for neither.
    pub(crate) side: &'static str,
    /// The thing and how far it moved.
    pub(crate) what: String,
    /// Of whom, and for what.
    pub(crate) why: String,
}

/// The outcomes of a scene, each once.
pub(crate) trait OutcomeMerge {
    fn outcomes(&self) -> Vec<SharedOutcome<'_>>;
}

impl OutcomeMerge for Aftermath {
    fn outcomes(&self) -> Vec<SharedOutcome<'_>> {
        let mut outcomes: Vec<SharedOutcome<'_>> = Vec::new();
        for done in &self.done {
            let rolls = done.roll.iter();
            let alike = |one: &&mut SharedOutcome<'_>| {
                (one.option, one.kind, one.text) == (&done.option, done.kind, done.text.as_str())
            };
            if let Some(one) = outcomes.iter_mut().find(alike) {
                one.doers.extend(&done.doers);
                one.rolls.extend(rolls);
                continue;
            }
            outcomes.push(SharedOutcome {
                doers: done.doers.clone(),
                label: &done.label,
                kind: done.kind,
                text: &done.text,
                rolls: rolls.collect(),
                option: &done.option,
            });
        }
        outcomes
    }
}

/// Where each of the eight sits.
pub(crate) trait CouncilArc {
    fn thrones(&self) -> Vec<(&GodVoteView, (u32, u32))>;
}

impl CouncilArc for CouncilView {
    fn thrones(&self) -> Vec<(&GodVoteView, (u32, u32))> {
        self.votes.iter().zip(THRONES).collect()
    }
}

/// Adds up moves of one kind, in the order in which each kind came first.
fn summed<K: PartialEq>(moves: impl Iterator<Item = (K, i32)>) -> Vec<(K, i32)> {
    let mut sums: Vec<(K, i32)> = Vec::new();
    for (kind, by) in moves {
        match sums.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, sum)) => *sum += by,
            None => sums.push((kind, by)),
        }
    }
    sums
}

/// Gathers the seats to which the same happened.
fn gathered<K: PartialEq>(moves: impl Iterator<Item = (K, SeatNo)>) -> Vec<(K, Vec<SeatNo>)> {
    let mut groups: Vec<(K, Vec<SeatNo>)> = Vec::new();
    for (kind, seat) in moves {
        match groups.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, seats)) => seats.push(seat),
            None => groups.push((kind, vec![seat])),
        }
    }
    groups
}

fn god_sigil(god: God) -> String {
    format!("god-{}", god.word())
}

fn moved(sigil: impl Into<String>, thing: &str, by: i32, why: String) -> Consequence {
    Consequence {
        sigil: sigil.into(),
        side: by.side(),
        what: format!("{thing}{NARROW}{}", by.signed()),
        why,
    }
}

/// What became of a blessing or a curse, and of whose.
fn gift_moved(change: GiftFate, names: &str) -> String {
    match change {
        GiftFate::Laid => say::gift_laid(names).to_string(),
        GiftFate::Lifted => say::gift_lifted(names).to_string(),
        GiftFate::Spent => say::gift_spent(names).to_string(),
    }
}

impl Main<'_> {
    /// What moved: of all first, then of the seats, then of the companions.
    pub(crate) fn consequences(&self, aftermath: &Aftermath) -> Vec<Consequence> {
        let mut chips = shared_consequences(aftermath);
        chips.extend(self.consequences_of_seats(aftermath));
        chips.extend(self.own_consequences(aftermath));
        let approvals = aftermath.approvals.iter();
        chips.extend(approvals.map(|moved_one| {
            let name = self.isolated(&moved_one.companion);
            let why = moved_one.why.sentence().to_string();
            moved("hand", &name, moved_one.by, why)
        }));
        chips
    }

    fn consequences_of_seats(&self, aftermath: &Aftermath) -> Vec<Consequence> {
        let hurts = gathered(aftermath.hp_moves.iter().map(|hurt| (hurt.by, hurt.seat)));
        let hurts = hurts
            .into_iter()
            .map(|(by, seats)| moved("harm", &say::moved_hp(), by, self.names(&seats)));
        let growths = aftermath.growths.iter();
        let growths = gathered(growths.map(|grown| ((grown.skill, grown.by), grown.seat)));
        let growths = growths.into_iter().map(|((skill, by), seats)| {
            let why = say::moved_learned(self.names(&seats)).to_string();
            moved("quill", &first_upper(&skill.name()), by, why)
        });
        let gifts = aftermath.gifts.iter().map(|gift| Consequence {
            sigil: god_sigil(gift.gift.god),
            side: "",
            what: gift.name.clone(),
            why: gift_moved(gift.change, &self.names(&[gift.seat])),
        });
        hurts.chain(growths).chain(gifts).collect()
    }

    /// What moved of one seat's own, which others see once all is told.
    fn own_consequences(&self, aftermath: &Aftermath) -> Vec<Consequence> {
        let momentum = aftermath.momentum_moves.iter();
        let momentum = summed(momentum.map(|one| ((one.seat, one.why), one.by)));
        let momentum = momentum.into_iter().map(|((seat, why), by)| {
            let why = self.of_seat(seat, &why.sentence());
            moved("forward", &say::moved_momentum(), by, why)
        });
        let favours = aftermath.favour_moves.iter().map(|one| {
            let why = one.why.as_ref();
            let why = why.map_or(say::favour_why_outcome(), Describe::sentence);
            let why = self.of_seat(one.seat, &why);
            moved(god_sigil(one.god), &one.god.name(), one.by, why)
        });
        favours.chain(momentum).collect()
    }

    /// A reason, with the name of the seat it concerns where that is not the viewer's.
    fn of_seat(&self, seat: SeatNo, why: &str) -> String {
        if self.view.you == Some(seat) {
            return why.to_owned();
        }
        format!("{}: {why}", self.names(&[seat]))
    }

    fn isolated(&self, id: &CompanionId) -> String {
        listed(&[self.companion_name(id)])
    }
}

fn shared_consequences(aftermath: &Aftermath) -> Vec<Consequence> {
    let harms = aftermath.harms.iter().map(|harm| Consequence {
        sigil: "harm".to_owned(),
        side: "loss",
        what: say::moved_harm().to_string(),
        why: if harm.averted {
            say::moved_harm_averted().to_string()
        } else {
            String::new()
        },
    });
    let trust = aftermath.trust_moves.iter();
    let trust = summed(trust.map(|one| (&one.why, one.by)));
    let trust = trust.into_iter().map(|(why, by)| {
        let why = why.sentence().to_string();
        moved("trust", &say::trust(), by, why)
    });
    harms.chain(trust).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_for_one_reason_are_added_up_and_others_stand_apart() {
        let moves = [("shared", 4), ("exposed", -3), ("shared", 2)];
        let sums = summed(moves.into_iter());
        assert_eq!(sums, [("shared", 6), ("exposed", -3)]);
    }

    #[test]
    fn seats_to_which_the_same_happened_stand_together() {
        let [one, two, three] = [1, 2, 3].map(SeatNo);
        let hurts = [(-2, one), (-1, two), (-2, three)];
        let groups = gathered(hurts.into_iter());
        assert_eq!(groups, [(-2, vec![one, three]), (-1, vec![two])]);
    }

    #[test]
    fn a_chip_keeps_a_thing_and_its_number_on_one_line() {
        let chip = moved("trust", "Trust", -6, String::new());
        assert_eq!((chip.what.as_str(), chip.side), ("Trust\u{a0}−6", "loss"));
    }
}
