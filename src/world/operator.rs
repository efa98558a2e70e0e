//! An operator's own quests, beside those this program was built with.
//!
//! A quest that cannot be read or has faults is left out and named; the others are played.

use std::fmt;
use std::fs;
use std::path::Path;

use game::content::{Quest, World, WorldParts};

use crate::check::check_one;
use crate::lines::line_of_place;
use crate::read::{self, EMBEDDED, WorldError};

/// A quest as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestFile {
    /// The file's name, for people.
    pub name: String,
    /// What is written in it.
    pub text: String,
}

/// What is wrong with a quest's file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestFinding {
    /// The file's name.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, as a sentence.
    pub sentence: String,
}

impl fmt::Display for QuestFinding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            sentence,
        } = self;
        write!(to, "{file}, line {line}: {sentence}")
    }
}

/// A world with an operator's quests in it.
#[derive(Clone, Debug)]
pub struct OpenedLibrary {
    /// The world: the quests this program was built with, and the sound ones of the operator.
    pub world: World,
    /// What keeps the other quests of the operator out.
    pub findings: Vec<QuestFinding>,
}

/// Reads the quests in an operator's folder: every file in it that ends in `.toml`, by name.
///
/// # Errors
///
/// [`WorldError::Folder`] when the folder or a file in it cannot be read.
pub fn quest_files(folder: &Path) -> Result<Vec<QuestFile>, WorldError> {
    let wrong = |path: &Path, error: &std::io::Error| WorldError::Folder {
        path: path.display().to_string(),
        wrong: error.to_string(),
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| wrong(folder, &error))? {
        let path = entry.map_err(|error| wrong(folder, &error))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let text = fs::read_to_string(&path).map_err(|error| wrong(&path, &error))?;
            let name = path.file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            files.push(QuestFile { name, text });
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// Reads the world this program was built with and an operator's quests besides.
///
/// # Errors
///
/// As [`library`](crate::library) returns them. What is wrong with an operator's quest is no error: it is found and the
/// quest left out.
pub fn library_with(files: &[QuestFile]) -> Result<OpenedLibrary, WorldError> {
    crate::library()?;
    let mut parts = read::parts(&EMBEDDED)?;
    let mut sound: Vec<(&str, &str)> = EMBEDDED.quests.to_vec();
    let mut findings = Vec::new();
    for file in files {
        match fault_in(&parts, file) {
            Ok(quest) => {
                parts.quests.push(quest);
                sound.push((&file.name, &file.text));
            }
            Err(found) => findings.extend(found),
        }
    }
    let source = read::WorldSource {
        quests: &sound,
        ..EMBEDDED
    };
    let world = read::world_of(parts, &source);
    Ok(OpenedLibrary { world, findings })
}

/// Finds what is wrong with one quest's file, beside the world this program was built with. A sound one has no findings.
///
/// # Errors
///
/// As [`library`](crate::library) returns them.
pub fn check_quest_file(file: &QuestFile) -> Result<Vec<QuestFinding>, WorldError> {
    let mut parts = read::parts(&EMBEDDED)?;
    if let Ok(quest) = read::quest(&file.name, &file.text) {
        // The file may be the one that a quest of this program was built from.
        let same = |known: &Quest| (&known.id, known.edition) == (&quest.id, quest.edition);
        parts.quests.retain(|known| !same(known));
    }
    Ok(fault_in(&parts, file).err().unwrap_or_default())
}

/// The quest in a file, or why it cannot be added to a world of these parts.
fn fault_in(parts: &WorldParts, file: &QuestFile) -> Result<Quest, Vec<QuestFinding>> {
    let found = |line: usize, sentence: String| QuestFinding {
        file: file.name.clone(),
        line,
        sentence,
    };
    let quest = read::quest(&file.name, &file.text).map_err(|error| match &error {
        WorldError::Unreadable { line, wrong, .. } => vec![found(*line, format!("{wrong}."))],
        WorldError::Folder { .. } | WorldError::Unsound { .. } => {
            vec![found(1, format!("{error}."))]
        }
    })?;
    let mut known = parts.quests.iter();
    if known.any(|known| known.id == quest.id && known.edition >= quest.edition) {
        let sentence = format!(
            "quest {}: a quest of this id is there already in this or a newer edition.",
            quest.id
        );
        return Err(vec![found(1, sentence)]);
    }
    let mut parts = parts.clone();
    parts.quests.push(quest.clone());
    let world = World::new(parts, String::new());
    let faults = check_one(&world, &quest).into_iter();
    let faults: Vec<QuestFinding> = faults
        .map(|fault| found(line_of_place(&file.text, &fault.place), fault.to_string()))
        .collect();
    if faults.is_empty() {
        Ok(quest)
    } else {
        Err(faults)
    }
}
