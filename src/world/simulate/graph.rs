//! The scenes and endings of a quest and what leads from one to another, drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use game::content::{DecisionMode, Quest, Scene, Tone};
use game::{EndingId, SceneId};

use super::svg::{Svg, escaped};

const BOX_WIDTH: f64 = 170.0;
const BOX_HEIGHT: f64 = 44.0;
const COLUMN: f64 = 250.0;
const ROW: f64 = 74.0;

/// Where a deed leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Scene(SceneId),
    Ending(EndingId),
}

impl Place {
    fn id(&self) -> &str {
        match self {
            Self::Scene(id) => id.as_str(),
            Self::Ending(id) => id.as_str(),
        }
    }
}

/// A quest as a graph: its places by the longest way to them, and what leads from one to the next.
struct QuestGraph<'q> {
    quest: &'q Quest,
    edges: BTreeMap<(Place, Place), BTreeSet<String>>,
    columns: BTreeMap<Place, usize>,
}

/// The places that a scene leads to, and by what.
fn ways_from(scene: &Scene) -> Vec<(Place, String)> {
    let mut ways = Vec::new();
    for option in &scene.options {
        for outcome in option.outcomes() {
            let others = outcome.next_if.iter();
            let others = others.map(|way| (&way.next, &way.ending));
            for (next, ending) in others.chain([(&outcome.next, &outcome.ending)]) {
                let next = next.iter().cloned().map(Place::Scene);
                let ending = ending.iter().cloned().map(Place::Ending);
                ways.extend(next.chain(ending).map(|to| (to, option.id.to_string())));
            }
        }
    }
    for (next, word) in [(&scene.well, "well"), (&scene.ill, "ill")] {
        ways.extend(
            next.iter()
                .map(|next| (Place::Scene(next.clone()), word.to_owned())),
        );
    }
    ways
}

impl<'q> QuestGraph<'q> {
    fn of(quest: &'q Quest) -> Self {
        let mut edges: BTreeMap<(Place, Place), BTreeSet<String>> = BTreeMap::new();
        for scene in &quest.scenes {
            for (to, by) in ways_from(scene) {
                let from = Place::Scene(scene.id.clone());
                edges.entry((from, to)).or_default().insert(by);
            }
        }
        let mut columns = BTreeMap::from([(Place::Scene(quest.begin.clone()), 0)]);
        // A road never comes back, so after as many rounds as there are scenes each stands where its longest road puts it.
        for _ in 0..=quest.scenes.len() {
            for (from, to) in edges.keys() {
                let Some(column) = columns.get(from).copied() else {
                    continue;
                };
                let own = columns.entry(to.clone()).or_default();
                *own = (*own).max(column + 1);
            }
        }
        let last = columns.values().max().copied().unwrap_or(0);
        for (place, column) in &mut columns {
            if matches!(place, Place::Ending(_)) {
                *column = last;
            }
        }
        Self {
            quest,
            edges,
            columns,
        }
    }

    fn spots(&self) -> BTreeMap<&Place, (f64, f64)> {
        let mut rows: BTreeMap<usize, u32> = BTreeMap::new();
        let mut spots = BTreeMap::new();
        for (place, column) in &self.columns {
            let row = rows.entry(*column).or_default();
            let column = f64::from(u32::try_from(*column).unwrap_or(0));
            spots.insert(
                place,
                (20.0 + column * COLUMN, 20.0 + f64::from(*row) * ROW),
            );
            *row += 1;
        }
        spots
    }

    fn title(&self, place: &Place) -> (String, String, &'static str) {
        match place {
            Place::Scene(id) => {
                let scene = self.quest.scene(id);
                let title = scene.map(|scene| scene.title.clone()).unwrap_or_default();
                let mode = scene.map_or("", |scene| mode_word(scene.decide));
                let great =
                    scene.is_some_and(|scene| scene.options.iter().any(|option| option.great));
                let council = if great { ", council" } else { "" };
                (title, format!("{mode}{council}"), "#e9eef5")
            }
            Place::Ending(id) => {
                let ending = self.quest.ending(id);
                let title = ending
                    .map(|ending| ending.title.clone())
                    .unwrap_or_default();
                let (word, colour) = match ending.map(|ending| ending.tone) {
                    Some(Tone::Dawn) => ("dawn", "#fdeeb5"),
                    Some(Tone::Dusk) => ("dusk", "#e3d3ea"),
                    _ => ("bitter", "#d9d9d9"),
                };
                (title, word.to_owned(), colour)
            }
        }
    }
}

fn mode_word(mode: DecisionMode) -> &'static str {
    match mode {
        DecisionMode::Party => "party",
        DecisionMode::Each => "each",
        DecisionMode::Secret => "secret",
        DecisionMode::Bearer => "bearer",
    }
}

/// The graph of a quest as DOT, for Graphviz.
pub fn quest_dot(quest: &Quest) -> String {
    let graph = QuestGraph::of(quest);
    let mut dot = format!(
        "digraph \"{}\" {{\n  rankdir=LR;\n  node [shape=box, style=filled];\n",
        quest.id
    );
    for place in graph.columns.keys() {
        let (title, word, colour) = graph.title(place);
        let title = title.replace('"', "'");
        let id = place.id();
        let _ = writeln!(
            dot,
            "  \"{id}\" [label=\"{title}\\n{word}\", fillcolor=\"{colour}\"];"
        );
    }
    for ((from, to), by) in &graph.edges {
        let by: Vec<&str> = by.iter().map(String::as_str).collect();
        let _ = writeln!(
            dot,
            "  \"{}\" -> \"{}\" [label=\"{}\"];",
            from.id(),
            to.id(),
            by.join("\\n")
        );
    }
    dot.push_str("}\n");
    dot
}

/// The graph of a quest as SVG. `share` says of a scene or an ending, by its id, in how many of a hundred games it was
/// reached, where that is known.
pub fn quest_svg(quest: &Quest, share: impl Fn(&str) -> Option<f64>) -> String {
    let graph = QuestGraph::of(quest);
    let spots = graph.spots();
    let width = spots.values().map(|spot| spot.0).fold(0.0, f64::max) + BOX_WIDTH + 20.0;
    let height = spots.values().map(|spot| spot.1).fold(0.0, f64::max) + BOX_HEIGHT + 20.0;
    let mut svg = Svg::new(width, height);
    for ((from, to), by) in &graph.edges {
        let (Some(from), Some(to)) = (spots.get(from), spots.get(to)) else {
            continue;
        };
        let by: Vec<&str> = by.iter().map(String::as_str).collect();
        let (x1, y1) = (from.0 + BOX_WIDTH, from.1 + BOX_HEIGHT / 2.0);
        let (x2, y2) = (to.0, to.1 + BOX_HEIGHT / 2.0);
        let middle = f64::midpoint(x1, x2);
        svg.raw(&format!(
            "<path d=\"M{x1:.0} {y1:.0} C{middle:.0} {y1:.0} {middle:.0} {y2:.0} {x2:.0} {y2:.0}\" fill=\"none\" stroke=\"#8a94a3\"><title>{}</title></path>",
            escaped(&by.join(", "))
        ));
    }
    for (place, (x, y)) in &spots {
        let (title, word, colour) = graph.title(place);
        svg.rect((*x, *y), (BOX_WIDTH, BOX_HEIGHT), colour);
        svg.text((*x + 8.0, *y + 18.0), &title);
        let share = share(place.id()).map(|share| format!(", {share:.0} %"));
        svg.small(
            (*x + 8.0, *y + 35.0),
            &format!("{word}{}", share.unwrap_or_default()),
        );
    }
    svg.finish()
}
