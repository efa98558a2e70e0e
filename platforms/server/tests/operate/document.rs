//! The operator's manual: every command it shows is run, in its order, and ends well.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use crate::common::BINARY;
use crate::common::fleet::BotFleet;
use crate::common::fresh_setup;
use crate::desk::{TOKEN, live};
use crate::steps::{ABSENT, DONE, MISUSED, done, ends, object, played, replicated};

const MANUAL: &str = include_str!("../../../../docs/operations/backup.md");
const RETENTION: &str = include_str!("../../../../docs/operations/retention.md");
const ADMIN: &str = include_str!("../../../../docs/operations/admin.md");
const DYNAMODB: &str = include_str!("../../../../docs/operations/dynamodb.md");
const QUESTS: &str = include_str!("../../../../docs/quests.md");
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
    let programs = programs();
    let settings = with_replica(setup.folder());
    let mut run = 0;
    for block in blocks(MANUAL).filter(|block| !block.needs_account) {
        for line in block.lines {
            run += 1;
            let ended = shell(line, setup.folder(), &programs, &settings).await;
            assert!(ended.0, "{line}: {}", ended.1);
        }
    }
    assert!(run >= COMMANDS_MIN, "{run} commands were found");
}

#[tokio::test]
async fn what_the_page_about_retention_shows_is_done_beside_a_running_server() {
    let setup = replicated();
    let mut server = setup.start().await;
    let fleet = BotFleet::new(server.address(), 72);
    let table = fleet.play(2).await.unwrap().to_string();
    let programs = programs();
    let mut settings = with_replica(setup.folder());
    settings.push(("TABLE", table.clone()));
    done(&setup, &["backup"]).await;
    let mut said = String::new();
    for line in blocks(RETENTION).flat_map(|block| block.lines) {
        let ended = shell(line, setup.folder(), &programs, &settings).await;
        assert!(ended.0, "{line}: {}", ended.1);
        said.push_str(&ended.1);
    }
    for words in [
        "1 tables",
        "seat 1: ",
        "seat 1 is forgotten",
        "closed",
        "erased",
    ] {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
    let show = ["tables", "show", &table];
    ends(&setup, &show, MISUSED, &["is no longer kept"]).await;
    let listed = object(&setup, &["tables", "list"], DONE).await;
    assert_eq!(listed["tables"], serde_json::json!([]));
    // The server knows of it, and nobody is to say that the journal is damaged.
    let database = setup.journal().display().to_string();
    let verified = object(&setup, &["verify", &database], DONE).await;
    let records = verified["records"].as_u64().unwrap();
    assert_eq!(verified["withheld"], records - 1, "all but the last commit");
    server.terminate().await;
    server.ended().await;

    // Alone the subcommand would write what the replica does not know.
    let forget = ["tables", "forget", &table, "1"];
    ends(&setup, &forget, ABSENT, &["no server has"]).await;
    // The backup was made before: what is restored from it is erased again.
    let restore = ["restore", "backups", "--in-place"];
    ends(&setup, &restore, DONE, &["are withheld again"]).await;
    let verified = object(&setup, &["verify", &database], DONE).await;
    assert_eq!(verified["withheld"], verified["records"]);
}

/// The quest that was just begun has faults, and what the page quotes of them is what is said.
#[tokio::test]
async fn what_the_authors_page_shows_leads_from_nothing_to_a_list_of_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let programs = programs();
    let mut said = String::new();
    for line in blocks(QUESTS).flat_map(|block| block.lines) {
        let ended = shell(line, folder.path(), &programs, &[]).await;
        let begun = line == "arcane-codex quest check the-mill.toml";
        assert_eq!(ended.0, !begun, "{line}: {}", ended.1);
        said.push_str(&ended.1);
    }
    let (_, quoted) = QUESTS.split_once("```text\n").unwrap();
    let quoted: Vec<&str> = quoted.split("```").next().unwrap().lines().collect();
    assert!(quoted.len() > 1, "{quoted:?}");
    for line in quoted {
        assert!(said.contains(line), "{line} is not in {said}");
    }
    for written in ["roads.svg", "report.html"] {
        let file = folder.path().join(written);
        assert!(file.metadata().unwrap().len() > 1_000, "{written}");
    }
}

#[tokio::test]
async fn what_the_page_about_the_desk_shows_is_done_beside_a_running_server() {
    let setup = fresh_setup().with("ADMIN_TOKEN", TOKEN);
    let server = setup.start().await;
    let (_fleet, anna, _ben) = live(&server, 73).await;
    let programs = programs();
    let settings = [
        ("TABLE", anna.table().to_string()),
        ("CODEX", format!("http://{}", server.address())),
        ("ADMIN_TOKEN", TOKEN.to_owned()),
    ];
    let mut said = String::new();
    for line in blocks(ADMIN).flat_map(|block| block.lines) {
        let ended = shell(line, setup.folder(), &programs, &settings).await;
        assert!(ended.0, "{line}: {}", ended.1);
        said.push_str(&ended.1);
    }
    for words in [
        "\"log_level\":\"info\"",
        "\"presence\":\"here\"",
        "1 tables",
        "extended",
        "seat 2 is host",
        "\"done\":\"vacate\"",
        "somebody looked",
        "its Chronicle is in",
        "arcane-codex-chronicle/1",
    ] {
        assert!(said.contains(words), "{words:?} is not in {said}");
    }
}

#[test]
fn only_what_needs_an_account_is_not_run() {
    for block in blocks(MANUAL).filter(|block| block.needs_account) {
        let can_run = block
            .lines
            .iter()
            .find(|line| !ACCOUNTS.iter().any(|account| line.contains(account)));
        assert_eq!(can_run, None, "this line needs no account");
    }
}

#[test]
fn every_subcommand_is_shown() {
    let pages = [MANUAL, RETENTION, DYNAMODB, ADMIN, QUESTS];
    let pages = pages.into_iter().flat_map(blocks);
    let shown: Vec<&str> = pages.flat_map(|block| block.lines).collect();
    for subcommand in [
        "backup",
        "restore",
        "verify",
        "copy",
        "key",
        "key retire",
        "replica status",
        "store create",
        "doctor",
        "tables list",
        "tables show",
        "tables close",
        "tables delete",
        "tables forget",
        "quest new",
        "quest check",
        "quest simulate",
        "quest graph",
        "quest read",
        "tables extend",
        "tables hand-over",
        "tables look",
        "tables export",
    ] {
        let command = format!("arcane-codex {subcommand}");
        assert!(
            shown.iter().any(|line| line.contains(&command)),
            "{command}"
        );
    }
}

/// A fenced block of shell commands.
pub(crate) struct Block {
    pub(crate) lines: Vec<&'static str>,
    pub(crate) needs_account: bool,
}

pub(crate) fn blocks(manual: &'static str) -> impl Iterator<Item = Block> {
    let mut parts = manual.split("```");
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

/// A folder in which the program is called as the manual calls it.
pub(crate) fn programs() -> TempDir {
    let programs = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(BINARY, programs.path().join("arcane-codex")).unwrap();
    programs
}

/// The settings of a replica in the folder.
fn with_replica(folder: &Path) -> Vec<(&'static str, String)> {
    vec![(
        "REPLICA_URL",
        format!("file://{}/replica", folder.display()),
    )]
}

/// Runs a line as an operator would type it, with these settings. Returns whether it went well and what was said.
pub(crate) async fn shell(
    line: &str,
    folder: &Path,
    programs: &TempDir,
    settings: &[(&'static str, String)],
) -> (bool, String) {
    let path = format!("{}:/usr/bin:/bin", programs.path().display());
    let mut shell = Command::new("sh");
    shell
        .args(["-c", line])
        .env_clear()
        .env("PATH", path)
        .env("DB_PATH", folder.join("codex.db"))
        .env("SECRET_KEY", "2c9d7fa0b1e84d63958e7a1c40fb36d29e5a")
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .current_dir(folder)
        .kill_on_drop(true);
    let ended = timeout(PATIENCE, shell.output()).await.unwrap().unwrap();
    let said = [ended.stdout, ended.stderr].concat();
    (
        ended.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}
