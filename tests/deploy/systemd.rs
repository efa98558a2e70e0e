//! The units of systemd, read by systemd's own programs; and the server, started with what they set.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use bots::server::Setup;
use deploy::{built, outcome, read, root, run, told};
use host::ExitReason;
use tempfile::TempDir;

const SERVICE: &str = "arcane-codex.service";
const UNITS: [&str; 3] = [
    SERVICE,
    "arcane-codex-backup.service",
    "arcane-codex-backup.timer",
];
/// Where the guide puts the program.
const INSTALLED: &str = "/usr/local/bin/arcane-codex";
/// What `systemd-analyze security` may find at most, in tenths of ten; `docs/operations/systemd.md` names the figure.
const EXPOSURE_MAX: &str = "15";
/// How a process ends whose settings are wrong.
const MISCONFIGURED: i32 = 78;

#[test]
fn systemd_reads_every_unit_and_finds_nothing_to_say() {
    let folder = units();
    let ended = outcome(
        Command::new("systemd-analyze")
            .arg("verify")
            .args(UNITS.map(|unit| folder.path().join(unit))),
    );
    assert!(ended.status.success(), "{}", told(&ended));
    assert_eq!(told(&ended), "");
}

#[test]
fn a_unit_gives_the_program_next_to_nothing() {
    let folder = units();
    for unit in UNITS.iter().filter(|unit| unit.ends_with(".service")) {
        let threshold = format!("--threshold={EXPOSURE_MAX}");
        let unit = folder.path().join(unit);
        let rated = run(Command::new("systemd-analyze")
            .args(["security", "--offline=true", &threshold])
            .arg(unit));
        let guide = read("docs/operations/systemd.md");
        let (_, figure) = rated.split_once("Overall exposure level for ").unwrap();
        let (_, figure) = figure.split_once(": ").unwrap();
        let figure = figure.split_whitespace().next().unwrap();
        assert!(guide.contains(&format!("with {figure} of 10")), "{figure}");
    }
}

/// In the folder of the journal, with nothing else set, as its first start is.
#[tokio::test]
async fn the_server_starts_with_what_the_unit_sets_and_ends_before_it_is_killed() {
    let binary = built("arcane-codex");
    let mut setup = Setup::of(binary.to_str().unwrap()).with("DB_PATH", "");
    for (name, value) in environment() {
        // The test learns the address from the log, which people do not read there.
        if name != "LOG_FORMAT" {
            setup = setup.with(&name, &value);
        }
    }
    let server = setup.start().await;
    assert!(server.setup().folder().join("arcane_codex.db").is_file());
    let asked = Instant::now();
    server.hurry();
    let ended = server.ended().await;
    assert_eq!(ended.status.code(), Some(0), "{}", ended.text());
    assert!(asked.elapsed() < stop_time());
}

#[test]
fn a_stop_is_waited_for_longer_than_it_may_take() {
    let binary = built("arcane-codex");
    let listed = run(Command::new(binary).arg("config").env_clear());
    let drain = listed.lines().find_map(|line| {
        let (value, _) = line.strip_prefix("DRAIN_SECONDS=")?.split_once(' ')?;
        value.parse().ok().map(Duration::from_secs)
    });
    assert!(drain.unwrap() < stop_time());
}

#[tokio::test]
async fn what_a_restart_cannot_mend_is_not_restarted() {
    let binary = built("arcane-codex");
    let setup = Setup::of(binary.to_str().unwrap()).with("DB_POOL_SIZE", "abc");
    let ended = setup.run(&[]).await;
    assert_eq!(ended.status.code(), Some(MISCONFIGURED), "{}", ended.text());
    let stays_down = value("RestartPreventExitStatus");
    let mut codes: Vec<i32> = stays_down
        .split(' ')
        .map(|it| it.parse().unwrap())
        .collect();
    codes.sort_unstable();
    let taken_over = i32::from(ExitReason::TakenOver.code());
    assert_eq!(codes, [taken_over, MISCONFIGURED]);
    assert_eq!(
        value("SuccessExitStatus"),
        ExitReason::SecondSignal.code().to_string()
    );
}

#[test]
fn the_manual_says_of_every_end_why_it_came() {
    let manual = read("docs/operations/process.md");
    let reasons = [
        ExitReason::Signal,
        ExitReason::SecondSignal,
        ExitReason::TakenOver,
        ExitReason::Panic,
    ];
    for reason in reasons {
        let row = format!("| {} | ", reason.code());
        assert!(manual.contains(&row), "{reason:?}");
    }
}

#[test]
fn shellcheck_finds_nothing_in_the_operators_script() {
    let script = root().join("systemd/codex");
    run(Command::new(servers::program("compose", "shellcheck")).arg(&script));
    let text = fs::read_to_string(script).unwrap();
    for shared in [INSTALLED, "/etc/arcane-codex/environment", "UMask=0077"] {
        assert!(text.contains(shared), "{shared}");
        assert!(unit(SERVICE).contains(shared), "{shared}");
    }
}

/// The units in a folder, with the program where it is.
fn units() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let binary = built("arcane-codex").display().to_string();
    for name in UNITS {
        let text = unit(name).replace(INSTALLED, &binary);
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn unit(name: &str) -> String {
    read(&format!("systemd/{name}"))
}

/// The variables that the unit sets.
fn environment() -> Vec<(String, String)> {
    let set = value("Environment");
    let set = set.split(' ').map(|one| one.split_once('=').unwrap());
    set.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn stop_time() -> Duration {
    let seconds = value("TimeoutStopSec");
    Duration::from_secs(seconds.strip_suffix('s').unwrap().parse().unwrap())
}

/// What the unit says behind a name.
fn value(name: &str) -> String {
    let text = unit(SERVICE);
    let before = format!("{name}=");
    let mut lines = text.lines();
    let found = lines.find_map(|line| line.strip_prefix(&before));
    found
        .unwrap_or_else(|| panic!("{name} is not set"))
        .to_owned()
}
