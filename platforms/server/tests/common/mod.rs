//! The server this package builds, and those who play on it.

pub(crate) use bots::*;

use bots::server::Setup;

/// The binary this package builds.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_arcane-codex");

/// A server with a journal in a fresh folder.
pub(crate) fn fresh_setup() -> Setup {
    Setup::of(BINARY)
}
