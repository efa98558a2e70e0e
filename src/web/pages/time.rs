//! A deadline as pages write it.

const DAY_S: u64 = 24 * 60 * 60;

/// A moment in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(pub(crate) u64);

impl Deadline {
    pub(crate) fn ms(self) -> u64 {
        self.0
    }

    /// Hours and minutes, UTC, for browsers without a script.
    pub(crate) fn clock(self) -> String {
        let second_of_day = self.0 / 1000 % DAY_S;
        format!("{:02}:{:02}", second_of_day / 3600, second_of_day / 60 % 60)
    }

    /// The moment as `datetime` attributes have it.
    pub(crate) fn iso(self) -> String {
        let (year, month, day) = date(self.0 / 1000 / DAY_S);
        let second = self.0 / 1000 % 60;
        format!(
            "{year:04}-{month:02}-{day:02}T{}:{second:02}Z",
            self.clock()
        )
    }
}

/// The date of a day counted from 1970-01-01, by counting years from the first of March, so that the leap
/// day is the last of its year.
fn date(days: u64) -> (u64, u64, u64) {
    const ERA_DAYS: u64 = 146_097;
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / ERA_DAYS, shifted % ERA_DAYS);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
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
    }
}
