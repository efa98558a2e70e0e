//! Who may depend on whom.

use std::path::Path;

use crate::source::{crates, root, toml};

/// The crates of `src`, and which of them each may depend on.
const ARROWS: [(&str, &[&str]); 15] = [
    ("game", &[]),
    ("world", &["game"]),
    ("retry", &[]),
    ("mounts", &[]),
    ("bucket", &["mounts", "retry"]),
    ("tls", &[]),
    ("pg", &["tls"]),
    ("dynamo", &[]),
    ("store", &["bucket", "dynamo", "game", "pg", "retry"]),
    ("bus", &["dynamo", "pg", "retry", "tls"]),
    ("service", &["game", "world", "store", "bus"]),
    ("web", &["bus", "game", "world", "service"]),
    (
        "admin",
        &[
            "bucket", "bus", "mounts", "retry", "service", "store", "world",
        ],
    ),
    ("player", &["game"]),
    (
        "host",
        &[
            "admin", "bucket", "bus", "dynamo", "game", "mounts", "player", "service", "store",
            "tls", "web", "world",
        ],
    ),
];

/// What the rules are made with. They want no fourth.
const RULES_NEED: [&str; 3] = ["rand_chacha", "serde", "thiserror"];

/// What only an adapter or a platform speaks.
const DRIVERS: [&str; 11] = [
    "bucket",
    "dynamo",
    "pg",
    "tls",
    "object_store",
    "rusqlite",
    "redis",
    "tokio-postgres",
    "postgres",
    "sqlx",
    "aws-",
];

/// What only a build compiles that asks for it.
const SDKS: [&str; 6] = [
    "aws-",
    "object_store",
    "redis",
    "reqwest",
    "rustls",
    "tokio-postgres",
];

#[test]
fn every_crate_of_the_library_has_its_place_on_the_map() {
    let mut mapped: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    mapped.sort_unstable();
    let found = crates("src");
    let found: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(found, mapped);
}

#[test]
fn no_crate_depends_on_one_above_it() {
    for (name, path) in crates("src") {
        let (_, allowed) = ARROWS.iter().find(|(mapped, _)| *mapped == name).unwrap();
        for dependency in dependencies(&path) {
            let ours = ARROWS.iter().any(|(mapped, _)| *mapped == dependency);
            assert!(
                !ours || allowed.contains(&dependency.as_str()),
                "{name} may not depend on {dependency}"
            );
        }
    }
}

#[test]
fn no_crate_of_the_library_depends_on_a_platform() {
    let platforms: Vec<String> = crates("platforms")
        .into_iter()
        .map(|(_, path)| package(&path))
        .collect();
    for (name, path) in crates("src") {
        let wrong = dependencies(&path)
            .into_iter()
            .find(|dependency| platforms.contains(dependency));
        assert_eq!(wrong, None, "{name} depends on a platform");
    }
}

#[test]
fn the_rules_need_nothing_but_a_generator_serde_and_thiserror() {
    let game = root().join("src/game");
    let manifest = toml(&game.join("Cargo.toml"));
    let is_optional = |name: &str| {
        let optional = manifest["dependencies"][name].get("optional");
        optional.and_then(toml::Value::as_bool) == Some(true)
    };
    let mut needed = dependencies(&game);
    needed.retain(|name| !is_optional(name));
    assert_eq!(needed, RULES_NEED);
}

#[test]
fn the_pages_name_no_driver() {
    let web = dependencies(&root().join("src/web"));
    let driver = web
        .iter()
        .find(|name| DRIVERS.iter().any(|driver| name.starts_with(driver)));
    assert_eq!(driver, None);
}

#[test]
fn only_platforms_choose_what_the_journal_is_kept_in() {
    let store = toml(&root().join("Cargo.toml"))["workspace"]["dependencies"]["store"].clone();
    assert_eq!(
        store["default-features"].as_bool(),
        Some(false),
        "{store:?}"
    );
    // A backup is a packed SQLite file, whatever its journal is kept in.
    for (name, path) in crates("src")
        .into_iter()
        .filter(|(name, _)| name != "admin")
    {
        let manifest = toml(&path.join("Cargo.toml"));
        let store = manifest
            .get("dependencies")
            .and_then(|dependencies| dependencies.get("store"));
        let features = store.and_then(|store| store.get("features"));
        assert_eq!(features, None, "{name} chooses an adapter");
    }
}

#[test]
fn a_plain_build_compiles_no_sdk() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let tree = std::process::Command::new(cargo)
        .args([
            "tree",
            "--package",
            "server",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("rusqlite"), "{tree}");
    let sdk = tree
        .lines()
        .find(|line| SDKS.iter().any(|sdk| line.starts_with(sdk)));
    assert_eq!(sdk, None);
}

/// The package name of a crate.
fn package(path: &Path) -> String {
    toml(&path.join("Cargo.toml"))["package"]["name"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// What a crate's code depends on, for whatever target; what only its tests do is left out.
fn dependencies(path: &Path) -> Vec<String> {
    let manifest = toml(&path.join("Cargo.toml"));
    let targets = manifest
        .get("target")
        .and_then(|targets| targets.as_table());
    let targets = targets
        .into_iter()
        .flatten()
        .filter_map(|(_, target)| target.as_table());
    let tables = std::iter::once(&manifest).chain(targets);
    let mut names: Vec<String> = tables
        .filter_map(|table| table.get("dependencies")?.as_table())
        .flat_map(|dependencies| dependencies.keys().cloned())
        .collect();
    names.sort();
    names
}
