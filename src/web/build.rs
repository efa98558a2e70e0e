//! Compresses the files that pages link to once, at build time and at the highest level.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;

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
        let bytes = fs::read(file.path())?;
        let name = file.file_name();
        let name = name.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
        brotli(&bytes, File::create(out.join(format!("{name}.br")))?)?;
        gzip(&bytes, File::create(out.join(format!("{name}.gz")))?)?;
    }
    Ok(())
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
