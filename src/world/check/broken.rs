//! Each fault, in a world that was sound before it.

use std::sync::LazyLock;

use game::content::{Choice, Outcome, Quest, Scene, Whisper, World};
use game::{Mark, OptionId, QuestId, SceneId};

use super::{ContentError, WorldFinding, check, check_one};

mod deeds;
mod levers;
mod marks;
mod options;
mod people;
mod quests;
mod quiet;
mod roads;
mod ways;
mod wording;

static SOUND: LazyLock<World> = LazyLock::new(|| crate::read(&crate::read::EMBEDDED).unwrap());

/// The faults of the sound world after `break_it`.
fn faults(break_it: impl FnOnce(&mut World)) -> Vec<ContentError> {
    let mut world = SOUND.clone();
    break_it(&mut world);
    told(check(&world))
}

/// What was found, each with a sentence that can be read.
fn told(found: Vec<WorldFinding>) -> Vec<ContentError> {
    for finding in &found {
        let sentence = finding.to_string();
        assert!(
            sentence.contains(": ") && sentence.ends_with('.'),
            "{sentence}"
        );
    }
    found.into_iter().map(|finding| finding.fault).collect()
}

fn inland() -> QuestId {
    QuestId::parse("the-inland-light").unwrap()
}

/// The faults of one sound quest after `break_it`, the others left alone.
fn in_quest(break_it: impl FnOnce(&mut Quest)) -> Vec<ContentError> {
    in_quest_of("the-inland-light", break_it)
}

fn in_quest_of(id: &str, break_it: impl FnOnce(&mut Quest)) -> Vec<ContentError> {
    let id = QuestId::parse(id).unwrap();
    let mut world = SOUND.clone();
    break_it(world.quests.get_mut(&id).unwrap());
    told(check_one(&world, &world.quests[&id]))
}

/// The first scene: a party decides; its first option has all four outcomes, its first whisper is half of an
/// insight, its third warns, its fourth deepens.
fn in_scene(break_it: impl FnOnce(&mut Scene)) -> Vec<ContentError> {
    in_quest(|quest| break_it(&mut quest.scenes[0]))
}

fn in_whisper(at: usize, break_it: impl FnOnce(&mut Whisper)) -> Vec<ContentError> {
    in_scene(|scene| break_it(&mut scene.whispers[at]))
}

fn in_option(break_it: impl FnOnce(&mut Choice)) -> Vec<ContentError> {
    in_scene(|scene| break_it(&mut scene.options[0]))
}

fn in_success(break_it: impl FnOnce(&mut Outcome)) -> Vec<ContentError> {
    in_option(|option| break_it(option.success.as_mut().unwrap()))
}

/// The first option of the quest that is as asked for.
fn find_option(quest: &mut Quest, is: impl Fn(&Choice) -> bool) -> &mut Choice {
    let mut options = quest.scenes.iter_mut().flat_map(|scene| &mut scene.options);
    options.find(|option| is(option)).unwrap()
}

fn nowhere() -> SceneId {
    SceneId::parse("nowhere").unwrap()
}

fn mark(text: &str) -> Mark {
    Mark::parse(text).unwrap()
}

fn option_id(text: &str) -> OptionId {
    OptionId::parse(text).unwrap()
}

#[track_caller]
fn assert_found(found: &[ContentError], fault: &ContentError) {
    assert!(found.contains(fault), "{fault:?} is not in {found:?}");
}

/// Finds a number out of range by what it counts.
#[track_caller]
fn assert_counted(found: &[ContentError], counted: &str, number: i64) {
    let is = |fault: &ContentError| matches!(fault, ContentError::OutOfRange { what, is, .. } if what.contains(counted) && *is == number);
    assert!(
        found.iter().any(is),
        "{counted} {number} is not in {found:?}"
    );
}

#[test]
fn the_library_is_sound() {
    assert_eq!(faults(|_| ()), []);
}

#[test]
fn older_editions_are_not_held_to_the_rules_of_today() {
    assert!(
        SOUND
            .older
            .iter()
            .any(|quest| quest.id == inland() && quest.edition == 1)
    );
    let found = faults(|world| world.older[0].scenes.truncate(1));
    assert_eq!(found, []);
    let twice = faults(|world| world.older.push(world.quests[&inland()].clone()));
    assert_eq!(
        twice,
        [ContentError::IdTwice(
            "the-inland-light of edition 2".to_owned()
        )]
    );
}
