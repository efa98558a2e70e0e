//! What types are called: one name for one thing, and errors end in `Error`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::source::{files, root};

/// Names that may stand for more than one type, and why.
const SHARED: [(&str, &str); 2] = [
    (
        "Settings",
        "each crate's own, always written with its crate",
    ),
    (
        "Error",
        "a crate's one error, always written with its crate",
    ),
];

/// Errors whose names say more, and why.
const REFUSALS: [(&str, &str); 1] = [(
    "Refusal",
    "the word of the game for a command that may not be",
)];

#[test]
fn a_type_name_stands_for_one_thing() {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for_each_type(|name, place, _| {
        places
            .entry(name.to_owned())
            .or_default()
            .insert(place.to_owned());
    });
    places.retain(|name, places| {
        places.len() > 1 && !SHARED.iter().any(|(shared, _)| shared == name)
    });
    assert!(places.is_empty(), "names of several types: {places:#?}");
}

#[test]
fn the_types_that_are_errors_end_in_error() {
    let mut wrong = Vec::new();
    for_each_type(|name, place, text| {
        let is_error = text.contains(&format!("Error for {name} ")) || derives_error(text, name);
        let known = name.ends_with("Error") || REFUSALS.iter().any(|(known, _)| *known == name);
        if is_error && !known {
            wrong.push(format!("{name} in {place}"));
        }
    });
    assert!(wrong.is_empty(), "errors by another name: {wrong:#?}");
}

/// Whether a type derives `thiserror::Error`.
fn derives_error(text: &str, name: &str) -> bool {
    let declared = [format!("enum {name} "), format!("struct {name}")];
    let found = declared.iter().find_map(|declared| text.find(declared));
    // Its attributes stand between it and the item before.
    let before = found.map_or("", |at| &text[..at]);
    let attributes = before.rsplit("\n\n").next().unwrap_or_default();
    attributes
        .split("#[derive(")
        .skip(1)
        .filter_map(|derives| derives.split(")]").next())
        .any(|derives| derives.split([',', ':']).any(|word| word.trim() == "Error"))
}

/// Calls with each type of the product's code: its name, its file and the text of that.
fn for_each_type(mut look: impl FnMut(&str, &str, &str)) {
    let mut types = 0;
    for path in files(&["src", "platforms"]) {
        let place = path.strip_prefix(root()).unwrap().to_str().unwrap();
        if is_test(place) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in text.lines() {
            if let Some(name) = declared(line) {
                types += 1;
                look(name, place, text);
            }
        }
    }
    assert!(types > 200, "there are types to look at");
}

/// The name of the type, if a line declares one.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.trim_start(),
        None => line,
    };
    let mut words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let declares = matches!(words.next(), Some("struct" | "enum" | "trait" | "union"));
    // A macro declares `$name`, which is none.
    let name = words.next().filter(|name| !name.is_empty());
    name.filter(|_| declares)
}

/// Whether a file, named from the workspace's folder, holds nothing but tests or benches.
fn is_test(place: &str) -> bool {
    let folders = ["/tests/", "/benches/", "/simulation/"];
    folders.iter().any(|folder| place.contains(folder))
        || place.ends_with("/tests.rs")
        || place.ends_with("/simulation.rs")
}
