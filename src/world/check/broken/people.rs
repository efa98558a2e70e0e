//! Gods, questions, classes, companions, stakes, gifts and cards that are not as they should be.

use game::content::{Companion, GodSheet, World};
use game::{God, Tag};

use super::{ContentError, assert_counted, assert_found, faults};

#[test]
fn numbers_out_of_range_are_found() {
    let found = |break_it: fn(&mut World), counted: &str, number: i64| {
        assert_counted(&faults(break_it), counted, number);
    };
    found(
        |world| {
            let god = world.gods.get_mut(&God::Athena).unwrap();
            god.weighs.insert(Tag::Truth, 4);
        },
        "weight",
        4,
    );
    found(
        |world| {
            world.classes[0].leaning.insert(God::Mercus, -4);
        },
        "leaning",
        -4,
    );
    found(
        |world| {
            let moves = &mut world.questions[0].answers[0].moves;
            moves.insert(God::Athena, 31);
        },
        "move",
        31,
    );
    found(
        |world| world.questions[0].answers[0].moves = [(God::Athena, 9)].into(),
        "gods an answer moves",
        1,
    );
    found(
        |world| {
            let questions = &mut world.questions;
            questions.retain(|question| question.god != God::Sylara);
        },
        "number of questions",
        0,
    );
    found(|world| world.questions[0].answers.truncate(3), "answers", 3);
    found(|world| world.classes[0].hp = 20, "hit points", 20);
    found(|world| world.companions[0].approval = 101, "approval", 101);
    found(|world| world.companions.truncate(1), "companions", 1);
}

#[test]
fn people_and_gods_written_wrongly_are_found() {
    let same = faults(|world| world.classes[0].second = world.classes[0].first);
    assert_eq!(same, [ContentError::SensesSame]);
    let signature = faults(|world| world.classes[0].signature.listen = true);
    assert_eq!(signature, [ContentError::Signature]);
    let twice = faults(|world| world.classes[1].id = world.classes[0].id.clone());
    assert_eq!(twice, [ContentError::IdTwice("fighter".to_owned())]);
    let god = |break_it: fn(&mut GodSheet)| {
        faults(|world| break_it(world.gods.get_mut(&God::Athena).unwrap()))
    };
    let colour = god(|athena| athena.colour = "blue".to_owned());
    assert_eq!(colour, [ContentError::Colour("blue".to_owned())]);
    let line = god(|athena| athena.abstains[0] = "Hm.".to_owned());
    assert_eq!(line, [ContentError::UnmovedLine("Hm.".to_owned())]);
    let grave = god(|athena| athena.grave.clear());
    assert_eq!(grave, [ContentError::UnmovedLine(String::new())]);
    let few = god(|athena| athena.abstains.truncate(2));
    assert_counted(&few, "unmoved lines", 2);
    let one = god(|athena| athena.grave.push_str(" {doer} has my silence."));
    assert_eq!(one, [ContentError::DoerVerb("has".to_owned())]);
    let missing = faults(|world| {
        world.gods.remove(&God::Athena);
    });
    assert_found(&missing, &ContentError::GodMissing(God::Athena));
}

#[test]
fn an_answer_that_comes_to_nothing_is_found() {
    let found = faults(|world| world.questions[3].answers[1].said.clear());
    assert_eq!(found, [ContentError::Empty("what an answer comes to")]);
}

/// The faults when the second companion, whose approval is 50 and whose trigger is caging, goes by these rules.
fn going_by(rules: &[&str]) -> Vec<ContentError> {
    faults(|world| {
        let osk: &mut Companion = &mut world.companions[1];
        osk.rules = rules.iter().map(|rule| rule.parse().unwrap()).collect();
    })
}

#[test]
fn rules_of_companions_that_contradict_are_found() {
    assert_eq!(going_by(&["must mercy", "leaves if approval < 50"]), []);
    assert_eq!(going_by(&[]), [ContentError::Empty("the list of rules")]);
    assert_eq!(
        going_by(&["challenges", "challenges"]),
        [ContentError::RuleTwice(2)]
    );
    assert_eq!(
        going_by(&["leaves if approval < 51"]),
        [ContentError::LeavesAtOnce]
    );
    let trigger = [ContentError::RuleAgainstRule(Tag::Caging)];
    assert_eq!(going_by(&["votes caging +2"]), trigger);
    let rules = [ContentError::RuleAgainstRule(Tag::Mercy)];
    assert_eq!(going_by(&["must mercy", "will_not mercy"]), rules);
    assert_counted(&going_by(&["votes mercy +7"]), "taste", 7);
    assert_counted(
        &going_by(&["steps_in if approval >= 101"]),
        "approval in a rule",
        101,
    );
    assert_counted(&going_by(&["leaves if fled >= 0"]), "times in a rule", 0);
}

#[test]
fn every_stake_stands_there_once_with_its_own_god() {
    let gone = faults(|world| world.stakes.truncate(23));
    assert_counted(&gone, "number of sheets", 0);
    let another = faults(|world| world.stakes[0].god = God::Kaitha);
    assert_found(&another, &ContentError::StakeOfAnother(God::Valdris));
    let brace = faults(|world| world.stakes[0].hint.push_str(" {several}"));
    assert_eq!(brace, [ContentError::HintPlaceholder]);
    let lone = faults(|world| {
        for sheet in &mut world.stakes {
            sheet.seats = 2;
        }
    });
    assert_eq!(lone, vec![ContentError::NoStakeForOne; 8]);
    let seats = faults(|world| world.stakes[0].seats = 7);
    assert_counted(&seats, "fewest seats", 7);
}

#[test]
fn every_gift_and_card_stands_there_once() {
    let gone = faults(|world| world.gifts.truncate(23));
    assert_counted(&gone, "number of sheets", 0);
    let twice = faults(|world| world.gifts.push(world.gifts[0].clone()));
    assert_counted(&twice, "number of sheets", 2);
    let few = faults(|world| world.cards.truncate(5));
    assert_counted(&few, "cards", 5);
    let card = faults(|world| world.cards[1].id = world.cards[0].id.clone());
    assert_eq!(
        card,
        [ContentError::IdTwice("i-would-follow-you".to_owned())]
    );
}
