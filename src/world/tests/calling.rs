//! The classes the gods give, over many interrogations.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use game::content::World;
use game::{
    Actor, Code, Command, Dice, Moment, Opening, SeatNo, Seed, Sitting, Table, TimeLimit, Version,
};

/// Interrogations of each sitting that are played.
const CALLINGS: u32 = 8_000;
/// The only seat.
const ALONE: SeatNo = SeatNo(1);

#[test]
fn no_class_is_rare_and_none_is_common_over_random_answers() {
    let world = world::unchecked_library().unwrap();
    for (sitting, rarest, commonest) in [(Sitting::Long, 3.0, 20.0), (Sitting::Short, 2.0, 22.0)] {
        let mut called: BTreeMap<String, u32> = BTreeMap::new();
        for number in 0..CALLINGS {
            let class = class_of(&world, sitting, number);
            *called.entry(class).or_default() += 1;
        }
        for (class, count) in &called {
            // Past the test runner's capture: the spread is to be seen when it passes, too.
            let _ = writeln!(
                io::stderr(),
                "{sitting:?} {class:>16} {:>5.1} %",
                share(*count)
            );
        }
        assert_eq!(called.len(), world.classes.len(), "every class is called");
        let fair = called
            .values()
            .all(|count| (rarest..=commonest).contains(&share(*count)));
        assert!(fair, "no class under {rarest} %, none over {commonest} %");
    }
}

fn share(count: u32) -> f64 {
    f64::from(count) * 100.0 / f64::from(CALLINGS)
}

/// Lets one player answer all that the gods ask, at random, and reads the class they give.
fn class_of(world: &World, sitting: Sitting, number: u32) -> String {
    let mut key = [0; 32];
    key[..4].copy_from_slice(&number.to_be_bytes());
    let mut chance = Dice::new(Seed(key), Version(0));
    let opening = Opening {
        code: Code::from_random([0; 6]),
        seed: Seed(key),
        commitment: String::new(),
    };
    let moment = Moment { at_ms: 1 };
    let opened = Table::open(&opening, world, "Anna", TimeLimit::Off, moment);
    let mut table = Table::default();
    table.fold(&opened.expect("a table opens"));
    decide(world, &mut table, &Command::Begin { sitting });
    loop {
        let held = &table.seats()[&ALONE];
        if let Some(class) = &held.class {
            return class.as_str().to_owned();
        }
        let question = held.questions[held.answers.len()].clone();
        let answers = world
            .question(&question)
            .expect("it is asked")
            .answers
            .len();
        let count = u32::try_from(answers).expect("a question has few answers");
        let answer = u8::try_from(chance.below(count)).expect("a question has few answers");
        decide(world, &mut table, &Command::Answer { question, answer });
    }
}

fn decide(world: &World, table: &mut Table, command: &Command) {
    let moment = Moment { at_ms: 2 };
    let events = table.decide(world, Actor::Seat(ALONE), command, moment);
    table.fold(&events.expect("it is this seat's turn"));
}
