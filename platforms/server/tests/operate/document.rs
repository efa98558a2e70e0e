//! The operator's manual: every command it shows is run, in its order, and ends well.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use crate::common::BINARY;
use crate::steps::{played, replicated};

const MANUAL: &str = include_str!("../../../../docs/operations/backup.md");
/// What stands before a block that nobody can run without an account.
const NOT_RUN: &str = "<!-- not run: needs an account -->";
/// What only a place with an account begins with, and so every line that is not run must have.
const ACCOUNTS: [&str; 2] = ["s3://", "gs://"];
/// What a line may take at most.
const PATIENCE: Duration = Duration::from_mins(1);
/// Commands the manual shows at least; fewer mean that they are not found.
const COMMANDS_MIN: usize = 10;

#[tokio::test]
async fn every_command_the_manual_shows_does_what_it_says() {
    let (setup, _) = played(replicated(), 71).await;
    let programs = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(BINARY, programs.path().join("arcane-codex")).unwrap();
    let mut run = 0;
    for block in blocks().filter(|block| !block.needs_account) {
        for line in block.lines {
            run += 1;
            let ended = shell(line, setup.folder(), &programs).await;
            assert!(ended.0, "{line}: {}", ended.1);
        }
    }
    assert!(run >= COMMANDS_MIN, "{run} commands were found");
}

#[test]
fn only_what_needs_an_account_is_not_run() {
    for block in blocks().filter(|block| block.needs_account) {
        let can_run = block
            .lines
            .iter()
            .find(|line| !ACCOUNTS.iter().any(|account| line.contains(account)));
        assert_eq!(can_run, None, "this line needs no account");
    }
}

#[test]
fn every_subcommand_is_shown() {
    let shown: Vec<&str> = blocks().flat_map(|block| block.lines).collect();
    for subcommand in [
        "backup",
        "restore",
        "verify",
        "copy",
        "key",
        "key retire",
        "replica status",
        "doctor",
    ] {
        let command = format!("arcane-codex {subcommand}");
        assert!(
            shown.iter().any(|line| line.contains(&command)),
            "{command}"
        );
    }
}

/// A fenced block of shell commands.
struct Block {
    lines: Vec<&'static str>,
    needs_account: bool,
}

fn blocks() -> impl Iterator<Item = Block> {
    let mut parts = MANUAL.split("```");
    let mut blocks = Vec::new();
    while let (Some(text), Some(fenced)) = (parts.next(), parts.next()) {
        let Some(commands) = fenced.strip_prefix("sh\n") else {
            continue;
        };
        blocks.push(Block {
            lines: commands.lines().filter(|line| !line.is_empty()).collect(),
            needs_account: text.trim_end().ends_with(NOT_RUN),
        });
    }
    blocks.into_iter()
}

/// Runs a line as an operator would type it. Returns whether it went well and what was said.
async fn shell(line: &str, folder: &Path, programs: &TempDir) -> (bool, String) {
    let path = format!("{}:/usr/bin:/bin", programs.path().display());
    let replica = format!("file://{}/replica", folder.display());
    let mut shell = Command::new("sh");
    shell
        .args(["-c", line])
        .env_clear()
        .env("PATH", path)
        .env("DB_PATH", folder.join("codex.db"))
        .env("REPLICA_URL", replica)
        .env("SECRET_KEY", "2c9d7fa0b1e84d63958e7a1c40fb36d29e5a")
        .current_dir(folder)
        .kill_on_drop(true);
    let ended = timeout(PATIENCE, shell.output()).await.unwrap().unwrap();
    let said = [ended.stdout, ended.stderr].concat();
    (
        ended.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}
