//! Writes the settings into the documents that list them, and the description of the API.

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (path, text) in profiles::documents(&root)? {
        fs::write(path, text)?;
    }
    Ok(())
}
