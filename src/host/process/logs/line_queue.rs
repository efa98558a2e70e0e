//! The queue of log lines, and the thread that writes them: whoever logs never waits for whoever takes the log.
//!
//! The standard output may be a pipe that nobody reads, a pipe whose reader has gone, a full disk or a stopped terminal.
//! None of that may delay a player, so a line is queued without waiting, dropped when the queue is full, and counted.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::LINE_MAX;

/// Bytes of lines that wait at most: some thousand lines.
const BYTES_MAX: usize = 1024 * 1024;
/// How long the writer leaves an output alone that takes nothing just now.
const RETRY: Duration = Duration::from_millis(20);
/// Between two lines that say how many repeated lines were left out.
const TELL_REPEATED_EVERY: Duration = Duration::from_mins(1);
/// The end of a truncated line.
const ELLIPSIS: &[u8] = "…\n".as_bytes();

/// Lines on their way to the output.
#[derive(Debug)]
pub(super) struct LineQueue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
    emptied: Condvar,
    /// Lines nobody was there to take in time.
    pub(super) overflowed: AtomicU64,
    /// Lines whose writing failed.
    pub(super) failed: AtomicU64,
    /// Lines of libraries that were left out, because they repeat.
    pub(super) repeated: AtomicU64,
}

#[derive(Debug)]
struct Waiting {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
    /// Whether a line has left the queue and is not yet written.
    is_writing: bool,
}

impl LineQueue {
    pub(super) const fn new() -> Self {
        Self {
            waiting: Mutex::new(Waiting {
                lines: VecDeque::new(),
                bytes: 0,
                is_writing: false,
            }),
            filled: Condvar::new(),
            emptied: Condvar::new(),
            overflowed: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
        }
    }

    /// Queues a line, or what belongs together, without waiting. If there is no room, it is dropped and counted.
    pub(super) fn push(&self, line: &[u8]) {
        let line = within_limit(line);
        let mut waiting = self.lock();
        if waiting.bytes + line.len() > BYTES_MAX {
            self.overflowed.fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.bytes += line.len();
        waiting.lines.push_back(line);
        drop(waiting);
        self.filled.notify_one();
    }

    /// Waits until all lines are written, for `patience` at most.
    pub(super) fn flush(&self, patience: Duration) {
        let waiting = self.lock();
        let unwritten = |waiting: &mut Waiting| waiting.is_writing || !waiting.lines.is_empty();
        // Whatever it returns: what is not written by now is lost.
        let _ = self
            .emptied
            .wait_timeout_while(waiting, patience, unwritten);
    }

    /// Writes lines to `out` for ever.
    pub(super) fn run(&self, out: impl Write) -> ! {
        let mut output = LineOutput {
            out,
            is_torn: false,
        };
        let mut told = DropsTold::default();
        loop {
            let line = self.take();
            if output.write(&line).is_ok() {
                told.tell_new(self);
            } else {
                self.failed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Waits for the next line. The one before it is written, or given up.
    fn take(&self) -> Vec<u8> {
        let mut waiting = self.lock();
        waiting.is_writing = false;
        loop {
            if let Some(line) = waiting.lines.pop_front() {
                waiting.bytes -= line.len();
                waiting.is_writing = true;
                return line;
            }
            self.emptied.notify_all();
            let filled = self.filled.wait(waiting);
            waiting = filled.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether a line of any length finds room.
    fn has_room(&self) -> bool {
        self.lock().bytes + LINE_MAX <= BYTES_MAX
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Every state of the queue is a sound one, also after a panic.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Queues what is written, each call of `write` as one line: the log's formatter writes an event at once.
pub(super) struct QueueWriter(pub(super) &'static LineQueue);

impl Write for QueueWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Truncates an overlong line.
fn within_limit(line: &[u8]) -> Vec<u8> {
    if line.len() <= LINE_MAX {
        return line.to_vec();
    }
    let mut end = LINE_MAX - ELLIPSIS.len();
    // Never inside a character: collectors reject lines that are not UTF-8.
    while end > 0 && line[end] & 0b1100_0000 == 0b1000_0000 {
        end -= 1;
    }
    [&line[..end], ELLIPSIS].concat()
}

/// The output, of which each line is written whole or counts as lost.
struct LineOutput<W> {
    out: W,
    /// Whether the last line was cut off in its middle, by a disk that filled up say.
    is_torn: bool,
}

impl<W: Write> LineOutput<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if self.is_torn {
            // Or the next line would be part of what is left of the last.
            self.write_whole(b"\n")?;
            self.is_torn = false;
        }
        self.write_whole(line)
    }

    fn write_whole(&mut self, line: &[u8]) -> io::Result<()> {
        let mut rest = line;
        while !rest.is_empty() {
            match self.out.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Another process may have made the output non-blocking, which all that share it feel.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(RETRY),
                Err(error) => {
                    self.is_torn |= rest.len() < line.len();
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

/// What the log itself has said of the lines it lost.
#[derive(Debug, Default)]
struct DropsTold {
    lost: u64,
    repeated: u64,
    repeated_at: Option<Instant>,
}

impl DropsTold {
    /// Says how many lines were lost since this was said last. It is called when a line has been written.
    fn tell_new(&mut self, queue: &LineQueue) {
        let overflowed = queue.overflowed.load(Ordering::Relaxed);
        let lost = overflowed + queue.failed.load(Ordering::Relaxed);
        // Where there is no room, this line would be the next to be lost.
        if lost > self.lost && queue.has_room() {
            let lines = lost - self.lost;
            self.lost = lost;
            tracing::error!(
                lines,
                in_all = lost,
                "lines of the log were lost: nobody took them in time, or they could not be written"
            );
        }
        let repeated = queue.repeated.load(Ordering::Relaxed);
        let is_time = |at: Instant| at.elapsed() >= TELL_REPEATED_EVERY;
        if repeated > self.repeated && self.repeated_at.is_none_or(is_time) {
            let lines = repeated - self.repeated;
            self.repeated = repeated;
            self.repeated_at = Some(Instant::now());
            tracing::warn!(
                lines,
                "libraries said the same so often that lines were left out"
            );
        }
    }
}

#[cfg(test)]
mod tests;
