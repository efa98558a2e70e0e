//! Where the servers' programs are.

use std::env;
use std::path::PathBuf;

/// Finds a program where `tests/install.sh` puts it, or else on the path.
pub(crate) fn find(name: &str) -> PathBuf {
    let on_path = env::var_os("PATH").unwrap_or_default();
    let found = installed()
        .into_iter()
        .chain(env::split_paths(&on_path))
        .map(|folder| folder.join(name))
        .find(|program| program.is_file());
    found.unwrap_or_else(|| {
        panic!("the tests need {name}, which is not there; please run: tests/install.sh rust")
    })
}

/// The same folder that `tests/install.sh` takes.
fn installed() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let cache = set("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".cache")));
    cache.map(|cache| cache.join("arcane-codex/parts/bin"))
}
