//! The names of keys and channels in Redis.

use crate::BusConfigError;
use crate::remote::check_prefix;

/// The names of one group of instances. Its braces are a hash tag: a cluster keeps all of them in one slot, so one
/// connection reaches all.
///
/// Instances of two releases meet while one replaces the other, so these names are for ever.
#[derive(Clone, Debug)]
pub(super) struct RedisKeys(String);

impl RedisKeys {
    /// Returns the names that begin with `prefix`.
    pub(super) fn of(prefix: &str) -> Result<Self, BusConfigError> {
        check_prefix(prefix)?;
        Ok(Self(format!("{{{prefix}}}")))
    }

    /// The channel of all announcements.
    pub(super) fn channel(&self) -> String {
        format!("{}:news", self.0)
    }

    /// The sorted set of the moments at which each seat of a topic was last present.
    pub(super) fn last_seen(&self, topic: &str) -> String {
        format!("{}:seen:{topic}", self.0)
    }

    /// The fill of a token bucket.
    pub(super) fn token_bucket(&self, key: &str) -> String {
        format!("{}:tokens:{key}", self.0)
    }

    /// A value of the cache.
    pub(super) fn cached(&self, key: &str) -> String {
        format!("{}:remembered:{key}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_would_change_the_meaning_of_a_key_is_refused() {
        let keys = RedisKeys::of("codex-1").unwrap();
        assert_eq!(keys.channel(), "{codex-1}:news");
        assert_eq!(RedisKeys::of("a}b").unwrap_err(), BusConfigError::Prefix);
    }
}
