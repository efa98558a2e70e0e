//! One game and its seats, as its events have left it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::protocol::TimeLimit;
use crate::state::SceneState;
use crate::vocabulary::{
    ClassId, Code, CompanionId, EndingId, God, Mark, QuestId, QuestionId, SeatNo, Seed, Skill,
    Version,
};

/// What every skill is unless the class says more.
pub(crate) const SKILL_BASE: i32 = 10;
/// Chat lines a table remembers.
pub(crate) const LINES_MAX: usize = 80;

/// Where a table stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Others may join.
    #[default]
    Gathering,
    /// The gods question all seats at once.
    Interrogation,
    /// The party chooses a quest.
    QuestChoice,
    /// A scene is open.
    Scene,
    /// All is told.
    Chronicle,
    /// Closed before there was anything to tell.
    Closed,
}

impl Phase {
    /// Whether anything can still happen.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Chronicle | Self::Closed)
    }
}

/// One player's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The player's name.
    pub name: String,
    /// How often the seat had been taken when this player sat down.
    pub generation: u32,
    /// Whether the player is still at the table.
    pub present: bool,
    /// The class the gods named.
    pub class: Option<ClassId>,
    /// Skills that are not 10.
    pub skills: BTreeMap<Skill, i32>,
    /// Favour by god; 0 where none is named.
    pub favour: BTreeMap<God, i32>,
    /// The questions dealt so far.
    pub questions: Vec<QuestionId>,
    /// The answers given so far, by question.
    pub answers: Vec<(QuestionId, u8)>,
    /// The quest named.
    pub quest: Option<QuestId>,
}

impl Seat {
    /// The favour of `god`.
    pub fn favour_of(&self, god: God) -> i32 {
        self.favour.get(&god).copied().unwrap_or(0)
    }

    /// The level of `skill`.
    pub fn skill(&self, skill: Skill) -> i32 {
        self.skills.get(&skill).copied().unwrap_or(SKILL_BASE)
    }
}

/// A companion at the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ally {
    pub(crate) approval: i32,
    pub(crate) present: bool,
}

/// A line somebody said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) seat: SeatNo,
    /// Who it was then: the seat may pass to somebody else.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// One game and its seats.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub(crate) version: Version,
    pub(crate) phase: Phase,
    pub(crate) code: Option<Code>,
    pub(crate) seed: Option<Seed>,
    pub(crate) commitment: String,
    pub(crate) rules: u32,
    pub(crate) library: String,
    pub(crate) limit: TimeLimit,
    pub(crate) deadline_ms: Option<u64>,
    pub(crate) host: Option<SeatNo>,
    pub(crate) seats: BTreeMap<SeatNo, Seat>,
    pub(crate) generations: BTreeMap<SeatNo, u32>,
    pub(crate) companions: BTreeMap<CompanionId, Ally>,
    pub(crate) quest: Option<QuestId>,
    pub(crate) edition: u32,
    pub(crate) marks: BTreeSet<Mark>,
    pub(crate) trust: i32,
    pub(crate) watched: bool,
    pub(crate) scenes: Vec<SceneState>,
    pub(crate) ending: Option<EndingId>,
    pub(crate) lines: Vec<Line>,
    /// How often each seat has spoken, chosen or named a quest since the last scene opened.
    #[serde(default)]
    pub(crate) stirred: BTreeMap<SeatNo, u32>,
}

impl Table {
    /// How many commits the table has behind it.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Where the table stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The code by which others join.
    pub fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// When the story goes on by itself, in milliseconds since the Unix epoch. Every live table has one.
    pub fn deadline_ms(&self) -> Option<u64> {
        self.deadline_ms
    }

    /// The seats, also of those who left after the gathering.
    pub fn seats(&self) -> &BTreeMap<SeatNo, Seat> {
        &self.seats
    }

    /// Who is host.
    pub fn host(&self) -> Option<SeatNo> {
        self.host
    }

    /// All that happened, scene by scene; the last is the one that is open, if one is.
    pub fn scenes(&self) -> &[SceneState] {
        &self.scenes
    }

    /// What all chance at this table comes from. For the journal's checks and the Chronicle only.
    pub fn seed(&self) -> Option<Seed> {
        self.seed
    }

    /// The hash of the seed, public from the first moment.
    pub fn commitment(&self) -> &str {
        &self.commitment
    }

    /// The edition of the rules the table opened under.
    pub fn rules(&self) -> u32 {
        self.rules
    }

    /// The edition of the library the table opened with.
    pub fn library(&self) -> &str {
        &self.library
    }

    /// The party's trust, 0 to 100.
    pub fn trust(&self) -> i32 {
        self.trust
    }

    /// How the quest ended, if it did.
    pub fn ending(&self) -> Option<&EndingId> {
        self.ending.as_ref()
    }

    /// The quest being played, and its edition.
    pub fn quest(&self) -> Option<(&QuestId, u32)> {
        self.quest.as_ref().map(|quest| (quest, self.edition))
    }

    /// The seats whose players are at the table.
    pub fn present(&self) -> impl Iterator<Item = (SeatNo, &Seat)> {
        self.seats
            .iter()
            .filter(|(_, seat)| seat.present)
            .map(|(no, seat)| (*no, seat))
    }

    pub(crate) fn allies(&self) -> impl Iterator<Item = (&CompanionId, &Ally)> {
        self.companions.iter().filter(|(_, ally)| ally.present)
    }

    pub(crate) fn open_scene(&self) -> Option<&SceneState> {
        self.scenes.last().filter(|_| self.phase == Phase::Scene)
    }
}
