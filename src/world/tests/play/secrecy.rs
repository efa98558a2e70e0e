//! What is secret stays so: tables that differ in one secret look the same to everybody who may not know it.

use std::collections::BTreeMap;

use game::content::World;
use game::{Dice, Event, Phase, SceneState, SeatNo, Seed, Table, Version};
use serde_json::Value;
use world::play::Play;
use world::play::forks::{SecretCommand, forks};
use world::play::shadows::{SecretKind, Shadow};

use crate::first_number;
use crate::tally::Tally;

/// Altered journals that are followed at a time.
const SHADOWS_MAX: usize = 2;
/// Commits for which one is followed.
const FOLLOWED_MAX: u32 = 60;
/// One commit in so many is forked, so that a run does not only look.
const FORKS_ONE_IN: u32 = 6;

/// The page that a viewer is sent.
fn view_json(world: &World, table: &Table, viewer: Option<SeatNo>) -> String {
    serde_json::to_string(&table.view(world, viewer)).unwrap_or_default()
}

/// Looks for secrets in one table that is played.
pub(crate) struct Secrecy<'w> {
    world: &'w World,
    chance: Dice,
    shadows: Vec<(Shadow, u32)>,
}

impl<'w> Secrecy<'w> {
    pub(crate) fn new(world: &'w World, number: u64) -> Self {
        let mut key = [7; 32];
        key[..8].copy_from_slice(&number.to_be_bytes());
        Self {
            world,
            chance: Dice::new(Seed(key), Version(0)),
            shadows: Vec::new(),
        }
    }

    /// Follows altered journals, and begins another.
    pub(crate) fn watch(
        &mut self,
        before: &Table,
        events: &[Event],
        after: &Table,
        tally: &mut Tally,
    ) {
        self.shadows.retain_mut(|(shadow, commits)| {
            *commits += 1;
            shadow.follow(events) && *commits < FOLLOWED_MAX
        });
        if self.shadows.len() < SHADOWS_MAX
            && let Some(shadow) = Shadow::of(self.world, before, events, &mut self.chance)
            && after.phase() != Phase::Chronicle
        {
            tally.one("altered", &format!("{:?}", shadow.kind()).to_lowercase());
            self.shadows.push((shadow, 0));
        }
        for (shadow, _) in &self.shadows {
            let show = |table: &Table, viewer| view_json(self.world, table, viewer);
            if let Some(viewer) = shadow.told_apart(after, show) {
                let (kind, shadow) = (shadow.kind(), shadow.table());
                let difference = differing(self.world, after, shadow, viewer);
                panic!("{kind:?} is seen by {viewer:?} after {events:?}: {difference}");
            }
        }
    }

    /// Forks the table by each secret command of one seat.
    pub(crate) fn fork(&mut self, table: &Table, at_ms: u64, tally: &mut Tally) {
        if self.chance.below(FORKS_ONE_IN) > 0 {
            return;
        }
        let seats: Vec<SeatNo> = table.present().map(|(no, _)| no).collect();
        let Some(seat) = self.chance.pick(&seats) else {
            return;
        };
        for fork in forks(self.world, table, *seat, at_ms) {
            tally.one("forked", &format!("{:?}", fork.command).to_lowercase());
            let show = |table: &Table, viewer| view_json(self.world, table, viewer);
            if let Some(viewer) = fork.told_apart(show) {
                let difference = differing(self.world, &fork.one, &fork.other, viewer);
                let command = fork.command;
                panic!("{command:?} of {seat} is seen by {viewer:?}: {difference}");
            }
        }
    }
}

/// Where the pages of two tables differ.
fn differing(world: &World, one: &Table, other: &Table, viewer: Option<SeatNo>) -> String {
    let page = |table: &Table| {
        let text = view_json(world, table, viewer);
        serde_json::from_str::<Value>(&text).unwrap_or_default()
    };
    let mut found = Vec::new();
    compare(&page(one), &page(other), "", &mut found);
    found.join("; ")
}

fn compare(one: &Value, other: &Value, at: &str, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            for (key, value) in one {
                let second = other.get(key).unwrap_or(&Value::Null);
                compare(value, second, &format!("{at}/{key}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (value, second)) in one.iter().zip(other).enumerate() {
                compare(value, second, &format!("{at}/{index}"), found);
            }
        }
        _ if one != other => found.push(format!("{at}: {one} or {other}")),
        _ => {}
    }
}

/// What a page would be that shows, besides, a secret of each kind.
fn planted(world: &World, kind: SecretKind, table: &Table, viewer: Option<SeatNo>) -> String {
    let state = serde_json::to_value(table).unwrap_or_default();
    let of_seats = |part: &str| -> Value {
        let seats = state["party"]["seats"].as_object().into_iter().flatten();
        seats.map(|(_, seat)| seat[part].clone()).collect()
    };
    let of_scenes = |part: &str| -> Value {
        let scenes = state["scene"]["scenes"].as_array().into_iter().flatten();
        scenes.map(|scene| scene[part].clone()).collect()
    };
    let secret = match kind {
        SecretKind::Answer => of_seats("answers"),
        SecretKind::Aside => of_scenes("told"),
        SecretKind::ChallengeThrow => of_scenes("challenges"),
        SecretKind::Favour => of_seats("favour"),
        SecretKind::Gift => of_scenes("called_on"),
        SecretKind::Hint => of_scenes("hints"),
        SecretKind::Kept => of_scenes("kept"),
        SecretKind::Listening => of_scenes("invoked"),
        SecretKind::Mark => of_seats("carried"),
        SecretKind::Momentum => of_seats("momentum"),
        SecretKind::QuietChoice => of_scenes("acting"),
        SecretKind::QuietHand => of_scenes("quiet"),
        SecretKind::Slip => state["story"]["judged"].clone(),
        SecretKind::Stake => of_seats("stake"),
    };
    format!("{}{secret}", view_json(world, table, viewer))
}

#[test]
fn a_planted_leak_of_each_kind_is_found() {
    let world = world::unchecked_library().unwrap();
    let mut found: BTreeMap<SecretKind, u32> = BTreeMap::new();
    let mut number = first_number();
    while found.len() < SecretKind::ALL.len() {
        assert!(number < first_number() + 400, "only {found:?} came about");
        let mut play = Play::of_many_quests(&world, number);
        let mut chance = Dice::new(Seed([3; 32]), Version(number));
        while !play.is_over() {
            let before = play.table().clone();
            let Ok(events) = play.step().answer else {
                continue;
            };
            let Some(shadow) = Shadow::of(&world, &before, &events, &mut chance) else {
                continue;
            };
            if found.contains_key(&shadow.kind()) || play.table().phase() == Phase::Chronicle {
                continue;
            }
            let real = |table: &Table, viewer| view_json(&world, table, viewer);
            assert_eq!(shadow.told_apart(play.table(), real), None);
            let leaky = |table: &Table, viewer| planted(&world, shadow.kind(), table, viewer);
            let leak = shadow.told_apart(play.table(), leaky);
            assert!(leak.is_some(), "{:?} was planted", shadow.kind());
            *found.entry(shadow.kind()).or_default() += 1;
        }
        number += 1;
    }
}

#[test]
fn a_planted_count_of_secret_commands_is_found() {
    let world = world::unchecked_library().unwrap();
    let mut found: BTreeMap<SecretCommand, u32> = BTreeMap::new();
    for number in first_number()..first_number() + 12 {
        let mut play = Play::of_many_quests(&world, number);
        while !play.is_over() {
            let at_ms = play.step().attempt.at_ms;
            let seats: Vec<SeatNo> = play.table().present().map(|(no, _)| no).collect();
            let seat = seats.get(play.commits().len() % seats.len().max(1));
            for fork in seat.map_or(Vec::new(), |no| forks(&world, play.table(), *no, at_ms)) {
                if found.contains_key(&fork.command) {
                    continue;
                }
                // Every commit is counted, whoever saw anything of it; a telling is a commit either way.
                let counting = |table: &Table, viewer| {
                    let told = table.scenes().last().map(manners);
                    format!("{:?}{told:?}{viewer:?}", table.version())
                };
                assert!(fork.told_apart(counting).is_some(), "{:?}", fork.command);
                *found.entry(fork.command).or_default() += 1;
            }
        }
    }
    assert!(found.len() >= 8, "only {found:?} came about");
}

fn manners(log: &std::sync::Arc<SceneState>) -> Vec<game::Manner> {
    log.told.iter().map(|told| told.manner).collect()
}

#[test]
fn companions_show_nothing_of_what_they_go_by_but_what_they_lean_to() {
    let world = world::unchecked_library().unwrap();
    let mut other = world.clone();
    for sheet in &mut other.companions {
        sheet.rules.clear();
        sheet.flaw = "Nothing at all.".to_owned();
        sheet.agenda = "Nothing whatever.".to_owned();
    }
    let shown = |world: &World, table: &Table, viewer| {
        let mut view = table.view(world, viewer);
        for companion in &mut view.companions {
            companion.leans_to = None;
        }
        view
    };
    let mut compared = 0;
    for number in first_number()..first_number() + 12 {
        let mut play = Play::of_many_quests(&world, number);
        while !play.is_over() {
            play.step();
            let table = play.table();
            if table.phase() == Phase::Chronicle || play.commits().len() % 5 > 0 {
                continue;
            }
            let seats = table.present().map(|(no, _)| Some(no));
            for viewer in seats.chain([None]) {
                assert_eq!(shown(&world, table, viewer), shown(&other, table, viewer));
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared} pages");
}
