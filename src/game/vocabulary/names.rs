//! What a player may be called, and which two names read the same.

use crate::NAME_CHARS_MAX;
use crate::vocabulary::SeatNo;

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameError {
    /// Nothing is left of it once white space is taken away.
    Missing,
    /// It has more than [`NAME_CHARS_MAX`] characters.
    TooLong,
    /// It shows nothing, or has characters that disturb the text around them.
    Unreadable,
}

/// Reads a name as it was typed: trimmed, inner white space folded to one space.
pub(crate) fn checked_name(typed: &str) -> Result<String, NameError> {
    // Typed text is cut before it is looked at, so that its length bounds the work.
    let few: String = typed.chars().take(NAME_CHARS_MAX * 8).collect();
    let name = few.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(NameError::Missing);
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(NameError::TooLong);
    }
    let shows = name
        .chars()
        .any(|letter| !letter.is_whitespace() && !is_joining(letter));
    if !shows || name.chars().any(is_unseen) {
        return Err(NameError::Unreadable);
    }
    Ok(name)
}

/// A name as it is compared: what two people would take for the same is the same.
pub(crate) fn seen(name: &str) -> String {
    name.chars()
        .filter(|letter| !is_joining(*letter))
        .flat_map(char::to_lowercase)
        .collect()
}

/// What a seat is called whose players were forgotten.
pub(crate) fn forgotten(seat: SeatNo) -> String {
    format!("Forgotten {seat}")
}

/// Characters that change how text around them reads, or cannot be seen at all.
pub(crate) fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that may stand between others but show nothing themselves: joiners, variation selectors,
/// fillers.
fn is_joining(letter: char) -> bool {
    matches!(
        letter,
        '\u{200c}' | '\u{200d}' | '\u{fe00}'
            ..='\u{fe0f}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{3164}'
                | '\u{ffa0}'
    )
}
