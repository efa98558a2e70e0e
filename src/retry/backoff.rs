//! Exponential backoff.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// Exponential backoff: each delay is twice the one before, up to a limit.
///
/// ```
/// use std::time::Duration;
///
/// let mut backoff = retry::Backoff::new(Duration::from_millis(50), Duration::from_millis(150));
/// let delays: Vec<_> = (0..3).map(|_| backoff.next_delay().as_millis()).collect();
/// assert_eq!(delays, [50, 100, 150]);
/// ```
#[derive(Clone, Debug)]
pub struct Backoff {
    min: Duration,
    max: Duration,
    next: Duration,
}

impl Backoff {
    /// Returns a backoff whose first delay is `min` and whose longest is `max`.
    pub const fn new(min: Duration, max: Duration) -> Self {
        Self {
            min,
            max,
            next: min,
        }
    }

    /// Returns the delay before the next attempt.
    pub fn next_delay(&mut self) -> Duration {
        let delay = self.next;
        self.next = delay.saturating_mul(2).min(self.max);
        delay
    }

    /// Returns the delay before the next attempt, shortened at random by up to a half: clients that lost the same
    /// server do not all come back in the same moment.
    pub fn next_jittered(&mut self) -> Duration {
        let half = self.next_delay() / 2;
        // The hasher's random keys are the standard library's own source of chance. Quality hardly matters here.
        let chance = RandomState::new().hash_one(());
        let nanos = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX - 1);
        half + Duration::from_nanos(chance % (nanos + 1))
    }

    /// Begins again with the shortest delay: the last attempt succeeded.
    pub fn reset(&mut self) {
        self.next = self.min;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: Duration = Duration::from_millis(50);
    const MAX: Duration = Duration::from_secs(3);

    #[test]
    fn delays_double_up_to_the_limit_and_begin_again_after_a_success() {
        let mut backoff = Backoff::new(MIN, MAX);
        let delays: Vec<_> = (0..8).map(|_| backoff.next_delay().as_millis()).collect();
        assert_eq!(delays, [50, 100, 200, 400, 800, 1_600, 3_000, 3_000]);
        backoff.reset();
        assert_eq!(backoff.next_delay(), MIN);
    }

    #[test]
    fn jitter_takes_away_half_a_delay_at_most() {
        let (mut plain, mut jittered) = (Backoff::new(MIN, MAX), Backoff::new(MIN, MAX));
        for _ in 0..100 {
            let (whole, delay) = (plain.next_delay(), jittered.next_jittered());
            assert!(
                (whole / 2..=whole).contains(&delay),
                "{delay:?} of {whole:?}"
            );
        }
    }

    #[test]
    fn no_delay_overflows() {
        let mut backoff = Backoff::new(Duration::MAX, Duration::MAX);
        assert_eq!(backoff.next_delay(), Duration::MAX);
        assert!(backoff.next_jittered() <= Duration::MAX);
    }
}
