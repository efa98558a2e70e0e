//! The guide's commands, typed in as they are written, with ports that are free here.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use deploy::{Block, blocks, built, outcome, read, root, run, told};
use serde_json::Value;
use servers::free_port;
use tempfile::TempDir;

/// The section that leads to a table, and the most commands there may be in it.
const FIRST: (&str, usize) = ("From a clone to a table", 5);
/// The ports in the guide: the game's and the API's.
const PORTS: [&str; 2] = ["8000", "8001"];
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(50);

/// The processes of a shell, which end together.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        outcome(Command::new("kill").args(["-s", "TERM", "--", &group]));
        // An error says that it has ended already.
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_commands_lead_from_a_clone_to_an_open_table() {
    let [build, start] = &section(FIRST.0)[..] else {
        panic!("{} has other blocks", FIRST.0);
    };
    let lines = build.text.lines().chain(start.text.lines());
    let commands = lines.filter(|line| !line.ends_with('\\')).count();
    assert!(commands <= FIRST.1, "{commands}");

    let (clone, free) = (clone(), [free_port(), free_port()]);
    let text = with_ports(&start.text, free);
    let (api, program) = text.split_once("SHUTTLE_ENV=").unwrap();
    let _api = type_in(&clone, api, "api.log");
    // Whoever types is slower than a web server that starts.
    answers(free[1], "/").await;
    let shell = type_in(&clone, &format!("SHUTTLE_ENV={program}"), "log");
    answers(free[0], "/health/ready").await;
    let game = format!("http://127.0.0.1:{}", free[0]);
    let open = reqwest::Client::new()
        .post(format!("{game}/api/tables"))
        .body(r#"{"name":"Anna","command_id":"the-guide-opens-a-table"}"#)
        .header("content-type", "application/json");
    let opened = open.send().await.unwrap();
    assert_eq!(opened.status(), 201, "{opened:?}");
    drop(shell);

    let file = |name: &str| fs::read_to_string(clone.path().join(name)).unwrap();
    let secrets = file("api/projects/codex/resources/secrets");
    let secrets: Value = serde_json::from_str(&secrets).unwrap();
    let key = secrets["output"]["SECRET_KEY"].as_str().unwrap();
    assert_eq!(key.len(), 64);
    assert!(!file("log").contains(key), "the key is in the log");
}

#[test]
fn secrets_for_the_cli_are_written_for_their_owner_alone() {
    let blocks = section("With the CLI");
    let block = blocks.iter().find(|block| block.mark == "sh").unwrap();
    let clone = clone();
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &block.text]);
    run(shell.current_dir(clone.path()));
    let file = clone.path().join("platforms/shuttle/Secrets.toml");
    let mut mode = Command::new("stat");
    mode.args(["--format", "%a"]).arg(&file);
    assert_eq!(run(&mut mode).trim(), "600");
    let text = fs::read_to_string(file).unwrap();
    assert!(text.starts_with("SECRET_KEY = \"") && text.len() > 64);
    let mut ignored = Command::new("git");
    ignored.args([
        "check-ignore",
        "--quiet",
        "--no-index",
        "platforms/shuttle/Secrets.toml",
    ]);
    let ignored = outcome(ignored.current_dir(root()));
    assert!(ignored.status.success(), "{}", told(&ignored));
}

#[test]
fn the_guide_says_in_its_first_line_that_the_service_has_ended() {
    let guide = read("shuttle/README.md");
    let first = guide
        .lines()
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    assert!(
        first.unwrap().contains("ended in January 2026"),
        "{first:?}"
    );
    let row = read("README.md");
    let row = row
        .lines()
        .find(|line| line.contains("(shuttle/README.md)"));
    assert!(row.unwrap().contains("ended in January 2026"), "{row:?}");
}

#[test]
fn what_no_test_runs_says_why() {
    for Block { mark, text, .. } in blocks(&read("shuttle/README.md")) {
        let why = mark.strip_prefix("sh untested: ").unwrap_or(&mark);
        assert!(mark == "sh" || why.len() > 10, "{mark}: {text}");
    }
}

/// `shuttle run` takes the package whose main file has the attribute at its top level.
#[test]
fn the_cli_finds_the_package() {
    let main = read("platforms/shuttle/main.rs");
    assert!(main.contains("\n#[shuttle_runtime::main]\n"), "{main}");
    assert!(read("platforms/shuttle/Cargo.toml").contains("\nshuttle-runtime = "));
}

/// The blocks of a section.
fn section(heading: &str) -> Vec<Block> {
    let blocks = blocks(&read("shuttle/README.md")).into_iter();
    blocks.filter(|block| block.heading == heading).collect()
}

/// What a clone has of which the commands speak.
fn clone() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let release = folder.path().join("target/release");
    fs::create_dir_all(&release).unwrap();
    symlink(built("shuttle"), release.join("shuttle")).unwrap();
    fs::create_dir_all(folder.path().join("platforms/shuttle")).unwrap();
    folder
}

/// The commands with other ports, and nobody elsewhere let in.
fn with_ports(text: &str, free: [u16; 2]) -> String {
    let mut text = text.replace("0.0.0.0", "127.0.0.1");
    for (port, free) in PORTS.iter().zip(free) {
        assert!(text.contains(port), "{port} is not in {text}");
        text = text.replace(port, &free.to_string());
    }
    text
}

/// Runs lines in a clone, with what they start in the background; what they print goes into a file of it.
fn type_in(clone: &TempDir, text: &str, log: &str) -> Group {
    let log = fs::File::create(clone.path().join(log)).unwrap();
    let mut shell = Command::new("bash");
    shell
        .args(["-euo", "pipefail", "-c", &format!("{text}\nwait")])
        .current_dir(clone.path())
        .env("LOG_FORMAT", "json")
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(Stdio::inherit())
        .process_group(0);
    Group(shell.spawn().unwrap())
}

/// Waits until a server answers well.
async fn answers(port: u16, path: &str) {
    let address = format!("http://127.0.0.1:{port}{path}");
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let told = reqwest::get(&address).await;
        if told.is_ok_and(|told| told.status().is_success()) {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{address} does not answer");
}
