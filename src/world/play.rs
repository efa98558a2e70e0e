//! Generated play: tables played at random, well and badly, from a seed.
//!
//! Tests, benches and bots of every crate draw their commands from here, so that what they find can be played
//! again from the seed they print. [`secrets`] knows what nobody may be shown, [`forks`] and
//! [`shadows`] what nobody may be able to tell apart.

pub mod forks;
pub mod secrets;
pub mod shadows;

mod attempt;
mod mischief;
mod scene;

use game::content::World;
use game::{
    Actor, Code, Command, Decision, Dice, Event, God, Moment, Opening, Phase, Refusal, Seed,
    Sitting, Table, TimeLimit, Version,
};
use sha2::{Digest, Sha256};

/// The moment generated tables open, in milliseconds since the Unix epoch.
const OPENED_AT_MS: u64 = 1_800_000_000_000;
/// Where the chance of an opening stands that goes on to another quest: versions of tables stay far below.
const GOING_ON: u64 = 1 << 40;

/// A command somebody gives at some moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The actor.
    pub actor: Actor,
    /// The command.
    pub command: Command,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: u64,
}

impl Attempt {
    /// Decides the attempt at `table`, which stays as it is.
    ///
    /// # Errors
    ///
    /// The table's [`Refusal`].
    pub fn decide(&self, world: &World, table: &Table) -> Result<Vec<Event>, Refusal> {
        self.consider(world, table).map(|decision| decision.events)
    }

    /// Decides the attempt as [`Attempt::decide`] does, and keeps what the table becomes by it.
    ///
    /// # Errors
    ///
    /// The table's [`Refusal`].
    pub fn consider(&self, world: &World, table: &Table) -> Result<Decision, Refusal> {
        let moment = Moment { at_ms: self.at_ms };
        if self.command == (Command::GoOn {}) {
            return table.go_on(&going_on(table), world, self.actor, moment);
        }
        table.consider(world, self.actor, &self.command, moment)
    }
}

/// An attempt that was taken, and what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayedCommit {
    /// The attempt.
    pub attempt: Attempt,
    /// The events of the commit.
    pub events: Vec<Event>,
}

/// An attempt and how the table answered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayedStep {
    /// The attempt.
    pub attempt: Attempt,
    /// What happened, or why nothing did.
    pub answer: Result<Vec<Event>, Refusal>,
}

/// A table being played at random.
#[derive(Clone, Debug)]
pub struct Play<'w> {
    world: &'w World,
    table: Table,
    opened: Vec<Event>,
    commits: Vec<PlayedCommit>,
    chance: Dice,
    party: u32,
    sitting: Sitting,
    /// The god that everybody plays for; at most tables none.
    patron: Option<God>,
    /// How many quests the table takes up.
    quests: usize,
    at_ms: u64,
}

impl<'w> Play<'w> {
    /// Opens the table of this number, which plays one quest; the same number is always the same play.
    pub fn new(world: &'w World, number: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&number.to_be_bytes());
        let mut chance = Dice::new(Seed(key), Version(0));
        let opening = opening(&mut chance);
        let limit = *chance.pick(&TimeLimit::ALL).unwrap_or(&TimeLimit::Off);
        let moment = Moment {
            at_ms: OPENED_AT_MS,
        };
        let opened = Table::open(&opening, world, "Anna", limit, moment).unwrap_or_default();
        let mut table = Table::default();
        table.fold(&opened);
        let party = 1 + chance.below(6);
        let sitting = match chance.below(3) {
            0 => Sitting::Short,
            _ => Sitting::Long,
        };
        let patron = match chance.below(2) {
            0 => chance.pick(God::ALL).copied(),
            _ => None,
        };
        Self {
            world,
            table,
            opened,
            commits: Vec::new(),
            party,
            sitting,
            patron,
            quests: 1,
            chance,
            at_ms: OPENED_AT_MS,
        }
    }

    /// Opens the table of this number, which goes on from quest to quest while there are any.
    pub fn of_many_quests(world: &'w World, number: u64) -> Self {
        let quests = world.quests.len();
        Self {
            quests,
            ..Self::new(world, number)
        }
    }

    /// The table as it stands.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The events that opened the table: its first commit.
    pub fn opened(&self) -> &[Event] {
        &self.opened
    }

    /// The commits since, oldest first.
    pub fn commits(&self) -> &[PlayedCommit] {
        &self.commits
    }

    /// Whether the table is over.
    pub fn is_over(&self) -> bool {
        let phase = self.table.phase();
        !phase.is_live() && (phase == Phase::Closed || !self.goes_on())
    }

    fn goes_on(&self) -> bool {
        let events = self.commits.iter().flat_map(|commit| &commit.events);
        let told = events.filter(|event| matches!(event, Event::WentOn { .. }));
        let chronicle = || self.table.chronicle(self.world);
        told.count() + 1 < self.quests && chronicle().is_some_and(|told| told.may_go_on)
    }

    /// Thinks of something to attempt: mostly what a player would, now and then what nobody should.
    pub fn plan(&mut self) -> Attempt {
        self.at_ms += u64::from(self.chance.below(15_000));
        let (actor, command) = if self.chance.below(5) == 0 {
            self.mischief()
        } else {
            self.sense()
        };
        let due = self.table.deadline_ms().unwrap_or(u64::MAX);
        // Whoever runs a table lets a deadline that has passed have its consequence before anything else.
        let (actor, command) = if self.at_ms >= due {
            (Actor::Clock, Command::PassTime {})
        } else {
            (actor, command)
        };
        if actor == Actor::Clock && due < u64::MAX && self.chance.below(4) > 0 {
            self.at_ms = self.at_ms.max(due);
        }
        Attempt {
            actor,
            command,
            at_ms: self.at_ms,
        }
    }

    /// Attempts it.
    pub fn take(&mut self, attempt: Attempt) -> PlayedStep {
        let answer = attempt.decide(self.world, &self.table);
        if let Ok(events) = &answer {
            self.table.fold(events);
            self.commits.push(PlayedCommit {
                attempt: attempt.clone(),
                events: events.clone(),
            });
        }
        PlayedStep { attempt, answer }
    }

    /// Thinks of something and attempts it.
    pub fn step(&mut self) -> PlayedStep {
        let attempt = self.plan();
        self.take(attempt)
    }
}

fn opening(chance: &mut Dice) -> Opening {
    let mut byte = || u8::try_from(chance.below(256)).unwrap_or(0);
    let seed: [u8; 32] = std::array::from_fn(|_| byte());
    let code = std::array::from_fn(|_| byte());
    Opening {
        code: Code::from_random(code),
        seed: Seed(seed),
        commitment: hex::encode(Sha256::digest(seed)),
    }
}

/// The opening with which `table` goes on: always the same, so that the play can be played again.
fn going_on(table: &Table) -> Opening {
    let seed = table.seed().unwrap_or(Seed([0; 32]));
    let version = Version(GOING_ON + table.version().0);
    opening(&mut Dice::new(seed, version))
}
