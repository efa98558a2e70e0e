//! Makes of the files that pages link to what browsers are sent: scripts without their comments, all compressed once,
//! at the highest level. Makes of the texts of the interface what says them.

#[path = "build/icons.rs"]
mod icons;
#[path = "build/texts.rs"]
mod texts;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use brotli::enc::BrotliEncoderParams;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

/// Where the files are.
const ASSETS: &str = "assets";
/// Where the parts of the style are, and what they are joined to, in the order of their names.
const STYLE: (&str, &str) = ("assets/style", "codex.css");
/// The module of the texts that scripts say.
const TEXTS: &str = "texts.js";

fn main() -> io::Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "Cargo names the folder of a build script's output in the environment"
    )]
    let out = std::env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let out = PathBuf::from(out);
    // Cargo reads the script's standard output.
    for folder in [ASSETS, texts::FOLDER] {
        writeln!(io::stdout(), "cargo::rerun-if-changed={folder}")?;
    }
    for path in paths_in(ASSETS)? {
        if !path.is_file() {
            continue;
        }
        let name = path.file_name().and_then(OsStr::to_str);
        let name = name.ok_or(io::ErrorKind::InvalidFilename)?;
        let mut bytes = fs::read(&path)?;
        if path.extension().is_some_and(|kind| kind == "js") {
            bytes = without_comments(&bytes);
        }
        write(&out, name, &bytes)?;
    }
    for (name, bytes) in icons::files()? {
        fs::write(out.join(name), bytes)?;
    }
    write(&out, TEXTS, &texts::build(&out)?)?;
    let (parts, name) = STYLE;
    let mut style = Vec::new();
    for part in paths_in(parts)? {
        style.append(&mut lines_of_rules(&fs::read(part)?));
    }
    write(&out, name, &style)
}

/// What is in a folder, in the order of the names, so that one source makes one program.
fn paths_in(folder: &str) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// Writes what a browser is sent, plain and compressed.
fn write(out: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::write(out.join(name), bytes)?;
    brotli(bytes, File::create(out.join(format!("{name}.br")))?)?;
    gzip(bytes, File::create(out.join(format!("{name}.gz")))?)
}

/// Leaves out the lines of a style that are empty or a comment as a whole, and the blanks before the others.
fn lines_of_rules(style: &[u8]) -> Vec<u8> {
    let lines = style.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let is_comment = |line: &[u8]| line.starts_with(b"/*") && line.ends_with(b"*/");
    let rules = lines.filter(|line| !line.is_empty() && !is_comment(line));
    rules.flat_map(|line| [line, b"\n"].concat()).collect()
}

/// Leaves out the lines of a script that are empty or a comment as a whole, and the blanks before the others. A script's
/// texts therefore have one line each.
fn without_comments(script: &[u8]) -> Vec<u8> {
    let lines = script.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let read = lines.filter(|line| {
        let is_comment =
            line.starts_with(b"//") || (line.starts_with(b"/**") && line.ends_with(b"*/"));
        !line.is_empty() && !is_comment
    });
    read.collect::<Vec<_>>().join(&b'\n')
}

fn brotli(mut bytes: &[u8], mut to: File) -> io::Result<()> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut bytes, &mut to, &parameters).map(drop)
}

/// Without a name and a time, so that one source makes one program.
fn gzip(bytes: &[u8], to: File) -> io::Result<()> {
    let mut encoder: GzEncoder<File> = GzBuilder::new().write(to, Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish().map(drop)
}
