//! Changes to a part of an object.

use axum::http::StatusCode;
use serde_json::Value;

use super::Refusal;

const INVALID: Refusal = Refusal(StatusCode::UNPROCESSABLE_ENTITY, "Invalid");

/// Returns what a patch makes of an object.
pub(super) fn patched(mut object: Value, kind: &str, patch: Value) -> Result<Value, Refusal> {
    match kind {
        "application/json-patch+json" => {
            for step in patch.as_array().ok_or(INVALID)? {
                take(&mut object, step)?;
            }
        }
        "application/merge-patch+json" => merge(&mut object, patch),
        // How lists are merged is written in schemas, which a stand-in has not.
        "application/strategic-merge-patch+json" if !has_list(&patch) => merge(&mut object, patch),
        _ => return Err(INVALID),
    }
    Ok(object)
}

/// Lays a patch over a value; null takes a field away.
pub(super) fn merge(value: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *value = patch;
        return;
    };
    if !value.is_object() {
        *value = Value::Object(serde_json::Map::new());
    }
    let Value::Object(fields) = value else { return };
    for (name, change) in patch {
        if change.is_null() {
            fields.remove(&name);
        } else {
            merge(fields.entry(name).or_insert(Value::Null), change);
        }
    }
}

fn take(object: &mut Value, step: &Value) -> Result<(), Refusal> {
    let path = step["path"].as_str().ok_or(INVALID)?;
    match step["op"].as_str() {
        Some("replace") => {
            let place = object.pointer_mut(path).ok_or(INVALID)?;
            *place = step["value"].clone();
            Ok(())
        }
        _ => Err(INVALID),
    }
}

fn has_list(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(fields) => fields.values().any(has_list),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
