//! Generated play: what the game promises holds at every step of many random tables.

mod promises;
mod secrecy;
mod tally;

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use game::content::World;
use game::{Actor, Command, Event, Phase, SeatNo, Table, TimeLimit};
use world::play::secrets::Secrets;
use world::play::{Attempt, Play};

use secrecy::Secrecy;
use tally::Tally;

/// Steps the run makes at least; `PLAY_STEPS` sets another number, and `make test` a ten times greater one.
const STEPS_MIN: u64 = 10_000;
/// From how many steps on a run must have seen what the rules know.
const STEPS_FOR_RULES: u64 = 10_000;
/// From how many steps on a run must have seen all that is written.
const STEPS_FOR_WORLD: u64 = 1_000_000;
/// Steps one table may take.
const TABLE_STEPS_MAX: u64 = 8_000;
/// Deadlines that may pass before a silent table is over.
const SILENCE_MAX: usize = 40;

/// The number of the first table; `PLAY_SEED` sets another.
fn first_number() -> u64 {
    given("PLAY_SEED").unwrap_or(1)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a failed run is played again by its seed, and a long one is asked for by its length"
)]
fn given(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn generated_play_keeps_every_promise() {
    let world = world::unchecked_library().unwrap();
    let secrets = Secrets::of(&world);
    let (first, wanted) = (first_number(), given("PLAY_STEPS").unwrap_or(STEPS_MIN));
    let (steps, tables) = (AtomicU64::new(0), AtomicU64::new(0));
    let run = || {
        let mut tally = Tally::default();
        while steps.load(Ordering::Relaxed) < wanted {
            let number = first + tables.fetch_add(1, Ordering::Relaxed);
            let played = play_one(&world, &secrets, number, &mut tally);
            steps.fetch_add(played, Ordering::Relaxed);
        }
        tally
    };
    let mut tally = thread::scope(|scope| {
        let other = scope.spawn(run);
        let mut tally = run();
        tally.add(other.join().expect("the other half of the run has failed"));
        tally
    });
    tally.title = format!(
        "seed {first}, steps {}, tables {}",
        steps.into_inner(),
        tables.into_inner()
    );
    // Past the test runner's capture: the figures and the seed are to be seen when it passes, too.
    let _ = writeln!(io::stderr(), "{tally}");
    if wanted >= STEPS_FOR_RULES {
        tally.assert_the_rules_were_seen();
    }
    if wanted >= STEPS_FOR_WORLD {
        tally.assert_the_world_was_seen(&world);
    }
    tally.assert_chances_are_fair();
}

/// Plays one table to its end and checks every step. Returns the number of steps.
fn play_one(world: &World, secrets: &Secrets, number: u64, tally: &mut Tally) -> u64 {
    let _named = NamedOnPanic(number);
    let mut play = Play::of_many_quests(world, number);
    let mut secrecy = Secrecy::new(world, number);
    let mut played = 0;
    while !play.is_over() {
        assert!(played < TABLE_STEPS_MAX, "the table does not end");
        let before = play.table().clone();
        let step = play.step();
        played += 1;
        match &step.answer {
            Err(refusal) => {
                promises::a_refusal_changes_nothing(&before, play.table(), *refusal);
                tally.refusals += 1;
            }
            Ok(events) => {
                if events
                    .iter()
                    .any(|event| matches!(event, Event::WentOn { .. }))
                {
                    tally.close(world, &before);
                }
                promises::a_decision_knows_what_it_leads_to(world, &before, &step.attempt);
                promises::dice_are_the_tables_own(&before, events);
                promises::chances_shown_are_rolled(world, &before, events);
                promises::the_deal_is_fair(world, play.table(), events);
                promises::ballots_stay_secret(world, &before, &step.attempt);
                promises::nothing_leaks(world, secrets, play.table(), events, played);
                secrecy.watch(&before, events, play.table(), tally);
                secrecy.fork(play.table(), step.attempt.at_ms, tally);
                tally.count(events);
            }
        }
    }
    tally.close(world, play.table());
    played
}

#[test]
fn every_journal_replays_and_tells_the_same_story_again() {
    let world = world::unchecked_library().unwrap();
    let first = first_number();
    for number in first..first + 60 {
        let _named = NamedOnPanic(number);
        let mut play = Play::of_many_quests(&world, number);
        for _ in 0..TABLE_STEPS_MAX {
            if play.is_over() {
                break;
            }
            play.step();
        }
        let mut told = Table::default();
        let mut read = Table::default();
        told.fold(play.opened());
        read.fold(&through_json(play.opened()));
        for commit in play.commits() {
            let again = commit.attempt.decide(&world, &told).unwrap();
            assert_eq!(again, commit.events, "the same command at the same table");
            told.fold(&again);
            read.fold(&through_json(&commit.events));
        }
        assert_eq!(&told, play.table(), "the same commands");
        assert_eq!(&read, play.table(), "the journal read back");
        let snapshot = serde_json::to_string(play.table()).unwrap();
        let restored: Table = serde_json::from_str(&snapshot).unwrap();
        assert_eq!(&restored, play.table(), "the snapshot read back");
    }
}

#[test]
fn a_forgotten_player_leaves_the_same_table_whether_it_is_read_anew_or_told_of_it() {
    let world = world::unchecked_library().unwrap();
    let (first, mut forgotten) = (first_number(), 0);
    for number in first..first + 60 {
        let _named = NamedOnPanic(number);
        let mut play = Play::new(&world, number);
        for _ in 0..20 + (number * 37) % 160 {
            if !play.is_over() {
                play.step();
            }
        }
        let opening = Command::Open {
            name: "Anna".to_owned(),
            limit: TimeLimit::Off,
        };
        let commits = play.commits().iter();
        let commits = commits.map(|commit| (&commit.attempt.command, &commit.events[..]));
        let told: Vec<_> = std::iter::once((&opening, play.opened()))
            .chain(commits)
            .collect();
        for seat in (1..=game::SEATS_MAX).map(SeatNo) {
            let Ok(forgetting) = play.table().forget(seat) else {
                continue;
            };
            let mut informed = play.table().clone();
            informed.fold(&forgetting);
            let mut read = Table::default();
            for (command, events) in &told {
                match game::without(seat, command, events) {
                    Some((_, events)) => read.fold(&events),
                    None => read.fold(events),
                }
            }
            read.fold(&forgetting);
            assert_eq!(read, informed);
            let state = serde_json::to_value(&read).unwrap();
            let lines = state["talk"]["lines"].as_array().unwrap();
            let mut told = lines.iter().filter(|line| line["seat"] == seat.0);
            assert!(told.all(|line| line["text"] == ""), "{state}");
            let name = read.seats().get(&seat).map(|held| &held.name);
            assert!(name.is_none_or(|name| *name == format!("Forgotten {seat}")));
            forgotten += 1;
        }
        let mut erased = play.table().clone();
        erased.fold(&[Event::Erased {}]);
        assert!(erased.is_erased() && erased.seats().is_empty());
    }
    assert!(forgotten > 60, "{forgotten} players were forgotten");
}

#[test]
fn a_planted_leak_is_found() {
    let world = world::unchecked_library().unwrap();
    let secrets = Secrets::of(&world);
    let mut found = 0;
    for number in first_number()..first_number() + 20 {
        let mut play = Play::new(&world, number);
        while !play.is_over() && play.table().scenes().is_empty() {
            play.step();
        }
        let (table, phase) = (play.table(), play.table().phase());
        let seats: Vec<SeatNo> = table.present().map(|(no, _)| no).collect();
        // At a larger table two seats may hear the same whisper.
        if phase != Phase::Scene || !(2..=4).contains(&seats.len()) {
            continue;
        }
        let sent = serde_json::to_string(&table.view(&world, Some(seats[0]))).unwrap();
        assert_eq!(secrets.leak(table, Some(seats[0]), &sent), None);
        let to_another = secrets.leak(table, Some(seats[1]), &sent).is_some();
        let to_spectators = secrets.leak(table, None, &sent).is_some();
        let seed = table.seed().unwrap().to_hex();
        let with_seed = format!("{sent}<!-- {seed} -->");
        assert!(secrets.leak(table, Some(seats[0]), &with_seed).is_some());
        let with_flaw = format!("{sent}<p>{}</p>", world.companions[0].flaw);
        assert!(secrets.leak(table, Some(seats[0]), &with_flaw).is_some());
        assert!(to_another && to_spectators);
        found += 1;
    }
    assert!(found > 5, "{found} tables had something to leak");
}

fn through_json(events: &[Event]) -> Vec<Event> {
    let line = serde_json::to_string(events).unwrap_or_default();
    serde_json::from_str(&line).expect("an event that was written can be read")
}

#[test]
fn silence_ends_every_table_and_from_anywhere_play_reaches_an_ending() {
    let world = world::unchecked_library().unwrap();
    let first = first_number();
    for number in first..first + 80 {
        let _named = NamedOnPanic(number);
        let mut play = Play::of_many_quests(&world, number);
        let stop = 3 + (number * 37) % 400;
        for _ in 0..stop {
            if !play.is_over() {
                play.step();
            }
        }
        if play.is_over() {
            continue;
        }
        let mut silent = play.table().clone();
        let gathering = silent.phase() == Phase::Gathering;
        fall_silent(&world, &mut silent);
        assert_eq!(silent.phase() == Phase::Closed, gathering);

        let mut led = play.table().clone();
        if let (true, Some(host)) = (gathering, led.host()) {
            let start = Attempt {
                actor: Actor::Seat(host),
                command: Command::Begin {
                    sitting: game::Sitting::Long,
                },
                at_ms: led.deadline_ms().unwrap_or(0),
            };
            led.fold(&start.decide(&world, play.table()).unwrap());
        }
        fall_silent(&world, &mut led);
        assert!(led.ending().is_some(), "an ending is reached");
    }
}

fn fall_silent(world: &World, table: &mut Table) {
    for _ in 0..SILENCE_MAX {
        let Some(at_ms) = table.deadline_ms() else {
            break;
        };
        let passing = Attempt {
            actor: Actor::Clock,
            command: Command::PassTime {},
            at_ms,
        };
        let events = passing
            .decide(world, table)
            .expect("a deadline that has come is never refused");
        table.fold(&events);
    }
    assert!(!table.phase().is_live(), "silence ends the table");
}

/// Says which table failed.
struct NamedOnPanic(u64);

impl Drop for NamedOnPanic {
    #[expect(clippy::print_stderr, reason = "the seed of a failed run is wanted")]
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("failed at the table of PLAY_SEED={}", self.0);
        }
    }
}
