//! Where programs are that tests need.

use std::env;
use std::path::PathBuf;

/// Finds a program that `tests/install.sh` keeps in `folder`, or else one on the path.
///
/// # Panics
///
/// If it is in neither.
pub fn program(folder: &str, name: &str) -> PathBuf {
    let on_path = env::var_os("PATH").unwrap_or_default();
    let kept = installed().map(|kept| kept.join(folder));
    let found = kept
        .into_iter()
        .flat_map(|kept| [kept.join("bin"), kept.join("node_modules/.bin")])
        .chain(env::split_paths(&on_path))
        .map(|folder| folder.join(name))
        .find(|program| program.is_file());
    found.unwrap_or_else(|| {
        panic!("the tests need {name}, which is not there; please run: tests/install.sh")
    })
}

/// Finds one of the servers.
pub(crate) fn find(name: &str) -> PathBuf {
    program("servers", name)
}

/// The same folder that `tests/install.sh` takes.
fn installed() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let cache = set("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".cache")));
    cache.map(|cache| cache.join("arcane-codex"))
}
