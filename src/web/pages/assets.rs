//! The style, the script and the icon, built into the program.

/// A file the pages link to.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Its name below `/assets/`.
    pub name: &'static str,
    /// What it is, for `content-type`.
    pub mime: &'static str,
    /// What it holds.
    pub bytes: &'static [u8],
}

/// Every file the pages link to.
pub const ASSETS: [Asset; 3] = [
    Asset {
        name: "codex.css",
        mime: "text/css; charset=utf-8",
        bytes: include_bytes!("../assets/codex.css"),
    },
    Asset {
        name: "codex.js",
        mime: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../assets/codex.js"),
    },
    Asset {
        name: "icon.svg",
        mime: "image/svg+xml",
        bytes: include_bytes!("../assets/icon.svg"),
    },
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
