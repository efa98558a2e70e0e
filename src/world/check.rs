//! What is wrong with a world, in sentences an author can act on.

mod companions;
mod course;
pub(crate) mod deeds;
mod fault;
mod gods;
mod marks;
mod options;
mod quests;
mod repeats;
mod roads;
mod sheets;
mod texts;
mod whispers;
mod wording;
mod written;

#[cfg(test)]
mod broken;

use std::fmt;

use game::content::{Choice, Outcome, Quest, Scene, World};

pub use fault::ContentError;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldFinding {
    /// Where: "quest, scene, option", as far as it goes.
    pub place: String,
    /// What is wrong.
    pub fault: ContentError,
}

impl fmt::Display for WorldFinding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}.", self.place, self.fault)
    }
}

/// Finds what is wrong with `world`. A sound world has no findings.
pub fn check(world: &World) -> Vec<WorldFinding> {
    let mut findings = WorldFindings::default();
    gods::check(world, &mut findings);
    companions::check(world, &mut findings);
    sheets::check(world, &mut findings);
    let editions = world
        .every_quest()
        .map(|quest| format!("{} of edition {}", quest.id, quest.edition));
    let editions: Vec<String> = editions.collect();
    findings.unique("quests", editions.iter().map(String::as_str));
    // Older editions are only read: their Chronicles stay as they were, and nobody plays them any more.
    for quest in world.quests.values() {
        check_quest(world, quest, &mut findings);
    }
    findings.0
}

/// Finds what is wrong with one quest of `world`.
pub(crate) fn check_one(world: &World, quest: &Quest) -> Vec<WorldFinding> {
    let mut findings = WorldFindings::default();
    gods::check_question_ids(world, &mut findings);
    check_quest(world, quest, &mut findings);
    findings.0
}

fn check_quest(world: &World, quest: &Quest, findings: &mut WorldFindings) {
    let place = format!("quest {}", quest.id.as_str());
    quests::check(world, quest, &place, findings);
    roads::check(quest, &place, findings);
    course::check(quest, &place, findings);
    marks::check(quest, &place, findings);
    for scene in &quest.scenes {
        options::check(scene, &place_of(&place, scene), findings);
    }
    whispers::check(world, quest, &place, findings);
    deeds::check(world, quest, &place, findings);
    texts::check(quest, &place, findings);
    wording::check(quest, &place, findings);
    repeats::check(world, quest, &place, findings);
}

/// What has been found so far.
#[derive(Default)]
struct WorldFindings(Vec<WorldFinding>);

impl WorldFindings {
    fn add(&mut self, place: &str, fault: ContentError) {
        self.0.push(WorldFinding {
            place: place.to_owned(),
            fault,
        });
    }

    /// Finds fault when `is` is not within `least` and `most`.
    fn bound(&mut self, place: &str, what: &'static str, is: i64, (least, most): (i64, i64)) {
        if !(least..=most).contains(&is) {
            self.add(
                place,
                ContentError::OutOfRange {
                    what,
                    is,
                    least,
                    most,
                },
            );
        }
    }

    /// Finds fault with ids that are not unique.
    fn unique<'a>(&mut self, place: &str, ids: impl Iterator<Item = &'a str>) {
        let mut seen = std::collections::BTreeSet::new();
        for id in ids {
            if !seen.insert(id) {
                self.add(place, ContentError::IdTwice(id.to_owned()));
            }
        }
    }
}

fn count(items: usize) -> i64 {
    i64::try_from(items).unwrap_or(i64::MAX)
}

fn place_of(quest: &str, scene: &Scene) -> String {
    format!("{quest}, scene {}", scene.id.as_str())
}

fn place_in(scene: &str, option: &Choice) -> String {
    format!("{scene}, option {}", option.id.as_str())
}

/// The outcomes an option has, by the names of their tables.
fn outcomes(option: &Choice) -> impl Iterator<Item = (&'static str, &Outcome)> {
    [
        ("outcome", &option.outcome),
        ("triumph", &option.triumph),
        ("success", &option.success),
        ("failure", &option.failure),
        ("disaster", &option.disaster),
    ]
    .into_iter()
    .filter_map(|(name, outcome)| Some((name, outcome.as_ref()?)))
}
