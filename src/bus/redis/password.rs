//! A password that is never shown, and its percent-encoding in a URL.

use std::fmt;

use percent_encoding::percent_decode_str;

/// A password. Shown, it is `***`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Password(pub(super) String);

impl fmt::Debug for Password {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("***")
    }
}

impl fmt::Display for Password {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("***")
    }
}

/// Decodes percent-encoded UTF-8. Returns `None` for anything else.
pub(super) fn decode(text: &str) -> Option<String> {
    // The library lets a % stand that begins no code. In a password that is more likely one nobody has encoded.
    let is_code = |part: &str| {
        let digits = part.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.split('%').skip(1).all(is_code) {
        return None;
    }
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    Some(decoded.into_owned())
}
