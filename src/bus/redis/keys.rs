//! What things are called in Redis.

use super::Unfit;
use crate::remote::is_prefix;

/// The names of one group of instances. The braces have a cluster keep all of them on one server, so that one
/// connection does.
#[derive(Clone, Debug)]
pub(super) struct Names(String);

impl Names {
    pub(super) fn of(prefix: &str) -> Result<Self, Unfit> {
        if !is_prefix(prefix) {
            return Err(Unfit::Prefix);
        }
        Ok(Self(format!("{{{prefix}}}")))
    }

    /// The channel of all announcements.
    pub(super) fn channel(&self) -> String {
        format!("{}:news", self.0)
    }

    /// When each seat of a topic was last there: a sorted set.
    pub(super) fn last_seen(&self, topic: &str) -> String {
        format!("{}:seen:{topic}", self.0)
    }

    /// How full a bucket of tokens is.
    pub(super) fn tokens(&self, key: &str) -> String {
        format!("{}:tokens:{key}", self.0)
    }

    /// What is remembered.
    pub(super) fn remembered(&self, key: &str) -> String {
        format!("{}:remembered:{key}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_would_change_what_a_name_means_is_refused() {
        assert_eq!(Names::of("codex-1").unwrap().channel(), "{codex-1}:news");
        assert_eq!(Names::of("a}b").unwrap_err(), Unfit::Prefix);
    }
}
