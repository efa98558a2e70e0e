//! The files Heroku reads: by Heroku's own schema where there is one, else by what its documentation names.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use deploy::{root, run};
use serde::Deserialize;
use serde_json::{Value, json};

/// Reads documents from its input and says of each what Heroku's own check says. The CLI brings that check.
const CHECK: &str = "
    const [, place] = process.argv;
    const { readAppJson } = await import(place);
    let text = '';
    for await (const part of process.stdin) text += part;
    const told = [];
    for (const document of JSON.parse(text)) {
        const bytes = Buffer.from(JSON.stringify(document));
        told.push(await readAppJson('.', bytes).then(() => 'fine', (error) => error.message));
    }
    console.log(JSON.stringify(told));
";

/// What `heroku.yml` says.
pub(crate) fn manifest() -> Manifest {
    serde_saphyr::from_str(&read("heroku.yml")).expect("it reads as documented")
}

/// What `app.json` says.
pub(crate) fn app() -> Value {
    serde_json::from_str(&read("app.json")).expect("app.json is JSON")
}

#[test]
fn app_json_is_what_heroku_takes() {
    let app = app();
    let review = app["environments"]["review"].clone();
    assert_eq!(verdicts(&[app, review]), ["fine", "fine"]);
}

#[test]
fn a_wrong_app_json_would_be_refused() {
    let wrong: [fn(&mut Value); 6] = [
        |app| app["adons"] = app["addons"].take(),
        |app| app["env"]["SECRET_KEY"]["generator"] = json!("sekret"),
        |app| app["env"]["SECRET_KEY"]["describtion"] = json!("x"),
        |app| app["formation"]["web"]["quantity"] = json!("1"),
        |app| app["formation"]["web"]["size"] = json!("tiny"),
        |app| app["buildpacks"][0] = json!("emk/rust"),
    ];
    let documents = wrong.map(|spoil| {
        let mut app = app();
        spoil(&mut app);
        app
    });
    for (document, verdict) in documents.iter().zip(verdicts(&documents)) {
        assert!(
            verdict.starts_with("Invalid app.json"),
            "{verdict}: {document}"
        );
    }
}

#[test]
fn what_builds_a_release_is_named_by_its_commit() {
    let buildpack = app()["buildpacks"][0]["url"].to_string();
    let (_, commit) = buildpack
        .trim_matches('"')
        .split_once('#')
        .expect("a commit is named");
    assert!(
        commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{commit}"
    );
}

#[test]
fn review_apps_do_without_redis_but_not_without_a_database() {
    assert_eq!(
        app()["environments"]["review"]["addons"],
        json!(["heroku-postgresql:essential-0"])
    );
}

#[test]
fn rust_config_sets_what_the_buildpack_reads_and_nothing_else() {
    let set = rust_config();
    let names: Vec<&str> = set.keys().map(String::as_str).collect();
    assert_eq!(names, ["RUST_CARGO_BUILD_FLAGS", "VERSION"]);
    let workspace = read("Cargo.toml");
    let line = format!("rust-version = {:?}", set["VERSION"]);
    assert!(workspace.lines().any(|found| found == line), "{line}");
    let procfile = read("Procfile");
    let package = set["RUST_CARGO_BUILD_FLAGS"]
        .rsplit(' ')
        .next()
        .expect("there are flags");
    assert!(
        procfile.contains(&format!("web: ./target/release/{package}\n")),
        "{procfile}"
    );
}

#[test]
fn heroku_yml_asks_for_what_app_json_asks_for() {
    let manifest = manifest();
    let addons = manifest.setup.addons.iter();
    let plans: Vec<&str> = addons.map(|addon| addon.plan.as_str()).collect();
    assert_eq!(json!(plans), app()["addons"]);
    assert_eq!(manifest.build.config["PLATFORM"], "heroku");
    let dockerfile = read(&manifest.build.docker["web"]);
    assert!(dockerfile.contains("\nARG PLATFORM"), "{dockerfile}");
    // To it goes what stands here, instead of a command of the image's own.
    let entry = dockerfile
        .lines()
        .rfind(|line| line.starts_with("ENTRYPOINT"));
    assert!(
        entry.is_some_and(|line| line.ends_with("arcane-codex\"]")),
        "{entry:?}"
    );
    assert_eq!(manifest.release.image, "web");
    let command = manifest.release.command.join(" ");
    let released = format!("release: ./target/release/heroku {command}\n");
    assert!(read("Procfile").contains(&released), "{released}");
    assert_eq!(manifest.run.len(), 1);
}

#[test]
fn a_misspelt_heroku_yml_would_be_refused() {
    let manifest = read("heroku.yml");
    for (right, wrong) in [
        ("release:", "realease:"),
        ("  docker:", "  dockre:"),
        ("- plan:", "- paln:"),
    ] {
        assert!(manifest.contains(right), "{right}");
        let spoilt = manifest.replacen(right, wrong, 1);
        assert!(
            serde_saphyr::from_str::<Manifest>(&spoilt).is_err(),
            "{wrong}"
        );
    }
}

/// What a `heroku.yml` may hold, as far as this project uses it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    setup: Setup,
    build: Build,
    release: Release,
    pub(crate) run: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setup {
    addons: Vec<Addon>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Addon {
    plan: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Build {
    docker: BTreeMap<String, String>,
    config: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    image: String,
    command: Vec<String>,
}

/// What the shell makes of `RustConfig`, which is how the buildpack reads it.
fn rust_config() -> BTreeMap<String, String> {
    let lines = ". ./RustConfig; set";
    let mut shell = Command::new("sh");
    shell.current_dir(root()).env_clear().args(["-c", lines]);
    let mut bare = Command::new("sh");
    bare.current_dir(root()).env_clear().args(["-c", "set"]);
    let before = run(&mut bare);
    let set = run(&mut shell);
    let new = set
        .lines()
        .filter(|line| !before.lines().any(|known| known == *line));
    let pairs = new.filter_map(|line| line.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned()))
        .collect()
}

/// What Heroku's own check says of each document.
fn verdicts(documents: &[Value]) -> Vec<String> {
    let cli = servers::program("heroku", "heroku");
    let modules = cli.ancestors().nth(2).expect("it is in a folder of npm's");
    let check = modules.join("@heroku/mcp-server/dist/utils/read-app-json.js");
    assert!(
        check.is_file(),
        "the tests need {}; please run: tests/install.sh",
        check.display()
    );
    let mut node = Command::new("node")
        .args([
            "--no-warnings",
            "--input-type=module",
            "--eval",
            CHECK,
            "--",
        ])
        .arg(check)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is there, for the CLI runs on it");
    let mut input = node.stdin.take().expect("it is piped");
    input
        .write_all(json!(documents).to_string().as_bytes())
        .expect("node reads");
    drop(input);
    let output = node.wait_with_output().expect("node ends");
    serde_json::from_slice(&output.stdout).expect("node prints the verdicts")
}

/// A file of the project.
pub(crate) fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}
