//! An error with its sources, as one sentence.

use std::error::Error;

/// Returns the message of `error` and of each of its sources, joined by colons: `a: b: c`.
///
/// A source that its parent's message ends with already is left out. Some drivers include it, and an operator
/// would read it twice.
pub fn error_chain(error: &(dyn Error + 'static)) -> String {
    let mut sentence = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let message = error.to_string();
        if !sentence.ends_with(&message) {
            sentence = format!("{sentence}: {message}");
        }
        source = error.source();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use std::fmt;
    use std::io;

    use super::*;

    #[derive(Debug)]
    struct Outer(&'static str, io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str(self.0)
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.1)
        }
    }

    #[test]
    fn an_error_is_followed_by_its_sources_and_none_is_said_twice() {
        let refused = || io::Error::other("connection refused");
        let chain = |message| error_chain(&Outer(message, refused()));
        assert_eq!(chain("unreachable"), "unreachable: connection refused");
        let repeating = "unreachable (connection refused";
        assert_eq!(chain(repeating), repeating);
    }
}
