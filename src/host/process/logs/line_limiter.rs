//! A writer that truncates overlong lines.

use std::io::{self, Write};

use super::LINE_MAX;

/// The end of a truncated line.
const ELLIPSIS: &[u8] = "…\n".as_bytes();

/// Writes at most [`LINE_MAX`] bytes of each line.
///
/// It takes each call of `write` for one line: the log's formatter writes an event at once.
pub(super) struct LineLimiter<W>(W);

impl<W: Write> LineLimiter<W> {
    pub(super) fn new(inner: W) -> Self {
        Self(inner)
    }
}

impl<W: Write> Write for LineLimiter<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if line.len() <= LINE_MAX {
            self.0.write_all(line)?;
        } else {
            let mut end = LINE_MAX - ELLIPSIS.len();
            // Never inside a character: collectors reject lines that are not UTF-8.
            while end > 0 && line[end] & 0b1100_0000 == 0b1000_0000 {
                end -= 1;
            }
            self.0.write_all(&line[..end])?;
            self.0.write_all(ELLIPSIS)?;
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
        LineLimiter::new(&mut out)
            .write_all("a€".repeat(LINE_MAX).as_bytes())
            .unwrap();
        let line = String::from_utf8(out).unwrap();
        assert!(line.len() <= LINE_MAX);
        assert!(line.ends_with("…\n"));
    }

    #[test]
    fn a_line_within_the_limit_is_left_alone() {
        let mut out = Vec::new();
        LineLimiter::new(&mut out).write_all(b"hello\n").unwrap();
        assert_eq!(out, b"hello\n");
    }
}
