//! What the gods make of the deeds of a quest: each wanted by one, none for nothing, great ones in dispute.

use std::collections::BTreeSet;

use game::content::{Choice, Quest, World};
use game::{God, Tag};

use super::{ContentError, WorldFindings, place_in, place_of};

/// What a deed's tags come to for a god that wants it.
const WANTED: i32 = 2;
/// What a god gives a tag that it hates.
const HATED: i32 = -2;
/// Gods on each side of a great deed.
const SIDE: usize = 2;
/// Great deeds of a quest that may be one-sided.
const ONE_SIDED: usize = 1;
/// Scenes that offer each kind of deed, so that every stake can be met.
pub(crate) const OFFERED: usize = 2;

/// The kinds of deed that stakes ask for, each with a name for people.
pub(crate) const KINDS: [(&str, &[Tag]); 13] = [
    ("oath-kept or lawful", &[Tag::OathKept, Tag::Lawful]),
    ("defiance or invention", &[Tag::Defiance, Tag::Invention]),
    ("prudent", &[Tag::Prudent]),
    (
        "sacrifice or generosity",
        &[Tag::Sacrifice, Tag::Generosity],
    ),
    (
        "patience, mercy or balance",
        &[Tag::Patience, Tag::Mercy, Tag::Balance],
    ),
    (
        "waste, cruelty or burned-book",
        &[Tag::Waste, Tag::Cruelty, Tag::BurnedBook],
    ),
    ("courage", &[Tag::Courage]),
    (
        "flight, ambush or deceit",
        &[Tag::Flight, Tag::Ambush, Tag::Deceit],
    ),
    ("inquiry or truth", &[Tag::Inquiry, Tag::Truth]),
    ("fair-dealing", &[Tag::FairDealing]),
    ("greed or theft", &GAIN),
    ("freedom", &[Tag::Freedom]),
    ("caging or submission", &[Tag::Caging, Tag::Submission]),
];

/// What one seat may do for itself, and must find a quiet way to.
pub(crate) const GAIN: [Tag; 2] = [Tag::Greed, Tag::Theft];

pub(super) fn check(world: &World, quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let mut one_sided = Vec::new();
    for scene in &quest.scenes {
        let place = place_of(place, scene);
        for option in &scene.options {
            let place = place_in(&place, option);
            if !God::ALL
                .iter()
                .any(|god| sum(world, *god, option) >= WANTED)
            {
                findings.add(&place, ContentError::Unwanted);
            }
            if !option.quiet && option.check.is_none() && !costs(world, option) {
                findings.add(&place, ContentError::FreeLunch);
            }
            if option.great && !is_disputed(world, option) {
                one_sided.push(place);
            }
        }
    }
    if one_sided.len() > ONE_SIDED {
        for place in one_sided {
            findings.add(&place, ContentError::OneSided);
        }
    }
    check_offered(quest, place, findings);
}

/// What the tags of a deed come to for a god, with nobody's favour counted.
fn sum(world: &World, god: God, option: &Choice) -> i32 {
    let Some(sheet) = world.gods.get(&god) else {
        return 0;
    };
    let weights = option.tags.iter().filter_map(|tag| sheet.weighs.get(tag));
    weights.sum()
}

fn is_disputed(world: &World, option: &Choice) -> bool {
    let sums: Vec<i32> = God::ALL
        .iter()
        .map(|god| sum(world, *god, option))
        .collect();
    let ayes = sums.iter().filter(|sum| **sum > 0).count();
    let nays = sums.iter().filter(|sum| **sum < 0).count();
    ayes >= SIDE && nays >= SIDE
}

/// Whether a deed without a roll sets a mark, bears a tag that a god hates, or takes trust.
fn costs(world: &World, option: &Choice) -> bool {
    let hated = |tag: &Tag| {
        let mut gods = world.gods.values();
        gods.any(|god| god.weighs.get(tag).is_some_and(|weight| *weight <= HATED))
    };
    let marks = |outcome: &game::content::Outcome| {
        outcome.trust < 0 || outcome.harm.is_some() || !outcome.marks.is_empty()
    };
    option.tags.iter().any(hated) || option.outcomes().any(marks)
}

fn check_offered(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    for (kind, tags) in KINDS {
        let gain = tags == GAIN;
        let fits = |option: &&Choice| {
            (gain || !option.quiet) && tags_of(option).any(|tag| tags.contains(&tag))
        };
        let scenes = quest.scenes.iter();
        let offering = scenes.filter(|scene| scene.options.iter().any(|option| fits(&option)));
        let offered = offering.count();
        if offered < OFFERED {
            findings.add(
                place,
                ContentError::Unoffered {
                    kind,
                    scenes: offered,
                },
            );
        }
        let mut all = quest.scenes.iter().flat_map(|scene| &scene.options);
        if gain && !all.any(|option| option.quiet && fits(&option)) {
            findings.add(place, ContentError::NoQuietGain);
        }
    }
}

/// Every tag that a deed may bear.
fn tags_of(option: &Choice) -> impl Iterator<Item = Tag> {
    let further = option.tags_if.values().flatten();
    let all: BTreeSet<Tag> = option.tags.iter().chain(further).copied().collect();
    all.into_iter()
}
