//! Writes the settings and the metrics into the documents that list them, and the description of the API.

use std::path::Path;
use std::{fs, io};

use profiles::SERVER;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let metrics = host::metrics_table(&SERVER).map_err(io::Error::other)?;
    for (path, text) in profiles::documents(&root, &metrics)? {
        fs::write(path, text)?;
    }
    Ok(())
}
