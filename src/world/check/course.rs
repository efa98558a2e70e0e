//! The course of a quest: what every road from its beginning to an ending must pass.

use std::collections::{BTreeMap, BTreeSet};

use game::SceneId;
use game::content::{DecisionMode, Quest, Scene};

use super::roads::{next_endings, next_scenes, reached_from};
use super::{ContentError, WorldFindings, count, place_of};

/// Scenes with great deeds on any road.
const GREAT_SCENES: (i64, i64) = (2, 3);
/// Scenes on any road of a quest for a first evening.
const FIRST_EVENING: (i64, i64) = (5, 5);
/// Scenes on any road of another quest.
const LONGER: (i64, i64) = (5, 16);
/// What is felt late is read in the last scenes, so many before an ending.
const LATE: usize = 3;

pub(super) fn check(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    check_kinds(quest, place, findings);
    check_secret(quest, place, findings);
    check_private(quest, place, findings);
    let great = |scene: &Scene| usize::from(scene.options.iter().any(|option| option.great));
    bound_roads(
        quest,
        place,
        findings,
        (
            great,
            "the number of scenes with great deeds on a road",
            GREAT_SCENES,
        ),
    );
    let length = if quest.first_evening {
        FIRST_EVENING
    } else {
        LONGER
    };
    bound_roads(
        quest,
        place,
        findings,
        (|_: &Scene| 1, "the number of scenes on a road", length),
    );
}

/// The scenes from which an ending may be near.
pub(super) fn late_scenes(quest: &Quest) -> BTreeSet<&SceneId> {
    let near = |scene: &&Scene| {
        let fewest = Tally::new(quest, |_| 1)
            .from(&scene.id)
            .map(|(fewest, _)| fewest);
        fewest.is_some_and(|fewest| fewest <= LATE)
    };
    quest
        .scenes
        .iter()
        .filter(near)
        .map(|scene| &scene.id)
        .collect()
}

/// The most councils that a road may hold.
pub(super) fn councils_max(quest: &Quest) -> usize {
    let great = |scene: &Scene| usize::from(scene.options.iter().any(|option| option.great));
    Tally::new(quest, great)
        .from(&quest.begin)
        .map_or(0, |(_, most)| most)
}

fn check_kinds(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let kinds = [
        (DecisionMode::Each, "each"),
        (DecisionMode::Secret, "secret"),
        (DecisionMode::Bearer, "bearer"),
    ];
    for (kind, name) in kinds {
        if is_passed_by(quest, |scene| scene.decide == kind) {
            findings.add(place, ContentError::KindPassedBy(name));
        }
    }
    for scene in &quest.scenes {
        for next in next_scenes(scene) {
            if quest
                .scene(next)
                .is_some_and(|next| next.decide == scene.decide)
            {
                findings.add(
                    &place_of(place, scene),
                    ContentError::AlikeInRow(next.clone()),
                );
            }
        }
    }
}

fn check_secret(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let secrets = quest.scenes.iter().flat_map(|scene| &scene.whispers);
    let secrets = secrets.filter(|whisper| whisper.secret).count();
    findings.bound(place, "the number of secrets", count(secrets), (1, 1));
    let holds = |scene: &Scene| scene.whispers.iter().any(|whisper| whisper.secret);
    if secrets > 0 && is_passed_by(quest, holds) {
        findings.add(place, ContentError::SecretPassedBy);
    }
}

/// Finds scenes and endings that only what one seat holds may lead to.
fn check_private(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let all = reached_from(quest, BTreeSet::from([&quest.begin]));
    let mut open = quest.clone();
    for scene in &mut open.scenes {
        scene.options.retain(|option| option.only.is_none());
    }
    let without = reached_from(&open, BTreeSet::from([&open.begin]));
    for scene in quest.scenes.iter().filter(|scene| all.contains(&scene.id)) {
        if !without.contains(&scene.id) {
            findings.add(&place_of(place, scene), ContentError::NeedsPrivate);
        }
    }
    let ended = |quest: &Quest, reached: &BTreeSet<&SceneId>| -> BTreeSet<String> {
        let scenes = quest
            .scenes
            .iter()
            .filter(|scene| reached.contains(&scene.id));
        let endings = scenes.flat_map(next_endings);
        endings.map(|ending| ending.as_str().to_owned()).collect()
    };
    for ending in ended(quest, &all).difference(&ended(&open, &without)) {
        findings.add(
            &format!("{place}, ending {ending}"),
            ContentError::NeedsPrivate,
        );
    }
}

/// Whether some road to an ending passes no scene of the kind.
fn is_passed_by(quest: &Quest, kind: impl Fn(&Scene) -> bool) -> bool {
    let mut open = vec![&quest.begin];
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        let Some(scene) = quest.scene(id).filter(|scene| !kind(scene)) else {
            continue;
        };
        if !next_endings(scene).is_empty() {
            return true;
        }
        if seen.insert(id) {
            open.extend(next_scenes(scene));
        }
    }
    false
}

fn bound_roads<F: Fn(&Scene) -> usize>(
    quest: &Quest,
    place: &str,
    findings: &mut WorldFindings,
    (worth, what, bounds): (F, &'static str, (i64, i64)),
) {
    if let Some((least, most)) = Tally::new(quest, worth).from(&quest.begin) {
        findings.bound(place, what, count(least), bounds);
        if most != least {
            findings.bound(place, what, count(most), bounds);
        }
    }
}

/// What scenes are worth, added up along roads.
struct Tally<'q, F> {
    quest: &'q Quest,
    worth: F,
    known: BTreeMap<&'q SceneId, Option<(usize, usize)>>,
}

impl<'q, F: Fn(&Scene) -> usize> Tally<'q, F> {
    fn new(quest: &'q Quest, worth: F) -> Self {
        Self {
            quest,
            worth,
            known: BTreeMap::new(),
        }
    }

    /// The least and the most of all roads from this scene to an ending; nothing where none ends.
    fn from(&mut self, id: &'q SceneId) -> Option<(usize, usize)> {
        if let Some(known) = self.known.get(id) {
            return *known;
        }
        // A road that comes back here is no road; another check finds fault with it.
        self.known.insert(id, None);
        let scene = self.quest.scene(id)?;
        let mut ways: Vec<(usize, usize)> = Vec::new();
        if !next_endings(scene).is_empty() {
            ways.push((0, 0));
        }
        ways.extend(
            next_scenes(scene)
                .into_iter()
                .filter_map(|next| self.from(next)),
        );
        let own = (self.worth)(scene);
        let least = ways.iter().map(|(least, _)| own + least).min();
        let most = ways.iter().map(|(_, most)| own + most).max();
        let both = least.zip(most);
        self.known.insert(id, both);
        both
    }
}
