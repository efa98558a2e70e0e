//! Which folder of the rules may use which.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::source::{files, root};

/// The folders of `game`: each uses only itself and those before it.
const FOLDERS: [&str; 6] = [
    "vocabulary",
    "content",
    "protocol",
    "state",
    "rules",
    "view",
];

#[test]
fn each_folder_of_the_rules_uses_only_those_before_it() {
    let game = root().join("src/game");
    let exported = exported(&game.join("lib.rs"));
    let mut wrong = Vec::new();
    for path in files(&["src/game"]) {
        let Some(own) = folder_of(&game, &path) else {
            continue;
        };
        let text = without_comments(&fs::read_to_string(&path).unwrap());
        for used in paths_from_the_crate(&text) {
            let first = used.split("::").next().unwrap_or_default();
            // What the crate exports at its root is used by the name alone.
            let folder = exported.get(first).map_or(first, String::as_str);
            let Some(used_at) = FOLDERS.iter().position(|name| *name == folder) else {
                // A constant of the crate itself, such as a limit.
                continue;
            };
            if used_at > own {
                wrong.push(format!("{} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The place of a file's folder among the others; none for the crate's root and for tests.
fn folder_of(game: &Path, path: &Path) -> Option<usize> {
    let inside = path.strip_prefix(game).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    let folder = first.trim_end_matches(".rs");
    FOLDERS.iter().position(|name| *name == folder)
}

/// Every name the crate exports at its root, and the folder it comes from.
fn exported(lib: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(lib).unwrap();
    let exports = text.split("pub use ").skip(1);
    let exports = exports.filter_map(|rest| rest.split_once(';')?.0.split_once("::"));
    let mut folders = BTreeMap::new();
    for (folder, names) in exports {
        for name in names.split(['{', '}', ',', ' ', '\n']) {
            let name = name.rsplit("::").next().unwrap_or_default();
            folders.insert(name.to_owned(), folder.to_owned());
        }
    }
    assert!(folders.len() > 20, "the crate exports its types");
    folders
}

/// The lines of code: a comment may link to what the code does not use.
fn without_comments(text: &str) -> String {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| [line, "\n"]).collect()
}

/// Every path that begins at the crate's root, groups taken apart at their first level.
fn paths_from_the_crate(text: &str) -> Vec<&str> {
    let mut paths = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let is_path = |letter: char| letter.is_alphanumeric() || "_:".contains(letter);
        match rest.strip_prefix('{') {
            Some(group) => paths.extend(members(group)),
            None => paths.extend(rest.split(|letter| !is_path(letter)).next()),
        }
    }
    paths
}

/// The members of a group in braces, of which this is the rest.
fn members(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(group[start..at].trim());
                return found;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(group[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn a_group_is_taken_apart() {
    let text = "use crate::{Event, state::{Table, Seat}};\nfn f() { crate::rules::vote() }";
    let found = paths_from_the_crate(text);
    assert_eq!(found, ["Event", "state::{Table, Seat}", "rules::vote"]);
}
