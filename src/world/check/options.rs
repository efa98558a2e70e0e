//! What can be done in a scene, and that each option comes to something.

use std::collections::BTreeSet;

use game::God;
use game::content::{Choice, Scene};

use super::{ContentError, WorldFindings, count, outcomes, place_in};

/// Options in a scene that anybody may come to vote on. Quiet ones, and those that one seat alone may see, come besides.
const OPTIONS: (i64, i64) = (3, 5);
/// Tags on an option.
const TAGS: (i64, i64) = (1, 4);
/// How hard a check may be.
const DIFFICULTY: (i64, i64) = (20, 80);
/// HP that an outcome may cost.
const WOUND: (i64, i64) = (0, 30);
/// How far an outcome may move trust.
const TRUST: (i64, i64) = (-10, 10);
/// How far an outcome may move a god's favour.
const FAVOUR: (i64, i64) = (-8, 8);

pub(super) fn check(scene: &Scene, place: &str, findings: &mut WorldFindings) {
    findings.unique(place, scene.options.iter().map(|option| option.id.as_str()));
    let for_all = scene.options.iter();
    let for_all = for_all.filter(|option| !option.quiet && option.only.is_none());
    findings.bound(
        place,
        "the number of options for everybody",
        count(for_all.count()),
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
    option.quiet
        || option.only.is_some()
        || option.insight.is_some()
        || !option.needs.is_empty()
        || !option.unless.is_empty()
}

fn check_option(option: &Choice, place: &str, findings: &mut WorldFindings) {
    findings.bound(place, "the number of tags", count(option.tags.len()), TAGS);
    let mut seen = BTreeSet::new();
    if !option.tags.iter().all(|tag| seen.insert(*tag)) {
        findings.add(place, ContentError::TagTwice);
    }
    if let Some(check) = &option.check {
        let difficulty = i64::from(check.difficulty);
        findings.bound(place, "the difficulty", difficulty, DIFFICULTY);
        let mut both = check.eased_by.intersection(&check.hardened_by);
        if let Some(mark) = both.next() {
            findings.add(place, ContentError::EasedAndHardened(mark.clone()));
        }
    }
    check_outcomes(option, place, findings);
    check_quiet(option, place, findings);
    check_speeches(option, place, findings);
}

fn check_outcomes(option: &Choice, place: &str, findings: &mut WorldFindings) {
    let rolled = option.success.is_some() && option.failure.is_some();
    let thrown = [
        &option.triumph,
        &option.success,
        &option.failure,
        &option.disaster,
    ];
    let any_rolled = thrown.into_iter().any(Option::is_some);
    match &option.check {
        Some(_) if !rolled || option.outcome.is_some() => {
            findings.add(place, ContentError::CheckOutcomes);
        }
        None if option.outcome.is_none() || any_rolled => {
            findings.add(place, ContentError::PlainOutcome);
        }
        Some(_) | None => {}
    }
    for (name, outcome) in outcomes(option) {
        let place = format!("{place}, {name}");
        findings.bound(&place, "the trust", i64::from(outcome.trust), TRUST);
        findings.bound(&place, "the wound", i64::from(outcome.wound), WOUND);
        for by in outcome.favour.values() {
            findings.bound(&place, "the favour", i64::from(*by), FAVOUR);
        }
    }
}

/// A quiet deed is rolled, stays small, and names its hand only where the hand is caught.
fn check_quiet(option: &Choice, place: &str, findings: &mut WorldFindings) {
    if !option.quiet {
        if option.many {
            findings.add(place, ContentError::QuietStray("many"));
        }
        if option.outcomes().any(|outcome| outcome.gives.is_some()) {
            findings.add(place, ContentError::QuietStray("gives"));
        }
        return;
    }
    if option.check.is_none() || option.disaster.is_none() {
        findings.add(place, ContentError::QuietUnrolled);
    }
    if option.great || option.insight.is_some() || option.triumph.is_some() {
        findings.add(place, ContentError::QuietLoud);
    }
    for (name, outcome) in outcomes(option) {
        let place = format!("{place}, {name}");
        if outcome.harm.is_some() || outcome.wound != 0 {
            findings.add(&place, ContentError::QuietHarms);
        }
        let caught = name == "disaster";
        if outcome.text.contains("{doer}") != caught {
            findings.add(&place, ContentError::QuietNames);
        }
        let empty =
            outcome.marks.is_empty() && outcome.favour.is_empty() && outcome.gives.is_none();
        if name == "failure" && !(empty && outcome.trust == 0) {
            findings.add(&place, ContentError::QuietFailureCounts);
        }
    }
}

fn check_speeches(option: &Choice, place: &str, findings: &mut WorldFindings) {
    if !option.great {
        if !option.council.is_empty() {
            findings.add(place, ContentError::SpeechStray);
        }
        return;
    }
    for god in God::ALL {
        if !option.council.contains_key(god) {
            findings.add(place, ContentError::SpeechMissing(*god));
        }
    }
}
