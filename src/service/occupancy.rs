//! The occupancy of the server: which tables are in use, by whom, and whether one more may be opened.

use std::sync::Arc;

use store::{Admission, ClientShare, Journal, NoRoom, OpenerTag, UseWindow};

use crate::error::ServiceError;

/// Openers that a report names at most.
const OPENERS_MAX: usize = 3;

/// What an operator allows of tables in use.
#[derive(Clone, Copy, Debug)]
pub struct OccupancyLimits {
    /// Tables that are in use at once at most, over all processes that share a journal.
    pub tables_max: u64,
    /// The part of them that one client may have opened once half of them are in use, in percent.
    pub share_percent: u64,
    /// How long after its last use a table rests, in milliseconds.
    pub rests_after_ms: u64,
}

/// The tables in use.
pub struct Occupancy {
    pub(crate) journal: Arc<dyn Journal>,
    /// What an operator allows of them.
    pub limits: OccupancyLimits,
    pub(crate) now_ms: fn() -> u64,
}

/// How the tables in use are spread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccupancyReport {
    /// Tables in use.
    pub in_use: u64,
    /// Tables that may be.
    pub tables_max: u64,
    /// Who opened the most of them, and how many; none stands for those of whom it is not known.
    pub openers: Vec<(Option<OpenerTag>, u64)>,
}

impl OccupancyLimits {
    /// Tables in use from which on a client's share binds.
    fn share_binds_from(&self) -> u64 {
        self.tables_max.div_ceil(2).max(1)
    }

    /// Tables in use that one client may have opened from then on.
    fn share_max(&self) -> u64 {
        (self.tables_max.saturating_mul(self.share_percent) / 100).max(1)
    }
}

impl Occupancy {
    /// The terms on which a table may be opened now.
    pub(crate) fn admission(&self, opener: Option<OpenerTag>) -> Admission {
        Admission {
            tables_max: self.limits.tables_max,
            share_binds_from: self.limits.share_binds_from(),
            counted_of_one: self.limits.share_binds_from().max(self.limits.share_max()),
            window: self.window(),
            share: opener.map(|opener| ClientShare {
                opener,
                tables_max: self.limits.share_max(),
            }),
        }
    }

    /// The error that tells a player why there is no room.
    pub(crate) fn refusal(&self, why: NoRoom) -> ServiceError {
        match why {
            NoRoom::Full => ServiceError::Full,
            NoRoom::ShareTaken => ServiceError::ShareTaken {
                tables_max: self.limits.share_max(),
            },
        }
    }

    /// Counts the tables in use, and who opened the most of them.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`] while the journal cannot be read.
    pub async fn report(&self) -> Result<OccupancyReport, ServiceError> {
        let window = self.window();
        let openers = self.journal.count_by_opener(&window, OPENERS_MAX);
        Ok(OccupancyReport {
            openers: openers.await?,
            in_use: self.count_in_use().await?,
            tables_max: self.limits.tables_max,
        })
    }

    /// Counts the tables in use.
    pub(crate) async fn count_in_use(&self) -> Result<u64, ServiceError> {
        Ok(self.journal.count_in_use(&self.window()).await?)
    }

    fn window(&self) -> UseWindow {
        UseWindow::at((self.now_ms)(), self.limits.rests_after_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_binds_when_half_of_the_tables_are_in_use_and_is_one_table_at_least() {
        for (tables_max, share_percent, binds_from, share_max) in [
            (100, 20, 50, 20),
            (101, 20, 51, 20),
            (1, 20, 1, 1),
            (3, 100, 2, 3),
            (u64::MAX, 100, u64::MAX / 2 + 1, u64::MAX / 100),
        ] {
            let limits = OccupancyLimits {
                tables_max,
                share_percent,
                rests_after_ms: 1,
            };
            assert_eq!(limits.share_binds_from(), binds_from, "{tables_max}");
            assert_eq!(limits.share_max(), share_max, "{tables_max}");
        }
    }
}
