//! The report of a simulation as one HTML page, with its charts in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use game::God;
use game::content::{Quest, World};

use super::bots::{BotKind, PartyKind};
use super::figures::{Figures, Share, as_float};
use super::graph::quest_svg;
use super::lines::SimulationLine;
use super::settled;
use super::svg::{ChartBar, bars, columns, escaped, section};
use super::{Simulation, mean};

const STYLE: &str = "body{font-family:sans-serif;max-width:75em;margin:2em auto;padding:0 1em;line-height:1.4}\
table{border-collapse:collapse;font-size:90%}td,th{border:1px solid #ccc;padding:.2em .5em;text-align:left}\
.fail{background:#fbe3e4}.pass{background:#e6f4e6}svg{max-width:100%;height:auto}";

/// The page: `lines` first, then the charts, then the table of options.
pub fn report_page(
    world: &World,
    quest: &Quest,
    simulation: &Simulation,
    lines: &[SimulationLine],
) -> String {
    let figures = &simulation.figures;
    let title = escaped(&quest.title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head><body>\n<h1>{title}</h1>\n"
    );
    let _ = writeln!(
        page,
        "<p>{} games in {:.1} s; {:.0} commands a second and thread, what bots think of them included.</p>",
        figures.games.of,
        simulation.took.as_secs_f64(),
        simulation.commands_per_second()
    );
    write_lines(&mut page, lines);
    let reached = |id: &str| Some(reached(quest, figures, id));
    section(
        &mut page,
        "Scenes and endings, and how often they are reached",
        &quest_svg(quest, reached),
    );
    section(&mut page, "Endings in dawn, by party", &dawn_chart(figures));
    section(
        &mut page,
        "Stakes at random",
        &stake_chart(world, figures, false),
    );
    section(
        &mut page,
        "Stakes when played for, among kind others",
        &stake_chart(world, figures, true),
    );
    section(&mut page, "Verdicts", &verdict_chart(figures));
    section(
        &mut page,
        "Gods for and against, at random choices",
        &god_chart(figures),
    );
    let trust = figures.trust.iter();
    let trust: Vec<(f64, f64)> = trust
        .map(|(points, count)| (f64::from(*points), as_float(*count)))
        .collect();
    section(
        &mut page,
        "Trust as the last scene opens",
        &columns(&trust, "points"),
    );
    section(
        &mut page,
        "Words before choosing, at three seats",
        &columns(&in_steps(&figures.reads.budget, 10), "words"),
    );
    section(
        &mut page,
        "Minutes of a quest at three seats, in tenths",
        &columns(&in_steps(&figures.reads.tenths_of_minutes, 1), "tenths"),
    );
    let _ = writeln!(
        page,
        "<p>Two random plays share {:.1} % of their public words.</p>",
        mean(&figures.reads.shared)
    );
    section(
        &mut page,
        "How often a seat is exposed in a quest",
        &exposure_chart(figures),
    );
    write_options(&mut page, quest, figures);
    page.push_str("</body></html>\n");
    page
}

fn write_lines(page: &mut String, lines: &[SimulationLine]) {
    page.push_str("<table><tr><th>line</th><th>asks</th><th>figures</th></tr>\n");
    for line in lines {
        let class = if line.holds { "pass" } else { "fail" };
        let figures: Vec<String> = line.figures.iter().map(|figure| escaped(figure)).collect();
        let number = if line.number == 0 {
            String::new()
        } else {
            line.number.to_string()
        };
        let _ = writeln!(
            page,
            "<tr class=\"{class}\"><td>{number}</td><td>{}</td><td>{}</td></tr>",
            escaped(line.asks),
            figures.join("<br>")
        );
    }
    page.push_str("</table>\n");
}

fn reached(quest: &Quest, figures: &Figures, id: &str) -> f64 {
    let mut scenes = quest.scenes.iter();
    let times = if let Some(at) = scenes.position(|scene| scene.id.as_str() == id) {
        let options = figures.options.by_place.iter();
        let of_scene = options.filter(|((scene, _), _)| *scene == at);
        let offered = of_scene.map(|(_, figure)| figure.done.of);
        offered.max().unwrap_or(0)
    } else {
        let endings = figures.endings.iter();
        let same = endings.filter(|((ending, _), _)| ending.as_str() == id);
        same.map(|(_, count)| count).sum()
    };
    let of = figures.games.of;
    Share { of, times }.percent()
}

fn dawn_chart(figures: &Figures) -> String {
    let mut rows = Vec::new();
    for (party, _) in PartyKind::SHARES {
        for seats in 1..=6 {
            if let Some(share) = figures.dawn.get(&(party, seats)) {
                rows.push(ChartBar {
                    name: format!("{}, {seats} seats ({})", party.word(), share.of),
                    percent: share.percent(),
                    wanted: None,
                });
            }
        }
    }
    bars(&rows)
}

fn stake_chart(world: &World, figures: &Figures, played: bool) -> String {
    let rows: Vec<ChartBar> = world
        .stakes
        .iter()
        .map(|sheet| {
            let share = figures
                .stakes
                .get(&(sheet.id, played))
                .copied()
                .unwrap_or_default();
            let bounds = settled::bounds(sheet.id);
            ChartBar {
                name: format!("{} {} ({})", sheet.id, sheet.name, share.of),
                percent: share.percent(),
                wanted: Some(if played { bounds.played } else { bounds.random }),
            }
        })
        .collect();
    bars(&rows)
}

fn verdict_chart(figures: &Figures) -> String {
    let all: u64 = figures.verdicts.values().sum();
    let rows: Vec<ChartBar> = figures
        .verdicts
        .iter()
        .map(|((verdict, carried), times)| ChartBar {
            name: format!("{verdict} {carried}"),
            percent: Share {
                of: all,
                times: *times,
            }
            .percent(),
            wanted: None,
        })
        .collect();
    bars(&rows)
}

fn god_chart(figures: &Figures) -> String {
    let mut rows = Vec::new();
    for god in God::ALL {
        let [aye, nay, all] = figures.gods.get(god).copied().unwrap_or_default();
        for (word, times, wanted) in [("for", aye, [10.0, 75.0]), ("against", nay, [5.0, 55.0])] {
            rows.push(ChartBar {
                name: format!("{god} {word}"),
                percent: Share { of: all, times }.percent(),
                wanted: Some(wanted),
            });
        }
    }
    bars(&rows)
}

fn exposure_chart(figures: &Figures) -> String {
    let all: u64 = figures.exposures.values().sum();
    let rows: Vec<ChartBar> = figures
        .exposures
        .iter()
        .map(|(times, count)| ChartBar {
            name: format!("{times} times"),
            percent: Share {
                of: all,
                times: *count,
            }
            .percent(),
            wanted: None,
        })
        .collect();
    bars(&rows)
}

fn in_steps(counts: &BTreeMap<u32, u64>, step: u32) -> Vec<(f64, f64)> {
    let mut stepped: BTreeMap<u32, u64> = BTreeMap::new();
    for (value, count) in counts {
        *stepped.entry(value / step * step).or_default() += count;
    }
    stepped
        .into_iter()
        .map(|(value, count)| (f64::from(value), as_float(count)))
        .collect()
}

/// What came of each option: who takes it, and what comes of it.
fn write_options(page: &mut String, quest: &Quest, figures: &Figures) {
    page.push_str("<h2>Options</h2>\n<table><tr><th>scene</th><th>option</th><th>offered</th><th>done</th><th>came off</th><th>at greedy parties</th>");
    for bot in BotKind::ALL
        .into_iter()
        .filter(|bot| *bot != BotKind::Silent)
    {
        let _ = write!(page, "<th>{}</th>", bot.word());
    }
    page.push_str("<th>most and least, by class</th></tr>\n");
    for ((scene, option), figure) in &figures.options.by_place {
        let Some(scene) = quest.scenes.get(*scene) else {
            continue;
        };
        let Some(option) = scene.options.get(*option) else {
            continue;
        };
        let greedy = figure.by_greedy;
        let odd = !option.quiet && greedy.of > 30 && !(5.0..=70.0).contains(&greedy.percent());
        let class = if odd { " class=\"fail\"" } else { "" };
        let quiet = if option.quiet { " (quiet)" } else { "" };
        let _ = write!(
            page,
            "<tr{class}><td>{}</td><td>{}{quiet}</td><td>{}</td><td>{:.0} %</td><td>{:.0} %</td><td>{:.0} %</td>",
            scene.id,
            option.id,
            figure.done.of,
            figure.done.percent(),
            figure.came_off.percent(),
            greedy.percent()
        );
        for bot in BotKind::ALL
            .into_iter()
            .filter(|bot| *bot != BotKind::Silent)
        {
            let share = figure.by_bot.get(&bot).copied().unwrap_or_default();
            let _ = write!(page, "<td>{:.0} %</td>", share.percent());
        }
        let mut classes: Vec<(f64, &str)> = figure
            .by_class
            .iter()
            .map(|(class, share)| (share.percent(), class.as_str()))
            .collect();
        classes.sort_by(|one, other| other.0.total_cmp(&one.0));
        let ends: Vec<String> = [classes.first(), classes.last()]
            .into_iter()
            .flatten()
            .map(|(percent, class)| format!("{class} {percent:.0} %"))
            .collect();
        let _ = writeln!(page, "<td>{}</td></tr>", ends.join(", "));
    }
    page.push_str("</table>\n");
}
