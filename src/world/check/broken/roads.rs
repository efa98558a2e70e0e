//! Roads that pass by what every road must hold.

use game::HoldingId;
use game::content::{DecisionMode, Quest};

use super::{ContentError, assert_counted, assert_found, in_quest, in_scene};

fn decide_instead(from: DecisionMode, to: DecisionMode) -> Vec<ContentError> {
    in_quest(|quest| {
        for scene in quest.scenes.iter_mut().filter(|scene| scene.decide == from) {
            scene.decide = to;
        }
    })
}

#[test]
fn a_road_without_each_kind_of_decision_is_found() {
    for (kind, name) in [
        (DecisionMode::Each, "each"),
        (DecisionMode::Secret, "secret"),
        (DecisionMode::Bearer, "bearer"),
    ] {
        let found = decide_instead(kind, DecisionMode::Party);
        assert_found(&found, &ContentError::KindPassedBy(name));
    }
}

#[test]
fn two_scenes_in_a_row_that_decide_alike_are_found() {
    let found = in_quest(|quest| quest.scenes[1].decide = DecisionMode::Party);
    let next = super::SOUND.quests[&super::inland()].scenes[1].id.clone();
    assert_found(&found, &ContentError::AlikeInRow(next));
}

#[test]
fn a_quest_has_one_secret_and_no_road_passes_it_by() {
    let second = in_scene(|scene| scene.whispers[0].secret = true);
    assert_counted(&second, "secrets", 2);
    let aside = in_quest(|quest| {
        let moved = |quest: &mut Quest, id: &str, secret: bool| {
            let scenes = quest.scenes.iter_mut();
            let mut whispers = scenes.flat_map(|scene| &mut scene.whispers);
            whispers
                .find(|whisper| whisper.id.as_str() == id)
                .unwrap()
                .secret = secret;
        };
        moved(quest, "salt-ladder", false);
        let id = quest.scenes[2].whispers[0].id.as_str().to_owned();
        moved(quest, &id, true);
    });
    assert_eq!(aside, [ContentError::SecretPassedBy]);
}

#[test]
fn a_road_that_needs_a_private_mark_is_found() {
    let found = in_quest(|quest| {
        let held = HoldingId::parse(quest.scenes[0].whispers[0].id.as_str()).unwrap();
        let yard = quest.scenes[2].id.clone();
        let first = &mut quest.scenes[0];
        let whole: Vec<_> = first
            .options
            .iter()
            .map(|option| option.id.clone())
            .collect();
        for option in &mut first.options {
            let leads = |option: &game::content::Choice| {
                option
                    .outcomes()
                    .any(|outcome| outcome.next.as_ref() == Some(&yard))
            };
            if leads(option) {
                option.only = Some(held.clone());
            }
        }
        assert_eq!(whole.len(), 4);
    });
    assert_found(&found, &ContentError::NeedsPrivate);
}

#[test]
fn great_deeds_stand_in_two_or_three_scenes_of_a_road() {
    let found = in_quest(|quest| {
        for option in quest.scenes.iter_mut().flat_map(|scene| &mut scene.options) {
            option.great = false;
            option.council.clear();
        }
    });
    assert_counted(&found, "great deeds on a road", 0);
}

#[test]
fn a_first_evening_has_five_scenes_on_every_road() {
    let found = in_quest(|quest| quest.first_evening = true);
    assert_counted(&found, "scenes on a road", 8);
    assert_counted(&found, "scenes on a road", 10);
}
