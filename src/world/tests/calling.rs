//! The classes the gods give, over many interrogations.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use game::{Dice, God, Seat, Seed, Version, best_class};

/// Interrogations that are played.
const CALLINGS: u32 = 20_000;
/// Questions that follow one of each god.
const FURTHER: usize = 2;

#[test]
fn no_class_is_rare_and_none_is_common_over_random_answers() {
    let world = world::library().unwrap();
    let mut dice = Dice::new(Seed([42; 32]), Version(0));
    let mut called: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..CALLINGS {
        let mut seat = newcomer();
        for god in God::ALL {
            answer(&world, &mut seat, *god, &mut dice);
        }
        let mut moved = God::ALL.to_vec();
        moved.sort_by_key(|god| std::cmp::Reverse(seat.favour_of(*god).abs()));
        for god in moved.into_iter().take(FURTHER) {
            answer(&world, &mut seat, god, &mut dice);
        }
        let class = best_class(&world, &seat, &[], &mut dice).unwrap();
        *called.entry(class.id.as_str().to_owned()).or_default() += 1;
    }
    for (class, count) in &called {
        // Past the test runner's capture: the spread is to be seen when it passes, too.
        let _ = writeln!(io::stderr(), "{class:>16} {:>5.1} %", share(*count));
    }
    assert_eq!(called.len(), world.classes.len(), "every class is called");
    let fair = called
        .values()
        .all(|count| (3.0..=20.0).contains(&share(*count)));
    assert!(fair, "no class under 3 %, none over 20 %");
}

fn share(count: u32) -> f64 {
    f64::from(count) * 100.0 / f64::from(CALLINGS)
}

/// Answers a question of `god` that was not asked before, as the rules draw it, at random.
fn answer(world: &game::content::World, seat: &mut Seat, god: God, dice: &mut Dice) {
    let asked = |id| seat.answers.iter().any(|(asked, _)| asked == id);
    let open: Vec<_> = world
        .questions
        .iter()
        .filter(|question| question.god == god && !asked(&question.id))
        .collect();
    let question = dice
        .pick(&open)
        .expect("a god has three questions at least");
    let answers: Vec<usize> = (0..question.answers.len()).collect();
    let chosen = *dice.pick(&answers).expect("a question has answers");
    for (god, by) in &question.answers[chosen].moves {
        let favour = seat.favour.entry(*god).or_default();
        *favour = (*favour + by).clamp(-100, 100);
    }
    let chosen = u8::try_from(chosen).expect("a question has five answers at most");
    seat.answers.push((question.id.clone(), chosen));
}

fn newcomer() -> Seat {
    Seat {
        name: "Anna".to_owned(),
        generation: 1,
        present: true,
        class: None,
        skills: BTreeMap::new(),
        favour: BTreeMap::new(),
        questions: Vec::new(),
        answers: Vec::new(),
        quest: None,
    }
}
