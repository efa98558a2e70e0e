//! The eleven lines that a quest must show, as pass or fail with their figures.

mod written;

use game::content::{Quest, World};
use game::{God, Mark};

use super::bots::PartyKind;
use super::figures::{Figures, Share};
use super::reads::percentile;
use super::settled;

/// Games that a share of games needs before it says anything.
const CASES_MIN: u64 = 60;
/// Scenes of the shortest road from which on a quest is long.
pub(super) const LONG_MIN: usize = 8;

/// One line, and whether it holds.
#[derive(Clone, Debug)]
pub struct SimulationLine {
    /// Its number; 0 for what the lines do not ask.
    pub number: u8,
    /// What it asks.
    pub asks: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// The figures, one a row.
    pub figures: Vec<String>,
}

impl SimulationLine {
    fn new(number: u8, asks: &'static str) -> Self {
        Self {
            number,
            asks,
            holds: true,
            figures: Vec::new(),
        }
    }

    /// Adds a figure, and whether it is as the line asks.
    fn show(&mut self, holds: bool, figure: impl AsRef<str>) {
        self.holds &= holds;
        let sign = if holds { "" } else { "✗ " };
        self.figures.push(format!("{sign}{}", figure.as_ref()));
    }

    /// Shows a share and the percents it is to lie between.
    fn within(&mut self, figures: &Figures, what: &str, share: Share, [least, most]: [f64; 2]) {
        let percent = share.percent();
        let low = least - slack(figures, share.of, least);
        let high = most + slack(figures, share.of, most);
        let holds = (low..=high).contains(&percent);
        self.show(holds, format!("{what} {percent:.1} % ({least}–{most})"));
    }
}

/// What chance may make of a share of so many cases whose true value is `percent`, in points: three standard errors
/// where few games were played, else nothing.
fn slack(figures: &Figures, cases: u64, percent: f64) -> f64 {
    const ERRORS: f64 = 3.0;
    if !figures.is_sample() {
        return 0.0;
    }
    let share = (percent / 100.0).clamp(0.0, 1.0);
    let cases = super::figures::as_float(cases).max(1.0);
    100.0 * ERRORS * (share * (1.0 - share) / cases).sqrt()
}

/// What chance may make of a percentile or a mean where few games were played: one part in twenty.
fn loosely(figures: &Figures, bound: f64) -> f64 {
    if figures.is_sample() {
        bound / 20.0
    } else {
        0.0
    }
}

/// All lines of a quest.
pub fn lines(world: &World, quest: &Quest, figures: &Figures) -> Vec<SimulationLine> {
    vec![
        marks_matter(quest, figures),
        truth_matters(figures),
        stakes(world, figures),
        lies(figures),
        trust(quest, figures),
        councils(figures),
        gifts(figures),
        written::options(quest, figures),
        written::tags(quest),
        written::words(quest, figures),
        written::second_play(quest, figures),
        written::minutes(quest, figures),
        written::reached(quest, figures),
    ]
}

/// The last scene that every road passes, by its place in the file.
fn last_common_scene(figures: &Figures) -> Option<usize> {
    let most = figures.scenes.values().map(|stood| stood.dawn.of).max()?;
    let common = figures
        .scenes
        .iter()
        .filter(|(_, stood)| stood.dawn.of == most);
    let last = common.max_by_key(|(_, stood)| stood.places)?;
    Some(*last.0)
}

fn marks_matter(quest: &Quest, figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        1,
        "as the last scene of every road opens, some mark moves the best ending by 25 points",
    );
    let Some((at, stood)) =
        last_common_scene(figures).and_then(|at| Some((at, figures.scenes.get(&at)?)))
    else {
        line.show(false, "no scene was opened");
        return line;
    };
    let mut spreads: Vec<(f64, &Mark, Share, Share)> = Vec::new();
    for (mark, with) in &stood.with {
        let without = Share {
            of: stood.dawn.of - with.of,
            times: stood.dawn.times - with.times,
        };
        if with.of >= CASES_MIN && without.of >= CASES_MIN {
            spreads.push((with.percent() - without.percent(), mark, *with, without));
        }
    }
    spreads.sort_by(|one, other| other.0.abs().total_cmp(&one.0.abs()));
    let most = spreads.first().map_or(0.0, |spread| spread.0.abs());
    let scene = quest
        .scenes
        .get(at)
        .map(|scene| scene.id.to_string())
        .unwrap_or_default();
    line.show(
        most + slack(figures, stood.dawn.of / 10, 50.0) >= 25.0,
        format!(
            "{scene}: {most:.1} points (25), dawn in all {:.1} %",
            stood.dawn.percent()
        ),
    );
    for (_, mark, with, without) in spreads.iter().take(6) {
        line.show(
            true,
            format!(
                "{mark}: {:.1} % with it ({} games), {:.1} % without",
                with.percent(),
                with.of,
                without.percent()
            ),
        );
    }
    line
}

fn truth_matters(figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        2,
        "kind parties of two and more that tell truly beat those that keep by 20 and those that lie by 30",
    );
    let of = |party| figures.dawns(party, 2).percent();
    let truth = of(PartyKind::Telling);
    let (kept, lied) = (of(PartyKind::Keeping), of(PartyKind::Lying));
    let discreet = of(PartyKind::Discreet);
    let chance = slack(figures, figures.dawns(PartyKind::Keeping, 2).of, 50.0);
    line.show(
        truth - kept + chance >= 20.0,
        format!(
            "telling {truth:.1} %, keeping {kept:.1} %: {:.1} points (20)",
            truth - kept
        ),
    );
    line.show(
        truth - lied + chance >= 30.0,
        format!(
            "telling {truth:.1} %, lying {lied:.1} %: {:.1} points (30)",
            truth - lied
        ),
    );
    line.show(
        discreet + chance > truth,
        format!(
            "keeping only what somebody would overhear {discreet:.1} %: {:.1} points (more than 0)",
            discreet - truth
        ),
    );
    for seats in 1..=6 {
        let cell = |party| {
            figures
                .dawn
                .get(&(party, seats))
                .map_or(0.0, |share: &Share| share.percent())
        };
        line.show(
            true,
            format!(
                "{seats} seats: telling {:.0}, discreet {:.0}, keeping {:.0}, lying {:.0}, random {:.0}",
                cell(PartyKind::Telling),
                cell(PartyKind::Discreet),
                cell(PartyKind::Keeping),
                cell(PartyKind::Lying),
                cell(PartyKind::Random)
            ),
        );
    }
    line
}

fn stakes(world: &World, figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        3,
        "each stake is met as was settled, at random and when played for; where one against the table is met, dawn is 15 points rarer than with that seat kind",
    );
    for sheet in &world.stakes {
        let share = |played| {
            figures
                .stakes
                .get(&(sheet.id, played))
                .copied()
                .unwrap_or_default()
        };
        let (random, played) = (share(false), share(true));
        let bounds = settled::bounds(sheet.id);
        let fits = |share: Share, [least, most]: [f64; 2]| {
            let low = least - slack(figures, share.of, least);
            let high = most + slack(figures, share.of, most);
            share.of < CASES_MIN / 2 || (low..=high).contains(&share.percent())
        };
        line.show(
            fits(random, bounds.random) && fits(played, bounds.played),
            format!(
                "{} {}: at random {:.1} % of {} ({}–{}), played for {:.1} % of {} ({}–{})",
                sheet.id,
                sheet.name,
                random.percent(),
                random.of,
                bounds.random[0],
                bounds.random[1],
                played.percent(),
                played.of,
                bounds.played[0],
                bounds.played[1]
            ),
        );
    }
    against(figures, &mut line);
    line
}

/// What it costs the others that a stake against them is met: the same games are played again with that seat kind. Luck that
/// meets a stake is luck that brings the dawn, so that other games would not tell.
fn against(figures: &Figures, line: &mut SimulationLine) {
    let [mut greedy, mut kind] = [Share::default(); 2];
    for ((stake, met), [of_greedy, of_kind]) in &figures.against {
        let word = if *met { "met" } else { "missed" };
        line.show(
            true,
            format!(
                "{stake}: dawn in {:.1} % of {} where it is {word}, with that seat kind {:.1} %",
                of_greedy.percent(),
                of_greedy.of,
                of_kind.percent()
            ),
        );
        if *met {
            greedy.add(*of_greedy);
            kind.add(*of_kind);
        }
    }
    let (met, otherwise) = (greedy.percent(), kind.percent());
    let rarer = otherwise - met;
    line.show(
        rarer + slack(figures, greedy.of, 50.0) >= 15.0,
        format!("dawn where one against the table is met {met:.1} %, with that seat kind {otherwise:.1} %: {rarer:.1} points (15)"),
    );
}

fn lies(figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        4,
        "the one liar of a table is exposed in 25–50 % of quests; of challenged lies 35–65 % are caught",
    );
    line.within(figures, "exposed", figures.liars, [25.0, 50.0]);
    line.within(figures, "caught", figures.challenges, [35.0, 65.0]);
    line
}

fn trust(quest: &Quest, figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        5,
        "trust as the last scene opens: 10th, 50th and 90th percentile",
    );
    let of = |percent| percentile(&figures.trust, percent).unwrap_or(0);
    let (low, middle, high) = (of(10), of(50), of(90));
    let chance = if figures.is_sample() { 3 } else { 0 };
    let is_long = quest.shortest_road() >= LONG_MIN;
    let (low_max, middle_from, middle_to, high_min) = if is_long {
        (39, 55, 75, 81)
    } else {
        (49, 60, 72, 65)
    };
    line.show(
        low <= low_max + chance,
        format!("10th {low} ({low_max} and less)"),
    );
    line.show(
        (middle_from - chance..=middle_to + chance).contains(&middle),
        format!("median {middle} ({middle_from}–{middle_to})"),
    );
    line.show(
        high >= high_min - chance,
        format!("90th {high} ({high_min} and more)"),
    );
    line
}

fn councils(figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        6,
        "verdicts: concord 2–10, strong 12–25, narrow 50–75, deadlock up to 18; each god at random for 10–75, against 5–55",
    );
    let all: u64 = figures.verdicts.values().sum();
    let of = |word: &str| {
        let counted = figures
            .verdicts
            .iter()
            .filter(|((verdict, _), _)| *verdict == word);
        let times = counted.map(|(_, count)| count).sum();
        Share { of: all, times }
    };
    line.within(figures, "concord", of("concord"), [2.0, 10.0]);
    line.within(figures, "strong", of("strong"), [12.0, 25.0]);
    line.within(figures, "narrow", of("narrow"), [50.0, 75.0]);
    line.within(figures, "deadlock", of("deadlock"), [0.0, 18.0]);
    for god in God::ALL {
        let [aye, nay, all] = figures.gods.get(god).copied().unwrap_or_default();
        let percent = |times| Share { of: all, times }.percent();
        let (aye, nay) = (percent(aye), percent(nay));
        let by = |bound| slack(figures, all, bound);
        let holds = (10.0 - by(10.0)..=75.0 + by(75.0)).contains(&aye)
            && (5.0 - by(5.0)..=55.0 + by(55.0)).contains(&nay);
        line.show(
            holds,
            format!("{god}: for {aye:.1} % (10–75), against {nay:.1} % (5–55)"),
        );
    }
    line
}

fn gifts(figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        7,
        "in a first quest 30–60 % of seats are blessed at some time, 10–30 % cursed",
    );
    line.within(figures, "blessed", figures.blessed, [30.0, 60.0]);
    line.within(figures, "cursed", figures.cursed, [10.0, 30.0]);
    line
}
