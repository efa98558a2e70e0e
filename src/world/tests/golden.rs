//! Events are for ever: each kind, as every release since the first has written it, is still read.

use std::collections::BTreeSet;

use game::Event;

const GOLDEN: &str = include_str!("../golden/events.jsonl");

/// Every kind of event. A new one gets its name here and a line in the golden file.
const NAMES: [&str; 31] = [
    "opened",
    "sat",
    "left",
    "host-passed",
    "closed",
    "interrogation-began",
    "questioned",
    "answered",
    "called",
    "companion-joined",
    "quests-offered",
    "quest-named",
    "quest-began",
    "scene-opened",
    "bearer-passed",
    "told",
    "kept",
    "insight-dawned",
    "invoked",
    "chosen",
    "said",
    "decided",
    "deed-done",
    "marked",
    "skill-grew",
    "trust-moved",
    "favour-moved",
    "council-held",
    "approval-moved",
    "companion-left",
    "quest-ended",
];

fn name(event: &Event) -> &'static str {
    match event {
        Event::Opened { .. } => "opened",
        Event::Sat { .. } => "sat",
        Event::Left { .. } => "left",
        Event::HostPassed { .. } => "host-passed",
        Event::Closed { .. } => "closed",
        Event::InterrogationBegan { .. } => "interrogation-began",
        Event::Questioned { .. } => "questioned",
        Event::Answered { .. } => "answered",
        Event::Called { .. } => "called",
        Event::CompanionJoined { .. } => "companion-joined",
        Event::QuestsOffered { .. } => "quests-offered",
        Event::QuestNamed { .. } => "quest-named",
        Event::QuestBegan { .. } => "quest-began",
        Event::SceneOpened { .. } => "scene-opened",
        Event::BearerPassed { .. } => "bearer-passed",
        Event::Told(_) => "told",
        Event::Kept { .. } => "kept",
        Event::InsightDawned { .. } => "insight-dawned",
        Event::Invoked { .. } => "invoked",
        Event::Chosen { .. } => "chosen",
        Event::Said { .. } => "said",
        Event::Decided { .. } => "decided",
        Event::DeedDone(_) => "deed-done",
        Event::Marked { .. } => "marked",
        Event::SkillGrew(_) => "skill-grew",
        Event::TrustMoved(_) => "trust-moved",
        Event::FavourMoved(_) => "favour-moved",
        Event::CouncilHeld(_) => "council-held",
        Event::ApprovalMoved(_) => "approval-moved",
        Event::CompanionLeft { .. } => "companion-left",
        Event::QuestEnded { .. } => "quest-ended",
    }
}

fn read(line: &str) -> Event {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn every_golden_line_is_read_and_written_again_as_it_was() {
    for line in GOLDEN.lines() {
        let event = read(line);
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
        let word = format!("{{\"event\":\"{}\"", name(&event));
        assert!(line.starts_with(&word), "{line}");
    }
}

#[test]
fn every_kind_of_event_has_a_golden_line() {
    let golden: BTreeSet<&str> = GOLDEN.lines().map(|line| name(&read(line))).collect();
    let missing: Vec<&str> = NAMES
        .into_iter()
        .filter(|name| !golden.contains(name))
        .collect();
    assert_eq!(missing, [""; 0]);
    assert_eq!(golden.len(), NAMES.len());
}
