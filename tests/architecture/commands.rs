//! What a document tells its reader to type.

use std::collections::BTreeMap;
use std::fs;

use crate::source::{documents, root};

/// The documents whose commands are run as they stand, and the file of the test that does it.
const FOLLOWED: [(&str, &str); 13] = [
    ("cloudrun/README.md", "tests/deploy/cloudrun/guide.rs"),
    (
        "docs/operations/admin.md",
        "platforms/server/tests/operate/document.rs",
    ),
    (
        "docs/operations/backup.md",
        "platforms/server/tests/operate/document.rs",
    ),
    (
        "docs/operations/compose.md",
        "tests/deploy/compose/guides.rs",
    ),
    (
        "docs/operations/dynamodb.md",
        "platforms/server/tests/operate/document.rs",
    ),
    (
        "docs/operations/retention.md",
        "platforms/server/tests/operate/document.rs",
    ),
    ("docs/operations/tls.md", "tests/deploy/compose/secrets.rs"),
    (
        "docs/quests.md",
        "platforms/server/tests/operate/document.rs",
    ),
    ("ecs/README.md", "tests/deploy/ecs/guide.rs"),
    ("heroku/README.md", "tests/deploy/heroku/guide.rs"),
    ("k8s/README.md", "tests/deploy/k8s/guide.rs"),
    ("lambda/README.md", "tests/deploy/lambda/guide.rs"),
    ("shuttle/README.md", "tests/deploy/shuttle/guide.rs"),
];

/// A command that nobody has run is wrong sooner or later: it is run by a test, or says why none can.
#[test]
fn every_block_of_commands_is_followed_by_a_test_or_says_why_not() {
    let followed = BTreeMap::from(FOLLOWED);
    for (document, test) in &followed {
        let test = fs::read_to_string(root().join(test)).unwrap();
        assert!(test.contains(document), "no test reads {document}");
    }
    let mut silent = Vec::new();
    for document in documents() {
        let name = document.strip_prefix(root()).unwrap().to_str().unwrap();
        for mark in marks(&fs::read_to_string(&document).unwrap()) {
            let explained = match mark.split_once("untested:") {
                Some((_, why)) => !why.trim().is_empty(),
                None => !mark.starts_with("sh") || followed.contains_key(name),
            };
            if !explained {
                silent.push(format!("{name}: ```{mark}"));
            }
        }
    }
    assert!(silent.is_empty(), "nobody follows {silent:#?}");
}

/// What stands behind the opening fence of each block.
fn marks(text: &str) -> Vec<&str> {
    let fences = text.lines().filter_map(|line| line.strip_prefix("```"));
    fences.step_by(2).map(str::trim).collect()
}
