//! The rules alone: decisions a second on one thread, and how long a long table takes to fold.

use std::time::Instant;

use game::Table;
use world::play::{Play, PlayedCommit};

use crate::measure::median;
use crate::options::Options;
use crate::report::{Report, Target};

/// Generated tables that are played beforehand.
const TABLES: u64 = 60;
/// Steps of each at most.
const STEPS: usize = 4_000;
/// Events of the tables that are folded.
const EVENTS: usize = 400;

/// A table that was played: the events that opened it, and its commits.
struct Played {
    opened: Vec<game::Event>,
    commits: Vec<PlayedCommit>,
}

/// Measures decisions and folding.
pub(crate) fn figures(options: &Options, report: Report) {
    let world = world::library().unwrap();
    let played: Vec<Played> = (0..TABLES).map(|number| play(&world, number)).collect();
    let (mut decisions, mut folds) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        decisions.push(decide(&world, &played));
        folds.push(fold(&played));
    }
    report.judged(
        "decisions a thread",
        decisions.into_iter().fold(0.0, f64::max),
        "a second",
        Target::AtLeast(200_000.0),
    );
    report.judged(
        &format!("folding a table of {EVENTS} events"),
        median(&mut folds),
        "ms",
        Target::AtMost(2.0),
    );
}

fn play(world: &game::content::World, number: u64) -> Played {
    let mut play = Play::new(world, number);
    for _ in 0..STEPS {
        if play.is_over() {
            break;
        }
        play.step();
    }
    Played {
        opened: play.opened().to_vec(),
        commits: play.commits().to_vec(),
    }
}

/// Decides every commit again, each on the table that the ones before have left.
fn decide(world: &game::content::World, played: &[Played]) -> f64 {
    let (mut count, mut spent) = (0_u32, 0.0);
    for one in played {
        let mut table = Table::default();
        table.fold(&one.opened);
        for commit in &one.commits {
            let begun = Instant::now();
            let decided = commit.attempt.decide(world, &table);
            spent += begun.elapsed().as_secs_f64();
            count += 1;
            assert_eq!(decided.as_ref(), Ok(&commit.events));
            table.fold(&commit.events);
        }
    }
    f64::from(count) / spent
}

/// Folds the first events of each table that has so many, and returns the milliseconds of one.
fn fold(played: &[Played]) -> f64 {
    let (mut count, mut spent) = (0_u32, 0.0);
    for one in played {
        let commits = one.commits.iter().map(|commit| commit.events.as_slice());
        let mut folded = 0;
        let commits: Vec<_> = std::iter::once(one.opened.as_slice())
            .chain(commits)
            .take_while(|events| {
                folded += events.len();
                folded <= EVENTS + events.len()
            })
            .collect();
        if folded < EVENTS {
            continue;
        }
        let begun = Instant::now();
        let mut table = Table::default();
        for events in commits {
            table.fold(events);
        }
        spent += begun.elapsed().as_secs_f64();
        count += 1;
        assert!(table.version().0 > 0);
    }
    spent * 1e3 / f64::from(count.max(1))
}
