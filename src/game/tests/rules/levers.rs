//! What whispers do once they were told, told falsely, or kept: how throws read, what harms come to, what is overheard.

use OutcomeKind::{Disaster, Failure, Success, Triumph};
use Sense::{Arcana, Song, Wild};
use game::content::{IfTold, Outcome, World};
use game::{
    Character, Event, Exposure, FavourReason, God, Mark, OutcomeKind, Sense, SkillGrowth,
    TrustReason,
};

use crate::happened::{came_out, exposed, marks, trust_by};
use crate::party::{ANNA, BEN, CHRIS, Party, push_falls};
use crate::tale::{Told, id, of, tale};

/// A world whose pushing has four outcomes: the disaster brings a harm of which the whisper of arcana warns, and the
/// whisper of the wild deepens it.
fn pushing() -> World {
    tale()
        .way("push", |push| {
            push.triumph = Some(Outcome {
                text: "Wide open.".to_owned(),
                ..push.success.clone().unwrap()
            });
            push.disaster = Some(Outcome {
                text: "It falls on you.".to_owned(),
                harm: Mark::parse("crushed"),
                ..push.failure.clone().unwrap()
            });
        })
        .whisper(Arcana, |whisper| whisper.warns = Mark::parse("crushed"))
        .whisper(Wild, |whisper| {
            whisper.deepens = game::OptionId::parse("push");
        })
}

/// What the table was told of a whisper.
#[derive(Clone, Copy)]
enum Said {
    Truth,
    Twist,
    Both,
    Nothing,
}

/// How pushing reads in a party of three, whose chance is 60, when this falls and this was told of a whisper.
fn reads(fallen: u32, sense: Sense, told: Said) -> (OutcomeKind, Vec<Event>) {
    let is = |thrown| thrown == fallen;
    let mut party = Party::rigged(pushing(), 2, &[push_falls(&is)]);
    party.hears(ANNA, sense);
    if matches!(told, Said::Truth | Said::Both) {
        party.tells_truly(BEN, sense);
    }
    if matches!(told, Said::Twist | Said::Both) {
        party.lies(ANNA, sense);
    }
    assert_eq!(party.chance(ANNA, "push"), 60, "telling moves no chance");
    let events = party.all_choose("push");
    (came_out(&events), events)
}

#[test]
fn a_true_telling_deepens_a_success_into_a_triumph() {
    let deepened = |told| reads(60, Wild, told).0;
    assert_eq!(deepened(Said::Truth), Triumph);
    assert_eq!(deepened(Said::Both), Triumph);
    assert_eq!(deepened(Said::Twist), Success);
    assert_eq!(deepened(Said::Nothing), Success);
}

#[test]
fn a_true_warning_lets_no_disaster_come() {
    let warned = |fallen| reads(fallen, Arcana, Said::Truth).0;
    assert_eq!([61, 85, 86, 96, 100].map(warned), [Failure; 5]);
    assert_eq!(reads(100, Arcana, Said::Both).0, Failure);
}

#[test]
fn a_false_warning_springs_the_trap_and_exposes_who_told_it() {
    let (kind, events) = reads(61, Arcana, Said::Twist);
    assert_eq!(kind, Disaster);
    let trap = Exposure::Trap {
        whisper: of(Arcana),
    };
    assert_eq!(exposed(&events), [(Character::Seat(ANNA), trap)]);
    assert_eq!(trust_by(&events, &TrustReason::Exposed), -20);
    assert_eq!(trust_by(&events, &TrustReason::Unwarned), 0);
    let moved = |god: God| {
        events.iter().find_map(|event| match event {
            Event::FavourMoved(moved) if moved.god == god && moved.seat == ANNA => Some(moved.by),
            _ => None,
        })
    };
    assert_eq!(
        [God::Valdris, God::Kaitha, God::Korvan].map(moved),
        [Some(-3), Some(3), Some(-3)]
    );
}

#[test]
fn a_warning_that_nobody_told_brings_the_disaster_nearer() {
    let kept = |fallen| reads(fallen, Arcana, Said::Nothing).0;
    assert_eq!(
        [61, 85, 86, 95, 96].map(kept),
        [Failure, Failure, Disaster, Disaster, Disaster]
    );
    let (_, events) = reads(86, Arcana, Said::Nothing);
    assert_eq!(trust_by(&events, &TrustReason::Unwarned), -15);
}

#[test]
fn told_both_ways_a_warning_holds_and_exposes_nobody() {
    let (kind, events) = reads(61, Arcana, Said::Both);
    assert_eq!(kind, Failure);
    assert!(exposed(&events).is_empty());
}

#[test]
fn where_the_harm_comes_by_another_outcome_a_lie_about_it_is_found_out_all_the_same() {
    let world = || pushing().outcome("sing", |sung| sung.harm = Mark::parse("crushed"));
    let mut party = Party::in_hall(world(), 2);
    party.lies(ANNA, Arcana);
    party.lies(BEN, Arcana);
    let events = party.all_choose("sing");
    let who: Vec<Character> = exposed(&events).into_iter().map(|(who, _)| who).collect();
    assert_eq!(who, [Character::Seat(ANNA), Character::Seat(BEN)]);

    let mut party = Party::in_hall(world(), 2);
    party.tells_truly(ANNA, Arcana);
    let events = party.all_choose("sing");
    assert_eq!(
        marks(&events),
        ["crushed"],
        "a true warning changes nothing there"
    );
}

#[test]
fn a_throw_teaches_and_pays_by_what_fell_and_not_by_how_it_reads() {
    let grown = |events: &[Event]| {
        let mut events = events.iter();
        events.find_map(|event| match event {
            Event::SkillGrew(SkillGrowth { by, .. }) => Some(*by),
            _ => None,
        })
    };
    let (kind, events) = reads(60, Wild, Said::Truth);
    assert_eq!(
        (kind, grown(&events)),
        (Triumph, Some(2)),
        "no triumph fell"
    );
    let (kind, events) = reads(61, Arcana, Said::Twist);
    assert_eq!(kind, Disaster);
    let paid = crate::happened::momentum_moves(&events, ANNA);
    assert_eq!(paid, [(1, game::MomentumReason::Failed)]);
}

#[test]
fn a_harm_sets_its_mark() {
    let (_, events) = reads(96, Arcana, Said::Nothing);
    assert_eq!(marks(&events), ["crushed"]);
    assert!(events.contains(&Event::HarmCame {
        harm: id!(Mark, "crushed"),
        averted: false
    }));
}

/// A world in which somebody is in earshot of the whisper of song.
fn in_earshot() -> World {
    tale().whisper(Song, |whisper| {
        whisper.heard_by = Some("Maud".to_owned());
        whisper.if_told = Some(IfTold {
            marks: [id!(Mark, "barred")].into(),
            trust: -3,
            favour: [(God::Sylara, -3)].into(),
        });
    })
}

#[test]
fn who_is_in_earshot_overhears_what_was_told_truly_to_the_table() {
    let mut party = Party::in_hall(in_earshot(), 2);
    party.hears(ANNA, Song);
    let warned = party.sees(ANNA).whispers.into_iter();
    let mut warned = warned.filter(|whisper| whisper.sense == Song);
    assert_eq!(warned.next().unwrap().heard_by.as_deref(), Some("Maud"));
    party.tells_truly(ANNA, Song);
    party.lies(BEN, Song);
    let events = party.all_choose("wait");
    assert_eq!(marks(&events), ["barred"]);
    assert_eq!(trust_by(&events, &TrustReason::Overheard), -3);
    let favour = events.iter().filter_map(|event| match event {
        Event::FavourMoved(moved) if moved.why == Some(FavourReason::Overheard) => {
            Some((moved.seat, moved.god, moved.by))
        }
        _ => None,
    });
    let favour: Vec<_> = favour.collect();
    assert_eq!(favour, [(ANNA, God::Sylara, -3)], "who told it truly pays");
}

#[test]
fn nobody_overhears_a_lie_or_a_word_apart() {
    let mut party = Party::in_hall(in_earshot(), 2);
    party.lies(ANNA, Song);
    party.hears(BEN, Song);
    let aside = (game::Manner::Truth, CHRIS);
    party.tells_aside(BEN, Song, aside).unwrap();
    assert!(marks(&party.all_choose("wait")).is_empty());
}

#[test]
fn a_whisper_gives_its_mark_to_who_was_dealt_it_and_to_nobody_who_overhears() {
    let world = tale()
        .whisper(Wild, |whisper| whisper.gives = Mark::parse("key"))
        .quest(|quest| {
            let yard = &mut quest.scenes[1];
            crate::tale::way(yard, "sing").only = game::HoldingId::parse("key");
        });
    let mut party = Party::in_hall(world, 2);
    let deaf = party.deaf(Wild, game::SeatNo(9));
    party.hears(deaf, Wild);
    party.all_choose("wait");
    let sees = |seat| {
        let options = party.sees(seat).options;
        options.iter().any(|way| way.option.as_str() == "sing")
    };
    let holders: Vec<bool> = [ANNA, BEN, CHRIS].map(sees).into();
    assert_eq!(holders.iter().filter(|holds| **holds).count(), 1);
    assert!(!sees(deaf));
}
