//! Options that come to nothing, or to what they may not.

use game::content::{DecisionMode, Quest};
use game::{God, Tag};

use super::{
    ContentError, assert_counted, find_option, in_option, in_quest, in_scene, in_success, mark,
    option_id,
};

#[test]
fn too_few_and_too_many_options_are_counted_without_those_of_one_seat() {
    let few = in_scene(|scene| scene.options.truncate(2));
    assert_counted(&few, "options for everybody", 2);
    let many = in_scene(|scene| {
        for name in ["one-more", "and-more"] {
            let mut more = scene.options[0].clone();
            more.id = option_id(name);
            scene.options.push(more);
        }
    });
    assert_counted(&many, "options for everybody", 6);
    let with_quiet = in_quest(|quest| {
        let quiet = find_option(quest, |option| option.quiet && option.only.is_none()).clone();
        quest.scenes[0].options.push(quiet);
    });
    assert!(
        !with_quiet
            .iter()
            .any(|fault| matches!(fault, ContentError::OutOfRange { .. })),
        "{with_quiet:?}"
    );
}

#[test]
fn a_default_that_is_unknown_or_not_open_to_all_is_found() {
    let unknown = option_id("dance");
    let found = in_scene(|scene| scene.default = unknown.clone());
    assert_eq!(found, [ContentError::DefaultUnknown(unknown)]);
    let hidden = in_scene(|scene| {
        let hidden = scene.options.iter().find(|option| option.insight.is_some());
        scene.default = hidden.unwrap().id.clone();
    });
    assert_eq!(hidden, [ContentError::DefaultConditional]);
    let marked = in_quest(|quest| {
        let last = quest.scenes.last_mut().unwrap();
        let default = last.default.clone();
        let option = last.options.iter_mut().find(|option| option.id == default);
        option.unwrap().unless.insert(mark("pim-trusts"));
    });
    assert_eq!(marked, [ContentError::DefaultConditional]);
    let quiet = in_quest(|quest| {
        let scenes = &mut quest.scenes;
        let scene = scenes
            .iter_mut()
            .find(|scene| scene.options.iter().any(|option| option.quiet));
        let scene = scene.unwrap();
        let quiet = scene.options.iter().find(|option| option.quiet);
        scene.default = quiet.unwrap().id.clone();
    });
    assert_eq!(quiet, [ContentError::DefaultConditional]);
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
        [ContentError::PlainOutcome, ContentError::FreeLunch][..1]
    );
}

#[test]
fn a_great_deed_needs_all_eight_speeches_and_another_none() {
    let at = |quest: &mut Quest| {
        let scenes = &quest.scenes;
        scenes
            .iter()
            .position(|scene| scene.options[0].great)
            .unwrap()
    };
    let one = in_quest(|quest| {
        let at = at(quest);
        quest.scenes[at].options[0].council.remove(&God::Korvan);
    });
    assert_eq!(one, [ContentError::SpeechMissing(God::Korvan)]);
    let stray = in_quest(|quest| {
        let at = at(quest);
        quest.scenes[at].options[0].great = false;
    });
    assert!(stray.contains(&ContentError::SpeechStray), "{stray:?}");
}

#[test]
fn a_tag_twice_and_a_mark_that_pulls_both_ways_are_found() {
    let twice = in_option(|option| option.tags.push(Tag::Mercy));
    assert_eq!(twice, [ContentError::TagTwice]);
    let both = in_quest(|quest| {
        let eased = |option: &game::content::Choice| {
            option
                .check
                .as_ref()
                .is_some_and(|check| !check.eased_by.is_empty())
        };
        let check = find_option(quest, eased).check.as_mut().unwrap();
        check
            .hardened_by
            .extend(check.eased_by.iter().take(1).cloned());
    });
    assert!(
        matches!(both.as_slice(), [ContentError::EasedAndHardened(_)]),
        "{both:?}"
    );
}

#[test]
fn numbers_out_of_range_are_counted() {
    assert_counted(&in_success(|success| success.trust = 11), "trust", 11);
    assert_counted(&in_success(|success| success.wound = 31), "wound", 31);
    let favour = in_success(|success| {
        success.favour.insert(God::Athena, -9);
    });
    assert_counted(&favour, "favour", -9);
    let hard = in_option(|option| option.check.as_mut().unwrap().difficulty = 81);
    assert_counted(&hard, "difficulty", 81);
    assert_counted(&in_option(|option| option.tags.clear()), "tags", 0);
}

#[test]
fn scenes_that_decide_each_are_known_by_their_kind() {
    let found = in_quest(|quest| quest.scenes[0].decide = DecisionMode::Each);
    assert!(found.contains(&ContentError::WellOrIllMissing), "{found:?}");
}
