//! Moments of the calendar, as backups are named by them and as people read them. All are UTC.

use std::fmt;
use std::str::FromStr;

use time::{Date, Month, OffsetDateTime, Time};

const DAY_SECONDS: u64 = 86_400;

/// A second of the calendar, written `20261123_043412`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp {
    /// Seconds since the Unix epoch.
    pub(crate) seconds: u64,
}

impl Timestamp {
    /// Cuts milliseconds since the Unix epoch to the second.
    pub(crate) fn of_ms(ms: u64) -> Self {
        Self {
            seconds: ms / 1_000,
        }
    }

    /// Writes it for people: `2026-11-23 04:34:12 UTC`.
    pub(crate) fn to_sentence(self) -> String {
        let at = self.calendar();
        format!(
            "{} {:02}:{:02}:{:02} UTC",
            at.date(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }

    /// Tells whether it lies more than so many days before another.
    pub(crate) fn is_days_before(self, days: u32, other: Self) -> bool {
        self.seconds.saturating_add(u64::from(days) * DAY_SECONDS) < other.seconds
    }

    fn calendar(self) -> OffsetDateTime {
        let seconds = i64::try_from(self.seconds).unwrap_or(i64::MAX);
        // The calendar ends with the year 9999, and so does what four digits can write.
        OffsetDateTime::from_unix_timestamp(seconds)
            .unwrap_or(Date::MAX.with_time(Time::MAX).assume_utc())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.calendar();
        let (year, month, day) = at.to_calendar_date();
        let month = u8::from(month);
        let (hour, minute, second) = at.to_hms();
        write!(
            out,
            "{year:04}{month:02}{day:02}_{hour:02}{minute:02}{second:02}"
        )
    }
}

impl FromStr for Timestamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse(text).ok_or_else(|| format!("{text:?} is no time such as 20261123_043412 (UTC)"))
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once('_')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if date.len() != 8 || time.len() != 6 || !digits(date) || !digits(time) {
        return None;
    }
    let number = |pair: &str| pair.parse::<u8>().ok();
    let month = Month::try_from(number(&date[4..6])?).ok()?;
    let date =
        Date::from_calendar_date(date[..4].parse().ok()?, month, number(&date[6..])?).ok()?;
    let time = Time::from_hms(
        number(&time[..2])?,
        number(&time[2..4])?,
        number(&time[4..])?,
    )
    .ok()?;
    let seconds = date.with_time(time).assume_utc().unix_timestamp();
    // A moment before the epoch is no moment that a backup was made at.
    let seconds = u64::try_from(seconds).ok()?;
    Some(Timestamp { seconds })
}

/// Writes how long ago something was.
pub(crate) fn ago(ms: u64, now_ms: u64) -> String {
    let seconds = now_ms.saturating_sub(ms) / 1_000;
    match seconds {
        0..120 => format!("{seconds} s ago"),
        120..7_200 => format!("{} min ago", seconds / 60),
        7_200..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / DAY_SECONDS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_it_is_written() {
        for (seconds, text) in [
            (0, "19700101_000000"),
            (951_782_400, "20000229_000000"),
            (1_795_408_452, "20261123_043412"),
            (4_107_542_399, "21000228_235959"),
            (4_107_542_400, "21000301_000000"),
        ] {
            assert_eq!(Timestamp { seconds }.to_string(), text);
            assert_eq!(text.parse(), Ok(Timestamp { seconds }));
        }
        let sentence = Timestamp::of_ms(1_795_408_452_999).to_sentence();
        assert_eq!(sentence, "2026-11-23 04:34:12 UTC");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "20260230_000000",
            "20261301_000000",
            "20261123_240000",
            "20261123-043412",
            "20261123_04341é",
            "19691231_235959",
            "yesterday",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn ages_are_told_in_the_unit_people_use() {
        let hour = 3_600_000;
        assert_eq!(ago(0, 5_000), "5 s ago");
        assert_eq!(ago(0, hour), "60 min ago");
        assert_eq!(ago(0, 3 * hour), "3 h ago");
        assert_eq!(ago(0, 72 * hour), "3 days ago");
        assert_eq!(ago(9, 0), "0 s ago");
    }
}
