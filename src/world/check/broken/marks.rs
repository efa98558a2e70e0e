//! Marks that nobody sets, that nothing reads, or that are read at the wrong place.

use game::content::{Also, NextIf, Quest};
use game::{HoldingId, Mark};

use super::{ContentError, assert_found, in_option, in_quest, in_scene, mark};

/// What is found when an option of the first scene that is not its default needs the mark.
fn needing(needed: &Mark) -> Vec<ContentError> {
    in_scene(|scene| {
        scene.options[1].needs.insert(needed.clone());
    })
}

#[test]
fn marks_that_are_never_set_or_set_too_late_are_found() {
    let (never, late) = (mark("moon-fell"), mark("pim-trusts"));
    assert_eq!(needing(&never), [ContentError::MarkNeverSet(never.clone())]);
    assert_eq!(needing(&late), [ContentError::MarkTooLate(late.clone())]);
    let eased = in_option(|option| {
        option.check.as_mut().unwrap().eased_by.insert(late.clone());
    });
    assert_eq!(eased, [ContentError::MarkTooLate(late.clone())]);
    let tags = in_option(|option| {
        option.tags_if.insert(never.clone(), vec![game::Tag::Haste]);
    });
    assert_eq!(tags, [ContentError::MarkNeverSet(never)]);
    let contradiction = in_quest(|quest| {
        let option = &mut quest.scenes.last_mut().unwrap().options[2];
        option.needs.insert(late.clone());
        option.unless.insert(late.clone());
    });
    assert_found(&contradiction, &ContentError::NeedsAndExcludes(late));
}

#[test]
fn where_an_outcome_leads_may_hang_on_what_its_own_scene_sets_and_on_nothing_later() {
    let leading = |asked: &str| {
        in_option(|option| {
            let success = option.success.as_mut().unwrap();
            success.next_if = vec![NextIf {
                marks: [mark(asked)].into(),
                next: success.next.clone(),
                ..NextIf::default()
            }];
        })
    };
    assert_eq!(leading("pim-trusts"), []);
    let late = mark("farm-taken");
    assert_eq!(leading("farm-taken"), [ContentError::MarkTooLate(late)]);
}

fn shown(quest: &mut Quest, shown: &str) {
    let text = "The moon is gone.".to_owned();
    quest.endings[0].also.push(Also {
        mark: mark(shown),
        text,
    });
}

#[test]
fn a_paragraph_may_wait_for_a_council_that_can_be_held_and_for_no_other() {
    assert_eq!(in_quest(|quest| shown(quest, "split-2")), []);
    for never in ["aye-9", "aye-0", "moon-fell"] {
        let found = in_quest(|quest| shown(quest, never));
        assert_eq!(found, [ContentError::MarkNeverSet(mark(never))]);
    }
    let rule = in_quest(|quest| {
        let last = quest.scenes.last_mut().unwrap();
        last.options[1].needs.insert(mark("aye-1"));
    });
    assert_eq!(rule, [ContentError::MarkNeverSet(mark("aye-1"))]);
}

#[test]
fn marks_that_nothing_reads_are_found() {
    let idle = in_option(|option| {
        option
            .success
            .as_mut()
            .unwrap()
            .marks
            .insert(mark("moon-rose"));
    });
    assert_eq!(idle, [ContentError::MarkUnread(mark("moon-rose"))]);
    let harm = in_option(|option| option.disaster.as_mut().unwrap().harm = Some(mark("moon-rose")));
    assert_eq!(harm, [ContentError::MarkUnread(mark("moon-rose"))]);
    let private = in_scene(|scene| scene.whispers[3].gives = Some(mark("moon-seen")));
    assert_eq!(private, [ContentError::PrivateUnread(mark("moon-seen"))]);
}

#[test]
fn private_marks_are_read_by_only_alone() {
    let held = in_quest(|quest| shown(quest, "owns-farm"));
    assert_eq!(held, [ContentError::PrivateRead(mark("owns-farm"))]);
    let needed = in_quest(|quest| {
        let last = quest.scenes.last_mut().unwrap();
        last.options[1].needs.insert(mark("owns-farm"));
    });
    assert_eq!(needed, [ContentError::PrivateRead(mark("owns-farm"))]);
    let both = in_option(|option| {
        option
            .success
            .as_mut()
            .unwrap()
            .marks
            .insert(mark("owns-farm"));
    });
    assert_found(&both, &ContentError::MarkBothWays(mark("owns-farm")));
}

#[test]
fn only_asks_for_what_can_be_held() {
    let only = |held: &str| {
        let held = HoldingId::parse(held).unwrap();
        in_scene(|scene| scene.options[1].only = Some(held))
    };
    assert_eq!(only("his-own-dog"), []);
    for never in ["salt-ladder", "owns-farm", "pim-trusts"] {
        let held = HoldingId::parse(never).unwrap();
        assert_eq!(only(never), [ContentError::OnlyUnknown(held)]);
    }
}

#[test]
fn a_quest_whose_middle_is_forgotten_is_found() {
    // What was read late is read in the third scene already.
    let found = in_quest(|quest| {
        let mut asked = std::collections::BTreeSet::new();
        for check in quest.scenes.iter_mut().flat_map(|scene| &mut scene.options) {
            if let Some(check) = &mut check.check {
                asked.append(&mut check.eased_by);
                asked.append(&mut check.hardened_by);
            }
        }
        quest.scenes[2].options[0].needs = asked;
    });
    let early = |fault: &ContentError| matches!(fault, ContentError::ReadEarly { .. });
    assert!(found.iter().any(early), "{found:?}");
}

#[test]
fn more_marks_than_anybody_keeps_apart_are_counted() {
    let found = in_quest(|quest| {
        let many: Vec<Mark> = (0..36)
            .map(|number| mark(&format!("mark-{number}")))
            .collect();
        let first = quest.scenes[0].options[0].success.as_mut().unwrap();
        first.marks.extend(many.iter().cloned());
        let last = quest.scenes.last_mut().unwrap();
        let rolled = last
            .options
            .iter_mut()
            .find_map(|option| option.check.as_mut());
        rolled.unwrap().eased_by.extend(many);
    });
    let counted = |fault: &ContentError| {
        matches!(
            fault,
            ContentError::OutOfRange {
                what: "the number of public marks",
                ..
            }
        )
    };
    assert!(found.iter().any(counted), "{found:?}");
    assert_eq!(found.len(), 1, "{found:?}");
}
