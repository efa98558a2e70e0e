//! The eleven lines that simulation holds a quest to: a tenth of the games, with what chance may make of them.

use std::thread;

use world::simulate::{QuestInWorld, SimulationSettings, lines, simulate};

/// A tenth of what `simulate` plays.
const GAMES: u64 = 1_000;

/// Plays a quest and holds it to every line.
fn hold(id: &str) {
    let opened = QuestInWorld::built_in(id)
        .ok()
        .flatten()
        .expect("the library has this quest");
    let settings = SimulationSettings {
        games: GAMES,
        first: 1,
        threads: thread::available_parallelism().map_or(1, usize::from),
    };
    let simulation = simulate(opened.world(), opened.quest(), settings);
    let failed: Vec<String> = lines(opened.world(), opened.quest(), &simulation.figures)
        .into_iter()
        .filter(|line| !line.holds)
        .map(|line| {
            let missed = line.figures.iter().filter(|figure| figure.starts_with('✗'));
            let missed: Vec<&str> = missed.map(String::as_str).collect();
            format!(
                "line {}: {}\n    {}",
                line.number,
                line.asks,
                missed.join("\n    ")
            )
        })
        .collect();
    assert!(failed.is_empty(), "{id}:\n{}", failed.join("\n"));
}

#[test]
fn the_inland_light_keeps_the_lines() {
    hold("the-inland-light");
}

#[test]
fn the_thirteenth_stroke_keeps_the_lines() {
    hold("the-thirteenth-stroke");
}

#[test]
fn seven_wills_keeps_the_lines() {
    hold("seven-wills");
}

#[test]
fn trial_of_the_bridge_keeps_the_lines() {
    hold("trial-of-the-bridge");
}
