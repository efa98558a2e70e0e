//! Bytes as whoever receives them reads them, and the search for what they may not hold.

use game::{SeatNo, Table};
use world::play::secrets::Secrets;

/// Characters of the longest escape: `\u{10ffff}`.
const ESCAPE_MAX: usize = 10;
const NAMED: [(&str, char); 5] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&apos;", '\''),
];

/// Finds what `viewer` may not know in bytes sent to them, or in a log that nobody's eyes are meant for.
pub(crate) fn leak(
    secrets: &Secrets,
    table: &Table,
    viewer: Option<SeatNo>,
    sent: &[u8],
) -> Option<String> {
    secrets.leak(table, viewer, &plain(sent))
}

/// Undoes what HTML, JSON, event streams and logs do to text. It never parses: a secret in a comment, an
/// attribute or a field nobody reads is found as well.
pub(crate) fn plain(sent: &[u8]) -> String {
    let text = String::from_utf8_lossy(sent);
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(['&', '\\']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let (letter, len) = unescaped(rest).unwrap_or_else(|| (rest.chars().next(), 1));
        plain.extend(letter);
        rest = &rest[len..];
    }
    plain.push_str(rest);
    plain
}

/// The character an escape at the beginning of `rest` stands for, if one does, and the escape's length.
fn unescaped(rest: &str) -> Option<(Option<char>, usize)> {
    for (name, letter) in NAMED {
        if rest.starts_with(name) {
            return Some((Some(letter), name.len()));
        }
    }
    if let Some(number) = rest.strip_prefix("&#") {
        let digits = number.get(..number.find(';').filter(|end| *end < ESCAPE_MAX)?)?;
        let letter = match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => digits.parse(),
        };
        return Some((char::from_u32(letter.ok()?), digits.len() + 3));
    }
    let escaped = rest.strip_prefix('\\')?;
    match escaped.chars().next()? {
        'n' => Some((Some('\n'), 2)),
        't' => Some((Some('\t'), 2)),
        'u' if escaped.starts_with("u{") => {
            let digits = escaped.get(2..escaped.find('}').filter(|end| *end < ESCAPE_MAX)?)?;
            let letter = u32::from_str_radix(digits, 16).ok()?;
            Some((char::from_u32(letter), digits.len() + 4))
        }
        'u' => {
            let letter = u32::from_str_radix(escaped.get(1..5)?, 16).ok()?;
            Some((char::from_u32(letter), 6))
        }
        letter => letter.is_ascii().then_some((Some(letter), 2)),
    }
}

#[test]
fn what_was_escaped_reads_as_it_was_written() {
    let sent = r"&lt;b&gt; &#39;so&#x27; &amp; \u2019on\u{2019} \&quot;n\&quot; \\ é & \";
    assert_eq!(
        plain(sent.as_bytes()),
        "<b> 'so' & ’on’ &quot;n&quot; \\ é & \\"
    );
    let sent = r#"{\"text\":\"he said \\\"no\\\"\"}"#;
    assert_eq!(plain(sent.as_bytes()), r#"{"text":"he said \"no\""}"#);
}
