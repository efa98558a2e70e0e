//! What things are called by: tables, codes, seats, and the ids authors give.
//!
//! Every decision works on a copy of its table, so ids share their text: a copy of one is no copy of the other.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Letters of a joining code: none that is mistaken for another when read aloud or from a poster.
const CODE_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Names one table, unguessably.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct TableId(Arc<str>);

impl TableId {
    /// Characters of an id.
    pub const LEN: usize = 20;

    /// Makes an id of 100 bits; the bytes are to come from the operating system.
    pub fn from_random(bytes: [u8; Self::LEN]) -> Self {
        let letter =
            |byte: u8| char::from(CODE_LETTERS[usize::from(byte % 32)]).to_ascii_lowercase();
        let text: String = bytes.into_iter().map(letter).collect();
        Self(text.into())
    }

    /// Reads an id from outside. Returns `None` for anything that is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == Self::LEN
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        fits.then(|| Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The six characters by which others join a table while it gathers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Code(Arc<str>);

impl Code {
    /// Characters of a code.
    pub const LEN: usize = 6;

    /// Makes a code; the bytes are to come from the operating system.
    pub fn from_random(bytes: [u8; Self::LEN]) -> Self {
        let letter = |byte: u8| char::from(CODE_LETTERS[usize::from(byte % 32)]);
        let text: String = bytes.into_iter().map(letter).collect();
        Self(text.into())
    }

    /// Reads a code as people type it: any case, with spaces or dashes.
    pub fn parse(text: &str) -> Option<Self> {
        let typed: String = text
            .chars()
            .filter(|typed| !typed.is_whitespace() && *typed != '-')
            .take(Self::LEN + 1)
            .map(|typed| typed.to_ascii_uppercase())
            .collect();
        let fits =
            typed.len() == Self::LEN && typed.bytes().all(|byte| CODE_LETTERS.contains(&byte));
        fits.then(|| Self(typed.into()))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! checked_text {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text).ok_or(IdError)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str(&self.0)
            }
        }
    )+};
}

checked_text!(TableId, Code);

/// The text is not an id of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: lower-case letters, digits and dashes are")]
pub struct IdError;

macro_rules! author_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads an id: 1 to 60 lower-case letters, digits and dashes.
            pub fn parse(text: &str) -> Option<Self> {
                let fits = (1..=60).contains(&text.len())
                    && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
                fits.then(|| Self(text.into()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        checked_text!($name);
    )+};
}

author_ids!(
    /// Names a quest.
    QuestId,
    /// Names a scene within its quest.
    SceneId,
    /// Names a whisper within its scene.
    WhisperId,
    /// Names an option within its scene.
    OptionId,
    /// Names an ending within its quest.
    EndingId,
    /// Names a question of the interrogation.
    QuestionId,
    /// Names a class.
    ClassId,
    /// Names a companion.
    CompanionId,
    /// Names a fact that later scenes of a quest may use, or a harm a whisper may warn of. Public facts are the party's;
    /// private ones are carried by one character alone.
    Mark,
    /// Names a whisper or a private mark: what a character must hold to see an option.
    HoldingId,
    /// Names a keepsake within its quest.
    KeepsakeId,
    /// Names a card that one seat gives another after a quest.
    CardId,
);

/// One player's place at a table, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SeatNo(pub u8);

impl<'de> Deserialize<'de> for SeatNo {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        number_or_text(from).map(Self)
    }
}

/// Reads a small number as JSON writes it, or as a form and the keys of a JSON object do: as text.
pub(crate) fn number_or_text<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    struct SmallNumber;
    impl Visitor<'_> for SmallNumber {
        type Value = u8;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("a number from 0 to 255")
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<u8, E> {
            u8::try_from(number)
                .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<u8, E> {
            let number = text.parse().ok();
            number.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }
    from.deserialize_any(SmallNumber)
}

/// Reads a small number that may be left out, as JSON or a form writes it. An empty text is none.
pub(crate) fn some_number_or_text<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<u8>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(u8),
        Text(String),
        Nothing(()),
    }
    match Written::deserialize(from)? {
        Written::Number(number) => Ok(Some(number)),
        Written::Nothing(()) => Ok(None),
        Written::Text(text) if text.is_empty() => Ok(None),
        Written::Text(text) => text.parse().map(Some).map_err(|_| {
            de::Error::invalid_value(de::Unexpected::Str(&text), &"a number from 0 to 255")
        }),
    }
}

/// Reads yes or no, as JSON writes it or as a form does: as text.
pub(crate) fn flag_or_text<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    struct Flag;
    impl Visitor<'_> for Flag {
        type Value = bool;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("true or false")
        }

        fn visit_bool<E: de::Error>(self, flag: bool) -> Result<bool, E> {
            Ok(flag)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
            let flag = text.parse().ok();
            flag.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }
    from.deserialize_any(Flag)
}

impl fmt::Display for SeatNo {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

/// How many commits a table has behind it; 0 is a table nobody opened.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Version(pub u64);

impl Version {
    /// The version after one more commit.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}
