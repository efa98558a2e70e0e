//! The two kinds that `kubectl create` sends packed: namespaces and secrets.

use serde_json::{Map, Value, json};

/// What a packed object begins with.
const MAGIC: &[u8] = b"k8s\0";

/// The kind of a field that has a length, of which all that is read here are.
const WITH_LENGTH: u64 = 2;

/// Unpacks an object.
pub(super) fn unpack(packed: &[u8]) -> Option<Value> {
    let envelope = Fields::of(packed.strip_prefix(MAGIC)?)?;
    let kind = Fields::of(envelope.one(1)?)?;
    let body = Fields::of(envelope.one(2)?)?;
    let metadata = Fields::of(body.one(1)?)?;
    let mut object = json!({
        "apiVersion": text(kind.one(1)?),
        "kind": text(kind.one(2)?),
        "metadata": {"name": text(metadata.one(1)?)},
    });
    match text(kind.one(2)?).as_str() {
        "Namespace" => {}
        "Secret" => {
            object["data"] = body.map(2).into();
            object["type"] = text(body.one(3)?).into();
        }
        _ => return None,
    }
    Some(object)
}

/// The fields of a message: their numbers and what they hold.
struct Fields<'a>(Vec<(u64, &'a [u8])>);

impl<'a> Fields<'a> {
    fn of(mut message: &'a [u8]) -> Option<Self> {
        let mut fields = Vec::new();
        while !message.is_empty() {
            let key = number(&mut message)?;
            let value = number(&mut message)?;
            if key & 7 == WITH_LENGTH {
                let (field, rest) = message.split_at_checked(usize::try_from(value).ok()?)?;
                fields.push((key >> 3, field));
                message = rest;
            } else if key & 7 != 0 {
                return None;
            }
        }
        Some(Self(fields))
    }

    fn one(&self, wanted: u64) -> Option<&'a [u8]> {
        let field = self.0.iter().find(|(number, _)| *number == wanted);
        field.map(|(_, field)| *field)
    }

    /// A map from text to bytes, as JSON has it.
    fn map(&self, wanted: u64) -> Map<String, Value> {
        let entries = self.0.iter().filter(|(number, _)| *number == wanted);
        let entries = entries.filter_map(|(_, entry)| {
            let entry = Fields::of(entry)?;
            Some((text(entry.one(1)?), base64(entry.one(2)?).into()))
        });
        entries.collect()
    }
}

/// Takes a number of seven bits a byte, the lowest first.
fn number(message: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = message.split_first()?;
        *message = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut written = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for sign in 0..4 {
            if sign > three.len() {
                written.push('=');
            } else {
                let index = bits >> (18 - 6 * sign) & 63;
                written.push(char::from(SIGNS[index as usize]));
            }
        }
    }
    written
}
