//! The programs of this workspace, as the tests are built beside them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::{outcome, root, told};

/// Returns where the program of that name lies. Cargo says where, and builds it if it is not there: together with
/// all tests, as `make test` does, because by itself its libraries would have other features and be built anew.
///
/// # Panics
///
/// If it cannot be built, or there is none of that name.
pub fn built(name: &str) -> PathBuf {
    static BUILT: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    let programs = BUILT.get_or_init(build);
    programs
        .get(name)
        .unwrap_or_else(|| panic!("this workspace builds no {name}"))
        .clone()
}

fn build() -> BTreeMap<String, PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args([
        "test",
        "--workspace",
        "--all-features",
        "--no-run",
        "--locked",
        "--quiet",
        "--message-format=json-render-diagnostics",
    ]);
    let output = outcome(&mut cargo);
    assert!(output.status.success(), "{}", told(&output));
    let said = String::from_utf8_lossy(&output.stdout);
    let artifacts = said
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    artifacts
        .filter(|artifact| artifact["profile"]["test"] == Value::Bool(false))
        .filter_map(|artifact| {
            let name = artifact["target"]["name"].as_str()?.to_owned();
            Some((name, artifact["executable"].as_str()?.into()))
        })
        .collect()
}
