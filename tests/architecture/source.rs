//! The workspace as it lies on the disk.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The crates in `src` or `platforms`, by name.
pub(crate) fn crates(folder: &str) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut crates: Vec<(String, PathBuf)> = entries
        .filter(|path| path.join("Cargo.toml").is_file())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), path))
        .collect();
    crates.sort();
    assert!(!crates.is_empty(), "there are crates in {folder}");
    crates
}

/// Folders of what was built or installed.
const OF_OTHERS: [&str; 2] = ["target", "node_modules"];
/// The one hidden folder that is ours.
const OF_THE_FORGE: &str = ".github";

/// The files of Rust in these folders, in order.
pub(crate) fn files(folders: &[&str]) -> Vec<PathBuf> {
    files_of("rs", folders)
}

/// Every document of the repository, in order.
pub(crate) fn documents() -> Vec<PathBuf> {
    let documents = files_of("md", &["."]);
    assert!(documents.len() > 20, "{documents:#?}");
    documents
}

/// The files in these folders whose names end so, in order.
pub(crate) fn files_of(extension: &str, folders: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in folders {
        gather(
            &root().join(folder).canonicalize().unwrap(),
            extension,
            &mut files,
        );
    }
    files.sort();
    files
}

fn gather(folder: &Path, extension: &str, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        let is_hidden = name.starts_with('.') && name != OF_THE_FORGE;
        if path.is_dir() {
            if !is_hidden && !OF_OTHERS.contains(&&*name) {
                gather(&path, extension, into);
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            into.push(path);
        }
    }
}

/// Reads a file of TOML.
pub(crate) fn toml(path: &Path) -> toml::Table {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.parse()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
