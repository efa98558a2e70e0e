//! The progress of long work on a journal: restoring, copying, checking.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::lock::lock;
use crate::{ProgressListener, ProgressStep};

/// The time between two lines of the log.
const LINE_EVERY: Duration = Duration::from_secs(1);

/// The progress of long work, in objects and bytes. Clones share one count.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<Option<Counted>>>);

#[derive(Clone, Copy, Debug)]
struct Counted {
    began: Instant,
    logged: Instant,
    objects: Amount,
    bytes: Amount,
}

#[derive(Clone, Copy, Debug, Default)]
struct Amount {
    found: u64,
    done: u64,
}

impl Progress {
    /// Returns a listener that counts every step of a journal's long work.
    pub fn listener(&self) -> ProgressListener {
        let progress = self.clone();
        ProgressListener::new(move |step| match step {
            ProgressStep::Found { objects, bytes } => progress.find(*objects, *bytes),
            ProgressStep::Copied { bytes } | ProgressStep::Taken { bytes } => {
                progress.advance(*bytes);
            }
        })
    }

    /// Adds objects and bytes that are still to be done.
    pub fn find(&self, objects: u64, bytes: u64) {
        let now = Instant::now();
        let mut work = self.lock();
        let work = work.get_or_insert(Counted {
            began: now,
            logged: now,
            objects: Amount::default(),
            bytes: Amount::default(),
        });
        work.objects.found += objects;
        work.bytes.found += bytes;
    }

    /// Counts an object of `bytes` bytes as done, and logs the progress once a second.
    pub fn advance(&self, bytes: u64) {
        let mut work = self.lock();
        let Some(work) = work.as_mut() else {
            return;
        };
        work.objects.done += 1;
        work.bytes.done += bytes;
        if work.logged.elapsed() >= LINE_EVERY {
            work.logged = Instant::now();
            let line = work.line();
            tracing::info!(
                bytes = work.bytes.done,
                bytes_found = work.bytes.found,
                objects = work.objects.done,
                objects_found = work.objects.found,
                "restoring: {line}"
            );
        }
    }

    /// Returns the progress in words; none before there is work.
    pub fn line(&self) -> Option<String> {
        self.lock().map(|work| work.line())
    }

    /// Returns the percentage of the bytes that is done; none before there is work.
    pub fn share(&self) -> Option<u64> {
        let work = (*self.lock())?;
        let found = work.bytes.found.max(1);
        Some((work.bytes.done.saturating_mul(100) / found).min(100))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Counted>> {
        // The counts are consistent after every step, so a panic elsewhere does not spoil them.
        lock(&self.0)
    }
}

impl Counted {
    fn line(&self) -> String {
        let left = self.seconds_left();
        let left = left.map(|seconds| format!(", about {seconds} s left"));
        format!(
            "{} of {} objects, {} of {}{}",
            self.objects.done,
            self.objects.found,
            megabytes(self.bytes.done),
            megabytes(self.bytes.found),
            left.unwrap_or_default()
        )
    }

    /// Estimates the remaining time from the pace so far.
    fn seconds_left(&self) -> Option<u64> {
        let left = self.bytes.found.saturating_sub(self.bytes.done);
        let taken_ms = u64::try_from(self.began.elapsed().as_millis()).ok()?;
        let left_ms = taken_ms.checked_mul(left)?.checked_div(self.bytes.done)?;
        Some(left_ms.div_ceil(1_000))
    }
}

/// Writes a number of bytes in megabytes, with one decimal.
pub fn megabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_before_there_is_work() {
        let progress = Progress::default();
        assert_eq!((progress.line(), progress.share()), (None, None));
        progress.advance(1);
        assert_eq!(progress.share(), None);
    }

    #[test]
    fn what_is_done_is_told_of_what_was_found() {
        let progress = Progress::default();
        progress.find(4, 2_000_000);
        progress.advance(500_000);
        let line = progress.line().unwrap();
        assert!(
            line.starts_with("1 of 4 objects, 0.5 MB of 2.0 MB"),
            "{line}"
        );
        assert_eq!(progress.share(), Some(25));
        progress.find(4, 2_000_000);
        assert_eq!(progress.share(), Some(12));
    }
}
