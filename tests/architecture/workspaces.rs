//! What the workspace of its own that an adapter has shares with the one above.

use std::collections::BTreeSet;

use crate::source::{root, toml};

/// The adapter whose dependencies are of another generation.
const ADAPTER: &str = "platforms/shuttle";

#[test]
fn it_keeps_to_the_same_lints_profiles_and_compiler() {
    let ours = toml(&root().join("Cargo.toml"));
    let its = toml(&root().join(ADAPTER).join("Cargo.toml"));
    let workspace = &ours["workspace"];
    assert_eq!(its["lints"], workspace["lints"]);
    // That of the function on AWS Lambda is nothing to it.
    let mut profiles = ours["profile"].as_table().unwrap().clone();
    profiles.remove("small");
    assert_eq!(its["profile"].as_table(), Some(&profiles));
    assert_eq!(its["workspace"]["resolver"], workspace["resolver"]);
    for (field, value) in workspace["package"].as_table().unwrap() {
        assert_eq!(&its["package"][field], value, "{field}");
    }
    let excluded = workspace["exclude"].as_array().unwrap();
    assert_eq!(
        excluded
            .iter()
            .filter_map(|it| it.as_str())
            .collect::<Vec<_>>(),
        [ADAPTER]
    );
}

/// Else it is tested with other code than everything else, and what both need is compiled twice.
#[test]
fn it_locks_what_both_need_at_the_same_version() {
    let locked = |folder: &str| -> BTreeSet<(String, String)> {
        let lock = toml(&root().join(folder).join("Cargo.lock"));
        let packages = lock["package"].as_array().unwrap().iter();
        let text = |package: &toml::Value, key: &str| package[key].as_str().unwrap().to_owned();
        packages
            .map(|package| (text(package, "name"), text(package, "version")))
            .collect()
    };
    let (ours, its) = (locked("."), locked(ADAPTER));
    let fits = |one: &str, other: &str| compatible(one) == compatible(other);
    let other: Vec<_> = its
        .difference(&ours)
        .filter(|(name, version)| {
            ours.iter()
                .any(|(same, our)| same == name && fits(our, version))
        })
        .collect();
    assert!(other.is_empty(), "locked otherwise: {other:?}");
}

/// The part of a version that says with which others it is compatible.
fn compatible(version: &str) -> &str {
    let zeros = version.split('.').take_while(|part| *part == "0").count();
    let end = version
        .match_indices('.')
        .nth(zeros)
        .map_or(version.len(), |(at, _)| at);
    &version[..end]
}

#[test]
fn versions_are_compatible_up_to_their_first_number_that_is_not_zero() {
    assert_eq!(compatible("1.2.3"), "1");
    assert_eq!(compatible("0.12.3"), "0.12");
    assert_eq!(compatible("0.0.3"), "0.0.3");
}
