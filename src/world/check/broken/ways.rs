//! Ways between scenes that do not fit.

use game::EndingId;
use game::content::{DecisionMode, NextIf, Quest};

use super::{ContentError, assert_found, in_quest, in_success, nowhere};

#[test]
fn ways_that_do_not_exist_are_found() {
    let unknown = ContentError::SceneUnknown(nowhere());
    assert!(in_quest(|quest| quest.begin = nowhere()).contains(&unknown));
    assert!(in_success(|success| success.next = Some(nowhere())).contains(&unknown));
    let ending = EndingId::parse("no-end").unwrap();
    let found = in_success(|success| {
        success.next = None;
        success.ending = Some(ending.clone());
    });
    assert_found(&found, &ContentError::EndingUnknown(ending));
}

#[test]
fn dead_ends_and_double_ways_are_found() {
    assert_eq!(
        in_success(|success| success.next = None),
        [ContentError::DeadEnd]
    );
    let both = in_quest(|quest| {
        let ending = quest.endings[0].id.clone();
        quest.scenes[0].options[0].success.as_mut().unwrap().ending = Some(ending);
    });
    assert_found(&both, &ContentError::BothWays);
}

#[test]
fn scenes_and_endings_nobody_reaches_are_found() {
    let scene = in_quest(|quest| {
        let mut lost = quest.scenes[0].clone();
        lost.id = nowhere();
        quest.scenes.push(lost);
    });
    assert_eq!(scene, [ContentError::Unreachable]);
    let ending = in_quest(|quest| {
        let mut lost = quest.endings[0].clone();
        lost.id = EndingId::parse("no-end").unwrap();
        quest.endings.push(lost);
    });
    assert_eq!(ending, [ContentError::Unreachable]);
}

#[test]
fn a_way_back_is_found() {
    let found = in_quest(|quest| {
        let begin = quest.begin.clone();
        let last = quest.scenes.last_mut().unwrap();
        let option = &mut last.options[0];
        let outcome = option.success.as_mut().or(option.outcome.as_mut()).unwrap();
        outcome.ending = None;
        outcome.next = Some(begin);
    });
    assert!(found.contains(&ContentError::Cycle), "{found:?}");
}

#[test]
fn scenes_where_everybody_acts_lead_by_well_and_ill_and_others_do_not() {
    let each = |quest: &mut Quest| {
        let at = quest
            .scenes
            .iter()
            .position(|scene| scene.decide == DecisionMode::Each);
        at.unwrap()
    };
    let missing = in_quest(|quest| {
        let at = each(quest);
        quest.scenes[at].ill = None;
    });
    assert!(
        missing.contains(&ContentError::WellOrIllMissing),
        "{missing:?}"
    );
    let leads = in_quest(|quest| {
        let at = each(quest);
        let well = quest.scenes[at].well.clone();
        let option = &mut quest.scenes[at].options[0];
        let outcome = option.success.as_mut().or(option.outcome.as_mut()).unwrap();
        outcome.next = well;
    });
    assert_eq!(leads, [ContentError::OutcomeLeads]);
    let stray = in_quest(|quest| {
        let next = quest.scenes[1].id.clone();
        quest.scenes[0].well = Some(next);
    });
    assert_eq!(stray, [ContentError::WellOrIllStray]);
}

#[test]
fn the_ways_of_a_condition_are_ways_too() {
    let with = |way: NextIf| in_success(|success| success.next_if.push(way));
    assert_eq!(with(NextIf::default()), [ContentError::DeadEnd]);
    let ending = EndingId::parse("no-end").unwrap();
    let found = with(NextIf {
        ending: Some(ending.clone()),
        ..NextIf::default()
    });
    assert!(
        found.contains(&ContentError::EndingUnknown(ending)),
        "{found:?}"
    );
}
