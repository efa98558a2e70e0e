//! What is written is understood by those it is written for, and names no variable that there is not.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use deploy::{built, root, run};
use serde_json::Value;

use crate::edge::{arguments, configured, nginx};

/// The compose files as they are started: by themselves, or one behind another.
pub(crate) const STACKS: [&[&str]; 3] = [
    &["compose.yaml"],
    &["compose.prod.yaml"],
    &["compose.prod.yaml", "compose.postgres.yaml"],
];
/// The folders that hold scripts.
const SCRIPTS: [&str; 4] = ["scripts", "scripts/images", "tests", "tests/install"];
/// A default that cannot be written as a value.
const IN_WORDS: [&str; 2] = ["none", "one is made and kept beside the journal"];

#[test]
fn nginx_understands_its_configuration() {
    let folder = configured();
    // Its own folder for what it writes, so that nothing of this machine is touched.
    let path = folder.path().join("nginx.conf");
    let text = fs::read_to_string(&path).unwrap();
    let own = format!("{}/tmp/", folder.path().display());
    fs::write(&path, text.replace("/tmp/", &own)).unwrap();
    run(Command::new(nginx())
        .arg("-t")
        .args(arguments(folder.path(), "")));
}

#[test]
fn compose_understands_its_files() {
    for stack in STACKS {
        composed(stack);
    }
}

#[test]
fn hadolint_finds_nothing_in_the_dockerfile() {
    run(Command::new(servers::program("compose", "hadolint")).arg(root().join("Dockerfile")));
}

#[test]
fn shellcheck_finds_nothing_in_the_scripts() {
    let scripts: Vec<PathBuf> = SCRIPTS
        .iter()
        .flat_map(|folder| fs::read_dir(root().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sh"))
        .collect();
    assert!(scripts.len() > SCRIPTS.len(), "{scripts:?}");
    run(Command::new(servers::program("compose", "shellcheck"))
        .arg("--external-sources")
        .args(scripts)
        .current_dir(root()));
}

#[test]
fn the_image_is_built_by_the_compiler_the_workspace_asks_for() {
    let manifest = read("Cargo.toml");
    let wanted = manifest.split("rust-version = \"").nth(1).unwrap();
    let wanted = wanted.split('"').next().unwrap();
    let image = format!("rust:{wanted}-slim-bookworm");
    for file in [
        "Dockerfile",
        "compose.yaml",
        "compose.prod.yaml",
        ".env.example",
    ] {
        assert!(read(file).contains(&image), "{file} does not name {image}");
    }
}

#[test]
fn the_image_is_put_on_the_same_base_wherever_one_is_named() {
    let dockerfile = read("Dockerfile");
    let (_, base) = dockerfile.split_once("ARG RUNTIME_IMAGE=").unwrap();
    let base = base.lines().next().unwrap();
    for file in ["compose.yaml", "compose.prod.yaml", ".env.example"] {
        assert!(read(file).contains(base), "{file} does not name {base}");
    }
}

#[test]
fn the_example_lists_every_variable_with_its_default() {
    let mut listed = example();
    for variable in of_compose() {
        assert!(
            listed.remove(&variable).is_some(),
            "{variable} is not in .env.example"
        );
    }
    let mut expected = variables();
    for (name, default) in &mut expected {
        if IN_WORDS.contains(&default.as_str()) {
            default.clear();
        }
        let listed = listed.get(name);
        assert_eq!(listed, Some(&*default), "{name} in .env.example");
    }
    assert_eq!(listed, expected);
}

#[test]
fn an_instance_is_given_no_variable_that_there_is_not() {
    let ours = variables();
    for stack in STACKS {
        let composed = composed(stack);
        let given = composed["services"]["app"]["environment"]
            .as_object()
            .unwrap();
        for name in given.keys() {
            let known = ours.contains_key(name.strip_suffix("_FILE").unwrap_or(name));
            assert!(known, "{stack:?} sets {name}");
        }
    }
}

#[test]
fn what_a_developer_has_set_does_not_stop_production() {
    for stack in &STACKS[1..] {
        let composed = composed(stack);
        let given = composed["services"]["app"]["environment"]
            .as_object()
            .unwrap();
        // The server refuses a secret that is given twice; an empty value counts as none.
        let files = given.keys().filter_map(|name| name.strip_suffix("_FILE"));
        let twice: Vec<_> = files.filter(|name| given.get(*name).is_none()).collect();
        assert_eq!(twice, [""; 0], "{stack:?} leaves these to .env");
    }
}

#[test]
fn five_instances_fit_into_the_database_while_five_others_end() {
    let pool = &composed(STACKS[2])["services"]["app"]["environment"]["DB_POOL_SIZE"];
    let pool: u32 = pool.as_str().unwrap().parse().unwrap();
    // A hundred, less three for the database's own superuser.
    assert!(pool * 5 * 2 <= 97, "{pool}");
}

#[test]
fn in_production_nobody_has_more_rights_than_needed() {
    let composed = composed(STACKS[2]);
    for (name, service) in composed["services"].as_object().unwrap() {
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(service["cap_drop"][0], "ALL", "{name}");
        assert_eq!(
            service["security_opt"][0], "no-new-privileges:true",
            "{name}"
        );
        assert!(
            !service["user"].as_str().unwrap().starts_with('0'),
            "{name}"
        );
        assert!(
            service["deploy"]["resources"]["limits"]["memory"].is_string(),
            "{name}"
        );
        assert!(
            service["logging"]["options"]["max-size"].is_string(),
            "{name}"
        );
        assert!(
            service["healthcheck"].is_object() || name == "app",
            "{name}"
        );
        let published = service["ports"].as_array().map_or(0, Vec::len);
        assert_eq!(published > 0, name == "nginx", "{name} is published");
    }
}

#[test]
fn an_instance_is_left_the_time_it_takes_to_end() {
    for stack in &STACKS[1..] {
        let app = &composed(stack)["services"]["app"];
        assert_eq!(app["stop_grace_period"], "40s");
        assert_eq!(app["environment"]["DRAIN_SECONDS"], "38");
    }
}

/// What compose makes of these files, without a `.env` of this machine.
pub(crate) fn composed(files: &[&str]) -> Value {
    let mut command = Command::new(servers::program("compose", "docker-compose"));
    command
        .args(["--env-file", "/dev/null"])
        .current_dir(root());
    for file in files {
        command.args(["--file", file]);
    }
    let composed = run(command.args(["config", "--no-env-resolution", "--format", "json"]));
    serde_json::from_str(&composed).unwrap()
}

/// The variables of the game, and their defaults as the binary's help tells them.
fn variables() -> BTreeMap<String, String> {
    let help = run(Command::new(built("arcane-codex")).arg("--help"));
    let (_, manual) = help.split_once("Environment variables:\n").unwrap();
    let lines: Vec<&str> = manual.lines().collect();
    let pairs = lines.chunks_exact(2).map(|pair| {
        let (_, default) = pair[1].split_once(" Default: ").unwrap();
        let default = default.split(". Also read").next().unwrap();
        (
            pair[0].trim().to_owned(),
            default.trim_end_matches('.').to_owned(),
        )
    });
    pairs.collect()
}

/// What `.env.example` sets, if the marks are taken off.
fn example() -> BTreeMap<String, String> {
    let text = read(".env.example");
    let set = text
        .lines()
        .filter_map(|line| line.strip_prefix('#')?.split_once('='));
    let set = set.filter(|(name, _)| {
        name.bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit())
    });
    set.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The variables that only the compose files read.
fn of_compose() -> Vec<String> {
    let mut names: Vec<String> = ["compose.yaml", "compose.prod.yaml", "compose.postgres.yaml"]
        .iter()
        .flat_map(|file| {
            let text = read(file);
            let uses = text.split("${").skip(1).map(str::to_owned);
            uses.filter_map(|at| Some(at.split_once([':', '}'])?.0.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
