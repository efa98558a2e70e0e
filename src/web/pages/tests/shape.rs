//! The form of a view as JSON: the path of every field and the types of its values.

use std::collections::{BTreeMap, BTreeSet};

use game::{TimeLimit, View};
use serde_json::Value;

use super::PAGES;
use super::play::played;

/// One line a path, as other people's programs may rely on it.
const FORM: &str = include_str!("../../wire/view.txt");

/// By what chance tables are played besides: so many that no field is seen or missed by the luck of one throw.
const SEEDS: std::ops::Range<u8> = 20..40;

#[test]
fn the_fields_of_a_view_keep_their_names_and_forms() {
    let mut seen = BTreeMap::new();
    let tables = SEEDS.map(|seed| played(seed, &["Maren", "Ben", "Cat"], TimeLimit::Off));
    let played: Vec<View> = tables
        .flat_map(|table| table.seen)
        .map(|(_, view)| view)
        .collect();
    for view in PAGES.iter().map(|(_, view, _)| view).chain(&played) {
        collect("view", &serde_json::to_value(view).unwrap(), &mut seen);
    }
    let lines = seen.into_iter().map(|(path, types)| {
        let types: Vec<&str> = types.into_iter().collect();
        format!("{path}: {}\n", types.join(" | "))
    });
    let form: String = lines.collect();
    assert!(
        form == FORM,
        "a program that reads views may break. If every change is meant, wire/view.txt becomes:\n{form}"
    );
}

fn collect(path: &str, value: &Value, seen: &mut BTreeMap<String, BTreeSet<&'static str>>) {
    let r#type = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(items) => {
            for item in items {
                collect(&format!("{path}[]"), item, seen);
            }
            "list"
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                // A map by seat or by id: its keys are values.
                let is_name = name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
                let name = if is_name { name } else { "*" };
                collect(&format!("{path}.{name}"), field, seen);
            }
            "object"
        }
    };
    seen.entry(path.to_owned()).or_default().insert(r#type);
}
