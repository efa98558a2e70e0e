//! What every file of code keeps to.

use std::fs;
use std::path::PathBuf;

use crate::source;

const LINES_MAX: usize = 400;
/// With what a line of two words begins that says nothing.
const QUESTIONS: [&str; 6] = ["Which", "Who", "What", "Where", "How", "When"];

#[test]
fn every_file_opens_with_what_is_found_in_it() {
    let silent = faults(|text| !text.starts_with("//! "));
    assert!(silent.is_empty(), "without an opening line: {silent:#?}");
}

#[test]
fn no_file_is_longer_than_a_reader_is_patient() {
    let long = faults(|text| text.lines().count() > LINES_MAX);
    assert!(long.is_empty(), "over {LINES_MAX} lines: {long:#?}");
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file is not found itself.
    let marks = ["TO", "FIX", "dbg"].into_iter().zip(["DO", "ME", "!("]);
    let marks: Vec<String> = marks.map(|(one, other)| format!("{one}{other}")).collect();
    let left = faults(|text| marks.iter().any(|mark| text.contains(mark)));
    assert!(left.is_empty(), "left for later: {left:#?}");
}

/// A line such as "Which." satisfies the linter and tells a reader nothing.
#[test]
fn no_documentation_is_there_for_the_linter_alone() {
    let mut short = Vec::new();
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let mut before = "";
        for line in text.lines().map(str::trim) {
            let said = line.strip_prefix("/// ").unwrap_or_default();
            let whole = !before.starts_with("///") && said.ends_with('.');
            let words: Vec<&str> = said.split_whitespace().collect();
            let says_nothing = match words.as_slice() {
                [_] => true,
                [first, _] => QUESTIONS.contains(first),
                _ => false,
            };
            if whole && says_nothing {
                short.push(format!("{}: {said}", path.display()));
            }
            before = line;
        }
    }
    assert!(short.is_empty(), "says nothing: {short:#?}");
}

/// The files of which something is true that should not be.
fn faults(is_fault: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut files = files();
    files.retain(|path| is_fault(&fs::read_to_string(path).unwrap()));
    files
}

fn files() -> Vec<PathBuf> {
    let files = source::files(&["src", "platforms", "tests"]);
    assert!(files.len() > 50, "there is code to look at");
    files
}
