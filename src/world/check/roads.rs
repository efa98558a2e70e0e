//! Where scenes lead: every way goes on, and every way ends.

use std::collections::{BTreeMap, BTreeSet};

use game::SceneId;
use game::content::{DecisionMode, Quest, Scene};

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
    let by_outcome = scene
        .options
        .iter()
        .flat_map(outcomes)
        .filter_map(|(_, outcome)| outcome.next.as_ref());
    by_outcome.chain(&scene.well).chain(&scene.ill).collect()
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
    for option in &scene.options {
        for (name, outcome) in outcomes(option) {
            let place = format!("{}, {name}", place_in(place, option));
            if let Some(ending) = &outcome.ending
                && quest.ending(ending).is_none()
            {
                findings.add(&place, ContentError::EndingUnknown(ending.clone()));
            }
            match (each, outcome.next.is_some(), outcome.ending.is_some()) {
                (true, false, false) | (false, true, false) | (false, false, true) => {}
                (true, _, _) => findings.add(&place, ContentError::OutcomeLeads),
                (false, false, false) => findings.add(&place, ContentError::DeadEnd),
                (false, true, true) => findings.add(&place, ContentError::BothWays),
            }
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
        let led_to = quest
            .scenes
            .iter()
            .filter(|scene| reached.contains(&scene.id))
            .flat_map(|scene| &scene.options)
            .flat_map(outcomes)
            .any(|(_, outcome)| outcome.ending.as_ref() == Some(&ending.id));
        if !led_to {
            let place = format!("{place}, ending {}", ending.id.as_str());
            findings.add(&place, ContentError::Unreachable);
        }
    }
}

/// The scenes that `first` and all that follows them lead to, themselves included.
fn reached_from<'q>(quest: &'q Quest, first: BTreeSet<&'q SceneId>) -> BTreeSet<&'q SceneId> {
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
