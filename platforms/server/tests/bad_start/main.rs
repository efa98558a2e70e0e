//! What an operator gets wrong: each with its sentence, and nothing changed or lost.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

#[path = "../common/mod.rs"]
mod common;

mod elsewhere;
mod places;
mod quests;
mod replicas;
mod settings;

mod chronicles;
mod clock;
mod files;
mod full_disk;
mod log;

mod disk;
