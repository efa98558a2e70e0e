//! Warnings about variables that are probably meant for a setting: one letter away from its name, or of another service.

use super::setting::BYTE_ORDER_MARK;
use super::source::Environment;
use super::{Setting, settings};

/// What other services call settings of ours, and what to set in their place.
const FOREIGN: [(&str, &str); 13] = [
    ("REDIS_PASSWORD", "REDIS_URL: redis://:password@host:6379/0"),
    ("REDIS_HOST", "REDIS_URL: redis://host:6379/0"),
    (
        "RATE_LIMIT",
        "RATE_LIMIT_ENABLED and MAX_REQUESTS_PER_MINUTE",
    ),
    ("RATELIMIT_ENABLED", "RATE_LIMIT_ENABLED"),
    ("RATELIMIT_DEFAULT", "MAX_REQUESTS_PER_MINUTE"),
    ("FLASK_ENV", "LOG_LEVEL"),
    ("FLASK_DEBUG", "DEBUG"),
    ("FLASK_SECRET_KEY", "SECRET_KEY"),
    ("DATABASE_PATH", "DB_PATH"),
    ("DB_URL", "DATABASE_URL"),
    ("SQLALCHEMY_DATABASE_URI", "DATABASE_URL"),
    ("ALLOWED_ORIGINS", "CORS_ORIGINS"),
    ("BASE_URL", "PUBLIC_URL"),
];

/// Returns a sentence for each unknown variable that is probably meant for a setting.
pub(super) fn warnings(environment: &Environment) -> Vec<String> {
    let known: Vec<String> = settings().flat_map(names).collect();
    let unknown = environment.keys().filter(|name| !known.contains(name));
    unknown
        .filter_map(|name| {
            // An editor's mark at the beginning of a file of variables becomes a part of the first name.
            let bare = name.trim_start_matches(BYTE_ORDER_MARK);
            let near = |known: &&String| *known == bare || is_one_edit_apart(bare, known);
            if let Some(meant) = known.iter().find(near) {
                return Some(format!(
                    "{} is not a known variable; did you mean {meant}?",
                    name.escape_debug()
                ));
            }
            let (_, meant) = FOREIGN.iter().find(|(foreign, _)| *foreign == bare)?;
            Some(format!("{name} has no effect; set {meant}"))
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
