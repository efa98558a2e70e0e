//! From data files to the shapes the rules use.

use game::content::{Class, Companion, GodSheet, Quest, Question, World};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::check::WorldFinding;
use crate::structure::structure_of;

/// Why a world was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// A file is not written as the format asks. Correct that line.
    #[error("{file}, line {line}: {wrong}")]
    Unreadable {
        /// The file's name.
        file: String,
        /// In which line, counted from 1.
        line: usize,
        /// What is wrong with it.
        wrong: String,
    },
    /// The files can be read, but the world has faults. Correct what the findings name.
    #[error("the world has faults:{}", listed(.findings))]
    Unsound {
        /// What was found.
        findings: Vec<WorldFinding>,
    },
}

fn listed(findings: &[WorldFinding]) -> String {
    let lines: Vec<String> = findings
        .iter()
        .map(|found| format!("\n- {found}"))
        .collect();
    lines.concat()
}

/// The texts a world is read from, each with the name of its file.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each field is named like its file")]
pub struct WorldSource<'a> {
    pub gods: (&'a str, &'a str),
    pub questions: (&'a str, &'a str),
    pub classes: (&'a str, &'a str),
    pub companions: (&'a str, &'a str),
    pub quests: &'a [(&'a str, &'a str)],
}

macro_rules! data {
    ($name:literal) => {
        ($name, include_str!(concat!("data/", $name)))
    };
}

/// The files this program was built with.
pub(crate) const EMBEDDED: WorldSource<'static> = WorldSource {
    gods: data!("gods.toml"),
    questions: data!("questions.toml"),
    classes: data!("classes.toml"),
    companions: data!("companions.toml"),
    quests: &[data!("quests/the-inland-light.toml")],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gods {
    god: Vec<GodSheet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Questions {
    question: Vec<Question>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Classes {
    class: Vec<Class>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Companions {
    companion: Vec<Companion>,
}

/// Reads a world as it is written, sound or not.
///
/// # Errors
///
/// [`WorldError::Unreadable`] with the first line that is not written as the format asks.
pub fn read(source: &WorldSource<'_>) -> Result<World, WorldError> {
    let gods: Gods = parse(source.gods)?;
    let questions: Questions = parse(source.questions)?;
    let classes: Classes = parse(source.classes)?;
    let companions: Companions = parse(source.companions)?;
    let quests = source.quests.iter().copied().map(parse::<Quest>);
    let mut world = World::new(
        gods.god,
        questions.question,
        classes.class,
        companions.companion,
        quests.collect::<Result<_, _>>()?,
        edition_of(source),
    );
    world.edition.structure = structure_of(&world);
    Ok(world)
}

/// Names the texts by what is in them: 16 hexadecimal digits of their hash.
fn edition_of(source: &WorldSource<'_>) -> String {
    let mut hash = Sha256::new();
    let four = [
        source.gods,
        source.questions,
        source.classes,
        source.companions,
    ];
    for (_, text) in four.iter().chain(source.quests) {
        // The length keeps a text from running into the next.
        hash.update(text.len().to_be_bytes());
        hash.update(text);
    }
    hex::encode(&hash.finalize()[..8])
}

fn parse<T: DeserializeOwned>((file, text): (&str, &str)) -> Result<T, WorldError> {
    toml::from_str(text).map_err(|error| WorldError::Unreadable {
        file: file.to_owned(),
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        wrong: error.message().to_owned(),
    })
}

/// The line, counted from 1, in which byte `at` stands.
fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What reading says when `gods.toml` is `text`.
    fn refusal(text: &str) -> String {
        let source = WorldSource {
            gods: ("gods.toml", text),
            ..EMBEDDED
        };
        read(&source).unwrap_err().to_string()
    }

    #[test]
    fn a_misspelt_field_is_named_with_its_file_and_line() {
        let misspelt = EMBEDDED.gods.1.replacen("greeting", "greting", 1);
        let line = misspelt
            .lines()
            .position(|line| line.contains("greting"))
            .unwrap()
            + 1;
        let refusal = refusal(&misspelt);
        assert!(
            refusal.starts_with(&format!("gods.toml, line {line}: ")),
            "{refusal}"
        );
        assert!(refusal.contains("greting"), "{refusal}");
    }

    #[test]
    fn a_word_outside_the_vocabulary_is_named() {
        let unknown = EMBEDDED.gods.1.replacen("oath-kept", "oath-forgotten", 1);
        assert!(refusal(&unknown).contains("oath-forgotten"));
    }

    #[test]
    fn any_change_of_text_changes_the_edition() {
        let world = read(&EMBEDDED).unwrap();
        let changed = format!("{}# a remark\n", EMBEDDED.gods.1);
        let source = WorldSource {
            gods: ("gods.toml", &changed),
            ..EMBEDDED
        };
        assert_ne!(read(&source).unwrap().edition.text, world.edition.text);
        assert_eq!(world.edition.text.len(), 16);
    }
}
