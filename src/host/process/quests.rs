//! The world that tables are played in: the quests the program was built with, and the operator's own.

use std::path::Path;

use anyhow::Context as _;
use game::content::World;

/// Reads the world. What keeps one of the operator's quests out is logged, and the others are played.
///
/// # Errors
///
/// A sentence that names the variable when the folder cannot be read.
pub(crate) fn open_world(folder: Option<&Path>) -> anyhow::Result<World> {
    let Some(folder) = folder else {
        return world::library().context("the written world cannot be read");
    };
    let files = world::quest_files(folder).with_context(|| {
        format!(
            "QUESTS_DIR is {}, which cannot be read; give a folder of .toml files, or leave the variable out",
            folder.display()
        )
    })?;
    let opened = world::library_with(&files).context("the written world cannot be read")?;
    for finding in &opened.findings {
        tracing::warn!(
            file = finding.file,
            line = finding.line,
            "a quest of QUESTS_DIR is left out: {}",
            finding.sentence
        );
    }
    Ok(opened.world)
}
