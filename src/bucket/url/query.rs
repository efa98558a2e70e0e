//! The query of a URL, and percent-encoding.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// The ASCII letters that would end a value or begin a code.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%').add(b'&').add(b'?').add(b'#').add(b' ');

/// The parameters of a query. Those that nobody takes are refused at the end.
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    /// Parses what follows the question mark.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut values = BTreeMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if value.is_empty() {
                return Err("each setting is to be a name, =, and a value".to_owned());
            }
            if values.insert(name.to_owned(), decode(value)?).is_some() {
                return Err("each setting is to be given once".to_owned());
            }
        }
        Ok(Self(values))
    }

    /// Takes the value of a parameter out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// Refuses the parameters that are left; `known` names those there are.
    pub(super) fn end(self, known: &str) -> Result<(), String> {
        match self.0.keys().next() {
            None => Ok(()),
            // Not even the name is repeated: a secret with `&` in it is split into names.
            Some(_) => Err(format!("of settings there are {known} only")),
        }
    }
}

/// Decodes percent-encoded UTF-8.
pub(super) fn decode(text: &str) -> Result<String, String> {
    // The library lets a % stand that begins no code. Here it is more likely one that nobody has encoded.
    let is_code = |part: &str| {
        let digits = part.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !text.split('%').skip(1).all(is_code) {
        return Err("a % is to be followed by two digits of sixteen each".to_owned());
    }
    let decoded = percent_decode_str(text).decode_utf8();
    let decoded = decoded.map_err(|_| "the address is to be text as of UTF-8".to_owned())?;
    Ok(decoded.into_owned())
}

/// Encodes the letters that a URL gives a meaning.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}
