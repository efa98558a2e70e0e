//! Who hears which whisper, and who sits at the table to hear it.

use game::{Character, HoldingId, Mark, SeatNo, Sense};

use crate::party::{ANNA, Party};
use crate::tale::{Told, of, tale, vera, whisper};

/// The seats that hear the whisper of a sense.
fn hearers(party: &Party, sense: Sense) -> Vec<SeatNo> {
    let hearers = party.log().hearers(&of(sense)).into_iter();
    hearers
        .filter_map(|who| match who {
            Character::Seat(seat) => Some(seat),
            Character::Companion(_) => None,
        })
        .collect()
}

#[test]
fn every_seat_hears_one_and_no_two_the_same() {
    for others in 0..6 {
        for party in Party::twenty_in_hall(&tale(), others) {
            let heard: Vec<usize> = Sense::ALL
                .iter()
                .map(|sense| hearers(&party, *sense).len())
                .collect();
            assert_eq!(heard.iter().sum::<usize>(), others + 1);
            assert!(heard.iter().all(|seats| *seats <= 1));
        }
    }
}

#[test]
fn the_halves_of_an_insight_are_kept_apart_and_heard() {
    for party in Party::twenty_in_hall(&tale(), 1) {
        let halves = [Sense::Steel, Sense::Arcana].map(|sense| hearers(&party, sense));
        assert!(halves.iter().all(|hearers| hearers.len() == 1));
        assert_ne!(halves[0], halves[1]);
    }
}

#[test]
fn the_secret_goes_to_a_seat_wherever_no_insight_is_broken_by_it() {
    let world = tale().whisper(Sense::Wild, |whisper| whisper.secret = true);
    for party in Party::twenty_in_hall(&world, 2) {
        assert_eq!(hearers(&party, Sense::Wild).len(), 1);
    }
}

#[test]
fn what_gives_a_mark_or_opens_a_quiet_way_goes_to_a_seat() {
    let world = tale()
        .hall(|hall| {
            whisper(hall, Sense::Shadow).gives = Mark::parse("key");
            hall.options.retain(|way| way.insight.is_none());
        })
        .way("pocket", |pocket| pocket.only = HoldingId::parse("wild"));
    for party in Party::twenty_in_hall(&world, 1) {
        for sense in [Sense::Shadow, Sense::Wild] {
            assert_eq!(hearers(&party, sense).len(), 1, "{sense}");
        }
    }
}

#[test]
fn where_nothing_else_asks_for_it_a_seat_hears_with_its_senses() {
    let world = tale().hall(|hall| hall.options.retain(|way| way.insight.is_none()));
    for party in Party::twenty_in_hall(&world, 0) {
        assert_eq!(
            hearers(&party, Sense::Steel),
            [ANNA],
            "a smith's first sense"
        );
    }
}

#[test]
fn the_guest_hears_up_to_two_of_what_is_left() {
    for others in 1..6 {
        for party in Party::twenty_in_hall(&tale().guest(vera(50)), others) {
            let vera = Character::Companion(vera(50).id);
            let heard = party.log().heard_by(&vera);
            assert_eq!(heard.len(), 2.min(5 - others));
        }
    }
}

#[test]
fn of_what_is_left_a_guest_hears_what_fits_its_senses() {
    let world = tale().hall(|hall| hall.options.retain(|way| way.insight.is_none()));
    for party in Party::twenty_in_hall(&world.guest(vera(50)), 1) {
        let vera = Character::Companion(vera(50).id);
        let heard = party.log().heard_by(&vera);
        assert_eq!(heard, [of(Sense::Shadow), of(Sense::Spirit)]);
    }
}

#[test]
fn a_guest_sits_at_a_table_of_any_size_and_one_more_joins_a_lone_seat() {
    let mut world = tale().guest(vera(50));
    let mut other = vera(50);
    other.id = game::CompanionId::parse("wim").unwrap();
    world.companions.insert(0, other);
    for (others, companions) in [(0, 2), (1, 1), (5, 1)] {
        let party = Party::in_hall(world.clone(), others);
        assert_eq!(party.view(ANNA).companions.len(), companions);
    }
}

#[test]
fn a_quest_whose_guest_is_missing_from_the_world_is_played_without() {
    let world = tale().quest(|quest| quest.guest = game::CompanionId::parse("nobody"));
    let mut party = Party::in_hall(world, 1);
    assert!(party.view(ANNA).companions.is_empty());
    party.all_choose("wait");
}
