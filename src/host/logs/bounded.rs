//! A writer that cuts overlong lines.

use std::io::{self, Write};

use super::LINE_MAX;

/// Ends a line that was cut.
const CUT: &[u8] = "…\n".as_bytes();

/// Writes at most [`LINE_MAX`] bytes of each line given to it. One call is one line.
pub(super) struct Bounded<W>(W);

impl<W: Write> Bounded<W> {
    pub(super) fn new(inner: W) -> Self {
        Self(inner)
    }
}

impl<W: Write> Write for Bounded<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if line.len() <= LINE_MAX {
            self.0.write_all(line)?;
        } else {
            let mut end = LINE_MAX - CUT.len();
            // Back to the start of a character.
            while end > 0 && line[end] & 0b1100_0000 == 0b1000_0000 {
                end -= 1;
            }
            self.0.write_all(&line[..end])?;
            self.0.write_all(CUT)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlong_line_is_cut_between_characters_and_still_ends() {
        let mut out = Vec::new();
        Bounded::new(&mut out)
            .write_all("a€".repeat(LINE_MAX).as_bytes())
            .unwrap();
        let line = String::from_utf8(out).unwrap();
        assert!(line.len() <= LINE_MAX);
        assert!(line.ends_with("…\n"));
    }

    #[test]
    fn a_line_within_the_limit_is_left_alone() {
        let mut out = Vec::new();
        Bounded::new(&mut out).write_all(b"hello\n").unwrap();
        assert_eq!(out, b"hello\n");
    }
}
