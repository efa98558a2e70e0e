//! What is wrong with a world, in sentences an author can act on.

mod companions;
mod fault;
mod gods;
mod marks;
mod options;
mod repeats;
mod roads;
mod texts;
mod whispers;

#[cfg(test)]
mod broken;

use std::fmt;

use game::content::{Choice, Outcome, Scene, World};

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
    let editions = world
        .every_quest()
        .map(|quest| format!("{} of edition {}", quest.id, quest.edition));
    let editions: Vec<String> = editions.collect();
    findings.unique("quests", editions.iter().map(String::as_str));
    for quest in world.every_quest() {
        let place = format!("quest {}", quest.id.as_str());
        roads::check(quest, &place, &mut findings);
        marks::check(quest, &place, &mut findings);
        texts::check_quest(quest, &place, &mut findings);
        repeats::check(world, quest, &place, &mut findings);
        for scene in &quest.scenes {
            let place = place_of(&place, scene);
            options::check(scene, &place, &mut findings);
            whispers::check(world, scene, &place, &mut findings);
        }
    }
    findings.0
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
