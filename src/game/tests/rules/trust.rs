//! What moves the party's trust.

use Sense::{Arcana, Shadow, Steel, Wild};
use game::{Character, Event, Exposure, Mark, Purpose, Sense, Tag, TrustReason, Unmasking};

use crate::happened::{trust_by, trust_moves};
use crate::party::{ANNA, BEN, CHRIS, Party, falls};
use crate::tale::{Told, id, tale};

/// Trust after a scene that began with `trust`, when so many of three told the table something.
fn after(trust: i32, tellers: usize) -> i32 {
    let mut party = Party::in_hall(tale(), 2);
    party.trusts(trust);
    for seat in [ANNA, BEN, CHRIS].into_iter().take(tellers) {
        party.tells_truly(seat, Wild);
    }
    party.all_choose("wait");
    party.table.trust()
}

#[test]
fn trust_grows_with_the_seats_that_told_the_table_something_and_high_trust_wears_off() {
    // Eight times those who told in three, then a sixth of what is over fifty.
    assert_eq!(after(20, 0), 20);
    assert_eq!(after(20, 1), 22);
    assert_eq!(after(20, 2), 25);
    assert_eq!(after(20, 3), 28);
    assert_eq!(after(50, 3), 57, "58, less an eighth of six");
    assert_eq!(after(80, 3), 82, "88, less 6");
    assert_eq!(after(80, 0), 75);
    assert_eq!(after(100, 3), 92, "there is room for 100");
}

#[test]
fn neither_manner_nor_weight_nor_number_of_tellings_counts() {
    let grown = |tell: &dyn Fn(&mut Party)| {
        let mut party = Party::in_hall(tale(), 2);
        party.trusts(20);
        tell(&mut party);
        party.all_choose("wait");
        party.table.trust()
    };
    let one = grown(&|party| drop(party.tells_truly(ANNA, Steel)));
    let lie = grown(&|party| drop(party.lies(ANNA, Sense::Song)));
    let many = grown(&|party| {
        party.tells_truly(ANNA, Wild);
        party.tells_truly(ANNA, Shadow);
    });
    assert_eq!([one, lie, many], [22, 22, 22]);
}

#[test]
fn a_word_apart_is_nothing_told_to_the_table() {
    let mut party = Party::in_hall(tale(), 2);
    party.trusts(20);
    party.hears(ANNA, Wild);
    party
        .tells_aside(ANNA, Wild, (game::Manner::Truth, BEN))
        .unwrap();
    party.all_choose("wait");
    assert_eq!(party.table.trust(), 20);
}

/// A world in which singing brings a harm of which the whisper of arcana warns.
fn perilous() -> game::content::World {
    let harm = Mark::parse("crushed");
    let warns = harm.clone();
    tale()
        .outcome("sing", |outcome| outcome.harm = harm)
        .whisper(Arcana, |whisper| whisper.warns = warns)
}

#[test]
fn a_harm_of_which_a_seat_had_heard_costs_fifteen_unless_somebody_told_the_table() {
    let cost = |prepare: &dyn Fn(&mut Party)| {
        let mut party = Party::in_hall(perilous(), 2);
        party.hears(ANNA, Arcana);
        prepare(&mut party);
        trust_by(&party.all_choose("sing"), &TrustReason::Unwarned)
    };
    assert_eq!(cost(&|_| ()), -15);
    assert_eq!(cost(&|party| drop(party.tells_truly(ANNA, Arcana))), 0);
    assert_eq!(cost(&|party| drop(party.lies(ANNA, Arcana))), 0);
    let apart = |party: &mut Party| {
        let aside = (game::Manner::Truth, BEN);
        party.tells_aside(ANNA, Arcana, aside).unwrap();
    };
    assert_eq!(cost(&apart), -15, "a word apart is no warning to the table");
}

#[test]
fn a_harm_of_which_no_seat_had_heard_costs_nothing() {
    let mut party = Party::in_hall(perilous(), 2);
    let unheard = party.unheard();
    let harm = Mark::parse("crushed");
    party.rewrites(|world| {
        let told = world.whisper(Arcana, |whisper| whisper.warns = None);
        told.whisper(unheard, |whisper| whisper.warns = harm)
    });
    let events = party.all_choose("sing");
    assert_eq!(trust_by(&events, &TrustReason::Unwarned), 0);
}

#[test]
fn breaking_an_oath_that_was_sworn_costs_five() {
    let world = || {
        tale().way("sing", |sing| {
            sing.tags_if = [(id!(Mark, "sworn"), vec![Tag::OathBroken])].into();
        })
    };
    let mut sworn = Party::in_hall(world(), 1);
    sworn.marked("sworn");
    let events = sworn.all_choose("sing");
    assert_eq!(trust_by(&events, &TrustReason::OathBroken), -5);
    let events = Party::in_hall(world(), 1).all_choose("sing");
    assert!(trust_moves(&events).is_empty());
}

#[test]
fn one_seats_exposures_cost_forty_in_a_quest_at_most() {
    let caught = |fallen: u32| fallen >= 86;
    // What being caught costs a party whose Anna was exposed so often before.
    let lost = |before: usize| {
        let mut party = Party::rigged(tale(), 2, &[falls(Purpose::Quiet, 1, &caught)]);
        party.trusts(100);
        for _ in 0..before {
            let option = id!(game::OptionId, "pocket");
            party.given(&[Event::Exposed(Unmasking {
                who: Character::Seat(ANNA),
                how: Exposure::Caught { option },
            })]);
        }
        party.acts(ANNA, "pocket").unwrap();
        trust_by(&party.all_choose("wait"), &TrustReason::Exposed)
    };
    assert_eq!([0, 1, 2, 3].map(lost), [-20, -20, 0, 0]);
}
