//! Marks: what later scenes use, earlier scenes can set.

use std::collections::{BTreeMap, BTreeSet};

use game::content::{Quest, Scene};
use game::{Mark, SceneId};

use super::roads::next_scenes;
use super::{ContentError, WorldFindings, outcomes, place_in, place_of};

pub(super) fn check(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let ever: BTreeSet<&Mark> = quest.scenes.iter().flat_map(set_in).collect();
    let before = set_before(quest);
    for scene in &quest.scenes {
        let place = place_of(place, scene);
        for also in &scene.also {
            if !ever.contains(&also.mark) {
                findings.add(&place, ContentError::MarkNeverSet(also.mark.clone()));
            }
        }
        let early = before.get(&scene.id);
        for option in &scene.options {
            let place = place_in(&place, option);
            for mark in &option.needs {
                if !ever.contains(mark) {
                    findings.add(&place, ContentError::MarkNeverSet(mark.clone()));
                } else if !early.is_some_and(|early| early.contains(mark)) {
                    findings.add(&place, ContentError::NobodyCanTake(mark.clone()));
                }
            }
            for mark in &option.unless {
                if !ever.contains(mark) {
                    findings.add(&place, ContentError::MarkNeverSet(mark.clone()));
                }
                if option.needs.contains(mark) {
                    findings.add(&place, ContentError::NeedsAndExcludes(mark.clone()));
                }
            }
        }
    }
}

fn set_in(scene: &Scene) -> impl Iterator<Item = &Mark> {
    let outcomes = scene.options.iter().flat_map(outcomes);
    outcomes.flat_map(|(_, outcome)| &outcome.marks)
}

/// The marks that may be set when each scene opens.
fn set_before(quest: &Quest) -> BTreeMap<&SceneId, BTreeSet<&Mark>> {
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
