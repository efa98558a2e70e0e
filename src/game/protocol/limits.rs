//! What a host chooses: how long the table waits, and how many questions the gods ask.

use serde::{Deserialize, Serialize};

/// How long a table waits for a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

    /// Whether the party sits together and plays at once: it waits for minutes and not for days.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Minute | Self::ThreeMinutes)
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

/// How many questions the gods ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Sitting {
    /// One of each god, one more of the god that was moved most, and the open question.
    #[default]
    Long,
    /// Five, of which the last is the open question.
    Short,
}

impl Sitting {
    /// Whether it is the sitting that need not be named.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub(crate) fn is_long(&self) -> bool {
        *self == Self::Long
    }
}
