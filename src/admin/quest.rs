//! `quest`: what authors need: a beginning, a check, a simulation, a drawing, and the text as it is played.
//!
//! No setting and no journal is read: a quest is a file, or one that this program was built with.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, anyhow};
use serde_json::{Value, json};
use world::simulate::{
    QuestInWorld, Simulation, SimulationLine, SimulationSettings, lines, quest_dot, quest_skeleton,
    quest_svg, read_road, report_page, road_count, simulate,
};
use world::{QuestFile, check_quest_file};

use super::report::{CommandError, CommandReport};

/// The subcommands of `quest`.
#[derive(Debug, clap::Subcommand)]
pub enum QuestSubcommand {
    /// Writes the beginning of a quest's file, which says what is to be written where
    New(QuestNewArgs),
    /// Finds what is wrong with quests: the file, the line and a sentence for each
    Check(QuestCheckArgs),
    /// Plays a quest thousands of times with six kinds of bots, and holds it against what every quest must show
    Simulate(QuestSimulateArgs),
    /// Draws the scenes and endings of a quest, as SVG
    Graph(QuestGraphArgs),
    /// Prints a quest as it is played, one road at a time
    Read(QuestReadArgs),
}

/// The arguments of the subcommand `quest new`.
#[derive(Debug, clap::Args)]
pub struct QuestNewArgs {
    /// The quest's id: lower-case letters, digits and dashes
    id: String,
    /// Where to write it; else into `ID.toml`
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of the subcommand `quest check`.
#[derive(Debug, clap::Args)]
pub struct QuestCheckArgs {
    /// Files of quests; none to check those that this program was built with
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of the subcommand `quest simulate`.
#[derive(Debug, clap::Args)]
pub struct QuestSimulateArgs {
    /// A quest's file, or the id of one that this program was built with
    quest: String,
    /// How many games are played
    #[arg(long, default_value_t = 10_000)]
    games: u64,
    /// The number of the first game: the same number is always the same game
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Writes a report with charts, as one HTML page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of the subcommand `quest graph`.
#[derive(Debug, clap::Args)]
pub struct QuestGraphArgs {
    /// A quest's file, or the id of one that this program was built with
    quest: String,
    /// Prints the graph as DOT, for Graphviz
    #[arg(long)]
    dot: bool,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of the subcommand `quest read`.
#[derive(Debug, clap::Args)]
pub struct QuestReadArgs {
    /// A quest's file, or the id of one that this program was built with
    quest: String,
    /// Which road, counted from 1
    #[arg(long, default_value_t = 1)]
    road: usize,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

impl QuestSubcommand {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::New(args) => args.json,
            Self::Check(args) => args.json,
            Self::Simulate(args) => args.json,
            Self::Graph(args) => args.json,
            Self::Read(args) => args.json,
        }
    }
}

/// Does the work of a subcommand; a simulation keeps all processors busy for up to a minute.
pub(super) fn work(subcommand: &QuestSubcommand) -> Result<CommandReport, CommandError> {
    match subcommand {
        QuestSubcommand::New(args) => begin(args),
        QuestSubcommand::Check(args) => check(args),
        QuestSubcommand::Simulate(args) => play(args),
        QuestSubcommand::Graph(args) => draw(args),
        QuestSubcommand::Read(args) => read(args),
    }
}

fn begin(args: &QuestNewArgs) -> Result<CommandReport, CommandError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if args.id.is_empty() || args.id.len() > 40 || !args.id.bytes().all(fits) {
        let wrong = anyhow!("an id has 1 to 40 lower-case letters, digits and dashes");
        return Err(CommandError::misused(wrong));
    }
    let named = || PathBuf::from(format!("{}.toml", args.id));
    let path = args.to.clone().unwrap_or_else(named);
    let mut options = fs::OpenOptions::new();
    let file = options.write(true).create_new(true).open(&path);
    let mut file = file
        .with_context(|| format!("cannot make {}", path.display()))
        .map_err(CommandError::misused)?;
    let text = quest_skeleton(&args.id);
    std::io::Write::write_all(&mut file, text.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
        .map_err(CommandError::absent)?;
    let path = path.display().to_string();
    let said = format!("{path} is begun. `quest check {path}` says what is still to be written.");
    Ok(CommandReport::new(said, json!({ "file": path })))
}

fn check(args: &QuestCheckArgs) -> Result<CommandReport, CommandError> {
    if args.files.is_empty() {
        world::library().map_err(CommandError::wrong)?;
        let said = "the quests that this program was built with have no faults".to_owned();
        return Ok(CommandReport::new(said, json!({ "findings": [] })));
    }
    let mut found = Vec::new();
    for path in &args.files {
        found.extend(check_quest_file(&file_at(path)?).map_err(CommandError::wrong)?);
    }
    let listed: Vec<Value> = found
        .iter()
        .map(|found| json!({ "file": found.file, "line": found.line, "sentence": found.sentence }))
        .collect();
    let json = json!({ "findings": listed });
    if found.is_empty() {
        return Ok(CommandReport::new("no faults".to_owned(), json));
    }
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    Ok(CommandReport::new(lines.join("\n"), json).found_wrong())
}

fn file_at(path: &Path) -> Result<QuestFile, CommandError> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read {}", path.display()))
        .map_err(CommandError::absent)?;
    let name = path.display().to_string();
    Ok(QuestFile { name, text })
}

/// A quest by its file or its id, in the world it is played in.
fn opened(quest: &str) -> Result<QuestInWorld, CommandError> {
    let path = Path::new(quest);
    if path
        .extension()
        .is_some_and(|extension| extension == "toml")
    {
        return QuestInWorld::in_file(&file_at(path)?).map_err(CommandError::wrong);
    }
    let found = QuestInWorld::built_in(quest).map_err(CommandError::wrong)?;
    found.ok_or_else(|| {
        let wrong = anyhow!("there is no quest {quest:?} here; the name of a file ends in .toml");
        CommandError::misused(wrong)
    })
}

fn play(args: &QuestSimulateArgs) -> Result<CommandReport, CommandError> {
    let opened = opened(&args.quest)?;
    let (world, quest) = (opened.world(), opened.quest());
    let settings = SimulationSettings {
        games: args.games,
        first: args.first,
        threads: thread::available_parallelism().map_or(1, usize::from),
    };
    let simulation = simulate(world, quest, settings);
    let lines = lines(world, quest, &simulation.figures);
    if let Some(path) = &args.html {
        let page = report_page(world, quest, &simulation, &lines);
        fs::write(path, page)
            .with_context(|| format!("cannot write {}", path.display()))
            .map_err(CommandError::absent)?;
    }
    let text = said(quest.id.as_str(), &simulation, &lines);
    let report = CommandReport::new(text, as_json(&simulation, &lines));
    if lines.iter().all(|line| line.holds) {
        Ok(report)
    } else {
        Ok(report.found_wrong())
    }
}

fn said(id: &str, simulation: &Simulation, lines: &[SimulationLine]) -> String {
    let mut text = format!(
        "{id}: {} games in {:.1} s, {:.0} commands a second and thread",
        simulation.figures.games.of,
        simulation.took.as_secs_f64(),
        simulation.commands_per_second()
    );
    for line in lines {
        let sign = if line.holds { "pass" } else { "FAIL" };
        let number = if line.number == 0 {
            "  ".to_owned()
        } else {
            format!("{:>2}", line.number)
        };
        let _ = write!(text, "\n{sign} {number} {}", line.asks);
        for figure in &line.figures {
            let _ = write!(text, "\n          {figure}");
        }
    }
    text
}

fn as_json(simulation: &Simulation, lines: &[SimulationLine]) -> Value {
    let listed: Vec<Value> = lines
        .iter()
        .map(|line| {
            json!({
                "line": line.number,
                "asks": line.asks,
                "holds": line.holds,
                "figures": line.figures,
            })
        })
        .collect();
    json!({
        "games": simulation.figures.games.of,
        "seconds": simulation.took.as_secs_f64(),
        "commands_per_second": simulation.commands_per_second(),
        "lines": listed,
    })
}

fn draw(args: &QuestGraphArgs) -> Result<CommandReport, CommandError> {
    let opened = opened(&args.quest)?;
    let drawn = if args.dot {
        quest_dot(opened.quest())
    } else {
        quest_svg(opened.quest(), |_| None)
    };
    let json = json!({ "graph": drawn });
    Ok(CommandReport::new(drawn, json))
}

fn read(args: &QuestReadArgs) -> Result<CommandReport, CommandError> {
    let opened = opened(&args.quest)?;
    let roads = road_count(opened.quest());
    let text = read_road(opened.quest(), args.road);
    let text = text.ok_or_else(|| {
        let quest = &args.quest;
        CommandError::misused(anyhow!("{quest} has {roads} roads; the first is --road 1"))
    })?;
    let json = json!({ "road": args.road, "of": roads, "text": text });
    Ok(CommandReport::new(text, json))
}
