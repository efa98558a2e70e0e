//! The description is the one that was published, and what has changed is told by its kind.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::changes::{ChangeKind, between};
use super::fits::misfit;
use super::*;

#[test]
fn the_description_is_the_one_that_was_published() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let published = fs::read_to_string(path).unwrap_or_default();
    if published == openapi_text() {
        return;
    }
    let published: Value = serde_json::from_str(&published).unwrap_or(json!({}));
    let changes = between(&published, document());
    let lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
    panic!(
        "docs/openapi.json differs from what the types say. A breaking change needs another way: see Versions in \
         docs/api.md. An additive one counts up the version of the API in web/openapi.rs. If all is meant, run `make docs`.\n{}",
        lines.join("\n")
    );
}

fn kinds(before: &Value, after: &Value) -> Vec<ChangeKind> {
    let found = between(before, after);
    found.into_iter().map(|change| change.kind).collect()
}

/// A document with one operation that asks and answers with one component each.
fn small(asked: &Value, told: &Value) -> Value {
    json!({
        "paths": { "/a": { "post": {
            "requestBody": { "schema": { "$ref": "#/components/schemas/Ask" } },
            "responses": { "200": { "schema": { "$ref": "#/components/schemas/Tell" } } },
        } } },
        "components": { "schemas": { "Ask": asked, "Tell": told } },
    })
}

#[test]
fn a_change_is_told_by_what_it_means_for_a_program_written_before() {
    use ChangeKind::{Additive, Breaking, Wording};
    let one = json!({ "type": "object", "description": "One.", "required": ["a"], "properties": { "a": { "type": "string" } } });
    let more = json!({ "type": "object", "description": "One.", "required": ["a", "b"],
        "properties": { "a": { "type": "string" }, "b": { "type": "string" } } });
    let other = json!({ "type": "object", "description": "One.", "required": ["a"], "properties": { "a": { "type": "integer" } } });
    let reworded = json!({ "type": "object", "description": "Two.", "required": ["a"], "properties": { "a": { "type": "string" } } });
    let words = |words: &[&str]| json!({ "enum": words });
    for (claim, before, after, expected) in [
        (
            "a field is told that was not",
            (&one, &one),
            (&one, &more),
            &[Additive, Additive][..],
        ),
        (
            "a field is told no more",
            (&one, &more),
            (&one, &one),
            &[Breaking, Breaking],
        ),
        (
            "a field is asked for",
            (&one, &one),
            (&more, &one),
            &[Breaking, Additive],
        ),
        (
            "a field has another form",
            (&one, &one),
            (&one, &other),
            &[Breaking],
        ),
        (
            "other words say the same",
            (&one, &one),
            (&reworded, &one),
            &[Wording],
        ),
        ("nothing", (&one, &one), (&one, &one), &[]),
    ] {
        let found = kinds(&small(before.0, before.1), &small(after.0, after.1));
        assert_eq!(found, expected, "{claim}");
    }
    let (few, many) = (words(&["a"]), words(&["a", "b"]));
    assert_eq!(
        kinds(&small(&few, &few), &small(&many, &many)),
        [Additive, Additive]
    );
    assert_eq!(
        kinds(&small(&many, &many), &small(&few, &few)),
        [Breaking, Additive]
    );
}

#[test]
fn an_address_that_is_gone_breaks_and_a_new_one_does_not() {
    let with = small(&json!({}), &json!({}));
    let without = json!({ "paths": {}, "components": with["components"] });
    assert_eq!(kinds(&with, &without), [ChangeKind::Breaking]);
    assert_eq!(kinds(&without, &with), [ChangeKind::Additive]);
}

#[test]
fn every_reference_leads_to_a_component_and_every_component_is_led_to() {
    let text = openapi_text();
    let components = document()["components"]["schemas"].as_object().unwrap();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(components.contains_key(name), "{name}");
    }
    for name in components.keys() {
        assert!(
            text.contains(&format!("\"#/components/schemas/{name}\"")),
            "{name}"
        );
    }
}

#[test]
fn a_command_of_the_clock_is_recorded_and_asked_of_nobody() {
    let asked = document()["components"]["schemas"]["Command"].to_string();
    let told = document()["components"]["schemas"]["RecordedCommand"].to_string();
    for word in ["pass-time", "erase", "look"] {
        assert!(!asked.contains(&format!("\"{word}\"")), "{word}");
        assert!(told.contains(&format!("\"{word}\"")), "{word}");
    }
    assert!(asked.contains("\"choose\""));
}

#[test]
fn what_does_not_fit_is_found() {
    let beat = json!({ "version": 3, "now_ms": 4 });
    assert_eq!(misfit("BeatEvent", &beat), None);
    for wrong in [
        json!({ "version": 3 }),
        json!({ "version": "3", "now_ms": 4 }),
        json!([]),
    ] {
        assert!(misfit("BeatEvent", &wrong).is_some(), "{wrong}");
    }
    assert!(misfit("Phase", &json!("asleep")).is_some());
}
