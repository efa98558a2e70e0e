//! Moments of the calendar, as backups are named by and as people read them. All are UTC.

use std::fmt;
use std::str::FromStr;

const DAY: u64 = 86_400;
/// The year after the last one a name has room for.
const YEAR_END: u64 = 10_000;

/// A second of the calendar, written `20261123_043412`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp {
    /// Seconds since the Unix epoch.
    pub(super) seconds: u64,
}

impl Stamp {
    pub(super) fn of_ms(ms: u64) -> Self {
        Self {
            seconds: ms / 1_000,
        }
    }

    /// Writes it for people.
    pub(super) fn spoken(self) -> String {
        let ((year, month, day), (hour, minute, second)) = self.parts();
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
    }

    /// Whether it lies more than so many days before another.
    pub(super) fn is_days_before(self, days: u32, other: Self) -> bool {
        self.seconds.saturating_add(u64::from(days) * DAY) < other.seconds
    }

    fn parts(self) -> ((u64, u64, u64), (u64, u64, u64)) {
        let second = self.seconds % DAY;
        let time = (second / 3_600, second / 60 % 60, second % 60);
        (date(self.seconds / DAY), time)
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((year, month, day), (hour, minute, second)) = self.parts();
        write!(
            out,
            "{year:04}{month:02}{day:02}_{hour:02}{minute:02}{second:02}"
        )
    }
}

impl FromStr for Stamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no time such as 20261123_043412 (UTC)");
        let digits = text.len() == 15
            && text.bytes().enumerate().all(|(at, byte)| {
                (at == 8) == (byte == b'_') && (at == 8 || byte.is_ascii_digit())
            });
        if !digits {
            return Err(wrong());
        }
        let number = |from: usize, to: usize| text[from..to].parse::<u64>().unwrap_or(0);
        let days = days((number(0, 4), number(4, 6), number(6, 8))).ok_or_else(wrong)?;
        let time = number(9, 11) * 3_600 + number(11, 13) * 60 + number(13, 15);
        let stamp = Self {
            seconds: days * DAY + time,
        };
        // The thirtieth of February is another day, and so not what was said.
        if stamp.to_string() == text {
            Ok(stamp)
        } else {
            Err(wrong())
        }
    }
}

/// Says how long ago something was.
pub(super) fn ago(ms: u64, now_ms: u64) -> String {
    let seconds = now_ms.saturating_sub(ms) / 1_000;
    match seconds {
        0..120 => format!("{seconds} s ago"),
        120..7_200 => format!("{} min ago", seconds / 60),
        7_200..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / DAY),
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The date of a day since the Unix epoch.
fn date(mut days: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) && year < YEAR_END {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    while days >= days_of(year, month) && month < 12 {
        days -= days_of(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

/// The day since the Unix epoch of a date, if it is after that.
fn days((year, month, day): (u64, u64, u64)) -> Option<u64> {
    let years = (1970..year).map(|year| 365 + u64::from(is_leap(year)));
    let months = (1..month).map(|month| days_of(year, month));
    let whole = year >= 1970 && month >= 1 && day >= 1;
    whole.then(|| years.sum::<u64>() + months.sum::<u64>() + day - 1)
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
            assert_eq!(Stamp { seconds }.to_string(), text);
            assert_eq!(text.parse(), Ok(Stamp { seconds }));
        }
        let spoken = Stamp::of_ms(1_795_408_452_999).spoken();
        assert_eq!(spoken, "2026-11-23 04:34:12 UTC");
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
            assert!(text.parse::<Stamp>().is_err(), "{text}");
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
