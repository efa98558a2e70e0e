//! A deadline as pages write it.

use time::OffsetDateTime;

/// A moment in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(pub(crate) u64);

impl Deadline {
    pub(crate) fn ms(self) -> u64 {
        self.0
    }

    /// Hours and minutes, UTC, for browsers without a script.
    pub(crate) fn clock(self) -> String {
        let utc = self.utc();
        format!("{:02}:{:02}", utc.hour(), utc.minute())
    }

    /// The moment as `datetime` attributes have it.
    pub(crate) fn iso(self) -> String {
        let utc = self.utc();
        format!(
            "{:04}-{:02}-{:02}T{}:{:02}Z",
            utc.year(),
            u8::from(utc.month()),
            utc.day(),
            self.clock(),
            utc.second()
        )
    }

    fn utc(self) -> OffsetDateTime {
        // No deadline of ours is after the year 9999, where the calendar ends.
        i64::try_from(self.0 / 1000)
            .ok()
            .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_written_as_the_calendar_has_it() {
        assert_eq!(Deadline(0).iso(), "1970-01-01T00:00:00Z");
        assert_eq!(Deadline(951_827_696_000).iso(), "2000-02-29T12:34:56Z");
        assert_eq!(Deadline(1_798_761_599_999).iso(), "2026-12-31T23:59:59Z");
        assert_eq!(Deadline(951_827_696_000).clock(), "12:34");
        assert_eq!(Deadline(u64::MAX).clock(), "00:00", "and nothing panics");
    }
}
