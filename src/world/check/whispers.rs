//! Whispers: enough of them, of different senses, and insights that can be dealt.

use std::collections::BTreeSet;

use game::content::{Scene, Whisper, World};

use super::{ContentError, WorldFindings, count, outcomes, place_in};

/// Whispers in a scene: every seat hears one, and there are six senses.
const WHISPERS: (i64, i64) = (3, 6);

pub(super) fn check(world: &World, scene: &Scene, place: &str, findings: &mut WorldFindings) {
    let ids = scene.whispers.iter().map(|whisper| whisper.id.as_str());
    findings.unique(place, ids);
    findings.bound(
        place,
        "the number of whispers",
        count(scene.whispers.len()),
        WHISPERS,
    );
    let mut senses = BTreeSet::new();
    for whisper in &scene.whispers {
        if !senses.insert(whisper.sense) {
            findings.add(place, ContentError::SenseTwice(whisper.sense));
        }
        let place = format!("{place}, whisper {}", whisper.id.as_str());
        check_warning(scene, whisper, &place, findings);
        check_crossing(world, whisper, &place, findings);
    }
    check_insights(scene, place, findings);
}

fn check_warning(scene: &Scene, whisper: &Whisper, place: &str, findings: &mut WorldFindings) {
    let Some(harm) = &whisper.warns else { return };
    let comes = scene
        .options
        .iter()
        .flat_map(outcomes)
        .any(|(_, outcome)| outcome.harm.as_ref() == Some(harm));
    if !comes {
        findings.add(place, ContentError::WarnsOfNothing(harm.clone()));
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
