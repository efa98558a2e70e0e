//! Where scenes lead: every way goes on, and every way ends.

use std::collections::{BTreeMap, BTreeSet};

use game::content::{Choice, DecisionMode, Outcome, Quest, Scene};
use game::{EndingId, SceneId};

use super::{ContentError, WorldFindings, outcomes, place_in, place_of};

pub(super) fn check(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    findings.unique(place, quest.scenes.iter().map(|scene| scene.id.as_str()));
    findings.unique(place, quest.endings.iter().map(|ending| ending.id.as_str()));
    if quest.scene(&quest.begin).is_none() {
        findings.add(place, ContentError::SceneUnknown(quest.begin.clone()));
    }
    for scene in &quest.scenes {
        check_scene(quest, scene, &place_of(place, scene), findings);
    }
    check_reach(quest, place, findings);
    for scene in &quest.scenes {
        if reached_from(quest, next_scenes(scene)).contains(&scene.id) {
            findings.add(&place_of(place, scene), ContentError::Cycle);
        }
    }
}

/// The scenes `scene` may lead to, whether they exist or not.
pub(super) fn next_scenes(scene: &Scene) -> BTreeSet<&SceneId> {
    let by_outcome = leading(scene).filter_map(|(next, _)| next);
    by_outcome.chain(&scene.well).chain(&scene.ill).collect()
}

/// The endings `scene` may lead to, whether they exist or not.
pub(super) fn next_endings(scene: &Scene) -> BTreeSet<&EndingId> {
    leading(scene).filter_map(|(_, ending)| ending).collect()
}

/// Where the votes of a scene may lead; a quiet deed beside them leads nowhere.
fn leading(scene: &Scene) -> impl Iterator<Item = (Option<&SceneId>, Option<&EndingId>)> {
    let voted = scene.options.iter().filter(|option| !option.quiet);
    voted.flat_map(Choice::outcomes).flat_map(outcome_leads)
}

/// Where an outcome may lead: by itself, and by each of its conditions.
fn outcome_leads(outcome: &Outcome) -> impl Iterator<Item = (Option<&SceneId>, Option<&EndingId>)> {
    let plain = (outcome.next.as_ref(), outcome.ending.as_ref());
    let otherwise = outcome.next_if.iter();
    let otherwise = otherwise.map(|way| (way.next.as_ref(), way.ending.as_ref()));
    otherwise.chain([plain])
}

fn check_scene(quest: &Quest, scene: &Scene, place: &str, findings: &mut WorldFindings) {
    for next in next_scenes(scene) {
        if quest.scene(next).is_none() {
            findings.add(place, ContentError::SceneUnknown(next.clone()));
        }
    }
    let each = scene.decide == DecisionMode::Each;
    if each && (scene.well.is_none() || scene.ill.is_none()) {
        findings.add(place, ContentError::WellOrIllMissing);
    }
    if !each && (scene.well.is_some() || scene.ill.is_some()) {
        findings.add(place, ContentError::WellOrIllStray);
    }
    for ending in next_endings(scene) {
        if quest.ending(ending).is_none() {
            findings.add(place, ContentError::EndingUnknown(ending.clone()));
        }
    }
    for option in &scene.options {
        for (name, outcome) in outcomes(option) {
            let place = format!("{}, {name}", place_in(place, option));
            check_leads(outcome, (each, option.quiet), &place, findings);
        }
    }
}

fn check_leads(
    outcome: &Outcome,
    (each, quiet): (bool, bool),
    place: &str,
    findings: &mut WorldFindings,
) {
    for (next, ending) in outcome_leads(outcome) {
        match (each || quiet, next.is_some(), ending.is_some()) {
            (true, false, false) | (false, true, false) | (false, false, true) => {}
            (true, _, _) if quiet => findings.add(place, ContentError::QuietLeads),
            (true, _, _) => findings.add(place, ContentError::OutcomeLeads),
            (false, false, false) => findings.add(place, ContentError::DeadEnd),
            (false, true, true) => findings.add(place, ContentError::BothWays),
        }
    }
}

fn check_reach(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let reached = reached_from(quest, BTreeSet::from([&quest.begin]));
    for scene in &quest.scenes {
        if !reached.contains(&scene.id) {
            findings.add(&place_of(place, scene), ContentError::Unreachable);
        }
    }
    for ending in &quest.endings {
        let mut from = quest
            .scenes
            .iter()
            .filter(|scene| reached.contains(&scene.id));
        if !from.any(|scene| next_endings(scene).contains(&ending.id)) {
            let place = format!("{place}, ending {}", ending.id.as_str());
            findings.add(&place, ContentError::Unreachable);
        }
    }
}

/// The scenes that `first` and all that follows them lead to, themselves included.
pub(super) fn reached_from<'q>(
    quest: &'q Quest,
    first: BTreeSet<&'q SceneId>,
) -> BTreeSet<&'q SceneId> {
    let leads: BTreeMap<&SceneId, BTreeSet<&SceneId>> = quest
        .scenes
        .iter()
        .map(|scene| (&scene.id, next_scenes(scene)))
        .collect();
    let mut reached = BTreeSet::new();
    let mut open: Vec<&SceneId> = first.into_iter().collect();
    while let Some(id) = open.pop() {
        if let Some(next) = leads.get(id)
            && reached.insert(id)
        {
            open.extend(next);
        }
    }
    reached
}
