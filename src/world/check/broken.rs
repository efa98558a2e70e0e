//! Broken worlds.
