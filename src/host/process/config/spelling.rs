//! Warnings about variables whose names are one letter away from a setting's.

use super::source::Environment;
use super::{Setting, settings};

/// Returns a sentence for each unknown variable that is probably a misspelt setting.
pub(super) fn warnings(environment: &Environment) -> Vec<String> {
    let known: Vec<String> = settings().flat_map(names).collect();
    let unknown = environment.keys().filter(|name| !known.contains(name));
    unknown
        .filter_map(|name| {
            let meant = known.iter().find(|known| is_one_edit_apart(name, known))?;
            Some(format!(
                "{name} is not a known variable; did you mean {meant}?"
            ))
        })
        .collect()
}

fn names(setting: &Setting) -> impl Iterator<Item = String> {
    std::iter::once(setting.name.to_owned()).chain(setting.file_variable())
}

/// Tells whether adding, removing or replacing one character turns `given` into `known`.
fn is_one_edit_apart(given: &str, known: &str) -> bool {
    let same_start = given
        .bytes()
        .zip(known.bytes())
        .take_while(|(one, other)| one == other)
        .count();
    let (given, known) = (
        &given.as_bytes()[same_start..],
        &known.as_bytes()[same_start..],
    );
    // The first bytes differ, so the one edit must be here and the rest must match.
    match (given, known) {
        ([], []) => false,
        ([], rest) | (rest, []) => rest.len() == 1,
        ([_, given_rest @ ..], [_, known_rest @ ..]) => {
            given_rest == known_rest || given == known_rest || given_rest == known
        }
    }
}
