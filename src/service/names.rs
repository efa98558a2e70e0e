//! Names as people read them: in one form, visible, and unlike the others at their table.
//!
//! The rules compare names by their letters, and a Chronicle is checked by the rules alone. What a name looks like,
//! Unicode's tables say, which grow; so it is decided here, where somebody takes a seat, on the version of the table
//! that the append then expects: of two names that look alike and come at once, one is refused. A name that sits at a
//! table is never judged again.

use game::content::World;
use game::{Command, NAME_CHARS_MAX, Refusal};
use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory as _};
use unicode_security::general_security_profile::IdentifierType;
use unicode_security::{GeneralSecurityProfile as _, skeleton};

/// Characters of a typed name that are looked at. More are too many in any case, also when white space is folded.
const TYPED_MAX: usize = NAME_CHARS_MAX * 8;
/// Accents on one letter at most (UTS 39, 5.4); more reach into the lines around them.
const MARKS_MAX: usize = 4;

/// Returns a name as it is kept: composed (NFC), so that two keyboards write one name alike, and with single spaces.
pub(crate) fn composed(typed: &str) -> String {
    let composed: String = typed.chars().take(TYPED_MAX).nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a command is the one that came first, however its name was spelt: a release before this one kept names as
/// they were typed.
pub(crate) fn is_repeat(first: &Command, sent: &Command) -> bool {
    match (first, sent) {
        (
            Command::Open { name, limit },
            Command::Open {
                name: sent_name,
                limit: sent_limit,
            },
        ) => limit == sent_limit && composed(name) == composed(sent_name),
        (Command::Sit { name }, Command::Sit { name: sent_name }) => {
            composed(name) == composed(sent_name)
        }
        _ => first == sent,
    }
}

/// Refuses a name that somebody cannot read, or would take for that of a god, of a companion, or of one of `seated`.
pub(crate) fn check<'a>(
    name: &str,
    world: &World,
    mut seated: impl Iterator<Item = &'a str>,
) -> Result<(), Refusal> {
    if name.is_empty() {
        // The rules have a word for that.
        return Ok(());
    }
    if !is_readable(name) {
        return Err(Refusal::NameUnreadable);
    }
    let name = NameSkeletons::of(name);
    let gods = world.gods.values().map(|god| &god.name);
    let companions = world.companions.iter().map(|companion| &companion.name);
    if gods.chain(companions).any(|told| name.is_like(told)) {
        return Err(Refusal::NameOfTheStory);
    }
    if seated.any(|other| name.is_like(other)) {
        return Err(Refusal::NameAlike);
    }
    Ok(())
}

/// Whether a character shows nothing, or nothing but what it makes of the text around it: fillers, blanks that are no
/// white space, controls, and what no font has.
pub fn is_unseen(letter: char) -> bool {
    let category = letter.general_category();
    matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::PrivateUse
            | GeneralCategory::Surrogate
            | GeneralCategory::Unassigned
    ) || letter.identifier_type() == Some(IdentifierType::Default_Ignorable)
        // A braille cell without dots, and a note without its head.
        || matches!(letter, '\u{2800}' | '\u{1d159}')
}

/// Whether a text shows anything: white space, what is unseen, and accents on nothing do not.
pub(crate) fn shows(text: &str) -> bool {
    text.chars()
        .any(|letter| !letter.is_whitespace() && !is_unseen(letter) && !is_mark(letter))
}

fn is_readable(name: &str) -> bool {
    // Joiners and variation selectors belong to the way that some scripts and emoji are written.
    let joins = |letter| matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    let unseen = |letter: char| is_unseen(letter) && !joins(letter);
    shows(name) && !name.chars().any(unseen) && !name.starts_with(is_mark) && !has_mark_pile(name)
}

fn is_mark(letter: char) -> bool {
    letter.general_category_group() == GeneralCategoryGroup::Mark
}

/// Whether a letter bears more accents than any script writes, or one twice.
fn has_mark_pile(name: &str) -> bool {
    let mut marks = Vec::new();
    name.nfd().any(|letter| {
        if letter.general_category() != GeneralCategory::NonspacingMark {
            marks.clear();
            return false;
        }
        let twice = marks.last() == Some(&letter);
        marks.push(letter);
        // Variation selectors are marks, too; an emoji has one.
        twice || marks.len() > MARKS_MAX
    })
}

/// What a name looks like (UTS 39, 4), at first sight and to somebody who reads small and capital letters alike.
#[derive(Debug, PartialEq, Eq)]
struct NameSkeletons {
    as_written: String,
    in_small: String,
    /// In small letters once letters of other scripts are taken for the Latin ones they resemble as capitals.
    latin_in_small: String,
}

impl NameSkeletons {
    fn of(name: &str) -> Self {
        let plain: String = name.nfkc().collect();
        let latin: String = plain
            .chars()
            .map(|letter| {
                let text = letter.to_string();
                if letter.is_ascii() {
                    text
                } else {
                    skeleton(&text).collect()
                }
            })
            .collect();
        Self {
            as_written: skeleton(&plain).collect(),
            // Once more afterwards: the skeleton of a digit may be a capital.
            in_small: in_small(&skeleton(&in_small(&plain)).collect::<String>()),
            latin_in_small: in_small(&skeleton(&in_small(&latin)).collect::<String>()),
        }
    }

    fn is_like(&self, name: &str) -> bool {
        let other = Self::of(name);
        self.as_written == other.as_written
            || self.in_small == other.in_small
            || self.latin_in_small == other.latin_in_small
    }
}

/// Folds case as a reader does: by capitals first, so that ß is the same as SS and both sigmas are one.
fn in_small(text: &str) -> String {
    let capitals = text.chars().flat_map(char::to_uppercase);
    capitals.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_alike(expected: bool, pairs: &[(&str, &str)]) {
        for (one, other) in pairs {
            for (one, other) in [(one, other), (other, one)] {
                let (one, other) = (composed(one), composed(other));
                let found = NameSkeletons::of(&one).is_like(&other);
                assert_eq!(found, expected, "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn names_that_look_the_same_are_alike() {
        assert_alike(
            true,
            &[
                ("Ann", "ann"),
                ("José", "Jose\u{301}"),
                ("Anna", "\u{410}nna"),
                ("paul", "\u{440}\u{430}ul"),
                ("tom", "\u{422}\u{41e}\u{41c}"),
                ("TOM", "\u{422}\u{41e}\u{41c}"),
                ("Ann", "\u{ff21}\u{ff4e}\u{ff4e}"),
                ("Ann", "\u{1d400}\u{1d427}\u{1d427}"),
                ("Ann", "A\u{200d}nn"),
                ("Ann", "Ann\u{fe0f}"),
                ("straße", "STRASSE"),
                ("Fin", "\u{fb01}n"),
                ("Ian", "lan"),
                ("Ian", "1an"),
                ("Ian", "\u{406}an"),
                ("ian", "\u{406}an"),
                ("Bob", "B0b"),
                ("Arno", "Amo"),
                ("ΣΩΚΡΑΤΗΣ", "σωκρατης"),
                ("Ева", "ЕВА"),
                ("O'Hara", "O\u{2019}Hara"),
                ("Jean-Luc", "Jean\u{2010}Luc"),
            ],
        );
    }

    #[test]
    fn names_that_differ_are_not() {
        assert_alike(
            false,
            &[
                ("Ann", "Anna"),
                ("Ian", "Lan"),
                ("Ida", "Lda"),
                ("José", "Jose"),
                ("Ева", "Eve"),
                ("Mia", "Nia"),
                ("Ann", "Ann B"),
                ("花子", "花江"),
                ("👩‍🚀", "👨‍🚀"),
            ],
        );
    }

    #[test]
    fn a_name_is_readable_in_any_script_and_never_invisible() {
        for name in [
            "Ann",
            "José",
            "Нина",
            "花子",
            "أمل",
            "नेहा",
            "می\u{200c}خواهم",
            "❤\u{fe0f}",
            "👩‍🚀",
            "Nguyễn",
            "יוֹסֵף",
            "กุ้ง",
            "R2-D2",
        ] {
            assert!(is_readable(&composed(name)), "{name:?}");
        }
        for name in [
            "\u{2800}",
            "Ann\u{2800}",
            "\u{301}",
            "\u{301}Ann",
            "\u{1d159}",
            "Ann\u{1d173}",
            "Ann\u{1bca0}",
            "Ann\u{13437}",
            "\u{3164}",
            "Ann\u{3164}",
            "\u{200d}",
            "Ann\u{e000}",
            "Ann\u{378}",
            "Ann\u{ad}",
            "Ann\u{e0041}",
            "A\u{300}\u{301}\u{302}\u{303}\u{304}nn",
            "A\u{301}\u{301}nn",
        ] {
            assert!(!is_readable(&composed(name)), "{name:?}");
        }
    }

    #[test]
    fn gods_and_companions_sit_at_no_seat() {
        let world = world::library().unwrap();
        let check = |name: &str| check(name, &world, ["Ann"].into_iter());
        for name in [
            "Athena",
            "ATHENA",
            &composed(" Wenna \u{3000} Strake "),
            "\u{410}thena",
            "Wenna Strake",
            "Wenna Strak\u{435}",
        ] {
            assert_eq!(check(name), Err(Refusal::NameOfTheStory), "{name:?}");
        }
        assert_eq!(check("\u{410}nn"), Err(Refusal::NameAlike));
        for name in ["Wenna", "Anna", "Thea"] {
            assert_eq!(check(name), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn a_repeat_is_known_in_either_form_and_by_nothing_but_its_name() {
        let sit = |name: &str| Command::Sit { name: name.into() };
        assert!(is_repeat(&sit("Jose\u{301}"), &sit("José")));
        assert!(!is_repeat(&sit("Jose"), &sit("José")));
        assert!(!is_repeat(
            &sit("José"),
            &Command::Begin {
                sitting: game::Sitting::Long,
            }
        ));
    }
}
