//! What a seat does or holds in secret changes no byte that others are sent: two tables that differ by one secret look the
//! same to everybody who may not know it, on the page and in JSON. And the search finds a secret of every kind that is shown.

use std::collections::BTreeSet;

use game::content::World;
use game::{Dice, SeatNo, Seed, Table, Version};
use world::play::Play;
use world::play::forks::{Fork, SecretCommand, forks};
use world::play::shadows::{SecretKind, Shadow};

use crate::planted::page_of;

/// Steps of a generated table at most.
const STEPS_MAX: usize = 2_000;
/// Tables looked through for secrets of every kind.
const TABLES_MAX: u64 = 400;
/// Of each kind of secret so many are compared as bytes.
const OF_EACH: usize = 4;

/// All that a viewer is sent of a table: the page and the view as JSON.
fn sent(world: &World, table: &Table, viewer: Option<SeatNo>) -> String {
    let view = table.view(world, viewer);
    let json = serde_json::to_string(&view).unwrap();
    page_of(&view) + &json
}

/// The same with what another seat is sent beside.
fn sent_with(world: &World, table: &Table, (viewer, other): (Option<SeatNo>, SeatNo)) -> String {
    sent(world, table, viewer) + &sent(world, table, Some(other))
}

#[test]
fn nobody_can_tell_by_what_is_sent_that_a_secret_command_was_given() {
    let world = world::library().unwrap();
    let mut kinds: Vec<SecretCommand> = Vec::new();
    let wanted: BTreeSet<SecretCommand> = ALL_COMMANDS.into();
    let found = |kinds: &[SecretCommand]| kinds.iter().copied().collect::<BTreeSet<_>>() == wanted;
    for number in 1..TABLES_MAX {
        for_each_step(&world, number, |table, seat, at_ms| {
            for fork in forks(&world, table, seat, at_ms) {
                let known = kinds.iter().filter(|kind| **kind == fork.command).count();
                if known < OF_EACH {
                    assert_alike(&world, &fork, seat);
                    kinds.push(fork.command);
                }
            }
        });
        if found(&kinds) {
            return;
        }
    }
    panic!("not every secret command was given: {kinds:?}");
}

const ALL_COMMANDS: [SecretCommand; 10] = [
    SecretCommand::Act,
    SecretCommand::Arm,
    SecretCommand::CallOn,
    SecretCommand::Hint,
    SecretCommand::Keep,
    SecretCommand::Judge,
    SecretCommand::Listen,
    SecretCommand::StayHand,
    SecretCommand::Tell,
    SecretCommand::TellAside,
];

fn assert_alike(world: &World, fork: &Fork, seat: SeatNo) {
    let apart = fork.told_apart(|table, viewer| sent(world, table, viewer));
    assert_eq!(apart, None, "{:?} of {seat}", fork.command);
    let others = fork.one.present().count() > fork.knowers.len();
    let planted = fork.told_apart(|table, viewer| sent_with(world, table, (viewer, seat)));
    let hides = [SecretCommand::Tell, SecretCommand::TellAside].contains(&fork.command);
    assert!(
        planted.is_some() || !others || hides,
        "{:?} of {seat} is seen on its page",
        fork.command
    );
}

#[test]
fn nobody_can_tell_by_what_is_sent_what_anothers_secret_is() {
    let world = world::library().unwrap();
    let mut chance = Dice::new(Seed([5; 32]), Version(0));
    let mut kinds: Vec<SecretKind> = Vec::new();
    for number in 1..TABLES_MAX {
        let mut play = Play::new(&world, number);
        for _ in 0..STEPS_MAX {
            if play.is_over() {
                break;
            }
            let before = play.table().clone();
            let Ok(events) = play.step().answer else {
                continue;
            };
            let Some(shadow) = Shadow::of(&world, &before, &events, &mut chance) else {
                continue;
            };
            let known = kinds.iter().filter(|kind| **kind == shadow.kind()).count();
            if known < OF_EACH && play.table().phase().is_live() {
                let apart =
                    shadow.told_apart(play.table(), |table, viewer| sent(&world, table, viewer));
                assert_eq!(apart, None, "{:?}", shadow.kind());
                kinds.push(shadow.kind());
            }
        }
        let seen: BTreeSet<SecretKind> = kinds.iter().copied().collect();
        if seen.len() == SecretKind::ALL.len() {
            return;
        }
    }
    panic!("not every secret was held: {kinds:?}");
}

/// Plays a generated table, and looks at it with the eyes of a seat before each step.
fn for_each_step(world: &World, number: u64, mut look: impl FnMut(&Table, SeatNo, u64)) {
    let mut play = Play::new(world, number);
    let mut at_ms = 0;
    for step in 0..STEPS_MAX {
        if play.is_over() {
            return;
        }
        at_ms = play.step().attempt.at_ms.max(at_ms);
        let seats: Vec<SeatNo> = play.table().present().map(|(no, _)| no).collect();
        // Not each seat at each step: they differ little.
        if step % 3 == 0
            && let Some(seat) = seats.get(step / 3 % seats.len().max(1))
        {
            look(play.table(), *seat, at_ms);
        }
    }
}
