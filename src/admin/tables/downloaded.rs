//! `tables export` and `tables look`: what a table tells, written to a file as JSON lines.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;
use service::TableId;

use super::open::OpenJournal;
use super::{named, send_news, unread};
use crate::CommandContext;
use crate::report::{CommandError, CommandReport};

/// Exports the Chronicle of a table that is over.
pub(super) async fn export(
    opened: &OpenJournal,
    context: &CommandContext,
    (table, to): (&str, Option<&Path>),
) -> Result<CommandReport, CommandError> {
    let id = named(table)?;
    let (tables, _) = opened.tables(context).await?;
    let mut export = tables.chronicles.export(&id).await.map_err(unread)?;
    let mut file = NewFile::create(to, "chronicle", &id)?;
    while let Some(lines) = export.next().await.map_err(unread)? {
        file.write(&lines)?;
    }
    let text = format!("{id}\nits Chronicle is in {}", file.shown());
    Ok(CommandReport::new(
        text,
        json!({ "exported": id, "file": file.shown() }),
    ))
}

/// Looks into a table, and has its players shown that this was done.
pub(super) async fn look(
    opened: &OpenJournal,
    context: &CommandContext,
    (table, to): (&str, Option<&Path>),
) -> Result<CommandReport, CommandError> {
    let id = named(table)?;
    let (tables, bus) = opened.tables(context).await?;
    // Before the look is recorded: one that cannot be kept is none.
    let mut file = NewFile::create(to, "look", &id)?;
    let look = async {
        let mut look = tables.look_into(&id).await.map_err(unread)?;
        while let Some(lines) = look.next().await.map_err(unread)? {
            file.write(&lines)?;
        }
        Ok(())
    };
    if let Err(error) = look.await {
        file.remove();
        return Err(error);
    }
    send_news(&bus).await;
    let text = format!(
        "{id}\nwhat happened there so far is in {}; while a table is played, its players are shown that somebody looked",
        file.shown()
    );
    Ok(CommandReport::new(
        text,
        json!({ "looked_into": id, "file": file.shown() }),
    ))
}

/// A file that was not there, for this user alone.
struct NewFile {
    path: PathBuf,
    file: File,
}

impl NewFile {
    fn create(to: Option<&Path>, kind: &str, id: &TableId) -> Result<Self, CommandError> {
        let path = to.map_or_else(
            || PathBuf::from(format!("{kind}-{id}.jsonl")),
            Path::to_owned,
        );
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("cannot make {}", path.display()))
            .map_err(CommandError::absent)?;
        Ok(Self { path, file })
    }

    fn write(&mut self, lines: &str) -> Result<(), CommandError> {
        let written = self.file.write_all(lines.as_bytes());
        let written = written.with_context(|| format!("cannot write {}", self.path.display()));
        written.map_err(CommandError::absent)
    }

    fn remove(&self) {
        // What stays behind is empty, or a part that its owner can delete.
        let _ = std::fs::remove_file(&self.path);
    }

    fn shown(&self) -> String {
        self.path.display().to_string()
    }
}
