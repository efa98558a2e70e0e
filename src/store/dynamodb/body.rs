//! Bodies of records as attributes: as text, compressed where that is shorter, in parts where one item cannot hold it.

use aws_sdk_dynamodb::types::AttributeValue;

use super::errors::unavailable;
use super::items::{self, ItemReader};
use crate::StoreError;

/// The attribute of a body that is kept as it is.
pub(super) const BODY_TEXT: &str = "body_text";
/// The attribute of a body, or the first part of one, that is compressed.
pub(super) const BODY_ZSTD: &str = "body_zstd";
/// The attribute that says how many further items hold the rest of a body.
pub(super) const BODY_PARTS: &str = "body_parts";

/// Bytes of the shortest body that is compressed: a shorter one fits a write unit with everything beside it.
const COMPRESSED_FROM: usize = 640;
/// A higher level of compression takes longer than it saves.
const LEVEL: i32 = 3;
/// Bytes of a body that one item holds. An item has no more than 400 KB, its names and numbers included.
const ITEM_BYTES_MAX: usize = 350_000;
/// Bytes of a body that one transaction holds. It has no more than 4 MB, and 100 items.
const TRANSACTION_BYTES_MAX: usize = 3_500_000;
/// What a body comes to at most when it is read: far more than any that fits a transaction was.
const TEXT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// A body as attributes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PackedBody {
    /// The attribute of the record's item.
    pub(super) first: (&'static str, AttributeValue),
    /// What the items after it hold, in their order.
    pub(super) parts: Vec<Vec<u8>>,
}

impl PackedBody {
    /// Packs a body.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when no transaction could hold it.
    pub(super) fn of(body: &str) -> Result<Self, StoreError> {
        let compressed = (body.len() >= COMPRESSED_FROM)
            .then(|| compress(body))
            .transpose()?;
        let shorter = compressed.filter(|compressed| compressed.len() < body.len());
        let Some(packed) = shorter else {
            // Only what is short is not shorter afterwards, so it needs no parts.
            return Ok(Self {
                first: (BODY_TEXT, items::text(body)),
                parts: Vec::new(),
            });
        };
        if packed.len() > TRANSACTION_BYTES_MAX {
            let why = format!(
                "a record of {} bytes is more than DynamoDB takes",
                body.len()
            );
            return Err(unavailable(why));
        }
        let mut parts = packed.chunks(ITEM_BYTES_MAX).map(<[u8]>::to_vec);
        let first = parts.next().unwrap_or_default();
        Ok(Self {
            first: (BODY_ZSTD, items::bytes(first)),
            parts: parts.collect(),
        })
    }
}

fn compress(body: &str) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::compress(body.as_bytes(), LEVEL).map_err(unavailable)
}

/// A body that is read item by item.
#[derive(Debug)]
pub(super) enum BodyReader {
    Text(String),
    Packed { bytes: Vec<u8>, parts_left: u64 },
}

impl BodyReader {
    /// Begins with the record's item.
    pub(super) fn begin(item: ItemReader<'_>) -> Result<Self, StoreError> {
        if item.has(BODY_TEXT) {
            return Ok(Self::Text(item.text(BODY_TEXT)?.to_owned()));
        }
        Ok(Self::Packed {
            bytes: item.bytes(BODY_ZSTD)?.to_vec(),
            parts_left: item.number_if_there(BODY_PARTS)?.unwrap_or(0),
        })
    }

    /// Takes the next part.
    pub(super) fn take(&mut self, item: ItemReader<'_>) -> Result<(), StoreError> {
        match self {
            Self::Packed { bytes, parts_left } if *parts_left > 0 => {
                bytes.extend_from_slice(item.bytes(BODY_ZSTD)?);
                *parts_left -= 1;
                Ok(())
            }
            Self::Packed { .. } | Self::Text(_) => Err(unavailable("a record has a part too many")),
        }
    }

    /// Returns the body, if all parts are there.
    pub(super) fn end(self) -> Result<String, StoreError> {
        match self {
            Self::Text(body) => Ok(body),
            Self::Packed {
                parts_left: 1.., ..
            } => Err(unavailable("a part of a record is missing")),
            Self::Packed { bytes, .. } => {
                let body = decompress(&bytes)?;
                String::from_utf8(body).map_err(unavailable)
            }
        }
    }
}

/// Compresses what is kept whole in one item; none if it does not fit.
pub(super) fn compress_whole(text: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let compressed = compress(text)?;
    Ok((compressed.len() <= ITEM_BYTES_MAX).then_some(compressed))
}

/// Reads what was compressed.
pub(super) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    // The size is told by what was compressed; the limit keeps a damaged one from being believed.
    let size = zstd::bulk::Decompressor::upper_bound(bytes).unwrap_or(TEXT_BYTES_MAX);
    zstd::bulk::decompress(bytes, size.min(TEXT_BYTES_MAX)).map_err(unavailable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::items::Item;

    /// Text that hardly compresses.
    fn noise(bytes: usize) -> String {
        let mut state: u64 = 7;
        let letters = (0..bytes).map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
        });
        letters.collect()
    }

    fn there_and_back(body: &str) -> (usize, String) {
        let packed = PackedBody::of(body).unwrap();
        let (name, first) = packed.first.clone();
        let mut item: Item = [(name.to_owned(), first)].into();
        let parts = packed.parts.len();
        item.insert(BODY_PARTS.to_owned(), items::number(parts as u64));
        let mut reader = BodyReader::begin(ItemReader(&item)).unwrap();
        for part in packed.parts {
            let part: Item = [(BODY_ZSTD.to_owned(), items::bytes(part))].into();
            reader.take(ItemReader(&part)).unwrap();
        }
        (parts, reader.end().unwrap())
    }

    #[test]
    fn a_body_of_any_size_is_read_as_it_was() {
        for (bytes, parts) in [(0, 0), (639, 0), (640, 0), (300_000, 0), (1_000_000, 2)] {
            let body = noise(bytes);
            assert_eq!(there_and_back(&body), (parts, body), "{bytes} bytes");
        }
        let even = "ἀλήθεια ".repeat(500_000);
        assert_eq!(there_and_back(&even), (0, even));
    }

    #[test]
    fn a_short_body_can_be_read_in_the_table_and_a_long_one_takes_less_room() {
        let short = PackedBody::of("{}").unwrap();
        assert_eq!(short.first, (BODY_TEXT, items::text("{}")));
        let long = PackedBody::of(&"say it again ".repeat(100)).unwrap();
        assert_eq!(long.first.0, BODY_ZSTD);
        assert!(long.first.1.as_b().unwrap().as_ref().len() < 100);
    }

    #[test]
    fn a_body_with_a_part_missing_or_too_many_is_not_read() {
        let packed = PackedBody::of(&noise(1_000_000)).unwrap();
        let mut item: Item = [(packed.first.0.to_owned(), packed.first.1)].into();
        item.insert(BODY_PARTS.to_owned(), items::number(2));
        let part: Item = [(BODY_ZSTD.to_owned(), items::bytes(packed.parts[0].clone()))].into();
        let mut reader = BodyReader::begin(ItemReader(&item)).unwrap();
        reader.take(ItemReader(&part)).unwrap();
        assert!(reader.end().is_err());
        item.remove(BODY_PARTS);
        let mut reader = BodyReader::begin(ItemReader(&item)).unwrap();
        assert!(reader.take(ItemReader(&part)).is_err());
    }

    #[test]
    fn what_no_transaction_holds_is_refused() {
        assert!(PackedBody::of(&noise(5_000_000)).is_err());
    }
}
