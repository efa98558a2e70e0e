//! Simulates quests and prints the eleven lines: `simulate all|ID|FILE.toml [GAMES] [PAGE.html]`.

use std::io::{self, Write as _};
use std::path::Path;
use std::{env, fs, thread};

use game::QuestId;
use world::QuestFile;
use world::simulate::{QuestInWorld, SimulationSettings, lines, report_page, simulate};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let wanted = arguments.first().map_or("all", String::as_str);
    let games = arguments.get(1).and_then(|games| games.parse().ok());
    let settings = SimulationSettings {
        games: games.unwrap_or(10_000),
        first: 1,
        threads: thread::available_parallelism().map_or(1, usize::from),
    };
    for opened in opened(wanted)? {
        let (world, quest) = (opened.world(), opened.quest());
        let simulation = simulate(world, quest, settings);
        let lines = lines(world, quest, &simulation.figures);
        let mut out = io::stdout().lock();
        writeln!(
            out,
            "{}: {} games in {:.1} s, {:.0} commands a second and thread",
            quest.id,
            simulation.figures.games.of,
            simulation.took.as_secs_f64(),
            simulation.commands_per_second()
        )?;
        for line in &lines {
            let sign = if line.holds { "pass" } else { "FAIL" };
            writeln!(out, "{sign} {:>2} {}", line.number, line.asks)?;
            for figure in &line.figures {
                writeln!(out, "          {figure}")?;
            }
        }
        if let Some(path) = arguments.get(2) {
            fs::write(path, report_page(world, quest, &simulation, &lines))?;
        }
    }
    Ok(())
}

fn opened(wanted: &str) -> io::Result<Vec<QuestInWorld>> {
    if Path::new(wanted)
        .extension()
        .is_some_and(|kind| kind == "toml")
    {
        let file = QuestFile {
            name: wanted.to_owned(),
            text: fs::read_to_string(wanted)?,
        };
        let opened = QuestInWorld::in_file(&file).map_err(io::Error::other)?;
        return Ok(vec![opened]);
    }
    let world = world::unchecked_library().map_err(io::Error::other)?;
    let ids = world.quests.keys().map(QuestId::as_str);
    let ids = ids.filter(|id| wanted == "all" || *id == wanted);
    let opened = ids.filter_map(|id| QuestInWorld::built_in(id).transpose());
    opened
        .map(|opened| opened.map_err(io::Error::other))
        .collect()
}
