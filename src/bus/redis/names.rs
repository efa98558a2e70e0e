//! What things are called in Redis.

use super::Unfit;

/// How long a prefix may be.
const PREFIX_MAX: usize = 64;

/// The names of one group of instances. The braces have a cluster keep all of them on one server, so that one
/// connection does.
#[derive(Clone, Debug)]
pub(super) struct Names(String);

impl Names {
    pub(super) fn of(prefix: &str) -> Result<Self, Unfit> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if prefix.is_empty() || prefix.len() > PREFIX_MAX || !prefix.bytes().all(fits) {
            return Err(Unfit::Prefix);
        }
        Ok(Self(format!("{{{prefix}}}")))
    }

    /// The channel of all announcements.
    pub(super) fn channel(&self) -> String {
        format!("{}:news", self.0)
    }

    /// When each seat of a topic was last there: a sorted set.
    pub(super) fn seen(&self, topic: &str) -> String {
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
        for prefix in ["", "a}b", "a:b", "a b", "ä", &"a".repeat(65)] {
            assert_eq!(Names::of(prefix).unwrap_err(), Unfit::Prefix, "{prefix}");
        }
    }
}
