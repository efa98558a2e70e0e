//! The guides for compose, followed by a reader: each command as it is written, with compose's own program, the real
//! server, and a stand-in for the engine alone.

use std::cell::Cell;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use deploy::{blocks, built, outcome, read, root, run, told};
use serde_json::{Value, json};
use tempfile::TempDir;

const GUIDE: &str = "docs/operations/compose.md";
const COMING: &str = "docs/operations/from-python.md";
/// What of a checkout the commands need.
const CHECKOUT: [&str; 8] = [
    "Dockerfile",
    "compose.yaml",
    "compose.prod.yaml",
    "compose.postgres.yaml",
    "docker-compose.prod.yml",
    "monitoring",
    "nginx",
    "scripts",
];
/// The headings with commands, in the order in which they are followed.
const HEADINGS: [&str; 8] = [
    "Start",
    "Change a setting",
    "Limits",
    "Back up",
    "Restore",
    "Update",
    "See how it is",
    "Prometheus",
];
/// Where the server answers that stands for the instances, to a shell of the reader's.
const ADDRESS: &str = r#""http://127.0.0.1:$(cat "$ENGINE/port")""#;
/// Makes a repository of what is in `origin`, and a clone of it that can be pulled into.
const CLONE: &str = r"
git -C origin init --quiet
git -C origin add --all
git -C origin -c user.name=reader -c user.email=reader@codex.example commit --quiet --message first
git clone --quiet origin clone
";
/// Ends the server when the test has ended, however that was: then the pipe closes.
const GUARD: &str = r#"cat >/dev/null; [ ! -s "$1" ] || kill -KILL "$(cat "$1")""#;

#[test]
fn a_reader_lives_with_compose_as_the_guide_says_but_for_the_engine() {
    let reader = Reader::new();
    let follow = |heading| reader.follow(heading);
    follow("Start");
    let settings = follow("Change a setting");
    let mut lines = settings.lines();
    let line = lines.find(|line| line.starts_with("MAX_CONCURRENT_GAMES="));
    assert!(line.unwrap().contains("=500 "), "{settings}");
    follow("Limits");

    let kept = reader.open_table();
    let saved = follow("Back up");
    assert!(saved.contains("1 records of 1 tables"), "{saved}");
    let later = reader.open_table();
    let restored = follow("Restore");
    assert_eq!(
        restored.matches("restored from the backup").count(),
        2,
        "{restored}"
    );
    assert!(reader.knows(&kept));
    assert!(!reader.knows(&later), "the journal of before is served");

    follow("Update");
    let state = follow("See how it is");
    assert!(state.contains("\"status\":\"healthy\""), "{state}");
    assert!(state.contains("active_games"), "{state}");
    let log = fs::read_to_string(reader.clone_folder().join("app.log")).unwrap();
    assert!(log.contains("the Codex is open"), "{log}");
    follow("Prometheus");
    assert!(reader.knows(&kept));
    follow("Stop and remove");
}

#[test]
fn every_block_of_the_guides_is_followed_or_says_why_not() {
    for guide in [GUIDE, COMING] {
        for block in blocks(&read(guide)) {
            let known = match block.mark.split_once(':') {
                None => block.mark == "sh" || block.mark == "text",
                Some((mark, why)) => mark == "sh untested" && !why.trim().is_empty(),
            };
            assert!(known, "{guide}, {}: {}", block.heading, block.mark);
            let followed =
                HEADINGS.contains(&block.heading.as_str()) || block.heading == "Stop and remove";
            assert!(
                block.mark != "sh" || followed,
                "nobody follows {}",
                block.heading
            );
        }
    }
}

/// What stands in a table or a sentence is read by the program it is for.
/// What stands in a table or a sentence is understood by the program it is for.
#[test]
fn what_the_guides_tell_to_type_is_understood() {
    let reader = Reader::new();
    let mut understood = [0; 3];
    for guide in [
        GUIDE,
        COMING,
        "docs/operations/tls.md",
        "docs/scaling.md",
        "README.md",
    ] {
        for command in said_to_type(&read(guide)) {
            let words: Vec<&str> = command.split_whitespace().collect();
            match words[..] {
                ["docker", "compose", ..] => {
                    let ended = reader.shell(&format!("ONLY_READ=1 {command}"));
                    assert!(
                        ended.status.success(),
                        "{guide}: {command}: {}",
                        told(&ended)
                    );
                    understood[0] += 1;
                }
                ["arcane-codex", subcommand, ..] => {
                    run(Command::new(built("arcane-codex")).args([subcommand, "--help"]));
                    understood[1] += 1;
                }
                [script, ..] if script.contains(".sh") => {
                    assert!(root().join(script).is_file(), "{guide}: {command}");
                    understood[2] += 1;
                }
                _ => {}
            }
        }
    }
    assert!(
        understood.iter().all(|commands| *commands > 2),
        "{understood:?}"
    );
}

/// The commands between single backticks: what stands behind assignments and before a pipe. `…` is no command.
fn said_to_type(guide: &str) -> Vec<String> {
    let outside = guide.split("```").step_by(2);
    let spans = outside.flat_map(|text| text.split('`').skip(1).step_by(2));
    let commands = spans.filter(|span| !span.contains('…')).map(|span| {
        let words = span
            .split_whitespace()
            .skip_while(|word| word.contains('='));
        words
            .take_while(|word| !word.ends_with('|'))
            .collect::<Vec<_>>()
            .join(" ")
    });
    commands.collect()
}

/// Somebody who follows a guide in a clone of their own.
struct Reader {
    home: TempDir,
    guard: Child,
    /// How many tables were opened.
    opened: Cell<u32>,
}

impl Reader {
    fn new() -> Self {
        let home = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
        for made in ["origin", "bin", "engine"] {
            fs::create_dir(home.path().join(made)).unwrap();
        }
        let engine = root().join("tests/deploy/compose/engine.sh");
        std::os::unix::fs::symlink(engine, home.path().join("bin/docker")).unwrap();
        run(Command::new("cp")
            .arg("-r")
            .args(CHECKOUT.map(|name| root().join(name)))
            .arg(home.path().join("origin")));
        run(Command::new("bash")
            .args(["-euc", CLONE])
            .current_dir(home.path()));
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(home.path().join("engine/pid"))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            home,
            guard,
            opened: Cell::new(0),
        }
    }

    /// Runs the blocks under a heading, in their order, and returns what they print.
    fn follow(&self, heading: &str) -> String {
        let guide = blocks(&read(GUIDE)).into_iter();
        let blocks = guide.filter(|block| block.heading == heading && block.mark == "sh");
        let printed: Vec<_> = blocks
            .map(|block| {
                let output = self.shell(&block.text);
                assert!(output.status.success(), "{}\n{}", block.text, told(&output));
                told(&output)
            })
            .collect();
        assert!(!printed.is_empty(), "{heading} has no commands");
        printed.concat()
    }

    /// Opens a table at the server that runs, and returns its name in addresses.
    fn open_table(&self) -> String {
        let command_id = format!(
            "follows-the-guide-{}",
            self.opened.replace(self.opened.get() + 1)
        );
        let asked = json!({ "name": "Ada", "command_id": command_id }).to_string();
        let posted = format!("--header 'Content-Type: application/json' --data '{asked}'");
        let answer = self.curl(&format!("{posted} {ADDRESS}/api/tables"));
        let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
        answer["table"].as_str().unwrap().to_owned()
    }

    fn knows(&self, table: &str) -> bool {
        self.curl(&format!("{ADDRESS}/api/tables/{table}"))
            .status
            .success()
    }

    fn curl(&self, arguments: &str) -> Output {
        self.shell(&format!("curl --silent --show-error --fail {arguments}"))
    }

    fn clone_folder(&self) -> PathBuf {
        self.home.path().join("clone")
    }

    fn shell(&self, commands: &str) -> Output {
        let guide = read(GUIDE);
        let exported = guide
            .lines()
            .find(|line| line.starts_with("export COMPOSE_FILE="));
        let commands = format!(
            "{}\n{commands}",
            exported.expect("the guide names the file")
        );
        let path = env::var("PATH").unwrap_or_default();
        outcome(
            Command::new("bash")
                .args(["-euo", "pipefail", "-c", &commands])
                .current_dir(self.clone_folder())
                .env(
                    "PATH",
                    format!("{}:{path}", self.home.path().join("bin").display()),
                )
                .env(
                    "DOCKER_COMPOSE",
                    servers::program("compose", "docker-compose"),
                )
                .env("SERVER", built("arcane-codex"))
                .env("ENGINE", self.home.path().join("engine")),
        )
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}
