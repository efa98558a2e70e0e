//! The settings of an address, and the letters that an address writes as numbers.

use std::collections::BTreeMap;
use std::fmt::Write;

/// What stands behind the question mark. Whatever nobody takes is refused at the end.
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    pub(super) fn read(text: &str) -> Result<Self, String> {
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

    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// Refuses what is left.
    pub(super) fn end(self, known: &str) -> Result<(), String> {
        match self.0.keys().next() {
            None => Ok(()),
            // Not even its name is repeated: a secret with `&` in it is cut into names.
            Some(_) => Err(format!("of settings there are {known} only")),
        }
    }
}

/// Reads `%2F` as `/`, and so on; everything else is as it stands.
pub(super) fn decode(text: &str) -> Result<String, String> {
    let bad = || "a % is to be followed by two digits of sixteen each".to_owned();
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let digits = part.get(..2).ok_or_else(bad)?;
        bytes.extend(hex::decode(digits).map_err(|_| bad())?);
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).map_err(|_| "the address is to be text as of UTF-8".to_owned())
}

/// Writes as a number whatever would end a value or read as a number.
pub(super) fn encode(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '&' | '?' | '#' | ' ') {
            // Writing to a String does not fail.
            let _ = write!(written, "%{:02X}", u32::from(letter));
        } else {
            written.push(letter);
        }
    }
    written
}
