//! What a group of instances may be called.

/// How long a prefix may be: what `PostgreSQL` calls a channel has at most 63 letters, ours included.
const PREFIX_MAX: usize = 48;

/// Whether a prefix leaves the meaning of keys and channels as it is.
pub(crate) fn is_prefix(prefix: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=PREFIX_MAX).contains(&prefix.len()) && prefix.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_would_change_what_a_name_means_is_none() {
        assert!(is_prefix("codex-1"));
        for prefix in ["", "a}b", "a:b", "a b", "a\"b", "ä", &"a".repeat(49)] {
            assert!(!is_prefix(prefix), "{prefix}");
        }
    }
}
