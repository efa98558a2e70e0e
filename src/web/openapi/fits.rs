//! Whether an answer is as the description says: as much of JSON Schema as the description uses.

use serde_json::Value;

use super::document;

/// Returns where `value` does not fit the component `name`, and why; nothing if it fits.
pub(crate) fn misfit(name: &str, value: &Value) -> Option<String> {
    unfit(name, &document()["components"]["schemas"][name], value)
}

fn unfit(at: &str, schema: &Value, value: &Value) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or(name);
        let named = misfit(name, value);
        if named.is_some() {
            return named.map(|why| format!("{at} > {why}"));
        }
    }
    let kinds = schema["type"]
        .as_array()
        .map_or_else(|| vec![&schema["type"]], |kinds| kinds.iter().collect());
    let mut kinds = kinds.into_iter().filter_map(Value::as_str).peekable();
    let is_of_type = kinds.peek().is_none() || kinds.any(|kind| is_of(kind, value));
    let is_word = schema["enum"]
        .as_array()
        .is_none_or(|words| words.contains(value));
    let is_const = schema.get("const").is_none_or(|only| only == value);
    if !is_of_type || !is_word || !is_const {
        return Some(format!("{at}: {value} is not {schema}"));
    }
    let fitting = |ways: &Value| {
        let ways = ways.as_array()?;
        Some(
            ways.iter()
                .filter(|way| unfit(at, way, value).is_none())
                .count(),
        )
    };
    if fitting(&schema["anyOf"]) == Some(0) || fitting(&schema["oneOf"]).is_some_and(|fit| fit != 1)
    {
        return Some(format!("{at}: {value} is none, or several, of {schema}"));
    }
    object_unfit(at, schema, value).or_else(|| list_unfit(at, schema, value))
}

fn object_unfit(at: &str, schema: &Value, value: &Value) -> Option<String> {
    let fields = value.as_object()?;
    let required = schema["required"].as_array().into_iter().flatten();
    let missing = required
        .filter_map(Value::as_str)
        .find(|name| !fields.contains_key(*name));
    if let Some(name) = missing {
        return Some(format!("{at}: {name} is missing"));
    }
    fields.iter().find_map(|(name, field)| {
        let at = format!("{at}.{name}");
        let by_pattern = schema["patternProperties"].as_object();
        let by_pattern = by_pattern.and_then(|patterns| patterns.values().next());
        let schema = match (
            schema["properties"].get(name),
            by_pattern,
            &schema["additionalProperties"],
        ) {
            (Some(known), ..) | (None, Some(known), _) => known,
            (None, None, Value::Bool(false)) => return Some(format!("{at} is not described")),
            (None, None, others) => others,
        };
        unfit(&at, schema, field)
    })
}

fn list_unfit(at: &str, schema: &Value, value: &Value) -> Option<String> {
    let items = value.as_array()?;
    let first = schema["prefixItems"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    items.iter().enumerate().find_map(|(number, item)| {
        let schema = first.get(number).unwrap_or(&schema["items"]);
        unfit(&format!("{at}[{number}]"), schema, item)
    })
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        _ => value.is_object(),
    }
}
