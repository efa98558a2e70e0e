//! Makes of the files that pages link to what browsers are sent: scripts without their comments, all compressed once,
//! at the highest level.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use brotli::enc::BrotliEncoderParams;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

/// Where the files are.
const ASSETS: &str = "assets";

fn main() -> io::Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "Cargo names the folder of a build script's output in the environment"
    )]
    let out = std::env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let out = PathBuf::from(out);
    // Cargo reads the script's standard output.
    writeln!(io::stdout(), "cargo::rerun-if-changed={ASSETS}")?;
    for file in fs::read_dir(ASSETS)? {
        let file = file?;
        let name = file.file_name();
        let name = name.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
        let mut bytes = fs::read(file.path())?;
        if Path::new(name).extension().is_some_and(|kind| kind == "js") {
            bytes = without_comments(&bytes);
        }
        fs::write(out.join(name), &bytes)?;
        brotli(&bytes, File::create(out.join(format!("{name}.br")))?)?;
        gzip(&bytes, File::create(out.join(format!("{name}.gz")))?)?;
    }
    Ok(())
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
