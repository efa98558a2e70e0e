//! The token buckets of this process, for a bounded number of clients.

use std::fmt;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

/// Clients counted at once at most.
const CLIENTS_MAX: usize = 50_000;

/// Clients are counted by a hash: of so many, no two share one by chance, and nobody outside can choose one.
type Counted = RateLimiter<u64, HashMapStateStore<u64>, SinceStart, NoOpMiddleware<Nanos>>;

/// A token bucket for each client.
pub(super) struct LocalLimiter {
    quota: Quota,
    clock: SinceStart,
    hashes: RandomState,
    counted: Mutex<Counted>,
}

impl fmt::Debug for LocalLimiter {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("LocalLimiter")
            .field("quota", &self.quota)
            .finish_non_exhaustive()
    }
}

impl LocalLimiter {
    /// Counts tokens of which each client has `capacity`, full again after `per`.
    pub(super) fn new(capacity: NonZeroU32, per: Duration) -> Self {
        let each = (per / capacity.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each).unwrap_or(Quota::per_second(capacity));
        let quota = quota.allow_burst(capacity);
        let clock = SinceStart(Instant::now());
        Self {
            quota,
            clock,
            hashes: RandomState::new(),
            counted: Mutex::new(Counted::hashmap_with_clock(quota, clock)),
        }
    }

    /// Takes one, or says when there will be one.
    pub(super) fn take(&self, client: &impl Hash) -> Result<(), Duration> {
        let key = self.hashes.hash_one(client);
        let mut counted = self.held();
        if counted.len() >= CLIENTS_MAX {
            counted.retain_recent();
            // So many at once are no clients but a flood. Starting over gives each of them what it could
            // have by another address, and refuses no stranger.
            if counted.len() > CLIENTS_MAX / 2 {
                *counted = Counted::hashmap_with_clock(self.quota, self.clock);
            }
        }
        counted
            .check_key(&key)
            .map_err(|until| until.wait_time_from(self.clock.now()))
    }

    fn held(&self) -> MutexGuard<'_, Counted> {
        // Every state of it is a sound one.
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Time as the runtime counts it, which tests may pass.
#[derive(Clone, Copy, Debug)]
struct SinceStart(Instant);

impl Clock for SinceStart {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three_a_minute() -> LocalLimiter {
        let three = NonZeroU32::new(3).unwrap();
        LocalLimiter::new(three, Duration::from_mins(1))
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_has_what_it_has_at_once_and_then_evenly() {
        let local = three_a_minute();
        let (flood, other) = ("flood".to_owned(), "other".to_owned());
        for _ in 0..3 {
            assert_eq!(local.take(&flood), Ok(()));
        }
        assert_eq!(local.take(&flood), Err(Duration::from_secs(20)));
        assert_eq!(local.take(&other), Ok(()), "others do not suffer");
        tokio::time::advance(Duration::from_secs(20)).await;
        assert_eq!(local.take(&flood), Ok(()));
        assert!(local.take(&flood).is_err());
        tokio::time::advance(Duration::from_hours(1)).await;
        let taken = (0..9).filter(|_| local.take(&flood).is_ok()).count();
        assert_eq!(taken, 3, "nobody saves up");
    }

    #[tokio::test(start_paused = true)]
    async fn clients_of_a_bounded_number_are_counted() {
        let local = three_a_minute();
        for number in 0..=CLIENTS_MAX * 2 {
            assert_eq!(local.take(&number.to_string()), Ok(()));
            assert!(local.held().len() <= CLIENTS_MAX);
        }
        assert_eq!(local.held().len(), 1, "a flood starts over");
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_at_the_moment_is_counted_on_when_others_are_forgotten() {
        let local = three_a_minute();
        for number in 0..CLIENTS_MAX - 1 {
            assert_eq!(local.take(&number.to_string()), Ok(()));
        }
        tokio::time::advance(Duration::from_mins(2)).await;
        let busy = "busy".to_owned();
        for _ in 0..3 {
            assert_eq!(local.take(&busy), Ok(()));
        }
        assert!(local.take(&busy).is_err());
        assert!(local.held().len() <= 2, "those of long ago are forgotten");
    }
}
