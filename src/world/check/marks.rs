//! Marks: what is read was set before, what is set is read, and enough of it late.

use std::collections::{BTreeMap, BTreeSet};

use game::content::{Choice, Outcome, Quest, Scene};
use game::{Mark, SceneId};

use super::course::{councils_max, late_scenes};
use super::roads::next_scenes;
use super::{ContentError, WorldFindings, count, outcomes, place_in, place_of};

/// Public marks of a quest; more, and nobody keeps them apart.
const MARKS: (i64, i64) = (0, 35);

pub(super) fn check(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let known = Known::of(quest);
    for scene in &quest.scenes {
        let place = place_of(place, scene);
        let before = known.before.get(&scene.id);
        for also in &scene.also {
            known.check_shown(quest, &also.mark, &place, findings);
        }
        for option in &scene.options {
            let place = place_in(&place, option);
            for mark in &option.needs {
                if option.unless.contains(mark) {
                    findings.add(&place, ContentError::NeedsAndExcludes(mark.clone()));
                }
            }
            let as_it_opens = before.cloned().unwrap_or_default();
            for mark in asked(option) {
                known.check_read(mark, &as_it_opens, &place, findings);
            }
            let as_it_ends: BTreeSet<&Mark> = as_it_opens
                .into_iter()
                .chain(public_set_in(scene))
                .collect();
            for mark in option.outcomes().flat_map(leading) {
                known.check_read(mark, &as_it_ends, &place, findings);
            }
        }
    }
    for ending in &quest.endings {
        let place = format!("{place}, ending {}", ending.id.as_str());
        for also in &ending.also {
            known.check_shown(quest, &also.mark, &place, findings);
        }
    }
    known.check_use(quest, place, findings);
}

/// The marks of a quest, and when each may be set.
struct Known<'q> {
    public: BTreeSet<&'q Mark>,
    private: BTreeSet<&'q Mark>,
    before: BTreeMap<&'q SceneId, BTreeSet<&'q Mark>>,
}

impl<'q> Known<'q> {
    fn of(quest: &'q Quest) -> Self {
        Self {
            public: quest.scenes.iter().flat_map(public_set_in).collect(),
            private: quest.scenes.iter().flat_map(private_given_in).collect(),
            before: set_before(quest, public_set_in),
        }
    }

    /// Finds fault with a mark that a paragraph waits for in vain.
    fn check_shown(&self, quest: &Quest, mark: &Mark, place: &str, findings: &mut WorldFindings) {
        let by_council =
            council_of(mark).is_some_and(|number| (1..=councils_max(quest)).contains(&number));
        if self.private.contains(mark) {
            findings.add(place, ContentError::PrivateRead(mark.clone()));
        } else if !self.public.contains(mark) && !by_council {
            findings.add(place, ContentError::MarkNeverSet(mark.clone()));
        }
    }

    /// Finds fault with a mark that a rule waits for in vain.
    fn check_read(
        &self,
        mark: &Mark,
        settable: &BTreeSet<&Mark>,
        place: &str,
        findings: &mut WorldFindings,
    ) {
        let fault = if self.private.contains(mark) {
            ContentError::PrivateRead(mark.clone())
        } else if !self.public.contains(mark) {
            ContentError::MarkNeverSet(mark.clone())
        } else if !settable.contains(mark) {
            ContentError::MarkTooLate(mark.clone())
        } else {
            return;
        };
        findings.add(place, fault);
    }

    /// Finds marks that nothing reads, or too few that are read late.
    fn check_use(&self, quest: &Quest, place: &str, findings: &mut WorldFindings) {
        let scenes = quest.scenes.iter();
        let warned: BTreeSet<&Mark> = scenes
            .clone()
            .flat_map(|scene| {
                scene
                    .whispers
                    .iter()
                    .filter_map(|whisper| whisper.warns.as_ref())
            })
            .collect();
        let options = scenes.flat_map(|scene| &scene.options);
        let read: BTreeSet<&Mark> = options.clone().flat_map(read_by).collect();
        let held: BTreeSet<&str> = options
            .filter_map(|option| option.only.as_ref())
            .map(game::HoldingId::as_str)
            .collect();
        for mark in &self.public {
            if self.private.contains(mark) {
                findings.add(place, ContentError::MarkBothWays((*mark).clone()));
            }
            if !read.contains(mark) && !warned.contains(mark) {
                findings.add(place, ContentError::MarkUnread((*mark).clone()));
            }
        }
        for mark in self
            .private
            .iter()
            .filter(|mark| !held.contains(mark.as_str()))
        {
            findings.add(place, ContentError::PrivateUnread((*mark).clone()));
        }
        // A harm that is warned of and that nothing else reads has done its work as it came.
        let lasting = self
            .public
            .iter()
            .filter(|mark| read.contains(**mark))
            .count();
        findings.bound(place, "the number of public marks", count(lasting), MARKS);
        let late = read_late(quest).len();
        if late * 2 < lasting {
            findings.add(place, ContentError::ReadEarly { late, lasting });
        }
    }
}

/// The marks that are read near an ending, or that decide about one.
fn read_late(quest: &Quest) -> BTreeSet<&Mark> {
    let late = late_scenes(quest);
    let near = quest.scenes.iter().filter(|scene| late.contains(&scene.id));
    let near = near.flat_map(|scene| &scene.options).flat_map(read_by);
    let outcomes = quest.scenes.iter().flat_map(|scene| &scene.options);
    let ways = outcomes
        .flat_map(Choice::outcomes)
        .flat_map(|outcome| &outcome.next_if);
    let ending = ways.filter(|way| way.ending.is_some());
    near.chain(ending.flat_map(|way| way.marks.iter().chain(&way.unless)))
        .collect()
}

/// The public marks that make a difference to an option.
fn read_by(option: &Choice) -> impl Iterator<Item = &Mark> {
    asked(option).chain(option.outcomes().flat_map(leading))
}

/// Those that are asked for as its scene opens.
fn asked(option: &Choice) -> impl Iterator<Item = &Mark> {
    let check = option.check.iter();
    let check = check.flat_map(|check| check.eased_by.iter().chain(&check.hardened_by));
    let shown = option.needs.iter().chain(&option.unless);
    shown.chain(option.tags_if.keys()).chain(check)
}

/// Those that decide where an outcome leads.
fn leading(outcome: &Outcome) -> impl Iterator<Item = &Mark> {
    let ways = outcome.next_if.iter();
    ways.flat_map(|way| way.marks.iter().chain(&way.unless))
}

/// The number of the council that sets the mark: `aye-2` after the second of a quest was for its deed.
fn council_of(mark: &Mark) -> Option<usize> {
    let (word, number) = mark.as_str().split_once('-')?;
    let number = number.parse().ok()?;
    ["aye", "nay", "split"].contains(&word).then_some(number)
}

/// The public marks that a scene may set: by an outcome or its harm, or by who overheard. Councils set others.
fn public_set_in(scene: &Scene) -> impl Iterator<Item = &Mark> {
    let outcomes = scene.options.iter().flat_map(outcomes);
    let overheard = scene.whispers.iter().flat_map(|whisper| &whisper.if_told);
    outcomes
        .flat_map(|(_, outcome)| outcome.marks.iter().chain(&outcome.harm))
        .chain(overheard.flat_map(|told| &told.marks))
}

/// The private marks that a scene may give a seat.
fn private_given_in(scene: &Scene) -> impl Iterator<Item = &Mark> {
    dealt_in(scene).chain(taken_in(scene))
}

/// The private marks that come with a whisper, as the scene opens.
pub(super) fn dealt_in(scene: &Scene) -> impl Iterator<Item = &Mark> {
    scene
        .whispers
        .iter()
        .filter_map(|whisper| whisper.gives.as_ref())
}

/// The private marks that a quiet hand takes away, once the scene is decided.
fn taken_in(scene: &Scene) -> impl Iterator<Item = &Mark> {
    let outcomes = scene.options.iter().flat_map(Choice::outcomes);
    outcomes.filter_map(|outcome| outcome.gives.as_ref())
}

/// The private marks that a seat may hold when each scene opens, but for those dealt in it.
pub(super) fn held_before(quest: &Quest) -> BTreeMap<&SceneId, BTreeSet<&Mark>> {
    set_before(quest, private_given_in)
}

/// The marks that may be set when each scene opens.
fn set_before<'q, I: Iterator<Item = &'q Mark>>(
    quest: &'q Quest,
    set_in: impl Fn(&'q Scene) -> I,
) -> BTreeMap<&'q SceneId, BTreeSet<&'q Mark>> {
    let mut before: BTreeMap<&SceneId, BTreeSet<&Mark>> = BTreeMap::new();
    let mut open: Vec<&Scene> = quest.scene(&quest.begin).into_iter().collect();
    while let Some(scene) = open.pop() {
        let mut after = before.get(&scene.id).cloned().unwrap_or_default();
        after.extend(set_in(scene));
        for next in next_scenes(scene) {
            let first = !before.contains_key(next);
            let known = before.entry(next).or_default();
            let grown = !after.is_subset(known);
            known.extend(&after);
            if first || grown {
                open.extend(quest.scene(next));
            }
        }
    }
    before
}
