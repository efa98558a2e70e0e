//! Chance that can be checked afterwards.
//!
//! Every throw has an address: the scene, what it is thrown for, and by whom or over what. `ChaCha12` keyed with the
//! quest's seed, its stream set to the address and its position to the throw's number there, gives the value. So one
//! throw can be recomputed without the others, and nothing that is said or done in between changes what it will be.

use std::fmt;

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::vocabulary::Version;

/// 32-bit words in one `ChaCha` block; each throw has a block of its own.
const BLOCK_WORDS: u128 = 16;

/// What all chance at one table comes from. Secret until the Chronicle.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// The seed as 64 hexadecimal digits.
    pub fn to_hex(self) -> String {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        self.0
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
            .collect()
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Seed(***)")
    }
}

/// The text is not a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a seed: 64 hexadecimal digits are")]
pub struct SeedError;

impl TryFrom<String> for Seed {
    type Error = SeedError;
    fn try_from(text: String) -> Result<Self, SeedError> {
        Self::from_hex(&text).ok_or(SeedError)
    }
}

impl From<Seed> for String {
    fn from(seed: Seed) -> Self {
        seed.to_hex()
    }
}

/// What is thrown for. The order is part of every address: add at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Who hears which whisper.
    Deal,
    /// Which stake a seat is dealt.
    Stake,
    /// Which questions the gods ask.
    Question,
    /// The class of who answered nothing.
    Calling,
    /// A deed's roll.
    Deed,
    /// The second throw of a deed's roll.
    SecondThrow,
    /// A quiet deed's roll.
    Quiet,
    /// Whether a challenge catches.
    Challenge,
    /// Whether a companion gives way when pressed.
    Press,
    /// Which line a god speaks.
    Line,
    /// What a signature or a blessing lets a seat hear.
    Listen,
    /// What a round of a fight comes to.
    Round,
}

/// Where a throw stands: the same for everybody who looks for it afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThrowAddress {
    /// The scene's number in its quest, counted from 1; 0 before the first.
    pub scene: u16,
    /// What is thrown for.
    #[serde(rename = "for")]
    pub purpose: Purpose,
    /// A seat's number, an option's place in its scene counted from 16, a god's place, or 0.
    #[serde(default)]
    pub of: u32,
}

impl ThrowAddress {
    /// The stream of this address. The highest bit keeps it from the streams of the first edition, which were
    /// versions of tables.
    fn stream(self) -> u64 {
        1 << 63 | u64::from(self.scene) << 40 | (self.purpose as u64) << 32 | u64::from(self.of)
    }
}

/// A value and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Throw {
    /// Its address; none in the first edition, where it was the version the throw was decided on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<ThrowAddress>,
    /// The throw's number at its address.
    pub number: u32,
    /// The number thrown.
    pub value: u32,
}

/// The dice at one address.
#[derive(Clone, Debug)]
pub struct Dice {
    seed: Seed,
    stream: u64,
    at: Option<ThrowAddress>,
    next: u32,
}

impl Dice {
    /// The dice of a decision of the first edition, taken on `version`.
    pub fn new(seed: Seed, version: Version) -> Self {
        Self {
            seed,
            stream: version.0,
            at: None,
            next: 0,
        }
    }

    /// The dice at `address`.
    pub fn at_address(seed: Seed, address: ThrowAddress) -> Self {
        Self {
            seed,
            stream: address.stream(),
            at: Some(address),
            next: 0,
        }
    }

    /// What throw `number` of this decision gives on a die of `sides` faces: 0 to `sides` − 1.
    ///
    /// The bias of the multiplication is under `sides`/2⁶⁴.
    pub fn at(&self, number: u32, sides: u32) -> u32 {
        let mut source = ChaCha12Rng::from_seed(self.seed.0);
        source.set_stream(self.stream);
        source.set_word_pos(u128::from(number) * BLOCK_WORDS);
        let scaled = (u128::from(source.next_u64()) * u128::from(sides)) >> 64;
        u32::try_from(scaled).unwrap_or(0)
    }

    /// Throws a die of `sides` faces: 0 to `sides` − 1.
    pub fn below(&mut self, sides: u32) -> u32 {
        let number = self.next;
        self.next += 1;
        self.at(number, sides)
    }

    /// Throws a hundred-sided die: 1 to 100.
    pub fn d100(&mut self) -> Throw {
        let number = self.next;
        Throw {
            at: self.at,
            number,
            value: self.below(100) + 1,
        }
    }

    /// Picks one of `from`; `None` of nothing.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let count = u32::try_from(from.len()).ok().filter(|count| *count > 0)?;
        from.get(self.below(count) as usize)
    }

    /// Puts `items` in an order of chance.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let count = u32::try_from(last + 1).unwrap_or(u32::MAX);
            items.swap(last, self.below(count) as usize);
        }
    }
}

/// The whole root of `n`; 0 for what is negative.
pub(crate) fn isqrt(n: i64) -> i64 {
    n.max(0).isqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throw_is_the_same_alone_and_in_its_row() {
        let mut dice = Dice::new(Seed([7; 32]), Version(3));
        let row: Vec<u32> = (0..20).map(|_| dice.below(100)).collect();
        let alone: Vec<u32> = (0..20).map(|number| dice.at(number, 100)).collect();
        assert_eq!(row, alone);
    }

    #[test]
    fn a_throw_is_the_same_in_every_release() {
        let dice = Dice::new(Seed([1; 32]), Version(9));
        let thrown: Vec<u32> = (0..5).map(|number| dice.at(number, 100) + 1).collect();
        assert_eq!(thrown, PINNED, "the dice of old tables may never change");
    }

    const PINNED: [u32; 5] = [32, 2, 12, 42, 64];

    #[test]
    fn an_address_is_a_stream_of_its_own() {
        let address = |scene, purpose, of| ThrowAddress { scene, purpose, of };
        let streams = [
            address(0, Purpose::Deal, 0).stream(),
            address(1, Purpose::Deal, 0).stream(),
            address(0, Purpose::Stake, 0).stream(),
            address(0, Purpose::Deal, 1).stream(),
        ];
        let different: std::collections::BTreeSet<u64> = streams.into_iter().collect();
        assert_eq!(different.len(), streams.len());
        assert!(streams.iter().all(|stream| *stream > u64::MAX / 2));
    }

    #[test]
    fn every_face_falls_about_as_often() {
        let mut dice = Dice::new(Seed([2; 32]), Version(1));
        let mut fallen = [0_u32; 100];
        for _ in 0..100_000 {
            fallen[dice.below(100) as usize] += 1;
        }
        assert!(
            fallen.iter().all(|count| (850..=1150).contains(count)),
            "{fallen:?}"
        );
    }

    #[test]
    fn a_seed_never_prints_itself() {
        assert_eq!(format!("{:?}", Seed([9; 32])), "Seed(***)");
    }
}
