//! The Rust buildpack's steps, followed in a clean environment, put the program where the Procfile looks for it.
//!
//! The steps are those of `bin/compile` at the commit that `app.json` names, in this project's words: `RustConfig` is
//! sourced after the defaults, cargo builds into the cache, and what is executable there goes to `target/release`.
//! Installing the compiler is left out: the one at hand must be of the version that would be installed.

#![expect(
    clippy::print_stdout,
    reason = "time and size are figures that somebody waits for"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use deploy::{outcome, root, run, told};

/// The environment's variables are those of a build dyno; `$1` is the copy, and the cache is told by `CACHE_DIR`.
const STEPS: &str = r#"
VERSION=stable
BUILD_PATH=""
RUST_SKIP_BUILD=0
RUST_CARGO_BUILD_FLAGS="--release"
. "$1/RustConfig"
set -eu
test "$RUST_SKIP_BUILD" -ne 1
case "$(rustc --version)" in
  "rustc $VERSION"*) ;;
  *) echo "RustConfig wants Rust $VERSION; this is $(rustc --version)" >&2; exit 1 ;;
esac
export CARGO_TARGET_DIR="$CACHE_DIR/target"
cd "$1/$BUILD_PATH"
rm -rf target/
cargo build $RUST_CARGO_BUILD_FLAGS
mkdir -p target/release
find "$CARGO_TARGET_DIR/release" -maxdepth 1 -type f -executable -exec cp -a -t target/release {} +
"#;

#[test]
fn the_buildpack_puts_the_program_where_the_procfile_looks_for_it() {
    let place = tempfile::tempdir().expect("there is room for a folder");
    let copy = place.path().join("build");
    copy_sources(&copy);
    let cache = cache(place.path());

    let begun = Instant::now();
    let mut steps = Command::new("sh");
    steps
        .args(["-c", STEPS, "buildpack"])
        .arg(&copy)
        .env_clear()
        .env("HOME", place.path())
        .env("PATH", toolchain_and_system())
        .env("CARGO_HOME", place.path().join("cargo"))
        .env("CACHE_DIR", &cache);
    let output = outcome(&mut steps);
    assert!(output.status.success(), "{}", told(&output));
    println!("built in {} s", begun.elapsed().as_secs());

    for line in fs::read_to_string(copy.join("Procfile"))
        .expect("it was copied")
        .lines()
    {
        let (_, command) = line.split_once(": ").expect("a name and a command");
        let program = command.split(' ').next().expect("a command is not empty");
        let mut version = Command::new(program);
        let printed = run(version.current_dir(&copy).env_clear().arg("--version"));
        assert!(printed.starts_with("arcane-codex "), "{printed}");
    }
    // Heroku refuses more than 500 MB, sources and all.
    let size = size(&copy.join("target"));
    println!("{} KB are added to the sources", size / 1024);
    assert!(size < 100_000_000, "{size}");
}

/// Copies what git has, or would have after an add: what a push carries.
fn copy_sources(copy: &Path) {
    let mut git = Command::new("git");
    let asked = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let listed = run(git.current_dir(root()).args(asked));
    for file in listed.split('\0').filter(|file| !file.is_empty()) {
        let (from, to) = (root().join(file), copy.join(file));
        if !from.is_file() {
            continue;
        }
        fs::create_dir_all(to.parent().expect("it is in a folder")).expect("the folder is ours");
        fs::copy(&from, &to).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

/// Heroku keeps a cache between builds. Here it holds what cargo has downloaded already, and where cargo is told
/// to download from.
fn cache(place: &Path) -> PathBuf {
    let (home, fresh) = (cargo_home(), place.join("cargo"));
    fs::create_dir(&fresh).expect("the folder is ours");
    for kept in ["registry", "config.toml"] {
        if home.join(kept).exists() {
            std::os::unix::fs::symlink(home.join(kept), fresh.join(kept))
                .expect("the folder is ours");
        }
    }
    let cache = place.join("cache");
    fs::create_dir(&cache).expect("the folder is ours");
    cache
}

fn cargo_home() -> PathBuf {
    let set = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").expect("there is a home")).join(".cargo");
    set.unwrap_or_else(home)
}

/// The compiler that compiled this, and what a system has.
fn toolchain_and_system() -> String {
    let cargo = Path::new(env!("CARGO"));
    let toolchain = cargo.parent().expect("it is in a folder");
    format!("{}:/usr/bin:/bin", toolchain.display())
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries
        .map(|entry| {
            let entry = entry.expect("it can be listed");
            let about = entry.metadata().expect("it is there");
            if about.is_dir() {
                size(&entry.path())
            } else {
                about.len()
            }
        })
        .sum()
}
