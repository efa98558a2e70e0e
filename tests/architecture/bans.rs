//! What no crate may call, and that the ban is felt.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::source::{crates, root, toml};

/// A program that does all that the rules may not.
const VIOLATIONS: &str = r#"fn main() {
    let _ = std::env::var("PORT");
    let _ = std::env::var_os("PORT");
    let _ = std::time::SystemTime::now();
    let _ = std::time::Instant::now();
    let _ = std::fs::read("file");
    let _ = std::fs::read_to_string("file");
    let _ = std::fs::write("file", "text");
    let _ = std::fs::File::open("file");
    let _ = std::thread::spawn(|| ());
    std::thread::sleep(std::time::Duration::ZERO);
    let _ = std::collections::HashMap::<u8, u8>::new();
    let _ = std::collections::HashSet::<u8>::new();
}
"#;

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

/// Clippy ignores a ban whose path is misspelt. The rules ban the most, and the others a part of that.
#[test]
fn every_ban_of_the_rules_is_felt_with_its_reason() {
    let game = root().join("src/game");
    let said = clippy_says_of(VIOLATIONS, &game.join("clippy.toml"));
    for Ban { path, reason } in bans(&game) {
        assert!(said.contains(&format!("`{path}`")), "{path}: {said}");
        assert!(said.contains(&reason), "{reason:?}: {said}");
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

/// What clippy says of a program under these settings.
fn clippy_says_of(program: &str, settings: &Path) -> String {
    let trial = tempfile::tempdir().unwrap();
    let at = |file: &str| trial.path().join(file);
    fs::create_dir(at("src")).unwrap();
    fs::write(at("src/main.rs"), program).unwrap();
    let manifest = "[package]\nname = \"trial\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(at("Cargo.toml"), manifest).unwrap();
    fs::copy(settings, at("clippy.toml")).unwrap();
    let mut clippy = Command::new(env!("CARGO"));
    clippy
        .args(["clippy", "--offline", "--quiet", "--", "-D", "warnings"])
        .current_dir(trial.path());
    // What this test was itself started with would be meant for the workspace.
    for name in [
        "CARGO_TARGET_DIR",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "CLIPPY_CONF_DIR",
    ] {
        clippy.env_remove(name);
    }
    String::from_utf8(clippy.output().unwrap().stderr).unwrap()
}
