//! The JSON Schemas of ids, codes and numbers that are not read as they are written.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::protocol::CommandId;
use crate::vocabulary::{
    CardId, ClassId, Code, CompanionId, EndingId, HoldingId, KeepsakeId, Mark, OptionId, QuestId,
    QuestionId, SceneId, SeatNo, Seed, TableId, Version, WhisperId,
};

/// Describes a text by its pattern, where it stands: a component of its own would say no more.
macro_rules! text_schema {
    ($pattern:literal: $($name:ident),+ $(,)?) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    )+};
}

text_schema!("^[a-z0-9]{20}$": TableId);
text_schema!("^[2-9A-HJ-NP-Z]{6}$": Code);
text_schema!("^[A-Za-z0-9_-]{16,64}$": CommandId);
text_schema!("^[0-9a-f]{64}$": Seed);
text_schema!(
    "^[a-z0-9-]{1,60}$": CardId,
    ClassId,
    CompanionId,
    EndingId,
    HoldingId,
    KeepsakeId,
    Mark,
    OptionId,
    QuestId,
    QuestionId,
    SceneId,
    WhisperId,
);

/// Describes a number from 0 to 255 where it stands.
impl JsonSchema for SeatNo {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "SeatNo".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "maximum": u8::MAX })
    }
}

/// Describes a count of commits where it stands.
impl JsonSchema for Version {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "format": "uint64", "minimum": 0 })
    }
}
