//! What can be asked of a table, by whom, and when.

use serde::{Deserialize, Serialize};

use crate::vocabulary::{
    Code, OptionId, QuestId, QuestionId, SceneId, SeatNo, Seed, Version, WhisperId,
};

/// The client's name for one command, so that a repeat is known as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CommandId(String);

impl CommandId {
    /// Characters of an id at least: who knows the id of an opening or a sitting gets its answer again, so
    /// it must not be guessable.
    pub const LEN_MIN: usize = 16;
    /// Characters of an id at most.
    pub const LEN_MAX: usize = 64;

    /// Reads an id: 16 to 64 letters, digits, dashes and underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (Self::LEN_MIN..=Self::LEN_MAX).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        fits.then(|| Self(text.to_owned()))
    }

    /// The id under which time passes on `version`: the same for every instance, so that it passes once.
    pub fn of_clock(version: Version) -> Self {
        Self(format!("{CLOCK}{version:020}"))
    }

    /// The id under which the operator takes back what a table tells at `version`: the same for every instance, so that
    /// it is done once.
    pub fn of_operator(version: Version) -> Self {
        Self(format!("{OPERATOR}{version:020}"))
    }

    /// Whether the id is the clock's or the operator's, which nobody else may use.
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with(CLOCK) || self.0.starts_with(OPERATOR)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the clock's ids begin with.
const CLOCK: &str = "clock-on-version-";
/// What the operator's ids begin with.
const OPERATOR: &str = "operator-on-version-";

/// The text is no id of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a command_id has 16 to 64 letters, digits, dashes and underscores")]
pub struct CommandIdError;

impl TryFrom<String> for CommandId {
    type Error = CommandIdError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(CommandIdError)
    }
}

impl From<CommandId> for String {
    fn from(id: CommandId) -> Self {
        id.0
    }
}

/// The one who gives a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// Somebody without a seat.
    Newcomer,
    /// A seat.
    Seat(SeatNo),
    /// Time itself, when a deadline has passed.
    Clock,
    /// Who runs the server, and may take back what a table tells.
    Operator,
}

/// How long a table waits for a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeLimit {
    /// No hurry; after seven days the story goes on by itself, so that no table stays open for ever.
    #[default]
    Off,
    /// 60 seconds a scene.
    Minute,
    /// 3 minutes a scene.
    ThreeMinutes,
    /// A day a scene.
    Day,
}

impl TimeLimit {
    /// Every limit, shortest hurry last.
    pub const ALL: [Self; 4] = [Self::Off, Self::Minute, Self::ThreeMinutes, Self::Day];

    const MINUTE_MS: u64 = 60_000;
    const DAY_MS: u64 = 24 * 60 * Self::MINUTE_MS;
    const WEEK_MS: u64 = 7 * Self::DAY_MS;

    /// How long a scene waits.
    pub fn scene_ms(self) -> u64 {
        match self {
            Self::Off => Self::WEEK_MS,
            Self::Minute => Self::MINUTE_MS,
            Self::ThreeMinutes => 3 * Self::MINUTE_MS,
            Self::Day => Self::DAY_MS,
        }
    }

    /// How long the ten questions wait.
    pub fn interrogation_ms(self) -> u64 {
        match self {
            Self::Off | Self::Day => self.scene_ms(),
            Self::Minute | Self::ThreeMinutes => 10 * self.scene_ms(),
        }
    }

    /// The longest that any table waits.
    pub const WAIT_MAX_MS: u64 = Self::WEEK_MS;

    /// How long a gathering waits for its host.
    pub fn gathering_ms() -> u64 {
        Self::DAY_MS
    }

    /// How long a gathering waits at which nothing has happened but its opening. Who lets time pass then has seen that
    /// nobody came to look again: of that the rules know nothing.
    pub fn unattended_ms() -> u64 {
        Self::DAY_MS / 4
    }

    /// The limit as commands and forms spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Minute => "minute",
            Self::ThreeMinutes => "three-minutes",
            Self::Day => "day",
        }
    }
}

/// How a whisper is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// As it was heard.
    Truth,
    /// Its false version.
    Twist,
}

/// What can be asked of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Opens the table and sits down as its host. Only [`crate::Table::open`] answers it.
    Open {
        /// The host's name.
        name: String,
        /// How long scenes wait.
        limit: TimeLimit,
    },
    /// Sits down.
    Sit {
        /// The newcomer's name.
        name: String,
    },
    /// Begins the interrogation. Host only.
    Begin {},
    /// Gets up for good.
    Leave {},
    /// Frees the seat of somebody who is gone.
    Vacate {
        /// The seat to free.
        seat: SeatNo,
    },
    /// Makes another seat host. Host only.
    HandOver {
        /// The new host.
        seat: SeatNo,
    },
    /// Takes the party on to another quest once its Chronicle is open. Host only. Only
    /// [`crate::Table::go_on`] answers it.
    GoOn {},
    /// Ends the table for everybody. Host only.
    Close {},
    /// Answers a question of the interrogation.
    Answer {
        /// The question answered.
        question: QuestionId,
        /// The number of the answer, counted from 0.
        #[serde(deserialize_with = "crate::vocabulary::number_or_text")]
        answer: u8,
    },
    /// Says which quest to take up.
    TakeUp {
        /// The quest to take up.
        quest: QuestId,
    },
    /// Shares a whisper, truly or not.
    Tell {
        /// The scene in which it was heard.
        scene: SceneId,
        /// The whisper.
        whisper: WhisperId,
        /// Truly or not.
        manner: Manner,
    },
    /// Resolves to keep a whisper.
    Keep {
        /// The scene in which it was heard.
        scene: SceneId,
        /// The whisper.
        whisper: WhisperId,
    },
    /// Uses the signature of one's class.
    Invoke {
        /// The scene in which it is done.
        scene: SceneId,
    },
    /// Chooses, or chooses otherwise.
    Choose {
        /// The scene in which it is done.
        scene: SceneId,
        /// The option chosen.
        option: OptionId,
    },
    /// Says something to the table.
    Say {
        /// The words.
        text: String,
    },
    /// Lets a passed deadline have its consequence. The clock only.
    PassTime {},
    /// Takes back the name of a seat's players and what they said. The operator only, by [`crate::Table::forget`].
    Forget {
        /// The seat.
        seat: SeatNo,
    },
    /// Takes back all that the table tells. The operator only; it needs no decision.
    Erase {},
}

/// When a command is decided.
///
/// Chance does not arrive here: it comes from the table's committed seed, so that it can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// What a new table is made with; all of it from the operating system's randomness.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The code by which others join.
    pub code: Code,
    /// The source of all chance.
    pub seed: Seed,
    /// The SHA-256 of the seed's 32 bytes, in hexadecimal digits: public at once.
    pub commitment: String,
}
