//! Chance that falls the same way for the same words.

/// A source of numbers that looks like chance and is none: the same name gives the same numbers.
#[derive(Clone, Debug)]
pub(super) struct SeededChance(u64);

impl SeededChance {
    /// Starts with a name.
    pub(super) fn of(name: &str) -> Self {
        // FNV-1a: enough to tell two names apart.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(hash | 1)
    }

    /// The next number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        // Xorshift with a multiplication behind it (xorshift64*).
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        let width = u64::from(low.abs_diff(high)) + 1;
        low.saturating_add(i32::try_from(number % width).unwrap_or(0))
    }

    /// Whether something happens that happens `percent` times of a hundred.
    pub(super) fn happens(&mut self, percent: i32) -> bool {
        self.between(1, 100) <= percent
    }
}
