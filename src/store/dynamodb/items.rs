//! Attributes as values, and values out of attributes.
//!
//! Names of attributes are two words: no such word is reserved in the service's expressions.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

use super::errors::unavailable;
use crate::StoreError;

pub(super) use dynamo::Item;

pub(super) fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(super) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// A number that is added, which may be negative.
pub(super) fn difference(difference: i128) -> AttributeValue {
    AttributeValue::N(difference.to_string())
}

pub(super) fn bytes(bytes: impl Into<Vec<u8>>) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

pub(super) fn flag(flag: bool) -> AttributeValue {
    AttributeValue::Bool(flag)
}

/// Reads the attributes of an item. Each error names what is missing or not what it should be: a person must look.
#[derive(Clone, Copy, Debug)]
pub(super) struct ItemReader<'a>(pub(super) &'a Item);

impl<'a> ItemReader<'a> {
    pub(super) fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn text(self, name: &str) -> Result<&'a str, StoreError> {
        let text = self.0.get(name).and_then(|value| value.as_s().ok());
        text.map(String::as_str).ok_or_else(|| self.lacks(name))
    }

    pub(super) fn number(self, name: &str) -> Result<u64, StoreError> {
        let number = self.number_if_there(name)?;
        number.ok_or_else(|| self.lacks(name))
    }

    pub(super) fn number_if_there(self, name: &str) -> Result<Option<u64>, StoreError> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        let number = value.as_n().ok().and_then(|digits| digits.parse().ok());
        number.map(Some).ok_or_else(|| self.lacks(name))
    }

    pub(super) fn bytes(self, name: &str) -> Result<&'a [u8], StoreError> {
        let bytes = self.0.get(name).and_then(|value| value.as_b().ok());
        bytes.map(AsRef::as_ref).ok_or_else(|| self.lacks(name))
    }

    pub(super) fn hash(self, name: &str) -> Result<[u8; 32], StoreError> {
        let hash = self.bytes(name)?.try_into();
        hash.map_err(|_| self.lacks(name))
    }

    pub(super) fn is(self, name: &str) -> bool {
        self.0.get(name).and_then(|value| value.as_bool().ok()) == Some(&true)
    }

    fn lacks(self, name: &str) -> StoreError {
        let key = |name| self.0.get(name).and_then(|value| value.as_s().ok());
        let (partition, sort) = (
            key(dynamo::schema::PARTITION_KEY),
            key(dynamo::schema::SORT_KEY),
        );
        unavailable(format!(
            "the item {partition:?} {sort:?} has no {name} that can be read"
        ))
    }
}
