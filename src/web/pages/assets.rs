//! The style, the scripts and the icon, built into the program, plain and compressed.

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

/// Includes what the build script made of a file of the folder of assets.
macro_rules! asset {
    ($name:literal, $mime:literal) => {
        Asset {
            name: $name,
            mime: $mime,
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/", $name)),
            brotli: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".br")),
            gzip: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")),
        }
    };
}

/// Every file the pages link to.
pub const ASSETS: [Asset; 25] = [
    asset!("codex.css", "text/css; charset=utf-8"),
    asset!("codex.js", "text/javascript; charset=utf-8"),
    asset!("texts.js", "text/javascript; charset=utf-8"),
    asset!("page.js", "text/javascript; charset=utf-8"),
    asset!("beats.js", "text/javascript; charset=utf-8"),
    asset!("rite.js", "text/javascript; charset=utf-8"),
    asset!("chronicle.js", "text/javascript; charset=utf-8"),
    asset!("panels.js", "text/javascript; charset=utf-8"),
    asset!("herald.js", "text/javascript; charset=utf-8"),
    asset!("calls.js", "text/javascript; charset=utf-8"),
    asset!("tv.js", "text/javascript; charset=utf-8"),
    asset!("whisper.js", "text/javascript; charset=utf-8"),
    asset!("outcome.js", "text/javascript; charset=utf-8"),
    asset!("dice.js", "text/javascript; charset=utf-8"),
    asset!("council.js", "text/javascript; charset=utf-8"),
    asset!("sound.js", "text/javascript; charset=utf-8"),
    asset!("theme.js", "text/javascript; charset=utf-8"),
    asset!("link.js", "text/javascript; charset=utf-8"),
    asset!("sources.js", "text/javascript; charset=utf-8"),
    asset!("transport.js", "text/javascript; charset=utf-8"),
    asset!("door.js", "text/javascript; charset=utf-8"),
    asset!("share.js", "text/javascript; charset=utf-8"),
    asset!("again.js", "text/javascript; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("sigils.svg", "image/svg+xml"),
];

/// A mark of the contents of all files. It stands for a folder in their addresses, so that a script that imports the one
/// beside it gets it from the same release.
pub(crate) const MARK: u64 = {
    let mut mark = FNV_BASIS;
    let mut at = 0;
    while at < ASSETS.len() {
        mark = hashed(mark, ASSETS[at].bytes);
        at += 1;
    }
    mark
};

const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// The address of a file, with a mark of what this release holds, so that it may be cached for ever.
pub fn asset(name: &str) -> String {
    format!("/assets/{MARK:016x}/{name}")
}

/// Goes on with a hash of FNV-1a: enough to tell two releases of the files apart.
pub(crate) const fn hashed(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut at = 0;
    while at < bytes.len() {
        hash ^= bytes[at] as u64;
        hash = hash.wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}
