//! Steps that tests of several subcommands take.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::fleet::{Acknowledged, BotFleet};
use crate::common::fresh_setup;
use crate::common::server::{Ended, Setup};

/// Done, and everything in order.
pub(crate) const DONE: Option<i32> = Some(0);
/// Something was looked at and is wrong.
pub(crate) const WRONG: Option<i32> = Some(1);
/// Something needed is not there.
pub(crate) const ABSENT: Option<i32> = Some(69);
/// It was asked for wrongly.
pub(crate) const MISUSED: Option<i32> = Some(78);

/// A key no test but this one knows.
const KEY: &str = "0b5b1a7e9c3d48f6a2e4c6880d1f3b579ace";

/// A setup with a journal in which a table was played to its end, and what the bots were told.
pub(crate) async fn played(setup: Setup, seed: u64) -> (Setup, Vec<Acknowledged>) {
    let mut server = setup.start().await;
    let fleet = BotFleet::new(server.address(), seed);
    fleet.play(2).await.unwrap();
    server.terminate().await;
    server.ended().await;
    (setup, fleet.acknowledged())
}

/// A setup with a replica in a folder of its own.
pub(crate) fn replicated() -> Setup {
    let setup = fresh_setup();
    let folder = setup.folder().join("replica");
    fs::create_dir(&folder).unwrap();
    setup
        .with("REPLICA_URL", &place(&folder))
        .with("SECRET_KEY", KEY)
}

/// The address of a folder.
pub(crate) fn place(folder: &Path) -> String {
    format!("file://{}", folder.display())
}

/// Runs a subcommand that is to end well.
pub(crate) async fn done(setup: &Setup, arguments: &[&str]) -> Ended {
    ends(setup, arguments, DONE, &[]).await
}

/// Runs a subcommand that is to end with a code and these words.
pub(crate) async fn ends(
    setup: &Setup,
    arguments: &[&str],
    code: Option<i32>,
    words: &[&str],
) -> Ended {
    let ended = setup.run(arguments).await;
    let said = ended.text();
    assert_eq!(ended.status.code(), code, "{arguments:?}: {said}");
    for word in words {
        assert!(
            said.contains(word),
            "{arguments:?}: {word:?} is not in {said}"
        );
    }
    ended
}

/// Runs a subcommand that is to end with a code, and reads the one object it prints.
pub(crate) async fn object(setup: &Setup, arguments: &[&str], code: Option<i32>) -> Value {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
    let ended = ends(setup, &arguments, code, &[]).await;
    // What is not the object was said on the other stream.
    let mut objects = ended.log.iter().filter(|line| line.starts_with('{'));
    let object = serde_json::from_str(objects.next().unwrap()).unwrap();
    assert_eq!(objects.next(), None, "one object");
    object
}

/// The names of what lies in a folder, in their order.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The only file in a folder.
pub(crate) fn only(folder: &Path) -> PathBuf {
    let names = names(folder);
    assert_eq!(names.len(), 1, "{names:?}");
    folder.join(&names[0])
}

/// Changes one byte of a file.
pub(crate) fn flip(path: &Path, at: impl Fn(&[u8]) -> usize) {
    let mut bytes = fs::read(path).unwrap();
    let at = at(&bytes);
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Asserts that a place has everything in it that it had, and nothing else.
pub(crate) async fn unchanged(setup: &Setup, work: impl AsyncFnOnce()) {
    let before = crate::disk::contents(setup.folder());
    work().await;
    let after = crate::disk::contents(setup.folder());
    let names = |contents: &std::collections::BTreeMap<PathBuf, Option<Vec<u8>>>| {
        contents.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names(&after), names(&before), "something is left behind");
    assert!(after == before, "something was changed");
}
