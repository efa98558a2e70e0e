//! A quest as one plays it, one road at a time, for proof-reading.

use std::fmt::Write as _;

use game::content::{Choice, Outcome, Quest, Scene};
use game::{EndingId, OutcomeKind, SceneId};

/// Columns of the text.
const WIDTH: usize = 96;
/// Roads that are looked for at most; no quest has so many.
const ROADS_MAX: usize = 20_000;

/// A step of a road: a scene, and what is done in it that leads on.
#[derive(Clone, Debug)]
struct RoadStep<'q> {
    scene: &'q Scene,
    option: &'q Choice,
    kind: OutcomeKind,
}

/// A road from the first scene to an ending.
#[derive(Clone, Debug)]
struct Road<'q> {
    steps: Vec<RoadStep<'q>>,
    ending: &'q EndingId,
}

const KINDS: [OutcomeKind; 5] = [
    OutcomeKind::Plain,
    OutcomeKind::Success,
    OutcomeKind::Failure,
    OutcomeKind::Triumph,
    OutcomeKind::Disaster,
];

/// How many roads a quest has that differ in their scenes or their ending.
pub fn road_count(quest: &Quest) -> usize {
    roads(quest).len()
}

/// One road of a quest as text: `number` counts from 1. None where the quest has no such road.
pub fn read_road(quest: &Quest, number: usize) -> Option<String> {
    let roads = roads(quest);
    let road = roads.get(number.checked_sub(1)?)?;
    let mut text = format!(
        "{}\n{}\n\n",
        quest.title,
        "=".repeat(quest.title.chars().count())
    );
    wrap(&mut text, "", &quest.pitch);
    let names: Vec<&str> = road
        .steps
        .iter()
        .map(|step| step.scene.id.as_str())
        .collect();
    let names = names.join(" → ");
    let head = format!(
        "Road {number} of {}: {names} → {}",
        roads.len(),
        road.ending
    );
    text.push('\n');
    wrap(&mut text, "", &head);
    text.push('\n');
    for (at, step) in road.steps.iter().enumerate() {
        write_step(&mut text, at + 1, step);
    }
    if let Some(ending) = quest.ending(road.ending) {
        let _ = writeln!(text, "\n{} ({:?})\n", ending.title, ending.tone);
        wrap(&mut text, "", &ending.prose);
        for also in &ending.also {
            wrap(&mut text, &format!("  [{}] ", also.mark), &also.text);
        }
    }
    Some(text)
}

fn write_step(text: &mut String, number: usize, step: &RoadStep<'_>) {
    let scene = step.scene;
    let head = format!(
        "{number}. {} — {}, {:?}, {:?}",
        scene.title, scene.place, scene.mood, scene.decide
    );
    let _ = writeln!(text, "\n{head}\n{}\n", "-".repeat(head.chars().count()));
    for paragraph in scene.prose.split("\n\n") {
        wrap(text, "", paragraph);
    }
    for also in &scene.also {
        wrap(text, &format!("  [{}] ", also.mark), &also.text);
    }
    text.push('\n');
    for whisper in &scene.whispers {
        let lever = lever_of(scene, whisper);
        let head = format!(
            "{} ({}, {:?}; {lever})",
            whisper.id, whisper.sense, whisper.weight
        );
        wrap(text, "  ", &head);
        wrap(text, "    true:  ", &whisper.truth);
        wrap(text, "    twist: ", &whisper.twist);
    }
    text.push('\n');
    for option in &scene.options {
        write_option(text, option, option.id == step.option.id);
    }
    text.push('\n');
    wrap(
        text,
        "  ",
        &format!("You {} ({:?}).", step.option.deed, step.kind),
    );
    if let Some(outcome) = step.option.outcome_of(step.kind) {
        wrap(text, "  ", &outcome.text);
    }
}

fn write_option(text: &mut String, option: &Choice, taken: bool) {
    let sign = if taken { "▶" } else { "·" };
    let check = option
        .check
        .as_ref()
        .map(|check| format!(" [{} {}]", check.skill, check.difficulty));
    let mut marks = Vec::new();
    if option.great {
        marks.push("great".to_owned());
    }
    if option.quiet {
        marks.push("quiet".to_owned());
    }
    if let Some([one, other]) = &option.insight {
        marks.push(format!("insight of {one} and {other}"));
    }
    marks.extend(option.only.iter().map(|only| format!("only with {only}")));
    let marks = if marks.is_empty() {
        String::new()
    } else {
        format!(" ({})", marks.join(", "))
    };
    let line = format!(
        "{}. {}{}{marks}",
        option.label,
        option.detail,
        check.unwrap_or_default()
    );
    wrap(text, &format!("  {sign} "), &line);
    if taken && option.great {
        for (god, speech) in &option.council {
            wrap(text, &format!("      {god} for: "), &speech.aye);
            wrap(text, &format!("      {god} against: "), &speech.nay);
        }
    }
}

fn lever_of(scene: &Scene, whisper: &game::content::Whisper) -> String {
    let mut levers = Vec::new();
    let pairs = scene.insight_pairs();
    if pairs.into_iter().any(|pair| pair.contains(&whisper.id)) {
        levers.push("half of an insight".to_owned());
    }
    levers.extend(whisper.warns.iter().map(|harm| format!("warns of {harm}")));
    levers.extend(
        whisper
            .deepens
            .iter()
            .map(|option| format!("deepens {option}")),
    );
    levers.extend(whisper.gives.iter().map(|mark| format!("gives {mark}")));
    levers.extend(
        whisper
            .heard_by
            .iter()
            .map(|name| format!("{name} would hear it")),
    );
    let mut quiet = scene.options.iter().filter(|option| option.quiet);
    let opens = |option: &Choice| {
        option
            .only
            .as_ref()
            .is_some_and(|only| only.as_str() == whisper.id.as_str())
    };
    levers.extend(
        quiet
            .find(|option| opens(option))
            .map(|option| format!("opens {}", option.id)),
    );
    levers.join(", ")
}

/// Writes a paragraph in lines that fit, each under the first.
fn wrap(text: &mut String, before: &str, paragraph: &str) {
    let indent = " ".repeat(before.chars().count());
    let mut line = before.to_owned();
    let mut is_begun = false;
    for word in paragraph.split_whitespace() {
        if is_begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(text, "{line}");
            line.clone_from(&indent);
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    let _ = writeln!(text, "{line}");
}

/// Every road, each scene passed by the first deed that leads on to the next.
fn roads(quest: &Quest) -> Vec<Road<'_>> {
    let mut found = Vec::new();
    let mut steps = Vec::new();
    walk(quest, &quest.begin, &mut steps, &mut found);
    found
}

fn walk<'q>(
    quest: &'q Quest,
    id: &SceneId,
    steps: &mut Vec<RoadStep<'q>>,
    found: &mut Vec<Road<'q>>,
) {
    let Some(scene) = quest.scene(id) else { return };
    if found.len() >= ROADS_MAX || steps.iter().any(|step| step.scene.id == *id) {
        return;
    }
    let mut taken: Vec<(Option<&SceneId>, Option<&EndingId>)> = Vec::new();
    for (option, kind) in deeds(scene) {
        let Some(outcome) = option.outcome_of(kind) else {
            continue;
        };
        for (next, ending) in leads(scene, kind, outcome) {
            if taken.contains(&(next, ending)) {
                continue;
            }
            taken.push((next, ending));
            steps.push(RoadStep {
                scene,
                option,
                kind,
            });
            if let Some(next) = next {
                walk(quest, next, steps, found);
            } else if let Some(ending) = ending {
                let steps = steps.clone();
                found.push(Road { steps, ending });
            }
            steps.pop();
        }
    }
}

fn deeds(scene: &Scene) -> impl Iterator<Item = (&Choice, OutcomeKind)> {
    let open = scene.options.iter().filter(|option| !option.quiet);
    open.flat_map(|option| KINDS.into_iter().map(move |kind| (option, kind)))
}

fn leads<'q>(
    scene: &'q Scene,
    kind: OutcomeKind,
    outcome: &'q Outcome,
) -> Vec<(Option<&'q SceneId>, Option<&'q EndingId>)> {
    let others = outcome.next_if.iter();
    let others = others.map(|way| (way.next.as_ref(), way.ending.as_ref()));
    let own = (outcome.next.as_ref(), outcome.ending.as_ref());
    let each = if kind.is_good() {
        &scene.well
    } else {
        &scene.ill
    };
    let all = [own]
        .into_iter()
        .chain(others)
        .chain([(each.as_ref(), None)]);
    all.filter(|(next, ending)| next.is_some() || ending.is_some())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quest_can_be_read_along_its_roads() {
        let world = crate::unchecked_library().unwrap();
        for quest in world.quests.values() {
            let count = road_count(quest);
            assert!(count >= quest.endings.len(), "{}: {count} roads", quest.id);
            let text = read_road(quest, count).unwrap();
            let longest = text.lines().map(|line| line.chars().count()).max();
            assert!(
                longest.is_some_and(|longest| longest <= WIDTH + 20),
                "{longest:?}"
            );
            let begins = quest.scene(&quest.begin).unwrap();
            assert!(text.contains(&begins.title));
            assert!(read_road(quest, count + 1).is_none() && read_road(quest, 0).is_none());
        }
    }
}
