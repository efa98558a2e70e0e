//! A line of the log that clients could cause without end: written at most once a minute, with how often it was due.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often such a line is written at most.
const LOG_EVERY: Duration = Duration::from_mins(1);

/// One kind of line.
#[derive(Debug, Default)]
pub(crate) struct LogThrottle(Mutex<Throttled>);

#[derive(Debug, Default)]
struct Throttled {
    written: Option<Instant>,
    /// How often the line was due since.
    due: u64,
}

impl LogThrottle {
    /// Counts one more, and returns how many there were since the last line if another may be written.
    pub(crate) fn due(&self) -> Option<u64> {
        let mut throttled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        throttled.due += 1;
        let last = throttled.written;
        if last.is_some_and(|last| last.elapsed() < LOG_EVERY) {
            return None;
        }
        throttled.written = Some(Instant::now());
        Some(std::mem::take(&mut throttled.due))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_line_is_due_at_once_and_then_once_a_minute_with_what_was_left_out() {
        let throttle = LogThrottle::default();
        assert_eq!(throttle.due(), Some(1));
        assert_eq!((throttle.due(), throttle.due()), (None, None));
        tokio::time::advance(LOG_EVERY).await;
        assert_eq!(throttle.due(), Some(3));
        assert_eq!(throttle.due(), None);
    }
}
