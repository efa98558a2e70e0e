//! The written world of The Arcane Codex: its gods, questions, classes, companions and quests.
//!
//! Authors write the files in `data/`; `README.md` is their manual. [`library`] reads them and refuses what
//! [`check`] finds fault with, so that nobody meets a dead end at the table. [`library_with`] reads an operator's quests
//! besides, and leaves out those that have faults. The rules that use this world
//! are in crate [`game`].

mod operator;
mod read;
mod structure;

mod check;
mod lines;
mod words;

#[cfg(feature = "play")]
pub mod play;
#[cfg(feature = "play")]
pub mod simulate;

pub use check::{ContentError, WorldFinding, check};
pub use operator::{
    OpenedLibrary, QuestFile, QuestFinding, check_quest_file, library_with, quest_files,
};
pub use read::{WorldError, WorldSource, read};
pub use words::recovery_words;

use game::content::World;

/// Reads the world this program was built with, whatever faults it has: for tools that look into it as it is written.
///
/// # Errors
///
/// [`WorldError::Unreadable`] when a file cannot be read.
#[cfg(feature = "play")]
pub fn unchecked_library() -> Result<World, WorldError> {
    read(&read::EMBEDDED)
}

/// Reads the world this program was built with.
///
/// # Errors
///
/// [`WorldError`] when a file cannot be read or the world has faults; the tests keep both from happening.
pub fn library() -> Result<World, WorldError> {
    let world = read(&read::EMBEDDED)?;
    let findings = check(&world);
    if findings.is_empty() {
        Ok(world)
    } else {
        Err(WorldError::Unsound { findings })
    }
}
