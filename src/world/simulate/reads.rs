//! What was read, over all games at three seats: words before choosing, words that two plays share, minutes.

use std::collections::BTreeMap;

use super::bots::PartyKind;
use super::evening::EveningPlayed;
use super::figures::join_counts;
use super::words::Reading;

/// Words that a grown-up reads in a minute.
const WORDS_A_MINUTE: f64 = 230.0;
/// Minutes that a decision takes.
const DECISION_MINUTES: f64 = 10.0 / 60.0;
/// Pairs of plays that are compared at most, for each thread.
const PAIRS_MAX: usize = 400;

/// What was read at three seats.
#[derive(Clone, Debug, Default)]
pub struct ReadFigures {
    /// Seats and scenes by words before choosing, as authors budget them.
    pub budget: BTreeMap<u32, u64>,
    /// The same with councils and tellings.
    pub all: BTreeMap<u32, u64>,
    /// Quests by whole minutes, in tenths, from the first question to the Chronicle; the longest seat of each table.
    pub tenths_of_minutes: BTreeMap<u32, u64>,
    /// Words that a seat read in a quest.
    pub whole: BTreeMap<u32, u64>,
    /// Percent of the public words of a random play that the random play before it had shown.
    pub shared: BTreeMap<u32, u64>,
    last_random: Option<BTreeMap<usize, u32>>,
}

impl ReadFigures {
    pub(super) fn add(&mut self, game: &EveningPlayed, reading: Reading) {
        if game.plan.party == PartyKind::Silent {
            return;
        }
        for words in reading.budget {
            *self.budget.entry(words).or_default() += 1;
        }
        for words in reading.all {
            *self.all.entry(words).or_default() += 1;
        }
        let mut longest = 0.0_f64;
        for (no, words) in &reading.by_seat {
            *self.whole.entry(*words).or_default() += 1;
            let decisions = reading.decisions.get(no).copied().unwrap_or(0);
            let minutes =
                f64::from(*words) / WORDS_A_MINUTE + f64::from(decisions) * DECISION_MINUTES;
            longest = longest.max(minutes);
        }
        *self
            .tenths_of_minutes
            .entry(whole(longest * 10.0))
            .or_default() += 1;
        if game.plan.party == PartyKind::Random {
            self.compare(reading.public);
        }
    }

    fn compare(&mut self, public: BTreeMap<usize, u32>) {
        let compared: u64 = self.shared.values().sum();
        if let Some(last) = &self.last_random
            && compared < PAIRS_MAX as u64
        {
            let all: u32 = public.values().sum();
            let known = public.iter().filter(|(text, _)| last.contains_key(text));
            let known: u32 = known.map(|(_, words)| words).sum();
            let percent = 100.0 * f64::from(known) / f64::from(all.max(1));
            *self.shared.entry(whole(percent)).or_default() += 1;
        }
        self.last_random = Some(public);
    }

    pub(super) fn join(&mut self, other: Self) {
        join_counts(&mut self.budget, other.budget);
        join_counts(&mut self.all, other.all);
        join_counts(&mut self.tenths_of_minutes, other.tenths_of_minutes);
        join_counts(&mut self.whole, other.whole);
        join_counts(&mut self.shared, other.shared);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "minutes and percents are small and never negative"
)]
fn whole(number: f64) -> u32 {
    number.round() as u32
}

/// The value under which so many percent of the counted lie.
pub fn percentile<K: Copy + Ord>(counts: &BTreeMap<K, u64>, percent: u64) -> Option<K> {
    let all: u64 = counts.values().sum();
    let wanted = (all * percent).div_ceil(100).max(1);
    let mut passed = 0;
    for (value, count) in counts {
        passed += count;
        if passed >= wanted {
            return Some(*value);
        }
    }
    None
}

/// The mean of what was counted.
pub fn mean(counts: &BTreeMap<u32, u64>) -> f64 {
    let all: u64 = counts.values().sum();
    let sum: u64 = counts
        .iter()
        .map(|(value, count)| u64::from(*value) * count)
        .sum();
    super::figures::as_float(sum) / super::figures::as_float(all.max(1))
}
