//! Between two quests: another class, cards, keepsakes and boons.

use game::content::{Class, World};
use game::{
    Actor, Boon, CardId, ClassId, Command, Event, God, KeepsakeId, Refusal, SeatNo, Sense, Skill,
};

use crate::going_on::{between, choice, go_on, told, two_quests};
use crate::party::{ANNA, Answer, BEN, CHRIS, Party};
use crate::tale::{id, smith};

/// A world with another class, of Athena.
fn two_classes() -> World {
    let mut world = two_quests();
    world.classes.push(Class {
        id: id!(ClassId, "sage"),
        leaning: [(God::Athena, 1)].into(),
        first: Sense::Arcana,
        ..smith()
    });
    world
}

/// Anna, a smith, has answered all that was asked between two quests while Athena regarded her so.
fn called_again(athena: i32) -> Party {
    let mut party = Party::in_hall(two_classes(), 0);
    let class = id!(ClassId, "smith");
    party.given(&[Event::Called(game::Calling {
        seat: ANNA,
        class,
        skills: [(Skill::Strength, 44)].into(),
        hp: Some(80),
        favour: Some([(God::Korvan, 40), (God::Athena, athena)].into()),
    })]);
    party.all_choose("wait");
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    while let Some(question) = choice(&party, ANNA).1 {
        party
            .does(
                ANNA,
                Command::Answer {
                    question,
                    answer: 1,
                },
            )
            .unwrap();
    }
    party
}

#[test]
fn another_class_that_matches_a_fifth_better_is_offered_and_keeps_the_skills() {
    let offered = |party: &Party| party.view(ANNA).sheet.unwrap().offered_class;
    assert_eq!(offered(&called_again(41)), None);
    let mut party = called_again(60);
    assert!(offered(&party).is_some());
    party
        .does(ANNA, Command::AnswerCalling { takes: true })
        .unwrap();
    let seat = &party.table.seats()[&ANNA];
    assert_eq!(seat.class, ClassId::parse("sage"));
    assert_eq!(seat.skill(Skill::Strength), 44);
    let again = party.does(ANNA, Command::AnswerCalling { takes: true });
    assert_eq!(again, Err(Refusal::NothingOffered));
}

#[test]
fn silence_refuses_the_other_class() {
    let mut party = called_again(60);
    party.time_passes();
    let seat = &party.table.seats()[&ANNA];
    assert_eq!(
        (&seat.class, &seat.offered),
        (&ClassId::parse("smith"), &None)
    );
}

pub(crate) fn give(party: &mut Party, seat: SeatNo, to: SeatNo) -> Answer {
    let card = id!(CardId, "you-knew");
    party.does(seat, Command::GiveCard { to, card })
}

#[test]
fn a_card_is_given_while_the_chronicle_is_open_and_until_the_next_quest_begins() {
    let mut party = told(two_quests(), 1);
    assert_eq!(give(&mut party, ANNA, ANNA), Err(Refusal::OwnEar));
    assert_eq!(give(&mut party, ANNA, CHRIS), Err(Refusal::SeatEmpty));
    give(&mut party, ANNA, BEN).unwrap();
    assert_eq!(give(&mut party, ANNA, BEN), Err(Refusal::AlreadyChosen));
    assert_eq!(party.table.chronicle(&party.world).unwrap().cards.len(), 1);
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    give(&mut party, BEN, ANNA).unwrap();
    let cards = |seat| party.view(seat).sheet.unwrap().cards.len();
    assert_eq!((cards(ANNA), cards(BEN)), (1, 1), "shown at the next table");
    party.time_passes();
    assert_eq!(give(&mut party, BEN, ANNA), Err(Refusal::NotNow));
}

fn award(party: &mut Party, seat: SeatNo, keepsake: &str, to: SeatNo) -> Answer {
    let keepsake = id!(KeepsakeId, keepsake);
    party.does(seat, Command::AwardKeepsake { keepsake, to })
}

/// What a seat carries.
fn carries(party: &Party, seat: SeatNo) -> Vec<String> {
    let kept = party.table.seats()[&seat].keepsakes.iter();
    kept.map(|(_, keepsake)| keepsake.as_str().to_owned())
        .collect()
}

#[test]
fn each_keepsake_goes_to_whom_most_named_as_far_as_it_carries_none() {
    let mut party = told(two_quests(), 2);
    assert_eq!(
        award(&mut party, ANNA, "crown", BEN),
        Err(Refusal::NoSuchChoice)
    );
    for seat in [ANNA, BEN] {
        award(&mut party, seat, "pin", BEN).unwrap();
    }
    award(&mut party, CHRIS, "pin", ANNA).unwrap();
    award(&mut party, ANNA, "cup", BEN).unwrap();
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    award(&mut party, CHRIS, "cup", CHRIS).unwrap();
    assert!(carries(&party, BEN).is_empty(), "silence may still speak");
    party.time_passes();
    assert_eq!(carries(&party, BEN), ["pin"]);
    assert_eq!(carries(&party, CHRIS), ["cup"], "Ben's hands are full");
    assert!(carries(&party, ANNA).is_empty());
}

#[test]
fn one_alone_carries_two_and_spends_each_on_one_check_of_its_own() {
    let mut party = told(two_quests(), 0);
    for keepsake in ["pin", "cup"] {
        award(&mut party, ANNA, keepsake, ANNA).unwrap();
    }
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    party.time_passes();
    assert_eq!(carries(&party, ANNA), ["pin", "cup"]);
    let spend = |party: &mut Party| {
        let (scene, keepsake) = (party.scene(), id!(KeepsakeId, "pin"));
        party.does(ANNA, Command::SpendKeepsake { scene, keepsake })
    };
    assert_eq!(party.chance(ANNA, "push"), 50);
    spend(&mut party).unwrap();
    assert_eq!(party.chance(ANNA, "push"), 65);
    assert_eq!(spend(&mut party), Err(Refusal::NotYourKeepsake));
}

#[test]
fn a_keepsake_helps_no_other_hand() {
    let mut party = told(two_quests(), 1);
    award(&mut party, ANNA, "pin", BEN).unwrap();
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    party.time_passes();
    let before = party.chance(BEN, "push");
    let (scene, keepsake) = (party.scene(), id!(KeepsakeId, "pin"));
    party
        .does(BEN, Command::SpendKeepsake { scene, keepsake })
        .unwrap();
    assert_eq!(party.chance(BEN, "push"), before, "Anna's is the hand");
}

/// Anna, between two quests, has so much legend.
fn legendary(legend: i32) -> Party {
    let mut party = between(two_quests(), 0);
    let why = game::LegendReason::Stake;
    let grown = game::LegendGain {
        seat: ANNA,
        by: legend,
        why,
    };
    party.given(&[Event::LegendGrew(grown)]);
    party
}

fn take(party: &mut Party, boon: Boon) -> Answer {
    party.does(ANNA, Command::TakeBoon { boon })
}

#[test]
fn each_full_three_of_legend_buys_one_boon() {
    let practice = |skill| Boon::Practice { skill };
    let poor = take(&mut legendary(2), practice(Skill::Stealth));
    assert_eq!(poor, Err(Refusal::TooLittleLegend));
    let mut party = legendary(6);
    take(&mut party, practice(Skill::Stealth)).unwrap();
    assert_eq!(party.table.seats()[&ANNA].skill(Skill::Stealth), 15);
    take(&mut party, practice(Skill::Stealth)).unwrap();
    let third = take(&mut party, practice(Skill::Stealth));
    assert_eq!(third, Err(Refusal::TooLittleLegend));
}

#[test]
fn a_boon_is_taken_only_where_it_gives_something() {
    let mut party = legendary(6);
    let own = take(&mut party, Boon::ThirdSense { sense: Sense::Song });
    assert_eq!(own, Err(Refusal::NoSuchChoice), "a smith has it");
    take(&mut party, Boon::ThirdSense { sense: Sense::Wild }).unwrap();
    let fourth = take(
        &mut party,
        Boon::ThirdSense {
            sense: Sense::Arcana,
        },
    );
    assert_eq!(fourth, Err(Refusal::NoSuchChoice));
    let early = take(&mut party, Boon::SecondSignature {});
    assert_eq!(early, Err(Refusal::NoSuchChoice), "at nine");
    let mut party = legendary(9);
    take(&mut party, Boon::SecondSignature {}).unwrap();
    let twice = take(&mut party, Boon::SecondSignature {});
    assert_eq!(twice, Err(Refusal::NoSuchChoice));
}
