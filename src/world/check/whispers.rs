//! Whispers: one a sense, each with a lever that works, and insights that can be dealt.

use std::collections::{BTreeMap, BTreeSet};

use game::content::{Quest, Scene, Whisper, World};
use game::{Mark, OptionId, SceneId};

use super::marks::{dealt_in, held_before};
use super::{ContentError, WorldFindings, count, place_in, place_of};

/// Whispers in a scene: one for each sense, so that no two seats hear the same.
const WHISPERS: (i64, i64) = (6, 6);

pub(super) fn check(world: &World, quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let held = held_before(quest);
    for scene in &quest.scenes {
        let first = scene.id == quest.begin;
        let place = place_of(place, scene);
        check_scene(world, scene, &place, findings);
        check_insights(scene, &place, findings);
        if quest.first_evening && first && scene.insight_pairs().next().is_some() {
            findings.add(&place, ContentError::InsightTooEarly);
        }
        check_only(scene, &held, &place, findings);
    }
}

fn check_scene(world: &World, scene: &Scene, place: &str, findings: &mut WorldFindings) {
    let ids = scene.whispers.iter().map(|whisper| whisper.id.as_str());
    findings.unique(place, ids);
    let number = count(scene.whispers.len());
    findings.bound(place, "the number of whispers", number, WHISPERS);
    let mut senses = BTreeSet::new();
    for whisper in &scene.whispers {
        if !senses.insert(whisper.sense) {
            findings.add(place, ContentError::SenseTwice(whisper.sense));
        }
        let place = format!("{place}, whisper {}", whisper.id.as_str());
        check_levers(scene, whisper, &place, findings);
        check_urges(scene, whisper, &place, findings);
        check_crossing(world, whisper, &place, findings);
    }
}

fn check_levers(scene: &Scene, whisper: &Whisper, place: &str, findings: &mut WorldFindings) {
    if !has_lever(scene, whisper) {
        findings.add(place, ContentError::NoLever);
    }
    if let Some(harm) = &whisper.warns {
        let mut disasters = scene
            .options
            .iter()
            .filter_map(|option| option.disaster.as_ref());
        if !disasters.any(|outcome| outcome.harm.as_ref() == Some(harm)) {
            findings.add(place, ContentError::WarnsOfNothing(harm.clone()));
        }
    }
    if let Some(id) = &whisper.deepens {
        match scene.option(id) {
            None => findings.add(place, ContentError::OptionUnknown(id.clone())),
            Some(option) if option.triumph.is_none() => {
                findings.add(place, ContentError::DeepensNothing(id.clone()));
            }
            Some(_) => {}
        }
    }
    if whisper.heard_by.is_some() != whisper.if_told.is_some() {
        findings.add(place, ContentError::HalfInEarshot);
    }
    if let Some(told) = &whisper.if_told
        && told.marks.is_empty()
        && told.favour.values().all(|by| *by == 0)
        && told.trust == 0
    {
        findings.add(place, ContentError::ToldForNothing);
    }
}

/// Whether it makes a difference how the whisper is told, or that it is held.
fn has_lever(scene: &Scene, whisper: &Whisper) -> bool {
    let opens = |only: &game::HoldingId| only.as_str() == whisper.id.as_str();
    whisper.warns.is_some()
        || whisper.deepens.is_some()
        || whisper.if_told.is_some()
        || whisper.gives.is_some()
        || scene.insight_pairs().any(|pair| pair.contains(&whisper.id))
        || scene
            .options
            .iter()
            .any(|option| option.only.as_ref().is_some_and(opens))
}

/// Truth and twist each urge an option of the scene, and not the same one.
fn check_urges(scene: &Scene, whisper: &Whisper, place: &str, findings: &mut WorldFindings) {
    let mut exists = |id: &Option<OptionId>, field: &'static str| match id {
        None => findings.add(place, ContentError::UrgesNothing(field)),
        Some(id) if scene.option(id).is_none() => {
            findings.add(place, ContentError::OptionUnknown(id.clone()));
        }
        Some(_) => {}
    };
    exists(&whisper.urges, "urges");
    exists(&whisper.twist_urges, "twist_urges");
    if whisper.urges.is_some() && whisper.urges == whisper.twist_urges {
        findings.add(place, ContentError::UrgesAlike);
    }
}

fn check_crossing(world: &World, whisper: &Whisper, place: &str, findings: &mut WorldFindings) {
    let Some(id) = &whisper.crosses else { return };
    match world.companion(id) {
        None => findings.add(place, ContentError::CompanionUnknown(id.clone())),
        Some(sheet) if ![sheet.first, sheet.second].contains(&whisper.sense) => {
            findings.add(place, ContentError::CompanionDeaf(id.clone()));
        }
        Some(_) => {}
    }
}

fn check_insights(scene: &Scene, place: &str, findings: &mut WorldFindings) {
    let mut pairs = BTreeSet::new();
    for option in &scene.options {
        let Some([one, other]) = &option.insight else {
            continue;
        };
        let place = place_in(place, option);
        for half in [one, other] {
            if scene.whisper(half).is_none() {
                findings.add(&place, ContentError::InsightUnknown(half.clone()));
            }
        }
        if one == other {
            findings.add(&place, ContentError::InsightOfOne);
        }
        pairs.insert((one.min(other), one.max(other)));
    }
    // Two seats alone hear one whisper each, so of two pairs one would stay closed to them.
    if pairs.len() > 1 {
        findings.add(place, ContentError::InsightsCrowded(pairs.len()));
    }
}

/// What an option asks its seat to hold can be held: a whisper of the scene, or a private mark that was given before.
fn check_only(
    scene: &Scene,
    held: &BTreeMap<&SceneId, BTreeSet<&Mark>>,
    place: &str,
    findings: &mut WorldFindings,
) {
    let whispers = scene.whispers.iter().map(|whisper| whisper.id.as_str());
    let marks = held.get(&scene.id).into_iter().flatten().copied();
    let marks = marks.chain(dealt_in(scene)).map(Mark::as_str);
    let can_hold: BTreeSet<&str> = whispers.chain(marks).collect();
    for option in &scene.options {
        if let Some(only) = &option.only
            && !can_hold.contains(only.as_str())
        {
            let place = place_in(place, option);
            findings.add(&place, ContentError::OnlyUnknown(only.clone()));
        }
    }
}
