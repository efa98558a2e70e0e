//! The lines that look at what is written: options, tags, words, roads, and what is ever reached.

use game::content::{Choice, Quest};

use super::{CASES_MIN, LONG_MIN, SimulationLine, loosely, slack};
use crate::check::deeds::{GAIN, KINDS, OFFERED};
use crate::simulate::figures::{Figures, Share};
use crate::simulate::reads::{mean, percentile};

pub(super) fn options(quest: &Quest, figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        8,
        "greedy parties do no option in under 5 % or over 70 % of the scenes that offer it",
    );
    for ((scene, option), figure) in &figures.options.by_place {
        let written = quest
            .scenes
            .get(*scene)
            .and_then(|scene| Some((scene, scene.options.get(*option)?)));
        let Some((scene, option)) = written.filter(|(_, option)| !option.quiet) else {
            continue;
        };
        let share = figure.by_greedy;
        let (low, high) = (
            5.0 - slack(figures, share.of, 5.0),
            70.0 + slack(figures, share.of, 70.0),
        );
        if share.of >= CASES_MIN / 2 && !(low..=high).contains(&share.percent()) {
            line.show(
                false,
                format!(
                    "{}/{}: {:.1} % of {}",
                    scene.id,
                    option.id,
                    share.percent(),
                    share.of
                ),
            );
        }
    }
    line
}

pub(super) fn tags(quest: &Quest) -> SimulationLine {
    let mut line = SimulationLine::new(9, "every kind of deed is offered in two scenes and more");
    for (name, tags) in KINDS {
        let bears = |option: &&Choice| option.tags.iter().any(|tag| tags.contains(tag));
        let offering = quest
            .scenes
            .iter()
            .filter(|scene| scene.options.iter().any(|option| bears(&option)));
        let count = offering.count();
        if count < OFFERED {
            line.show(false, format!("{name}: in {count} scenes"));
        }
    }
    let mut quiet = quest
        .scenes
        .iter()
        .flat_map(|scene| &scene.options)
        .filter(|option| option.quiet);
    let theft = quiet.any(|option| option.tags.iter().any(|tag| GAIN.contains(tag)));
    line.show(theft, "a quiet deed of greed or theft");
    line
}

pub(super) fn words(quest: &Quest, figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        10,
        "words a seat a scene before choosing, at three seats: median 300, 95th 380",
    );
    let (median, most) = if quest.first_evening {
        (260, 330)
    } else {
        (300, 380)
    };
    let of = |percent| percentile(&figures.reads.budget, percent).unwrap_or(0);
    let (middle, high) = (of(50), of(95));
    let within =
        |words: u32, most: u32| words <= most + if figures.is_sample() { most / 20 } else { 0 };
    line.show(
        within(middle, median),
        format!("median {middle} ({median})"),
    );
    line.show(within(high, most), format!("95th {high} ({most})"));
    let all = |percent| percentile(&figures.reads.all, percent).unwrap_or(0);
    line.show(
        true,
        format!(
            "with councils and tellings: median {}, 95th {}",
            all(50),
            all(95)
        ),
    );
    line
}

pub(super) fn second_play(quest: &Quest, figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        11,
        "public words of a second random play that the first had shown",
    );
    // Where a road has few scenes, or was laid before this was asked, roads share nearly all.
    let shares_scenes = quest.edition > 1 || quest.shortest_road() < LONG_MIN;
    let most = if shares_scenes { 65.0 } else { 60.0 };
    let shared = mean(&figures.reads.shared);
    line.show(
        shared <= most + loosely(figures, most),
        format!("{shared:.1} % on average ({most})"),
    );
    line
}

pub(super) fn minutes(quest: &Quest, figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(
        0,
        "minutes at three seats, at 230 words a minute and 10 seconds a decision",
    );
    let of = |percent| {
        f64::from(percentile(&figures.reads.tenths_of_minutes, percent).unwrap_or(0)) / 10.0
    };
    let median = of(50);
    let most = if quest.first_evening {
        15.0
    } else {
        f64::from(quest.minutes) * 1.25
    };
    line.show(
        median <= most + loosely(figures, most),
        format!(
            "median {median:.1} ({most:.1}), 10th {:.1}, 90th {:.1}",
            of(10),
            of(90)
        ),
    );
    let words = percentile(&figures.reads.whole, 50).unwrap_or(0);
    line.show(true, format!("words a seat in all: median {words}"));
    line
}

pub(super) fn reached(quest: &Quest, figures: &Figures) -> SimulationLine {
    let mut line = SimulationLine::new(0, "every scene, option, whisper and ending is reached");
    for (at, scene) in quest.scenes.iter().enumerate() {
        if !figures.scenes.contains_key(&at) {
            line.show(false, format!("scene {}", scene.id));
        }
        for whisper in &scene.whispers {
            if !figures.whispers.contains_key(&whisper.id) {
                line.show(false, format!("whisper {}/{}", scene.id, whisper.id));
            }
        }
        for (place, option) in scene.options.iter().enumerate() {
            let figure = figures.options.by_place.get(&(at, place));
            if figure.is_none_or(|figure| figure.done.times == 0) {
                line.show(false, format!("option {}/{}", scene.id, option.id));
            }
        }
    }
    for ending in &quest.endings {
        let count: u64 = figures
            .endings
            .iter()
            .filter(|((id, _), _)| *id == ending.id)
            .map(|(_, count)| count)
            .sum();
        let share = Share {
            of: figures.games.of,
            times: count,
        };
        line.show(
            count > 0,
            format!(
                "ending {} ({:?}): {:.1} %",
                ending.id,
                ending.tone,
                share.percent()
            ),
        );
    }
    let unended = figures.games.of - figures.games.times;
    line.show(unended == 0, format!("{unended} games came to no ending"));
    line
}
