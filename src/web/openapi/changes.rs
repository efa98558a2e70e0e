//! What kind of change leads from one description to another: what breaks a program that was written by the first, what only
//! adds to it, and what is another wording.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

/// A difference between two descriptions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    pub(super) kind: ChangeKind,
    /// Where it is, as a path through the document, and what it is.
    says: String,
}

/// What a difference means for programs that were written by the first description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ChangeKind {
    /// Some may fail: it needs another address, or a deprecation that is over.
    Breaking,
    /// They go on: what is new they need not know.
    Additive,
    /// They cannot tell.
    Wording,
}

impl fmt::Display for Change {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:?}: {}", self.kind, self.says)
    }
}

/// Who writes what a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Asked,
    Told,
}

/// Keys whose values people read.
const WORDS: [&str; 5] = ["description", "summary", "title", "version", "tags"];

/// Returns every difference, the worst first.
pub(super) fn between(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Differences {
        asked: asked_components(before),
        found: Vec::new(),
    };
    changes.objects("", before, after, Side::Told);
    changes.found.sort();
    changes.found
}

/// The components that a request leads to.
fn asked_components(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let operations = document["paths"].as_object().into_iter().flatten();
    for (_, operation) in
        operations.flat_map(|(_, methods)| methods.as_object().into_iter().flatten())
    {
        collect(document, &operation["requestBody"], &mut found);
        collect(document, &operation["parameters"], &mut found);
    }
    found
}

fn collect(document: &Value, value: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = value.get("$ref").and_then(Value::as_str) {
        let name = name.rsplit('/').next().unwrap_or(name);
        if found.insert(name.to_owned()) {
            collect(document, &document["components"]["schemas"][name], found);
        }
    }
    let fields = value.as_object().into_iter().flat_map(Map::values);
    for part in fields.chain(value.as_array().into_iter().flatten()) {
        collect(document, part, found);
    }
}

struct Differences {
    asked: BTreeSet<String>,
    found: Vec<Change>,
}

impl Differences {
    fn note(&mut self, kind: ChangeKind, says: String) {
        self.found.push(Change { kind, says });
    }

    /// Compares what stands under one name.
    fn values(&mut self, at: &str, before: &Value, after: &Value, side: Side) {
        if before == after {
            return;
        }
        let name = at.rsplit('/').next().unwrap_or(at);
        let is_word = WORDS.contains(&name) && !at.ends_with("/properties/title");
        if is_word && !before.is_object() {
            return self.note(ChangeKind::Wording, at.to_owned());
        }
        match (name, before, after) {
            ("required" | "enum" | "x-codes", Value::Array(before), Value::Array(after)) => {
                self.sets(at, before, after, side);
            }
            ("oneOf" | "anyOf" | "parameters", Value::Array(before), Value::Array(after)) => {
                self.alternatives(at, before, after, side);
            }
            (_, Value::Object(_), Value::Object(_)) => self.objects(at, before, after, side),
            _ => self.note(
                ChangeKind::Breaking,
                format!("{at}: {before} becomes {after}"),
            ),
        }
    }

    fn objects(&mut self, at: &str, before: &Value, after: &Value, side: Side) {
        let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
            return;
        };
        for (name, old) in before {
            let side = self.side_of(at, name, side);
            let here = format!("{at}/{name}");
            match after.get(name) {
                Some(new) => self.values(&here, old, new, side),
                None if WORDS.contains(&name.as_str()) && !at.ends_with("/properties") => {
                    self.note(ChangeKind::Wording, here);
                }
                None => self.note(ChangeKind::Breaking, format!("{here} is gone")),
            }
        }
        for name in after.keys().filter(|name| !before.contains_key(*name)) {
            let is_limit = [
                "pattern",
                "minimum",
                "maximum",
                "additionalProperties",
                "format",
            ];
            let kind = if side == Side::Asked && is_limit.contains(&name.as_str()) {
                ChangeKind::Breaking
            } else {
                ChangeKind::Additive
            };
            self.note(kind, format!("{at}/{name} is new"));
        }
    }

    fn side_of(&self, at: &str, name: &str, side: Side) -> Side {
        match name {
            "requestBody" | "parameters" => Side::Asked,
            "responses" => Side::Told,
            _ if at == "/components/schemas" && self.asked.contains(name) => Side::Asked,
            _ if at == "/components/schemas" => Side::Told,
            _ => side,
        }
    }

    /// What is told may say more than before; what is asked may not be asked for more.
    fn sets(&mut self, at: &str, before: &[Value], after: &[Value], side: Side) {
        let is_required = at.ends_with("/required");
        let breaks = |is_new: bool| match side {
            Side::Asked => is_new == is_required,
            Side::Told => is_required && !is_new,
        };
        let gone = before
            .iter()
            .filter(|it| !after.contains(it))
            .map(|it| (it, false));
        let new = after
            .iter()
            .filter(|it| !before.contains(it))
            .map(|it| (it, true));
        for (item, is_new) in gone.chain(new) {
            let kind = if breaks(is_new) {
                ChangeKind::Breaking
            } else {
                ChangeKind::Additive
            };
            let says = if is_new { "is new" } else { "is gone" };
            self.note(kind, format!("{at}: {item} {says}"));
        }
    }

    /// Compares alternatives and parameters by what tells each from the others.
    fn alternatives(&mut self, at: &str, before: &[Value], after: &[Value], side: Side) {
        let side = if at.ends_with("/parameters") {
            Side::Asked
        } else {
            side
        };
        for old in before {
            let label = label(old);
            match after.iter().find(|new| self::label(new) == label) {
                Some(new) => self.values(&format!("{at}/{label}"), old, new, side),
                None => self.note(ChangeKind::Breaking, format!("{at}: {label} is gone")),
            }
        }
        for new in after {
            let label = label(new);
            if !before.iter().any(|old| self::label(old) == label) {
                let kind = if new["required"] == true {
                    ChangeKind::Breaking
                } else {
                    ChangeKind::Additive
                };
                self.note(kind, format!("{at}: {label} is new"));
            }
        }
    }
}

/// What tells an alternative from those beside it: its tag, its word, its reference, its name.
fn label(of: &Value) -> String {
    let properties = of["properties"].as_object().into_iter().flatten();
    let tag = properties
        .clone()
        .find_map(|(_, property)| property["const"].as_str());
    let only = of["properties"]
        .as_object()
        .and_then(|all| all.keys().next());
    let named = [&of["name"], &of["const"], &of["$ref"]];
    let named = named.into_iter().find_map(Value::as_str);
    let kind = of["type"].as_str();
    tag.or(named)
        .or(only.map(String::as_str))
        .or(kind)
        .unwrap_or("words")
        .to_owned()
}
