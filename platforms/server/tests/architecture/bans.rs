//! What no crate may call, and that the ban is felt.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::workspace::{crates, root, toml};

/// Code that does what is banned, by the path it is banned under.
const VIOLATIONS: [(&str, &str); 15] = [
    ("std::env::var", "let _ = std::env::var(\"PORT\");"),
    ("std::env::var_os", "let _ = std::env::var_os(\"PORT\");"),
    ("std::env::vars", "let _ = std::env::vars();"),
    ("std::env::vars_os", "let _ = std::env::vars_os();"),
    (
        "std::time::SystemTime::now",
        "let _ = std::time::SystemTime::now();",
    ),
    (
        "std::time::Instant::now",
        "let _ = std::time::Instant::now();",
    ),
    ("std::fs::read", "let _ = std::fs::read(\"file\");"),
    (
        "std::fs::read_to_string",
        "let _ = std::fs::read_to_string(\"file\");",
    ),
    (
        "std::fs::write",
        "let _ = std::fs::write(\"file\", \"text\");",
    ),
    (
        "std::fs::File::open",
        "let _ = std::fs::File::open(\"file\");",
    ),
    ("std::thread::spawn", "let _ = std::thread::spawn(|| ());"),
    (
        "std::thread::sleep",
        "std::thread::sleep(std::time::Duration::ZERO);",
    ),
    ("std::process::exit", "std::process::exit(0);"),
    (
        "std::collections::HashMap",
        "let _ = std::collections::HashMap::<u8, u8>::new();",
    ),
    (
        "std::collections::HashSet",
        "let _ = std::collections::HashSet::<u8>::new();",
    ),
];

/// Crates that take settings from the environment. Platforms do, too.
const READS_SETTINGS: [&str; 1] = ["host"];

#[test]
fn nobody_but_the_host_and_the_platforms_reads_the_environment() {
    for (name, path) in crates("src") {
        let banned = bans(&path).iter().any(|ban| ban.path == "std::env::var");
        assert!(
            banned || READS_SETTINGS.contains(&name.as_str()),
            "{name} may read the environment"
        );
    }
}

#[test]
fn the_rules_have_no_clock() {
    let bans = bans(&root().join("src/game"));
    for clock in ["std::time::SystemTime::now", "std::time::Instant::now"] {
        assert!(
            bans.iter().any(|ban| ban.path == clock),
            "{clock} is not banned"
        );
    }
}

#[test]
fn no_crate_allows_functions_longer_than_a_screen() {
    for (name, path) in crates("src").into_iter().chain(crates("platforms")) {
        let lines = toml(&path.join("clippy.toml"))
            .get("too-many-lines-threshold")
            .cloned();
        assert_eq!(
            lines.and_then(|lines| lines.as_integer()),
            Some(70),
            "{name}"
        );
    }
}

#[test]
fn every_ban_is_felt_with_its_reason() {
    let trial = tempfile::tempdir().unwrap();
    fs::create_dir(trial.path().join("src")).unwrap();
    let manifest = "[package]\nname = \"trial\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(trial.path().join("Cargo.toml"), manifest).unwrap();
    for (name, path) in crates("src").into_iter().chain(crates("platforms")) {
        let bans = bans(&path);
        if bans.is_empty() {
            continue;
        }
        let said = break_all(trial.path(), &path.join("clippy.toml"), &bans);
        for Ban { path, reason } in bans {
            assert!(
                said.contains(&format!("`{path}`")),
                "{name}: {path} goes unnoticed: {said}"
            );
            assert!(
                said.contains(&reason),
                "{name}: nobody says {reason:?}: {said}"
            );
        }
    }
}

struct Ban {
    path: String,
    reason: String,
}

/// What a crate's settings ban.
fn bans(path: &Path) -> Vec<Ban> {
    let settings = toml(&path.join("clippy.toml"));
    let lists = ["disallowed-methods", "disallowed-types"].into_iter();
    let banned = lists
        .filter_map(|list| settings.get(list)?.as_array())
        .flatten();
    let text = |ban: &toml::Value, key: &str| {
        let text = ban.get(key).and_then(toml::Value::as_str);
        text.unwrap_or_else(|| panic!("{}: a ban without its {key}", path.display()))
            .to_owned()
    };
    banned
        .map(|ban| Ban {
            path: text(ban, "path"),
            reason: text(ban, "reason"),
        })
        .collect()
}

/// Does all that is banned in a crate of its own, and returns what clippy says of it.
fn break_all(trial: &Path, settings: &Path, bans: &[Ban]) -> String {
    fs::copy(settings, trial.join("clippy.toml")).unwrap();
    let violations = bans.iter().map(|ban| {
        let known = VIOLATIONS.iter().find(|(path, _)| *path == ban.path);
        known
            .unwrap_or_else(|| panic!("how is the ban of {} broken?", ban.path))
            .1
    });
    let code = format!(
        "fn main() {{\n{}\n}}\n",
        violations.collect::<Vec<_>>().join("\n")
    );
    fs::write(trial.join("src/main.rs"), code).unwrap();
    let mut clippy = Command::new(env!("CARGO"));
    clippy
        .args(["clippy", "--offline", "--quiet", "--", "-D", "warnings"])
        .current_dir(trial);
    // What this test was itself started with would be meant for the workspace.
    for name in [
        "CARGO_TARGET_DIR",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "CLIPPY_CONF_DIR",
    ] {
        clippy.env_remove(name);
    }
    let ended = clippy.output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(
        !ended.status.success(),
        "{} is broken unnoticed: {said}",
        settings.display()
    );
    said
}
