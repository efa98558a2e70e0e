//! The prefix that tells one group of instances from another at the same server.

use super::BusConfigError;

/// The longest prefix in bytes. `PostgreSQL` takes 63 for a channel's name, of which the prefix is a part.
const PREFIX_BYTES_MAX: usize = 48;

/// Checks that a prefix needs no escape in keys and channels.
pub(crate) fn check_prefix(prefix: &str) -> Result<(), BusConfigError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (1..=PREFIX_BYTES_MAX).contains(&prefix.len()) && prefix.bytes().all(fits) {
        Ok(())
    } else {
        Err(BusConfigError::Prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_would_change_the_meaning_of_a_key_is_refused() {
        assert_eq!(check_prefix("codex-1"), Ok(()));
        for prefix in ["", "a}b", "a:b", "a b", "a\"b", "ä", &"a".repeat(49)] {
            assert_eq!(
                check_prefix(prefix),
                Err(BusConfigError::Prefix),
                "{prefix}"
            );
        }
    }
}
