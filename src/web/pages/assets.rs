//! The style, the script and the icon, built into the program as they are and compressed.

/// A file the pages link to.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Its name below `/assets/`.
    pub name: &'static str,
    /// What it is, for `content-type`.
    pub mime: &'static str,
    /// What it holds.
    pub bytes: &'static [u8],
    /// The same, compressed with Brotli at build time. Every browser that takes zstd takes this, and it is smaller.
    pub brotli: &'static [u8],
    /// The same, compressed with gzip at build time.
    pub gzip: &'static [u8],
}

/// Includes a file of the folder of assets with what the build script made of it.
macro_rules! asset {
    ($name:literal, $mime:literal) => {
        Asset {
            name: $name,
            mime: $mime,
            bytes: include_bytes!(concat!("../assets/", $name)),
            brotli: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".br")),
            gzip: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")),
        }
    };
}

/// Every file the pages link to.
pub const ASSETS: [Asset; 3] = [
    asset!("codex.css", "text/css; charset=utf-8"),
    asset!("codex.js", "text/javascript; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
];

const MARKS: [u64; ASSETS.len()] = [
    mark(ASSETS[0].bytes),
    mark(ASSETS[1].bytes),
    mark(ASSETS[2].bytes),
];

/// The address of a file, with a mark of its contents, so that it may be cached for ever.
pub fn asset(name: &str) -> String {
    ASSETS
        .iter()
        .zip(MARKS)
        .find(|(asset, _)| asset.name == name)
        .map_or_else(
            || format!("/assets/{name}"),
            |(asset, mark)| format!("/assets/{}?v={mark:016x}", asset.name),
        )
}

/// FNV-1a: enough to tell two releases of a file apart.
const fn mark(bytes: &[u8]) -> u64 {
    let mut mark: u64 = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < bytes.len() {
        mark ^= bytes[at] as u64;
        mark = mark.wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    mark
}
