//! What a quest says of itself: its guest, its table, what it gives and asks.

use std::collections::BTreeSet;

use game::content::{Quest, Tone, World};
use game::{God, SEATS_MAX};

use super::gods::check_question;
use super::{ContentError, WorldFindings, count};

/// Scenes of a quest.
const SCENES: (i64, i64) = (5, 40);
/// How long a quest may take, in minutes.
const MINUTES: (i64, i64) = (10, 120);
/// Keepsakes of a quest.
const KEEPSAKES: (i64, i64) = (2, 2);

pub(super) fn check(world: &World, quest: &Quest, place: &str, findings: &mut WorldFindings) {
    findings.bound(
        place,
        "the number of scenes",
        count(quest.scenes.len()),
        SCENES,
    );
    match &quest.guest {
        None => findings.add(place, ContentError::GuestMissing),
        Some(guest) if world.companion(guest).is_none() => {
            findings.add(place, ContentError::CompanionUnknown(guest.clone()));
        }
        Some(_) => {}
    }
    let [fewest, most] = quest.seats;
    let party = (1, i64::from(SEATS_MAX));
    findings.bound(place, "the fewest seats", i64::from(fewest), party);
    findings.bound(
        place,
        "the most seats",
        i64::from(most),
        (i64::from(fewest), party.1),
    );
    findings.bound(place, "the minutes", i64::from(quest.minutes), MINUTES);
    if quest.warnings.is_empty() {
        findings.add(place, ContentError::Empty("the list of warnings"));
    }
    if quest.secret_of.is_none() {
        findings.add(
            place,
            ContentError::Empty("the clause that names the secret"),
        );
    }
    let keepsakes = quest.keepsakes.iter();
    findings.unique(place, keepsakes.map(|keepsake| keepsake.id.as_str()));
    findings.bound(
        place,
        "the number of keepsakes",
        count(quest.keepsakes.len()),
        KEEPSAKES,
    );
    for god in God::ALL {
        if !quest.summons.contains_key(god) {
            findings.add(place, ContentError::SummonsMissing(*god));
        }
    }
    check_endings(world, quest, place, findings);
}

fn check_endings(world: &World, quest: &Quest, place: &str, findings: &mut WorldFindings) {
    if !quest.endings.iter().any(|ending| ending.tone == Tone::Dawn) {
        findings.add(place, ContentError::NoDawn);
    }
    let mut asked = BTreeSet::new();
    for ending in &quest.endings {
        let place = format!("{place}, ending {}", ending.id.as_str());
        match &ending.after {
            None => findings.add(&place, ContentError::AfterMissing),
            Some(after) if world.question(after).is_none() => {
                findings.add(&place, ContentError::QuestionUnknown(after.clone()));
            }
            Some(after) => {
                asked.insert(after);
            }
        }
    }
    for question in &quest.questions {
        let place = format!("{place}, question {}", question.id.as_str());
        check_question(question, &place, findings);
        if !asked.contains(&question.id) {
            findings.add(&place, ContentError::NeverAsked);
        }
    }
}
