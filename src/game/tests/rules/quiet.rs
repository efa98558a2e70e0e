//! The quiet hand: what one seat does besides the vote.

use OutcomeKind::{Disaster, Failure, Success};
use game::content::{DecisionMode, NextIf, Outcome, World};
use game::{
    Character, Command, Event, Exposure, God, HoldingId, Mark, OptionId, OutcomeKind, Purpose,
    Refusal, SceneId, Sense, TrustReason,
};

use crate::happened::{exposed, marks, trust_by};
use crate::party::{ANNA, BEN, CHRIS, Party, falls};
use crate::tale::{Told, deciding, id, room_name, tale};

/// How quiet deeds came out, by hand.
fn quiet(events: &[Event]) -> Vec<(Character, OutcomeKind)> {
    let deeds = events.iter().filter_map(|event| match event {
        Event::QuietDone(deed) => Some((deed.hand.clone(), deed.kind)),
        _ => None,
    });
    deeds.collect()
}

/// Anna's hand is at the pocket, and this falls.
fn pocketing(world: World, fallen: u32) -> Party {
    let is = |thrown| thrown == fallen;
    let mut party = Party::rigged(world, 2, &[falls(Purpose::Quiet, 1, &is)]);
    party.acts(ANNA, "pocket").unwrap();
    party
}

#[test]
fn fifteen_throws_in_a_hundred_are_seen_and_the_chance_is_shown() {
    let check = pocketing(tale(), 1)
        .sees(ANNA)
        .options
        .pop()
        .unwrap()
        .check
        .unwrap();
    assert_eq!((check.chance.percent, check.seen), (50, Some(15)));
    for (fallen, kind) in [(50, Success), (51, Failure), (85, Failure), (86, Disaster)] {
        let mut party = pocketing(tale(), fallen);
        let events = party.all_choose("wait");
        assert_eq!(quiet(&events), [(Character::Seat(ANNA), kind)], "{fallen}");
    }
}

#[test]
fn the_chance_is_85_at_most_and_5_at_least() {
    let shown = |difficulty: i32| {
        let world = tale().way("pocket", |way| {
            way.check.as_mut().unwrap().difficulty = difficulty;
        });
        let party = Party::in_hall(world, 1);
        party.chance(ANNA, "pocket")
    };
    assert_eq!([-200, 200].map(shown), [85, 5]);
}

#[test]
fn a_hand_that_is_caught_is_exposed_and_one_that_fails_is_not_noticed() {
    let mut party = pocketing(tale(), 86);
    let events = party.all_choose("wait");
    let option = id!(OptionId, "pocket");
    let caught = Exposure::Caught { option };
    assert_eq!(exposed(&events), [(Character::Seat(ANNA), caught)]);
    assert_eq!(trust_by(&events, &TrustReason::Exposed), -20);
    let shown = party.view(CHRIS).aftermath.unwrap().quiet.remove(0);
    assert_eq!(shown.hand, Some(Character::Seat(ANNA)));

    let mut party = pocketing(tale(), 51);
    party.all_choose("wait");
    assert!(party.view(CHRIS).aftermath.unwrap().quiet.is_empty());
    assert_eq!(party.view(ANNA).aftermath.unwrap().quiet.len(), 1);
}

#[test]
fn a_success_is_seen_and_not_whose_it_was() {
    let mut party = pocketing(tale(), 50);
    party.all_choose("wait");
    let shown = party.view(CHRIS).aftermath.unwrap().quiet.remove(0);
    assert_eq!((shown.text.as_str(), shown.hand), ("It is gone.", None));
}

#[test]
fn the_first_success_does_it_and_later_ones_fail_unless_many_may() {
    let both = |many: bool| {
        let low = |fallen: u32| fallen <= 50;
        let throws = [
            falls(Purpose::Quiet, 1, &low),
            falls(Purpose::Quiet, 2, &low),
        ];
        let world = tale().way("pocket", |pocket| pocket.many = many);
        let mut party = Party::rigged(world, 2, &throws);
        party.acts(BEN, "pocket").unwrap();
        party.acts(ANNA, "pocket").unwrap();
        let events = party.all_choose("wait");
        let kinds: Vec<OutcomeKind> = quiet(&events).into_iter().map(|(_, kind)| kind).collect();
        kinds
    };
    assert_eq!(both(false), [Success, Failure], "the lower seat first");
    assert_eq!(both(true), [Success, Success]);
}

#[test]
fn its_way_shuts_to_who_heard_of_it_when_the_table_knows() {
    let world = tale().way("pocket", |pocket| pocket.only = HoldingId::parse("wild"));
    let mut party = Party::in_hall(world, 2);
    let deaf = party.deaf(Sense::Wild, ANNA);
    assert_eq!(party.acts(deaf, "pocket"), Err(Refusal::NoSuchChoice));
    party.hears(ANNA, Sense::Wild);
    party.acts(ANNA, "pocket").unwrap();
    let other = party.deaf(Sense::Wild, ANNA);
    party.lies(other, Sense::Wild);
    party.acts(other, "pocket").unwrap();
    party.tells(ANNA, Sense::Wild, game::Manner::Truth).unwrap();
    let hidden = |seat| {
        let options = party.sees(seat).options;
        options.iter().all(|way| way.option.as_str() != "pocket")
    };
    assert!(hidden(ANNA) && hidden(other));
    assert!(
        quiet(&party.all_choose("wait")).is_empty(),
        "both hands lapse"
    );
}

#[test]
fn a_hand_may_be_taken_back_and_there_is_one_a_seat() {
    let mut party = Party::in_hall(
        tale().hall(|hall| {
            let mut other = hall.options[4].clone();
            other.id = id!(OptionId, "palm");
            hall.options.push(other);
        }),
        2,
    );
    let stay = || Command::StayHand {
        scene: id!(SceneId, "hall"),
    };
    assert_eq!(party.does(ANNA, stay()), Err(Refusal::NotActing));
    party.acts(ANNA, "pocket").unwrap();
    assert_eq!(party.acts(ANNA, "pocket"), Err(Refusal::AlreadyActing));
    party.acts(ANNA, "palm").unwrap();
    let events = party.all_choose("wait");
    assert_eq!(quiet(&events).len(), 1);

    party.acts(ANNA, "pocket").unwrap();
    let scene = party.scene();
    party.does(ANNA, Command::StayHand { scene }).unwrap();
    assert!(quiet(&party.all_choose("wait")).is_empty());
}

/// A pocket that sets a mark, which changes the vote beside it if it may.
fn marking() -> World {
    tale()
        .way("pocket", |pocket| {
            let success = pocket.success.as_mut().unwrap();
            success.marks = [id!(Mark, "gone")].into();
            success.favour = [(God::Mercus, 4)].into();
            success.gives = Mark::parse("pin");
        })
        .way("push", |push| {
            push.needs = [id!(Mark, "never")].into();
        })
        .way("sing", |sing| {
            sing.tags_if = [(id!(Mark, "gone"), vec![game::Tag::Waste])].into();
            sing.outcome = Some(Outcome {
                next: Some(room_name(2)),
                next_if: vec![NextIf {
                    marks: [id!(Mark, "gone")].into(),
                    next: Some(room_name(3)),
                    ..NextIf::default()
                }],
                ..Outcome::default()
            });
        })
        .quest(|quest| {
            let third = &mut quest.scenes[2];
            crate::tale::way(third, "hatch").insight = None;
            crate::tale::way(third, "hatch").only = HoldingId::parse("pin");
        })
}

#[test]
fn its_marks_count_for_where_the_vote_leads_and_not_for_its_tags() {
    let mut party = pocketing(marking(), 1);
    let events = party.all_choose("sing");
    assert_eq!(marks(&events), ["gone"]);
    let tags = events.iter().find_map(|event| match event {
        Event::DeedDone(done) => Some(done.tags.clone()),
        _ => None,
    });
    assert_eq!(tags, Some(Vec::new()));
    assert_eq!(party.scene(), room_name(3));
    let sees = |seat| {
        let options = party.sees(seat).options;
        options.iter().any(|way| way.option.as_str() == "hatch")
    };
    assert!(sees(ANNA), "she carries the pin");
    assert!(!sees(BEN));
}

#[test]
fn its_favour_is_noted_and_paid_when_the_chronicle_opens() {
    let mut party = pocketing(marking(), 1);
    party.all_choose("wait");
    assert_eq!(party.favour(ANNA, God::Mercus), 0);
    let noted = |seat| {
        let noted = party.view(seat).sheet.unwrap().noted.into_iter();
        let mut by_mercus = noted.filter(|noted| noted.god == God::Mercus);
        by_mercus.next().map(|noted| noted.by)
    };
    assert_eq!((noted(ANNA), noted(BEN)), (Some(4), None));
    for _ in 0..3 {
        party.all_choose("wait");
    }
    party.time_passes();
    assert_eq!(party.favour(ANNA, God::Mercus), 4);
}

#[test]
fn it_neither_teaches_nor_pays_momentum() {
    for fallen in [1, 60, 90] {
        let mut party = pocketing(tale(), fallen);
        let events = party.all_choose("wait");
        assert!(crate::happened::momentum_moves(&events, ANNA).is_empty());
        let grew = |event: &Event| matches!(event, Event::SkillGrew(_));
        assert!(!events.iter().any(grew));
    }
}

#[test]
fn it_is_done_besides_a_vote_of_any_kind() {
    for decide in [DecisionMode::Secret, DecisionMode::Bearer] {
        let mut party = pocketing(deciding(decide), 1);
        let events = match decide {
            DecisionMode::Bearer => party.decides(&[(ANNA, "wait")]),
            _ => party.all_choose("wait"),
        };
        assert_eq!(quiet(&events).len(), 1);
    }
    let refused = Party::in_hall(tale(), 1).chooses(ANNA, "pocket");
    assert_eq!(refused, Err(Refusal::NoSuchChoice));
}
