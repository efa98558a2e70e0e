//! From data files to the shapes the rules use.

use game::content::{
    CardSheet, Class, Companion, GiftSheet, GodSheet, Quest, Question, StakeSheet, World,
    WorldParts,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::check::WorldFinding;
use crate::lines::line_at;
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
    /// An operator's folder of quests, or a file in it, cannot be read. Correct the setting or the rights.
    #[error("{path} cannot be read: {wrong}")]
    Folder {
        /// The folder or the file.
        path: String,
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
    pub stakes: (&'a str, &'a str),
    pub gifts: (&'a str, &'a str),
    pub cards: (&'a str, &'a str),
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
    stakes: data!("stakes.toml"),
    gifts: data!("gifts.toml"),
    cards: data!("cards.toml"),
    // The build script lists every file in `data/quests`, by name.
    quests: include!(concat!(env!("OUT_DIR"), "/quests.rs")),
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stakes {
    stake: Vec<StakeSheet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gifts {
    gift: Vec<GiftSheet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cards {
    card: Vec<CardSheet>,
}

/// Reads a world as it is written, sound or not.
///
/// # Errors
///
/// [`WorldError::Unreadable`] with the first line that is not written as the format asks.
pub fn read(source: &WorldSource<'_>) -> Result<World, WorldError> {
    Ok(world_of(parts(source)?, source))
}

/// Reads the parts of a world.
pub(crate) fn parts(source: &WorldSource<'_>) -> Result<WorldParts, WorldError> {
    let gods: Gods = parse(source.gods)?;
    let questions: Questions = parse(source.questions)?;
    let classes: Classes = parse(source.classes)?;
    let companions: Companions = parse(source.companions)?;
    let stakes: Stakes = parse(source.stakes)?;
    let gifts: Gifts = parse(source.gifts)?;
    let cards: Cards = parse(source.cards)?;
    let quests = source.quests.iter().map(|(file, text)| quest(file, text));
    Ok(WorldParts {
        gods: gods.god,
        questions: questions.question,
        classes: classes.class,
        companions: companions.companion,
        stakes: stakes.stake,
        gifts: gifts.gift,
        cards: cards.card,
        quests: quests.collect::<Result<_, _>>()?,
    })
}

/// Reads one quest.
pub(crate) fn quest(file: &str, text: &str) -> Result<Quest, WorldError> {
    parse((file, text))
}

/// Puts together the world that was read from `source`.
pub(crate) fn world_of(parts: WorldParts, source: &WorldSource<'_>) -> World {
    let mut world = World::new(parts, edition_of(source));
    world.edition.structure = structure_of(&world);
    world
}

/// Names the texts by what is in them: 16 hexadecimal digits of their hash.
fn edition_of(source: &WorldSource<'_>) -> String {
    let mut hash = Sha256::new();
    let shared = [
        source.gods,
        source.questions,
        source.classes,
        source.companions,
        source.stakes,
        source.gifts,
        source.cards,
    ];
    for (_, text) in shared.iter().chain(source.quests) {
        // The length keeps a text from running into the next.
        hash.update(text.len().to_be_bytes());
        hash.update(text);
    }
    hex::encode(&hash.finalize()[..8])
}

fn parse<T: DeserializeOwned>((file, text): (&str, &str)) -> Result<T, WorldError> {
    toml::from_str(text).map_err(|error| WorldError::Unreadable {
        file: file.to_owned(),
        line: line_at(text, error.span().map_or(0, |span| span.start)),
        wrong: error.message().to_owned(),
    })
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

    #[test]
    fn every_quest_in_the_folder_is_built_in() {
        assert!(EMBEDDED.quests.len() >= 5);
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/quests");
        let files = crate::quest_files(std::path::Path::new(folder)).unwrap();
        let there: Vec<(String, String)> = files
            .into_iter()
            .map(|file| (format!("quests/{}", file.name), file.text))
            .collect();
        let built_in = EMBEDDED.quests.iter();
        let built_in: Vec<(String, String)> = built_in
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        // Their texts are long: only names are worth printing.
        let differ = there.iter().filter(|file| !built_in.contains(file));
        let differ: Vec<&String> = differ.map(|(name, _)| name).collect();
        assert!(differ.is_empty(), "not as they were built in: {differ:?}");
        assert_eq!(there.len(), built_in.len());
    }
}
