//! Who is there: soft, and never a reason to lose a seat by itself; and whether other instances are.

use std::collections::BTreeMap;
use std::time::Duration;

use bus::LinkState;
use game::{SeatNo, TableId, View};

use crate::tables::Tables;

/// How long after the last sign of life a seat counts as here: two heartbeats and a little.
const HERE_MS: u64 = 25_000;

/// Whether a player is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeatPresence {
    /// Seen a moment ago.
    Here,
    /// Not seen for a little while, as when a phone sleeps.
    Away,
    /// Away for as long as it takes before the host may free the seat.
    Absent,
}

impl Tables {
    /// Whether there are no other instances to hear.
    pub fn is_alone(&self) -> bool {
        self.bus.state().link == LinkState::SingleProcess
    }

    /// Returns for how long other instances have not been heard; `None` while they are, or when there are none.
    pub fn cut_off(&self) -> Option<Duration> {
        match self.bus.state().link {
            LinkState::SingleProcess | LinkState::Connected => None,
            LinkState::Disconnected { duration, .. } => Some(duration),
        }
    }

    /// Notes a sign of life of a seat.
    pub async fn note(&self, table: &TableId, seat: SeatNo) {
        self.bus
            .record_presence(table.as_str(), seat.0, self.now_ms())
            .await;
    }

    /// Returns who of the seats a view shows is there.
    pub async fn presence_in(
        &self,
        table: &TableId,
        view: &View,
    ) -> BTreeMap<SeatNo, SeatPresence> {
        let seats: Vec<SeatNo> = view.seats.iter().map(|seat| seat.seat).collect();
        self.presence(table, &seats).await
    }

    /// Returns who of `seats` is there.
    pub async fn presence(
        &self,
        table: &TableId,
        seats: &[SeatNo],
    ) -> BTreeMap<SeatNo, SeatPresence> {
        let now_ms = self.now_ms();
        let seen = self.bus.last_seen(table.as_str()).await;
        // While other instances are not heard, nobody can say that a player is not at one of them.
        let told = self.cut_off().is_none();
        let of = |seat: &SeatNo| {
            let last_ms = seen.get(&seat.0).copied();
            let away_ms = now_ms.saturating_sub(last_ms.unwrap_or(self.started_ms));
            match away_ms {
                away_ms if told && away_ms >= self.settings.away_after_ms => SeatPresence::Absent,
                away_ms if away_ms <= HERE_MS && last_ms.is_some() => SeatPresence::Here,
                _ => SeatPresence::Away,
            }
        };
        seats.iter().map(|seat| (*seat, of(seat))).collect()
    }
}
