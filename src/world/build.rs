//! Lists the quests in `data/quests`, so that a new file there is a new quest.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::{env, fs};

/// Where the quests are.
const QUESTS: &str = "data/quests";

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo names the folders of a build script in the environment"
)]
fn main() -> io::Result<()> {
    let folder = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .ok_or(io::ErrorKind::NotFound)
    };
    let (from, out) = (folder("CARGO_MANIFEST_DIR")?, folder("OUT_DIR")?);
    // Cargo reads the script's standard output.
    writeln!(io::stdout(), "cargo::rerun-if-changed={QUESTS}")?;
    let mut files = Vec::new();
    for file in fs::read_dir(QUESTS)? {
        let path = file?.path();
        if path.extension().is_some_and(|kind| kind == "toml") {
            files.push(path);
        }
    }
    files.sort();
    let mut list = String::from("&[");
    for file in files {
        let name = file.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        let name = format!("quests/{}", name.to_string_lossy());
        // The debug form of a text is one that Rust reads, whatever stands in the path.
        let path = from.join(&file);
        let path = path.to_string_lossy();
        write!(list, "({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    list.push(']');
    fs::write(out.join("quests.rs"), list)
}
