//! What of a world decides, as a hash: everything but its wording.
//!
//! A table remembers it, so that a Chronicle can be played again as long as nothing changed but words.

use game::content::{Choice, Outcome, Quest, Scene, World};
use sha2::{Digest, Sha256};

/// Names what decides in `world`: 16 hexadecimal digits of its hash.
pub(crate) fn structure_of(world: &World) -> String {
    let mut bare = world.clone();
    bare.edition = game::content::LibraryEdition::default();
    for god in bare.gods.values_mut() {
        let spoken = god.abstains.iter_mut();
        let texts = [
            &mut god.name,
            &mut god.of,
            &mut god.colour,
            &mut god.greeting,
        ];
        // How many lines there are decides: one of them is drawn.
        spoken.chain(texts).for_each(String::clear);
    }
    for question in &mut bare.questions {
        let answers = question.answers.iter_mut().map(|answer| &mut answer.text);
        answers.chain([&mut question.text]).for_each(String::clear);
    }
    for class in &mut bare.classes {
        let signature = &mut class.signature;
        [
            &mut class.name,
            &mut class.calling,
            &mut signature.name,
            &mut signature.text,
        ]
        .into_iter()
        .for_each(String::clear);
    }
    for one in &mut bare.companions {
        let told = [&mut one.flaw, &mut one.agenda, &mut one.parting];
        [&mut one.name, &mut one.title, &mut one.look]
            .into_iter()
            .chain(told)
            .for_each(String::clear);
    }
    for quest in bare.quests.values_mut().chain(&mut bare.older) {
        strip(quest);
    }
    hex::encode(&Sha256::digest(format!("{bare:?}"))[..8])
}

fn strip(quest: &mut Quest) {
    quest.title.clear();
    quest.pitch.clear();
    quest.warnings.clear();
    for ending in &mut quest.endings {
        ending.title.clear();
        ending.prose.clear();
    }
    for scene in &mut quest.scenes {
        strip_scene(scene);
    }
}

fn strip_scene(scene: &mut Scene) {
    scene.title.clear();
    scene.prose.clear();
    scene.also.clear();
    for whisper in &mut scene.whispers {
        whisper.truth.clear();
        whisper.twist.clear();
    }
    for option in &mut scene.options {
        strip_option(option);
    }
}

fn strip_option(option: &mut Choice) {
    option.label.clear();
    option.detail.clear();
    option.deed.clear();
    option.council.clear();
    let Choice {
        outcome,
        triumph,
        success,
        failure,
        disaster,
        ..
    } = option;
    let outcomes: [&mut Option<Outcome>; 5] = [outcome, triumph, success, failure, disaster];
    for outcome in outcomes.into_iter().flatten() {
        outcome.text.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The structure before and after a change of the first quest.
    fn after(change: impl FnOnce(&mut Quest)) -> (String, String) {
        let world = crate::library().unwrap();
        let mut changed = world.clone();
        change(changed.quests.values_mut().next().unwrap());
        (structure_of(&world), structure_of(&changed))
    }

    #[test]
    fn another_wording_is_the_same_structure() {
        let (before, now) = after(|quest| {
            quest.title.push('!');
            quest.scenes[0].prose.push('!');
            quest.scenes[0].whispers[0].truth.push('!');
            quest.scenes[0].options[0].label.push('!');
        });
        assert_eq!(before, now);
    }

    #[test]
    fn another_way_through_is_another_structure() {
        let (before, now) = after(|quest| quest.scenes.swap(0, 1));
        assert_ne!(before, now);
    }
}
