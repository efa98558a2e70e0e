//! Presence: which players are there. It is soft state, and never a reason to lose a seat by itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bus::{LinkFailure, LinkState, Presence, PubSub};
use game::{SeatNo, TableId};
use tokio::time::Instant;

use crate::error::ServiceError;

/// The time between two heartbeats of an event stream, in milliseconds. Each heartbeat is a sign of life of its seat. Where
/// pages are told of news otherwise, [`crate::Settings::heartbeat_ms`] says how often they give one.
///
/// It is shorter than the time after which any proxy on the way closes a silent connection; the strictest, Heroku's
/// router, waits 55 seconds. A watcher that missed an announcement learns of the new version this much later at most.
pub const HEARTBEAT_MS: u64 = 10_000;

/// How long after the second heartbeat that did not come a seat still counts as here: five seconds, for a slow network.
const SLOW_MS: u64 = 5_000;

/// How long a player must be away before a scene need not wait for the seat, in milliseconds.
const SKIP_AFTER_MS: u64 = 2 * 60_000;

/// How long ago a seat gave its last sign of life, in three steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SeatPresence {
    /// Seen a moment ago.
    Here,
    /// Not seen for a little while, as when a phone sleeps.
    Away,
    /// Away for as long as it takes before the host may free the seat.
    Absent,
}

/// Records signs of life of seats and returns their presence, over all instances that share a bus.
pub struct PresenceTracker {
    pub(crate) presence: Arc<dyn Presence>,
    /// Says whether other instances are heard.
    pub(crate) pubsub: Arc<dyn PubSub>,
    pub(crate) now_ms: fn() -> u64,
    pub(crate) started_ms: u64,
    pub(crate) started: Instant,
    pub(crate) away_after_ms: u64,
    pub(crate) heartbeat_ms: u64,
}

impl PresenceTracker {
    /// Returns for how long this process has heard of players, though the clock was set meanwhile.
    fn uptime_ms(&self, now_ms: u64) -> u64 {
        let counted_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        now_ms.saturating_sub(self.started_ms).max(counted_ms)
    }

    /// Whether this process has no other instances to hear.
    pub fn is_alone(&self) -> bool {
        self.pubsub.link() == LinkState::SingleProcess
    }

    /// Returns for how long other instances have not been heard, and whether waiting may mend that; `None` while they
    /// are, or when there are none.
    pub fn cut_off(&self) -> Option<(Duration, LinkFailure)> {
        match self.pubsub.link() {
            LinkState::SingleProcess | LinkState::Connected => None,
            LinkState::Disconnected {
                duration, failure, ..
            } => Some((duration, failure)),
        }
    }

    /// Notes a sign of life of a seat.
    pub async fn note(&self, table: &TableId, seat: SeatNo) {
        self.presence
            .record(table.as_str(), seat.0, (self.now_ms)())
            .await;
    }

    /// Returns the presence of each of `seats`.
    pub async fn of_seats(
        &self,
        table: &TableId,
        seats: &[SeatNo],
    ) -> BTreeMap<SeatNo, SeatPresence> {
        let seen = self.presence.last_seen(table.as_str()).await;
        self.judge(&seen, seats)
    }

    /// Returns the presence of each of the seats of several tables, in the order of the tables and with few questions.
    pub(crate) async fn of_tables(
        &self,
        tables: &[(&TableId, Vec<SeatNo>)],
    ) -> Vec<BTreeMap<SeatNo, SeatPresence>> {
        let topics: Vec<&str> = tables.iter().map(|(table, _)| table.as_str()).collect();
        let seen = self.presence.last_seen_of(&topics).await;
        let both = seen.iter().zip(tables);
        both.map(|(seen, (_, seats))| self.judge(seen, seats))
            .collect()
    }

    /// Judges how present each of `seats` is, by when it was last seen.
    fn judge(&self, seen: &BTreeMap<u8, u64>, seats: &[SeatNo]) -> BTreeMap<SeatNo, SeatPresence> {
        let now_ms = (self.now_ms)();
        // While other instances are not heard, nobody can say that a player is not at one of them.
        let all_are_heard = self.cut_off().is_none();
        let here_ms = 2 * self.heartbeat_ms + SLOW_MS;
        let of = |seat: &SeatNo| {
            let (away_ms, was_seen) = self.away_ms(seen, *seat, now_ms);
            match away_ms {
                away_ms if all_are_heard && away_ms >= self.away_after_ms => SeatPresence::Absent,
                away_ms if away_ms <= here_ms && was_seen => SeatPresence::Here,
                _ => SeatPresence::Away,
            }
        };
        seats.iter().map(|seat| (*seat, of(seat))).collect()
    }

    /// Returns for how long a seat has given no sign of life, and whether it ever gave one.
    fn away_ms(&self, seen: &BTreeMap<u8, u64>, seat: SeatNo, now_ms: u64) -> (u64, bool) {
        let here_ms = 2 * self.heartbeat_ms + SLOW_MS;
        let last_ms = seen.get(&seat.0).copied();
        // A clock that was ahead told it.
        let last_ms = last_ms.filter(|last_ms| *last_ms <= now_ms.saturating_add(here_ms));
        match last_ms {
            Some(last_ms) => (now_ms.saturating_sub(last_ms), true),
            None => (self.uptime_ms(now_ms), false),
        }
    }

    /// Checks that a player has been away for long enough that the seat may be freed.
    ///
    /// # Errors
    ///
    /// [`ServiceError::StillHere`] when they have not.
    pub(crate) async fn check_absent(
        &self,
        table: &TableId,
        seat: SeatNo,
    ) -> Result<(), ServiceError> {
        let presence = self.of_seats(table, &[seat]).await;
        if presence.get(&seat) == Some(&SeatPresence::Absent) {
            return Ok(());
        }
        Err(ServiceError::StillHere {
            away_minutes: self.away_after_ms.div_ceil(60_000),
        })
    }

    /// Checks that a player has been away for long enough that a scene need not wait for the seat.
    ///
    /// # Errors
    ///
    /// [`ServiceError::StillHere`] when they have not.
    pub(crate) async fn check_skippable(
        &self,
        table: &TableId,
        seat: SeatNo,
    ) -> Result<(), ServiceError> {
        let seen = self.presence.last_seen(table.as_str()).await;
        let (away_ms, _) = self.away_ms(&seen, seat, (self.now_ms)());
        let after_ms = SKIP_AFTER_MS.min(self.away_after_ms);
        if self.cut_off().is_none() && away_ms >= after_ms {
            return Ok(());
        }
        Err(ServiceError::StillHere {
            away_minutes: after_ms.div_ceil(60_000),
        })
    }
}
