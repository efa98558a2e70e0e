//! Simulated evenings: a quest played thousands of times by six kinds of bots, and what that shows of it.
//!
//! [`simulate`] plays; [`lines`] holds the [`Figures`] against the lines that every quest must show. Nothing here knows
//! the end of a game before it is played: bots see the [`game::Way`]s that are open to them and what they heard.

mod aims;
mod believing;
mod bots;
mod evening;
mod figures;
mod graph;
mod lines;
mod luck;
mod options;
mod page;
mod reads;
mod roads;
mod settled;
mod skeleton;
mod svg;
mod turns;
mod words;

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use game::Sitting;
use game::content::{Quest, World};

use crate::{QuestFile, WorldError, WorldSource};

pub use bots::{BotKind, PartyKind};
pub use figures::{AtOpening, Figures, Share};
pub use graph::{quest_dot, quest_svg};
pub use lines::{SimulationLine, lines};
pub use options::{OptionFigure, OptionFigures};
pub use page::report_page;
pub use reads::{ReadFigures, mean, percentile};
pub use roads::{read_road, road_count};
pub use skeleton::quest_skeleton;

use evening::{Evening, EveningPlan};
use luck::Luck;

/// Seats at which reading is counted.
const READING_SEATS: usize = 3;
/// One game in so many of a first evening's quest is played with a long sitting.
const LONG_SITTINGS_ONE_IN: usize = 4;

/// How a quest is simulated.
#[derive(Clone, Copy, Debug)]
pub struct SimulationSettings {
    /// How many games.
    pub games: u64,
    /// The number of the first game: the same number is always the same game.
    pub first: u64,
    /// How many threads play.
    pub threads: usize,
}

/// What a simulation came to.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// What all games came to.
    pub figures: Figures,
    /// How long it took.
    pub took: Duration,
    /// On how many threads.
    pub threads: usize,
}

impl Simulation {
    /// Commands that one thread decided in a second, all that bots thought of them included.
    pub fn commands_per_second(&self) -> f64 {
        let threads = f64::from(u32::try_from(self.threads).unwrap_or(1));
        figures::as_float(self.figures.commands) / self.took.as_secs_f64().max(0.001) / threads
    }
}

/// A quest that is worked on, in the world it is played in.
#[derive(Clone, Debug)]
pub struct QuestInWorld {
    world: World,
    quest: Quest,
}

impl QuestInWorld {
    /// The quest in `file`, beside those this program was built with, whatever faults it has: what is being written is
    /// played before it is sound.
    ///
    /// # Errors
    ///
    /// [`WorldError::Unreadable`] when the file is not written as the format asks.
    pub fn in_file(file: &QuestFile) -> Result<Self, WorldError> {
        let quest = crate::read::quest(&file.name, &file.text)?;
        let mut quests: Vec<(&str, &str)> = crate::read::EMBEDDED.quests.to_vec();
        // The file stands for every edition of its quest that was built in.
        quests.retain(|(name, text)| {
            crate::read::quest(name, text).is_ok_and(|other| other.id != quest.id)
        });
        quests.push((&file.name, &file.text));
        let source = WorldSource {
            quests: &quests,
            ..crate::read::EMBEDDED
        };
        let world = crate::read(&source)?;
        Ok(Self { world, quest })
    }

    /// The quest of this id that the program was built with, if there is one.
    ///
    /// # Errors
    ///
    /// [`WorldError::Unreadable`] when a file cannot be read.
    pub fn built_in(id: &str) -> Result<Option<Self>, WorldError> {
        let world = crate::unchecked_library()?;
        let mut quests = world.quests.values();
        let quest = quests.find(|quest| quest.id.as_str() == id).cloned();
        Ok(quest.map(|quest| Self { world, quest }))
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The quest.
    pub fn quest(&self) -> &Quest {
        &self.quest
    }
}

/// Plays a quest of `world`.
pub fn simulate(world: &World, quest: &Quest, settings: SimulationSettings) -> Simulation {
    let began = Instant::now();
    let next = AtomicU64::new(0);
    let threads = settings.threads.max(1);
    let play = || {
        let mut figures = Figures::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= settings.games {
                return figures;
            }
            let plan = plan(quest, settings.first + number);
            let game = Evening::play(world, quest, plan);
            // Throws have addresses, so that the table whose seats are all kind has the same luck.
            let kind = game.against_the_table(world).map(|_| EveningPlan {
                reads: false,
                all_kind: true,
                ..plan
            });
            let kind = kind.map(|plan| Evening::play(world, quest, plan));
            figures.add_against(world, quest, &game, kind.as_ref());
            figures.add_game(quest, game);
        }
    };
    let mut figures = Figures::default();
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(play)).collect();
        figures.join(play());
        for other in others {
            figures.join(other.join().unwrap_or_default());
        }
    });
    Simulation {
        figures,
        took: began.elapsed(),
        threads,
    }
}

fn plan(quest: &Quest, number: u64) -> EveningPlan {
    let mut luck = Luck::new(number ^ 0x5EED);
    let [fewest, most] = quest.seats.map(usize::from);
    let seats = fewest + luck.below(most - fewest + 1);
    let long = !quest.first_evening || luck.below(LONG_SITTINGS_ONE_IN) == 0;
    EveningPlan {
        number,
        party: PartyKind::of_game(number),
        seats,
        sitting: if long { Sitting::Long } else { Sitting::Short },
        reads: seats == READING_SEATS && (!long || !quest.first_evening),
        all_kind: false,
    }
}
