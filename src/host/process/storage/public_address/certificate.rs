//! When a certificate ends, read from its bytes (X.509 in DER). That it is trusted was checked before.

/// The tags of the two kinds of time, and of an optional version.
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;

/// Returns the end of a certificate in seconds since the Unix epoch; none if its bytes are of another form.
pub(super) fn ends_s(certificate: &[u8]) -> Option<u64> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut fields, _) = element(certificate)?;
    let (tag, _, rest) = element(fields)?;
    if tag == VERSION {
        fields = rest;
    }
    // Its number, how it is signed, and by whom.
    for _ in 0..3 {
        fields = element(fields)?.2;
    }
    let (_, validity, _) = element(fields)?;
    let (_, _, rest) = element(validity)?;
    let (tag, end, _) = element(rest)?;
    let end = std::str::from_utf8(end).ok()?;
    let (year, rest) = match tag {
        UTC_TIME => {
            let year: u64 = end.get(..2)?.parse().ok()?;
            let century = if year < 50 { 2_000 } else { 1_900 };
            (century + year, end.get(2..)?)
        }
        GENERALIZED_TIME => (end.get(..4)?.parse().ok()?, end.get(4..)?),
        _ => return None,
    };
    let part = |at: usize| rest.get(at..at + 2)?.parse::<u64>().ok();
    let (month, day) = (part(0)?, part(2)?);
    let days = days_since_epoch(year, month, day)?;
    Some(days * 86_400 + part(4)? * 3_600 + part(6)? * 60 + part(8)?)
}

/// Splits bytes into the first element's tag and content, and what follows.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, rest) = match bytes {
        [tag, short @ 0..=0x7f, rest @ ..] => (*tag, usize::from(*short), rest),
        [tag, 0x81, length, rest @ ..] => (*tag, usize::from(*length), rest),
        [tag, 0x82, high, low, rest @ ..] => {
            let length = (usize::from(*high) << 8) | usize::from(*low);
            (*tag, length, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// Days from 1970 to a day of the calendar; none before.
fn days_since_epoch(year: u64, month: u64, day: u64) -> Option<u64> {
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let since = year.checked_sub(1_970)?;
    let before = BEFORE.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
    let leaps = |year: u64| year / 4 - year / 100 + year / 400;
    let is_leap = leaps(year) > leaps(year - 1);
    let today = u64::from(is_leap && month > 2);
    let years = since * 365 + leaps(year - 1) - leaps(1_969);
    Some(years + before + today + day.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        assert_eq!(days_since_epoch(1970, 1, 1), Some(0));
        assert_eq!(days_since_epoch(2000, 2, 29), Some(11_016));
        assert_eq!(days_since_epoch(2000, 3, 1), Some(11_017));
        assert_eq!(days_since_epoch(2026, 12, 31), Some(20_818));
        assert_eq!(days_since_epoch(2026, 13, 1), None);
    }

    #[test]
    fn the_end_is_read_and_other_bytes_have_none() {
        let wrapped = |tag: u8, content: &[u8]| {
            let length = u8::try_from(content.len()).unwrap();
            [&[tag, length], content].concat()
        };
        let validity = [
            wrapped(UTC_TIME, b"260101000000Z"),
            wrapped(GENERALIZED_TIME, b"20261231235959Z"),
        ]
        .concat();
        let fields = [
            wrapped(VERSION, &[2]),
            wrapped(0x02, &[1]),
            wrapped(0x30, &[]),
            wrapped(0x30, &[]),
            wrapped(0x30, &validity),
        ]
        .concat();
        let certificate = wrapped(0x30, &wrapped(0x30, &fields));
        assert_eq!(ends_s(&certificate), Some(20_818 * 86_400 + 86_399));
        assert_eq!(ends_s(&certificate[..20]), None);
        assert_eq!(ends_s(b"no certificate"), None);
    }
}
