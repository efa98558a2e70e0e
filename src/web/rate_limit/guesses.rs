//! Guesses at codes and phrases: wrong ones count against who guesses, right ones against nobody.
//!
//! A guess is paid for before anything is looked at, so that guesses at once count, too, and given back unless it was
//! wrong. So a stranger's guesses bar nobody but the stranger.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lru::LruCache;
use tokio::time::Instant;

use super::terms::LimitTerms;

/// Clients whose guesses are remembered at most: those who guessed last.
const CLIENTS_MAX: NonZeroUsize = NonZeroUsize::new(20_000).expect("not zero");

/// The guesses of each client.
#[derive(Debug)]
pub(super) struct GuessLimiter {
    pub(super) terms: LimitTerms,
    clients: Mutex<LruCache<IpAddr, Guesses>>,
}

/// The guesses of one client that still count.
#[derive(Clone, Copy, Debug)]
struct Guesses {
    count: f64,
    as_of: Instant,
}

impl GuessLimiter {
    pub(super) fn new(name: &'static str, capacity: u32, per: Duration) -> Self {
        Self {
            terms: LimitTerms::new(name, capacity, per),
            clients: Mutex::new(LruCache::new(CLIENTS_MAX)),
        }
    }

    /// Takes a guess, or says when there will be one.
    pub(super) fn take(&self, client: IpAddr) -> Result<(), Duration> {
        let mut clients = self.lock();
        let count = self.count(&mut clients, client);
        let missing = count + 1.0 - f64::from(self.terms.capacity.get());
        // A guess that is a rounding away is there.
        if missing > 1e-6 {
            return Err(Duration::from_secs_f64(missing * self.each_s()));
        }
        set(&mut clients, client, count + 1.0);
        Ok(())
    }

    /// Gives a guess back that was not wrong.
    pub(super) fn give_back(&self, client: IpAddr) {
        let mut clients = self.lock();
        let count = self.count(&mut clients, client);
        set(&mut clients, client, count - 1.0);
    }

    /// Lets a client wait that has guessed too often elsewhere.
    pub(super) fn bar(&self, client: IpAddr, wait: Duration) {
        let count = f64::from(self.terms.capacity.get()) - 1.0 + wait.as_secs_f64() / self.each_s();
        set(&mut self.lock(), client, count);
    }

    /// Seconds after which one more guess is forgotten.
    fn each_s(&self) -> f64 {
        self.terms.per.as_secs_f64() / f64::from(self.terms.capacity.get())
    }

    /// Returns how many guesses of a client still count.
    fn count(&self, clients: &mut LruCache<IpAddr, Guesses>, client: IpAddr) -> f64 {
        let guesses = clients.get(&client).copied();
        guesses.map_or(0.0, |guesses| {
            let forgotten = guesses.as_of.elapsed().as_secs_f64() / self.each_s();
            (guesses.count - forgotten).max(0.0)
        })
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<IpAddr, Guesses>> {
        // Every state of it is a sound one.
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Remembers how many guesses of a client count now; who has none is forgotten.
fn set(clients: &mut LruCache<IpAddr, Guesses>, client: IpAddr, count: f64) {
    if count <= 0.0 {
        clients.pop(&client);
        return;
    }
    let as_of = Instant::now();
    clients.put(client, Guesses { count, as_of });
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const ONE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    fn three_a_minute() -> GuessLimiter {
        GuessLimiter::new("test", 3, Duration::from_mins(1))
    }

    #[tokio::test(start_paused = true)]
    async fn guesses_come_back_evenly_and_others_have_their_own() {
        let guesses = three_a_minute();
        for _ in 0..3 {
            assert_eq!(guesses.take(ONE), Ok(()));
        }
        assert_eq!(guesses.take(ONE), Err(Duration::from_secs(20)));
        assert_eq!(guesses.take(OTHER), Ok(()));
        tokio::time::advance(Duration::from_secs(20)).await;
        assert_eq!(guesses.take(ONE), Ok(()));
        assert!(guesses.take(ONE).is_err());
        tokio::time::advance(Duration::from_hours(1)).await;
        let taken = (0..9).filter(|_| guesses.take(ONE).is_ok()).count();
        assert_eq!(taken, 3, "nobody saves up");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_given_back_was_never_taken() {
        let guesses = three_a_minute();
        for _ in 0..100 {
            assert_eq!(guesses.take(ONE), Ok(()));
            guesses.give_back(ONE);
        }
        assert!(guesses.lock().is_empty(), "nor is it remembered");
        guesses.give_back(ONE);
        let taken = (0..9).filter(|_| guesses.take(ONE).is_ok()).count();
        assert_eq!(taken, 3, "nobody saves up");
    }

    #[tokio::test(start_paused = true)]
    async fn who_guessed_too_often_elsewhere_waits_here() {
        let guesses = three_a_minute();
        guesses.bar(ONE, Duration::from_secs(7));
        let wait_ms = guesses.take(ONE).unwrap_err().as_millis();
        assert!((6_990..=7_010).contains(&wait_ms), "{wait_ms}");
        tokio::time::advance(Duration::from_secs(7)).await;
        assert_eq!(guesses.take(ONE), Ok(()));
        assert!(guesses.take(ONE).is_err());
    }
}
