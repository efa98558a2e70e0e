//! What the gods ask, and what they name a seat.

use std::collections::BTreeMap;

use game::content::{Class, World};
use game::{
    ClassId, Command, Event, God, Phase, QuestionId, Refusal, SeatNo, Seed, Sitting, Stage,
};

use crate::party::{ANNA, Answer, BEN, Opened, Party};
use crate::tale::{id, smith, tale};

/// Anna and Ben are questioned.
fn sitting(world: World, sitting: Sitting) -> Party {
    let mut party = Opened::default().gathering(world, 1);
    party.does(ANNA, Command::Begin { sitting }).unwrap();
    party
}

/// The question that a seat is to answer.
fn asked(party: &Party, seat: SeatNo) -> Option<QuestionId> {
    match party.view(seat).stage {
        Stage::Question(question) => Some(question.question),
        _ => None,
    }
}

fn answer(party: &mut Party, seat: SeatNo, answer: u8) -> Answer {
    let question = asked(party, seat).unwrap();
    party.does(seat, Command::Answer { question, answer })
}

/// Answers all, and says which gods asked in which order.
fn answers_all(party: &mut Party, seat: SeatNo, with: u8) -> Vec<God> {
    let mut gods = Vec::new();
    while let Some(question) = asked(party, seat) {
        let god = God::ALL
            .iter()
            .find(|god| question.as_str().starts_with(god.word()));
        gods.push(*god.unwrap());
        answer(party, seat, with).unwrap();
    }
    gods
}

#[test]
fn a_long_sitting_asks_for_each_god_once_more_for_the_most_moved_and_one_question_of_all() {
    let mut party = sitting(tale(), Sitting::Long);
    let gods = answers_all(&mut party, ANNA, 0);
    assert_eq!(gods.len(), 10);
    let mut first = gods[..8].to_vec();
    first.sort_unstable();
    assert_eq!(first, God::ALL);
    let of_ben = answers_all(&mut party, BEN, 1);
    assert_eq!(of_ben.last(), gods.last(), "the last is the same for all");
    let last = |seat: SeatNo| party.table.seats()[&seat].questions.last().cloned();
    assert_eq!(last(ANNA), last(BEN));
}

#[test]
fn the_god_that_was_moved_most_asks_once_more() {
    // Only Korvan is moved by these answers.
    let mut world = tale();
    for question in world
        .questions
        .iter_mut()
        .filter(|asked| asked.god != God::Korvan)
    {
        for answer in &mut question.answers {
            answer.moves.clear();
        }
    }
    let mut party = sitting(world, Sitting::Long);
    let gods = answers_all(&mut party, ANNA, 0);
    assert_eq!(gods[8], God::Korvan);
}

#[test]
fn a_short_sitting_asks_five_of_which_drakmors_is_the_same_for_all() {
    for seed in 0..10 {
        let opened = Opened {
            seed: Seed([seed; 32]),
            ..Opened::default()
        };
        let mut party = opened.gathering(tale(), 1);
        let short = Sitting::Short;
        party.does(ANNA, Command::Begin { sitting: short }).unwrap();
        let (anna, ben) = (
            party.table.seats()[&ANNA].questions.clone(),
            party.table.seats()[&BEN].questions.clone(),
        );
        assert_eq!(anna.last(), ben.last());
        let gods = answers_all(&mut party, ANNA, 0);
        assert!([God::Valdris, God::Kaitha].contains(&gods[0]));
        assert!([God::Morvane, God::Korvan].contains(&gods[1]));
        assert!([God::Sylara, God::Mercus].contains(&gods[2]));
        assert_eq!(gods[3..], [God::Athena, God::Drakmor]);
    }
}

#[test]
fn the_open_question_is_asked_to_nobody_before_and_its_answers_open_together() {
    let mut party = sitting(tale(), Sitting::Long);
    answers_all(&mut party, ANNA, 0);
    let open = party.table.seats()[&ANNA].questions.last().cloned();
    let asked_before = |seat: SeatNo| {
        let questions = party.table.seats()[&seat].questions.clone();
        questions
            .iter()
            .filter(|asked| Some(*asked) == open.as_ref())
            .count()
    };
    assert_eq!((asked_before(ANNA), asked_before(BEN)), (1, 0));
    assert_eq!(party.view(BEN).open_question, None);
    answers_all(&mut party, BEN, 1);
    let opened = party.view(BEN).open_question.unwrap();
    assert_eq!(opened.answers.len(), 2);
}

#[test]
fn questions_are_answered_in_their_order_with_answers_that_are_there() {
    let mut party = sitting(tale(), Sitting::Long);
    let question = id!(QuestionId, "nothing-1");
    let other = party.does(
        ANNA,
        Command::Answer {
            question,
            answer: 0,
        },
    );
    assert_eq!(other, Err(Refusal::MovedOn));
    assert_eq!(answer(&mut party, ANNA, 9), Err(Refusal::NoSuchChoice));
}

#[test]
fn favour_is_halved_after_a_long_sitting_and_held_within_49_after_either() {
    // Every question moves Korvan by 30.
    let favour = |sitting_kind: Sitting, answers: usize| {
        let mut world = tale();
        for question in &mut world.questions {
            question.answers[0].moves = [(God::Korvan, 30)].into();
        }
        let mut party = sitting(world, sitting_kind);
        for _ in 0..answers {
            answer(&mut party, ANNA, 0).unwrap();
        }
        party.time_passes();
        party.favour(ANNA, God::Korvan)
    };
    assert_eq!(favour(Sitting::Long, 1), 15);
    assert_eq!(favour(Sitting::Long, 9), 49, "half of a hundred is over 49");
    assert_eq!(favour(Sitting::Short, 1), 30);
    assert_eq!(favour(Sitting::Short, 4), 49);
}

/// A world of two classes, of Korvan and of Athena.
fn two_classes() -> World {
    let sage = Class {
        id: id!(ClassId, "sage"),
        leaning: [(God::Athena, 1)].into(),
        ..smith()
    };
    let mut world = tale();
    world.classes.push(sage);
    world
}

#[test]
fn the_class_is_the_best_match_of_favour() {
    for (god, class) in [(God::Korvan, "smith"), (God::Athena, "sage")] {
        let mut party = sitting(two_classes(), Sitting::Long);
        while let Some(question) = asked(&party, ANNA) {
            let pleases = u8::from(!question.as_str().starts_with(god.word()));
            answer(&mut party, ANNA, pleases).unwrap();
        }
        let called = party.table.seats()[&ANNA].class.clone();
        assert_eq!(called, ClassId::parse(class));
    }
}

#[test]
fn silence_is_called_by_what_was_said_and_questions_left_are_asked_no_more() {
    let mut party = sitting(two_classes(), Sitting::Long);
    answer(&mut party, ANNA, 0).unwrap();
    let next = asked(&party, ANNA).unwrap();
    party.time_passes();
    assert_eq!(party.table.phase(), Phase::QuestChoice);
    assert!(
        party
            .table
            .seats()
            .values()
            .all(|seat| seat.class.is_some())
    );
    let late = Command::Answer {
        question: next,
        answer: 0,
    };
    assert_eq!(party.does(ANNA, late), Err(Refusal::MovedOn));
}

#[test]
fn two_who_said_nothing_are_named_differently_where_there_are_classes_enough() {
    let mut party = sitting(two_classes(), Sitting::Long);
    party.time_passes();
    let classes: Vec<_> = party
        .table
        .seats()
        .values()
        .map(|seat| seat.class.clone())
        .collect();
    assert_ne!(classes[0], classes[1]);
}

#[test]
fn an_answer_moves_what_it_says_and_its_seat_alone() {
    let mut party = sitting(tale(), Sitting::Long);
    let events = answer(&mut party, ANNA, 0).unwrap();
    let Event::Answered { moves, .. } = &events[0] else {
        panic!("it was answered: {events:?}");
    };
    let moved: BTreeMap<God, i32> = party.table.seats()[&ANNA].favour.clone();
    assert_eq!(&moved, moves);
    assert!(party.table.seats()[&BEN].favour.is_empty());
}
