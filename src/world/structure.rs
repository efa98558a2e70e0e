//! What of a world decides, as a hash: everything but its wording.
//!
//! A table remembers it, so that a Chronicle can be played again as long as nothing changed but words. How long a scene
//! waits follows from how much there is to read, so of the texts that are counted their number of words decides.

use game::content::{
    Choice, Companion, Ending, GodSheet, Kinder, LibraryEdition, Outcome, Quest, Question, Scene,
    World,
};
use sha2::{Digest, Sha256};

/// Names what decides in `world`: 16 hexadecimal digits of its hash.
pub(crate) fn structure_of(world: &World) -> String {
    let mut bare = world.clone();
    bare.edition = LibraryEdition::default();
    bare.gods.values_mut().for_each(strip_god);
    bare.questions.iter_mut().for_each(strip_question);
    for class in &mut bare.classes {
        let signature = &mut class.signature;
        blank([
            &mut class.name,
            &mut class.calling,
            &mut signature.name,
            &mut signature.text,
        ]);
    }
    bare.companions.iter_mut().for_each(strip_companion);
    for stake in &mut bare.stakes {
        blank([&mut stake.name, &mut stake.text, &mut stake.hint]);
    }
    for gift in &mut bare.gifts {
        blank([&mut gift.name, &mut gift.text]);
    }
    for card in &mut bare.cards {
        blank([&mut card.text]);
    }
    for quest in bare.quests.values_mut().chain(&mut bare.older) {
        strip_quest(quest);
    }
    hex::encode(&Sha256::digest(format!("{bare:?}"))[..8])
}

/// Takes texts away that only players read.
fn blank<const N: usize>(texts: [&mut String; N]) {
    texts.into_iter().for_each(String::clear);
}

/// Leaves of a text that is counted how many words it has.
fn count(text: &mut String) {
    *text = text.split_whitespace().count().to_string();
}

fn strip_god(god: &mut GodSheet) {
    blank([
        &mut god.name,
        &mut god.of,
        &mut god.colour,
        &mut god.greeting,
    ]);
    // How many lines there are decides, too: one of them is drawn.
    god.abstains.iter_mut().for_each(count);
    count(&mut god.grave);
}

fn strip_question(question: &mut Question) {
    blank([&mut question.text]);
    for answer in &mut question.answers {
        blank([&mut answer.text, &mut answer.said]);
    }
}

fn strip_companion(one: &mut Companion) {
    blank([&mut one.name, &mut one.title, &mut one.look]);
    blank([&mut one.flaw, &mut one.agenda, &mut one.parting]);
}

fn strip_quest(quest: &mut Quest) {
    blank([&mut quest.title, &mut quest.pitch]);
    quest.warnings.clear();
    quest.minutes = 0;
    quest.secret_of = None;
    quest.summons.values_mut().for_each(String::clear);
    for keepsake in &mut quest.keepsakes {
        blank([&mut keepsake.name, &mut keepsake.text]);
    }
    quest.questions.iter_mut().for_each(strip_question);
    quest.scenes.iter_mut().for_each(strip_scene);
    quest.endings.iter_mut().for_each(strip_ending);
}

fn strip_scene(scene: &mut Scene) {
    blank([&mut scene.title, &mut scene.place]);
    count(&mut scene.prose);
    scene.also.iter_mut().for_each(|also| count(&mut also.text));
    for whisper in &mut scene.whispers {
        blank([&mut whisper.truth, &mut whisper.twist]);
        // Who overhears is said; what then happens decides. What a whisper urges is for those who simulate play.
        whisper.heard_by = None;
        whisper.urges = None;
        whisper.twist_urges = None;
        whisper.kinder = Kinder::Neither;
    }
    scene.options.iter_mut().for_each(strip_option);
}

fn strip_option(option: &mut Choice) {
    blank([&mut option.deed]);
    count(&mut option.label);
    count(&mut option.detail);
    for speech in option.council.values_mut() {
        count(&mut speech.aye);
        count(&mut speech.nay);
    }
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
        count(&mut outcome.text);
    }
}

fn strip_ending(ending: &mut Ending) {
    blank([&mut ending.title]);
    count(&mut ending.prose);
    ending.also.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the library is of another structure after a change.
    fn differs(change: impl FnOnce(&mut World)) -> bool {
        let world = crate::library().unwrap();
        let mut changed = world.clone();
        change(&mut changed);
        structure_of(&world) != structure_of(&changed)
    }

    /// The same after a change of the first quest.
    fn quest_differs(change: impl FnOnce(&mut Quest)) -> bool {
        differs(|world| change(world.quests.values_mut().next().unwrap()))
    }

    #[test]
    fn another_wording_is_the_same_structure() {
        assert!(!quest_differs(|quest| {
            quest.title.push('!');
            quest.minutes += 5;
            quest.warnings.push("rain".to_owned());
            quest.keepsakes[0].text.push_str(" Or not.");
            quest
                .summons
                .values_mut()
                .for_each(|call| call.push_str(" Come!"));
            quest.secret_of = None;
            quest.questions[0].answers[0].said.push_str(", or not");
            let scene = &mut quest.scenes[0];
            scene.place = "a field".to_owned();
            scene.prose.push('!');
            scene.whispers[0].truth.push_str(" Or not.");
            scene.whispers[0].urges = None;
            scene.options[0].label.push('!');
            quest.endings[0].also.clear();
        }));
        assert!(!differs(|world| {
            world.stakes[0].hint.push_str(" Or not.");
            world.gifts[0].text.push_str(" Or not.");
            world.cards[0].text.push('!');
            world.companions[0].parting.push('!');
            world.questions[0].answers[0].said.push_str(", or not");
            for god in world.gods.values_mut() {
                god.grave.push('!');
                god.abstains[0].push('!');
            }
        }));
    }

    #[test]
    fn another_way_through_is_another_structure() {
        assert!(quest_differs(|quest| quest.scenes.swap(0, 1)));
        assert!(quest_differs(|quest| quest.seats = [2, 3]));
        assert!(quest_differs(
            |quest| quest.scenes[0].whispers[0].secret ^= true
        ));
        assert!(differs(|world| world.stakes[0].seats += 1));
        assert!(differs(|world| {
            world.companions[0].rules.pop();
        }));
    }

    #[test]
    fn more_to_read_is_another_structure_since_it_makes_a_scene_wait_longer() {
        let more = " and more";
        assert!(quest_differs(|quest| quest.scenes[0].prose.push_str(more)));
        assert!(quest_differs(|quest| quest.scenes[0].options[0]
            .detail
            .push_str(more)));
        assert!(quest_differs(|quest| quest.endings[0].prose.push_str(more)));
        assert!(differs(|world| {
            world
                .gods
                .values_mut()
                .for_each(|god| god.grave.push_str(more));
        }));
    }
}
