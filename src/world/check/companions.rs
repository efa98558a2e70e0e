//! Who may join a small party.

use game::Tag;
use game::content::{Companion, CompanionRule, World};

use super::written::Length;
use super::{ContentError, WorldFindings, count};

/// Companions a lone player needs, so that three sit at the table.
const COMPANIONS: (i64, i64) = (2, i64::MAX);

pub(super) fn check(world: &World, findings: &mut WorldFindings) {
    let place = "companions";
    let ids = world.companions.iter().map(|sheet| sheet.id.as_str());
    findings.unique(place, ids);
    findings.bound(
        place,
        "the number of companions",
        count(world.companions.len()),
        COMPANIONS,
    );
    for sheet in &world.companions {
        let place = format!("companion {}", sheet.id.as_str());
        if sheet.first == sheet.second {
            findings.add(&place, ContentError::SensesSame);
        }
        findings.bound(&place, "the approval", i64::from(sheet.approval), (0, 100));
        findings.bound(
            &place,
            "the number of skills",
            count(sheet.skills.len()),
            (3, 5),
        );
        check_rules(sheet, &place, findings);
        for level in sheet.skills.values() {
            findings.bound(&place, "a skill", i64::from(*level), (15, 50));
        }
        for (what, text) in [
            ("the look", &sheet.look),
            ("the flaw", &sheet.flaw),
            ("the agenda", &sheet.agenda),
            ("the parting", &sheet.parting),
        ] {
            findings.text(&place, what, text, Length::Words(3, 60));
        }
    }
}

/// A companion's rules do not contradict one another, and do not make it go as it comes.
fn check_rules(sheet: &Companion, place: &str, findings: &mut WorldFindings) {
    if sheet.rules.is_empty() {
        findings.add(place, ContentError::Empty("the list of rules"));
    }
    for (at, rule) in sheet.rules.iter().enumerate() {
        if sheet.rules[..at].contains(rule) {
            findings.add(place, ContentError::RuleTwice(at + 1));
        }
        if let Some((what, is, bounds)) = numbers_of(rule) {
            findings.bound(place, what, is, bounds);
        }
        if let CompanionRule::LeavesUnderApproval(under) = rule
            && *under > sheet.approval
        {
            findings.add(place, ContentError::LeavesAtOnce);
        }
        if let Some(tag) = wanted_by(rule)
            && (tag == sheet.trigger || is_refused(sheet, tag))
        {
            findings.add(place, ContentError::RuleAgainstRule(tag));
        }
    }
}

/// The number of a rule, what it is, and how far it may go.
fn numbers_of(rule: &CompanionRule) -> Option<(&'static str, i64, (i64, i64))> {
    let approval = |of: i32| ("the approval in a rule", i64::from(of), (1, 100));
    let times = |of: usize| ("the number of times in a rule", count(of), (1, 9));
    Some(match rule {
        CompanionRule::Votes { by, .. } => ("the taste in a rule", i64::from(*by), (1, 6)),
        CompanionRule::TellsCritical { approval: least }
        | CompanionRule::TellsAll { approval: least }
        | CompanionRule::StepsIn { approval: least }
        | CompanionRule::LeavesUnderApproval(least)
        | CompanionRule::LeavesUnderTrust(least) => approval(*least),
        CompanionRule::LeavesAfterDone { count: of, .. } | CompanionRule::LeavesAfterFled(of) => {
            times(*of)
        }
        CompanionRule::SpeaksAgainst {
            approval_under,
            done,
            outvoted,
            ..
        } => {
            let by_times = done.map(|(_, of)| of).or(*outvoted).map(times);
            return by_times.or(approval_under.map(approval));
        }
        CompanionRule::Acts { approval_under, .. } => return approval_under.map(approval),
        CompanionRule::WillNot { .. }
        | CompanionRule::Must { .. }
        | CompanionRule::Keeps(_)
        | CompanionRule::KeepsCrossing
        | CompanionRule::Challenges
        | CompanionRule::ObeysUntilCouncil
        | CompanionRule::NeverDies => return None,
    })
}

/// The tag that a rule makes a companion do or vote for.
fn wanted_by(rule: &CompanionRule) -> Option<Tag> {
    match rule {
        CompanionRule::Votes { tag, .. }
        | CompanionRule::Must { tag, .. }
        | CompanionRule::Acts { tag, .. } => Some(*tag),
        CompanionRule::WillNot { .. }
        | CompanionRule::Keeps(_)
        | CompanionRule::KeepsCrossing
        | CompanionRule::TellsCritical { .. }
        | CompanionRule::TellsAll { .. }
        | CompanionRule::Challenges
        | CompanionRule::ObeysUntilCouncil
        | CompanionRule::LeavesUnderApproval(_)
        | CompanionRule::LeavesUnderTrust(_)
        | CompanionRule::LeavesAfterDone { .. }
        | CompanionRule::LeavesAfterFled(_)
        | CompanionRule::SpeaksAgainst { .. }
        | CompanionRule::StepsIn { .. }
        | CompanionRule::NeverDies => None,
    }
}

fn is_refused(sheet: &Companion, tag: Tag) -> bool {
    let mut rules = sheet.rules.iter();
    rules.any(|rule| matches!(rule, CompanionRule::WillNot { tag: refused, .. } if *refused == tag))
}
