//! Each fault, in a world that was sound before it.

use std::sync::LazyLock;

use game::content::{Choice, Outcome, Quest, Scene, World};
use game::{CompanionId, God, Mark, OptionId, SceneId, WhisperId};

use super::{ContentError, check};

mod ways;

static SOUND: LazyLock<World> = LazyLock::new(|| crate::read(&crate::read::EMBEDDED).unwrap());

/// The faults of the sound world after `break_it`.
fn faults(break_it: impl FnOnce(&mut World)) -> Vec<ContentError> {
    let mut world = SOUND.clone();
    break_it(&mut world);
    let found = check(&world);
    for finding in &found {
        let sentence = finding.to_string();
        assert!(
            sentence.contains(": ") && sentence.ends_with('.'),
            "{sentence}"
        );
    }
    found.into_iter().map(|finding| finding.fault).collect()
}

fn in_quest(break_it: impl FnOnce(&mut Quest)) -> Vec<ContentError> {
    faults(|world| break_it(world.quests.values_mut().next().unwrap()))
}

/// The first scene: a party decides; its first option has all four outcomes, its first whisper is half of an
/// insight.
fn in_scene(break_it: impl FnOnce(&mut Scene)) -> Vec<ContentError> {
    in_quest(|quest| break_it(&mut quest.scenes[0]))
}

fn in_option(break_it: impl FnOnce(&mut Choice)) -> Vec<ContentError> {
    in_scene(|scene| break_it(&mut scene.options[0]))
}

fn in_success(break_it: impl FnOnce(&mut Outcome)) -> Vec<ContentError> {
    in_option(|option| break_it(option.success.as_mut().unwrap()))
}

fn nowhere() -> SceneId {
    SceneId::parse("nowhere").unwrap()
}

fn mark(text: &str) -> Mark {
    Mark::parse(text).unwrap()
}

#[test]
fn the_library_is_sound() {
    assert_eq!(faults(|_| ()), []);
}

#[test]
fn a_default_that_is_unknown_or_not_open_to_all_is_found() {
    let unknown = OptionId::parse("dance").unwrap();
    let found = in_scene(|scene| scene.default = unknown.clone());
    assert_eq!(found, [ContentError::DefaultUnknown(unknown)]);
    let hidden = in_scene(|scene| {
        let hidden = scene.options.iter().find(|option| option.insight.is_some());
        scene.default = hidden.unwrap().id.clone();
    });
    assert_eq!(hidden, [ContentError::DefaultConditional]);
    let marked = in_option(|option| {
        option.unless.insert(mark("pim-trusts"));
    });
    assert_eq!(marked, [ContentError::DefaultConditional]);
}

#[test]
fn outcomes_that_do_not_fit_the_check_are_found() {
    assert_eq!(
        in_option(|option| option.failure = None),
        [ContentError::CheckOutcomes]
    );
    let both = in_option(|option| option.outcome.clone_from(&option.success));
    assert_eq!(both, [ContentError::CheckOutcomes]);
    assert_eq!(
        in_option(|option| option.check = None),
        [ContentError::PlainOutcome]
    );
}

#[test]
fn a_great_deed_needs_all_eight_speeches_and_another_none() {
    let silent = in_option(|option| option.great = true);
    let all: Vec<ContentError> = God::ALL
        .iter()
        .map(|god| ContentError::SpeechMissing(*god))
        .collect();
    assert_eq!(silent, all);
    let great = |quest: &mut Quest| {
        let scenes = &mut quest.scenes;
        scenes
            .iter()
            .position(|scene| scene.options[0].great)
            .unwrap()
    };
    let one = in_quest(|quest| {
        let at = great(quest);
        quest.scenes[at].options[0].council.remove(&God::Korvan);
    });
    assert_eq!(one, [ContentError::SpeechMissing(God::Korvan)]);
    let stray = in_quest(|quest| {
        let at = great(quest);
        quest.scenes[at].options[0].great = false;
    });
    assert_eq!(stray, [ContentError::SpeechStray]);
}

#[test]
fn marks_that_are_never_set_or_set_too_late_are_found() {
    let never = mark("moon-fell");
    let needing = |needed: Mark| {
        in_scene(|scene| {
            let option = scene
                .options
                .iter_mut()
                .find(|option| option.id != scene.default);
            option.unwrap().needs.insert(needed);
        })
    };
    assert_eq!(
        needing(never.clone()),
        [ContentError::MarkNeverSet(never.clone())]
    );
    let late = mark("pim-trusts");
    assert_eq!(
        needing(late.clone()),
        [ContentError::NobodyCanTake(late.clone())]
    );
    let also = in_scene(|scene| {
        scene.also.push(game::content::Also {
            mark: never.clone(),
            text: "The moon is gone.".to_owned(),
        });
    });
    assert_eq!(also, [ContentError::MarkNeverSet(never)]);
    let contradiction = in_quest(|quest| {
        let scene = quest.scenes.last_mut().unwrap();
        let option = scene
            .options
            .iter_mut()
            .find(|option| option.id != scene.default);
        let option = option.unwrap();
        option.needs.insert(late.clone());
        option.unless.insert(late.clone());
    });
    assert!(
        contradiction.contains(&ContentError::NeedsAndExcludes(late)),
        "{contradiction:?}"
    );
}

#[test]
fn missing_and_doubled_senses_are_found() {
    let few = in_scene(|scene| scene.whispers.truncate(2));
    let is_few = |fault: &ContentError| {
        matches!(
            fault,
            ContentError::OutOfRange {
                is: 2,
                least: 3,
                ..
            }
        )
    };
    assert!(few.iter().any(is_few), "{few:?}");
    let doubled = in_scene(|scene| scene.whispers[2].sense = scene.whispers[1].sense);
    let sense = SOUND.quests.values().next().unwrap().scenes[0].whispers[1].sense;
    assert_eq!(doubled, [ContentError::SenseTwice(sense)]);
}

#[test]
fn insights_that_cannot_be_dealt_are_found() {
    let insight = |pair: [WhisperId; 2]| {
        in_scene(|scene| {
            let option = scene
                .options
                .iter_mut()
                .find(|option| option.insight.is_some());
            option.unwrap().insight = Some(pair);
        })
    };
    let scene = &SOUND.quests.values().next().unwrap().scenes[0];
    let known = scene.whispers[0].id.clone();
    let unknown = WhisperId::parse("hum").unwrap();
    let found = insight([known.clone(), unknown.clone()]);
    assert_eq!(found, [ContentError::InsightUnknown(unknown)]);
    assert_eq!(
        insight([known.clone(), known]),
        [ContentError::InsightOfOne]
    );
    let crowded = in_scene(|scene| {
        let pair = [scene.whispers[2].id.clone(), scene.whispers[3].id.clone()];
        scene.options[1].insight = Some(pair);
    });
    assert_eq!(crowded, [ContentError::InsightsCrowded(2)]);
}

#[test]
fn crossings_and_warnings_that_touch_nothing_are_found() {
    let nobody = CompanionId::parse("nobody").unwrap();
    let unknown = in_scene(|scene| scene.whispers[0].crosses = Some(nobody.clone()));
    assert_eq!(unknown, [ContentError::CompanionUnknown(nobody)]);
    let deaf = SOUND.companions[0].clone();
    let found = in_scene(|scene| {
        let unheard = |sense| ![deaf.first, deaf.second].contains(&sense);
        let whisper = scene
            .whispers
            .iter_mut()
            .find(|whisper| unheard(whisper.sense));
        whisper.unwrap().crosses = Some(deaf.id.clone());
    });
    assert_eq!(found, [ContentError::CompanionDeaf(deaf.id)]);
    let calm = mark("rain");
    let found = in_scene(|scene| scene.whispers[0].warns = Some(calm.clone()));
    assert_eq!(found, [ContentError::WarnsOfNothing(calm)]);
}

fn repeats(found: &[ContentError]) -> bool {
    !found.is_empty()
        && found
            .iter()
            .all(|fault| matches!(fault, ContentError::Repeats(_)))
}

#[test]
fn secrets_that_the_public_text_tells_are_found() {
    let run = in_scene(|scene| {
        let words: Vec<&str> = scene.whispers[0].truth.split_whitespace().collect();
        let told = words[2..8].join(" ");
        scene.options[1].detail = format!("Look: {told}!");
    });
    assert!(repeats(&run), "{run:?}");
    let sentence = in_scene(|scene| {
        scene.whispers[0].twist += " Iron remembers rain.";
        scene.options[1].detail = "They say iron remembers rain.".to_owned();
    });
    assert_eq!(
        sentence,
        [ContentError::Repeats("iron remembers rain".to_owned())]
    );
    let companion = faults(|world| {
        let quest = world.quests.values_mut().next().unwrap();
        quest.pitch.clone_from(&world.companions[0].flaw);
    });
    assert!(repeats(&companion), "{companion:?}");
}

#[test]
fn texts_too_long_for_a_phone_are_found() {
    let label = in_option(|option| option.label = "e".repeat(61));
    assert!(matches!(
        label.as_slice(),
        [ContentError::TooLong {
            is: 61,
            most: 60,
            ..
        }]
    ));
    let prose = in_scene(|scene| scene.prose = "word ".repeat(161));
    assert!(matches!(
        prose.as_slice(),
        [ContentError::TooLong { is: 161, .. }]
    ));
    let empty = in_success(|success| success.text.clear());
    assert_eq!(empty, [ContentError::Empty("the text")]);
}

#[test]
fn numbers_out_of_range_are_found() {
    let found = |break_it: fn(&mut World)| {
        let found = faults(break_it);
        let all = found
            .iter()
            .all(|fault| matches!(fault, ContentError::OutOfRange { .. }));
        assert!(all && !found.is_empty(), "{found:?}");
    };
    found(|world| {
        let god = world.gods.get_mut(&God::Athena).unwrap();
        god.weighs.values_mut().for_each(|weight| *weight = 4);
    });
    found(|world| {
        world.classes[0].leaning.insert(God::Mercus, -4);
    });
    found(|world| {
        world.questions[0].answers[0]
            .moves
            .values_mut()
            .for_each(|by| *by = 31);
    });
    found(|world| world.questions[0].answers[0].moves = [(God::Athena, 9)].into());
    found(|world| {
        world
            .questions
            .retain(|question| question.god != God::Sylara);
    });
    found(|world| world.questions[0].answers.truncate(3));
    found(|world| world.classes[0].hp = 20);
    found(|world| world.companions[0].approval = 101);
}

#[test]
fn people_and_gods_written_wrongly_are_found() {
    let same = faults(|world| world.classes[0].second = world.classes[0].first);
    assert_eq!(same, [ContentError::SensesSame]);
    let signature = faults(|world| world.classes[0].signature.listen = true);
    assert_eq!(signature, [ContentError::Signature]);
    let twice = faults(|world| world.classes[1].id = world.classes[0].id.clone());
    assert_eq!(twice, [ContentError::IdTwice("fighter".to_owned())]);
    let god = |break_it: fn(&mut game::content::GodSheet)| {
        faults(|world| break_it(world.gods.get_mut(&God::Athena).unwrap()))
    };
    let colour = god(|athena| athena.colour = "blue".to_owned());
    assert_eq!(colour, [ContentError::Colour("blue".to_owned())]);
    let line = god(|athena| athena.abstains[0] = "Hm.".to_owned());
    assert_eq!(line, [ContentError::UnmovedLine("Hm.".to_owned())]);
    let missing = faults(|world| {
        world.gods.remove(&God::Athena);
    });
    assert_eq!(missing, [ContentError::GodMissing(God::Athena)]);
}
