//! What can be done in a scene, and that each option comes to something.

use game::God;
use game::content::{Choice, Scene};

use super::{ContentError, WorldFindings, count, outcomes, place_in};

/// Options in a scene.
const OPTIONS: (i64, i64) = (3, 5);
/// Tags on an option.
const TAGS: (i64, i64) = (1, 4);
/// How hard a check may be.
const DIFFICULTY: (i64, i64) = (20, 80);
/// How far an outcome may move trust.
const TRUST: (i64, i64) = (-10, 10);
/// How far an outcome may move a god's favour.
const FAVOUR: (i64, i64) = (-8, 8);

pub(super) fn check(scene: &Scene, place: &str, findings: &mut WorldFindings) {
    findings.unique(place, scene.options.iter().map(|option| option.id.as_str()));
    findings.bound(
        place,
        "the number of options",
        count(scene.options.len()),
        OPTIONS,
    );
    match scene.option(&scene.default) {
        None => findings.add(place, ContentError::DefaultUnknown(scene.default.clone())),
        Some(option) if is_conditional(option) => {
            findings.add(place, ContentError::DefaultConditional);
        }
        Some(_) => {}
    }
    for option in &scene.options {
        check_option(option, &place_in(place, option), findings);
    }
}

fn is_conditional(option: &Choice) -> bool {
    option.insight.is_some() || !option.needs.is_empty() || !option.unless.is_empty()
}

fn check_option(option: &Choice, place: &str, findings: &mut WorldFindings) {
    findings.bound(place, "the number of tags", count(option.tags.len()), TAGS);
    let rolled = option.success.is_some() && option.failure.is_some();
    let any_rolled = [
        &option.triumph,
        &option.success,
        &option.failure,
        &option.disaster,
    ]
    .iter()
    .any(|outcome| outcome.is_some());
    match &option.check {
        Some(check) => {
            findings.bound(
                place,
                "the difficulty",
                i64::from(check.difficulty),
                DIFFICULTY,
            );
            if !rolled || option.outcome.is_some() {
                findings.add(place, ContentError::CheckOutcomes);
            }
        }
        None if option.outcome.is_none() || any_rolled => {
            findings.add(place, ContentError::PlainOutcome);
        }
        None => {}
    }
    for (name, outcome) in outcomes(option) {
        let place = format!("{place}, {name}");
        findings.bound(&place, "the trust", i64::from(outcome.trust), TRUST);
        for by in outcome.favour.values() {
            findings.bound(&place, "the favour", i64::from(*by), FAVOUR);
        }
    }
    check_speeches(option, place, findings);
}

fn check_speeches(option: &Choice, place: &str, findings: &mut WorldFindings) {
    if !option.great {
        if !option.council.is_empty() {
            findings.add(place, ContentError::SpeechStray);
        }
        return;
    }
    for god in God::ALL {
        let speaks = option
            .council
            .get(god)
            .is_some_and(|speech| !speech.aye.is_empty() && !speech.nay.is_empty());
        if !speaks {
            findings.add(place, ContentError::SpeechMissing(*god));
        }
    }
}
