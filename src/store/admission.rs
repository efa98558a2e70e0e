//! Admission: when a journal lets one more table become live, and which tables count.
//!
//! A live table is *in use* for a while after a player's commit or a look, and *rests* after that. A resting table costs
//! no place, and its story goes on all the same: only an opening is ever refused.

use std::fmt;

/// The client that opened a table: a keyed hash of its network, by which openings of one client are told to be of one,
/// and nobody without the key learns of which.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpenerTag(pub [u8; Self::LEN]);

impl OpenerTag {
    /// Bytes of a tag.
    pub const LEN: usize = 16;
}

impl fmt::Display for OpenerTag {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Enough to tell a server's clients apart, and short enough to be read out.
        to.write_str(&hex::encode(&self.0[..4]))
    }
}

impl fmt::Debug for OpenerTag {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

/// When a table must have been used last to be in use, in milliseconds since the Unix epoch, both excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseWindow {
    /// A table that was not used after this rests.
    pub after_ms: u64,
    /// What is said to be used later than this was noted by a clock that went wrong: it would never rest.
    pub before_ms: u64,
}

/// How far the clocks of processes that share a journal may be apart.
const CLOCKS_APART_MS: u64 = 10 * 60 * 1_000;

/// How exactly the last use of a table is noted, in milliseconds. One that is used all the time is noted once in so long.
pub const USE_NOTED_MS: u64 = 5 * 60 * 1_000;

/// How long after its opening a look at a table is a second look, in milliseconds: before that it is the first one's page.
pub const SECOND_LOOK_MS: u64 = 10 * 60 * 1_000;

impl UseWindow {
    /// The window at `now_ms`, when tables rest that were not used for `rests_after_ms`.
    pub fn at(now_ms: u64, rests_after_ms: u64) -> Self {
        Self {
            after_ms: now_ms.saturating_sub(rests_after_ms),
            before_ms: now_ms.saturating_add(CLOCKS_APART_MS),
        }
    }

    /// Whether a table that was used last at this moment is in use.
    pub fn has(&self, used_ms: u64) -> bool {
        self.after_ms < used_ms && used_ms < self.before_ms
    }
}

/// The terms on which one more table may become live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Tables that may be in use.
    pub tables_max: u64,
    /// Tables in use from which on the share of a client binds.
    pub share_binds_from: u64,
    /// Tables in use of one client that count at most: as many as it can have opened at a time. What it wakes beyond,
    /// of tables that rested, costs nobody else a place.
    pub counted_of_one: u64,
    /// Which tables are in use.
    pub window: UseWindow,
    /// What its opener may hold of them; none where it is not known who opens.
    pub share: Option<ClientShare>,
}

/// What one client may hold of the tables in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientShare {
    /// The client.
    pub opener: OpenerTag,
    /// Tables in use that it may have opened once its share binds.
    pub tables_max: u64,
}

/// Why no table may be opened now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoom {
    /// As many tables are in use as may be.
    Full,
    /// This client holds its share of them.
    ShareTaken,
}

impl Admission {
    /// Judges whether one more table may be opened beside `live` ones. Those in use are only counted where it depends on
    /// them.
    pub(crate) fn judge<E>(
        &self,
        live: u64,
        counts: &impl CountInUse<E>,
    ) -> Result<Option<NoRoom>, E> {
        let are_in_use =
            |number| -> Result<bool, E> { Ok(live >= number && counts.in_use(number)? >= number) };
        if are_in_use(self.tables_max)?
            && counts.by_client_at_most(self.counted_of_one)? >= self.tables_max
        {
            return Ok(Some(NoRoom::Full));
        }
        let Some(share) = &self.share else {
            return Ok(None);
        };
        let is_taken = are_in_use(self.share_binds_from)?
            && counts.opened_by(share.opener, share.tables_max)? >= share.tables_max;
        Ok(is_taken.then_some(NoRoom::ShareTaken))
    }
}

/// Counts the tables in use.
pub(crate) trait CountInUse<E> {
    /// All of them, up to a limit.
    fn in_use(&self, limit: u64) -> Result<u64, E>;
    /// Those that one client opened, up to a limit.
    fn opened_by(&self, opener: OpenerTag, limit: u64) -> Result<u64, E>;
    /// All of them, but of each client no more than this. Those of nobody knows whom are all counted.
    fn by_client_at_most(&self, most_of_one: u64) -> Result<u64, E>;
}
