//! Deeds that no god wants, that cost nothing, or that nobody would dispute.

use game::Tag;
use game::content::{Choice, Quest};

use super::{ContentError, assert_found, find_option, in_option, in_quest, in_quest_of};

#[test]
fn a_deed_that_no_god_wants_is_found() {
    let found = in_option(|option| option.tags = vec![Tag::Waste]);
    assert_found(&found, &ContentError::Unwanted);
}

#[test]
fn a_deed_that_costs_nothing_is_found() {
    let found = in_quest(|quest| {
        let option = find_option(quest, |option| option.id.as_str() == "ask-how-long");
        option.tags = vec![Tag::Patience];
        let outcome = option.outcome.as_mut().unwrap();
        outcome.marks.clear();
        outcome.trust = 1;
    });
    assert_found(&found, &ContentError::FreeLunch);
    let paid = in_quest(|quest| {
        let option = find_option(quest, |option| option.id.as_str() == "ask-how-long");
        option.tags = vec![Tag::Patience];
        let outcome = option.outcome.as_mut().unwrap();
        outcome.marks.clear();
        outcome.trust = -1;
    });
    assert!(!paid.contains(&ContentError::FreeLunch), "{paid:?}");
}

fn great(quest: &mut Quest) -> impl Iterator<Item = &mut Choice> {
    let options = quest.scenes.iter_mut().flat_map(|scene| &mut scene.options);
    options.filter(|option| option.great)
}

#[test]
fn one_great_deed_may_be_one_sided_and_no_second() {
    let sided = |number: usize| {
        let found = in_quest_of("seven-wills", |quest| {
            for option in great(quest).take(number) {
                option.tags = vec![Tag::Mercy];
            }
        });
        let sided = found
            .iter()
            .filter(|fault| **fault == ContentError::OneSided);
        sided.count()
    };
    assert_eq!((sided(1), sided(2)), (0, 2));
}

#[test]
fn kinds_of_deed_that_a_stake_asks_for_are_offered_twice() {
    let found = in_quest(|quest| {
        let options = quest.scenes.iter_mut().flat_map(|scene| &mut scene.options);
        for option in options {
            option.tags.retain(|tag| *tag != Tag::FairDealing);
        }
    });
    let kind = "fair-dealing";
    assert_found(&found, &ContentError::Unoffered { kind, scenes: 0 });
    let loud = in_quest(|quest| {
        let options = quest.scenes.iter_mut().flat_map(|scene| &mut scene.options);
        for option in options.filter(|option| option.quiet) {
            option.tags = vec![Tag::Mercy];
        }
    });
    assert_found(&loud, &ContentError::NoQuietGain);
}
