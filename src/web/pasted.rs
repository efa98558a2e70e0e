//! What people paste where a code, a link or a phrase is asked for, found in whatever stands around it: what chats,
//! keyboards, mail filters and address bars add, and the sentence it came in.

use game::{Code, TableId};
use percent_encoding::percent_decode_str;
use service::is_unseen;
use unicode_normalization::UnicodeNormalization as _;

use crate::keys::PHRASE_WORDS;

/// Characters of a pasted text that are read at most: an invitation in the link of a mail filter has some hundreds.
pub(crate) const PASTED_MAX: usize = 2_000;
/// How often a link is decoded: redirects carry it within a link of their own, some of them encoded twice.
const DECODINGS: usize = 2;
/// What stands before a table's id in a link.
const TABLE_PLACES: [&str; 2] = ["/t/", "/tables/"];
/// What stands before a code in a link.
const CODE_PLACES: [&str; 4] = ["/join/", "/codes/", "?code=", "&code="];
/// How many words may stand between the word "code" and the code.
const LABEL_REACH: usize = 3;

/// What leads to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WayIn {
    /// Its id.
    Table(TableId),
    /// The code by which others join it.
    Code(Code),
}

/// Finds what leads to a table: in a link first, then as the whole text, then among its words.
pub(crate) fn way_in(pasted: &str) -> Option<WayIn> {
    let text = plain(pasted);
    let mut link = text.clone();
    for _ in 0..=DECODINGS {
        if let Some(found) = in_link(&link) {
            return Some(found);
        }
        link = percent_decode_str(&link).decode_utf8_lossy().into_owned();
    }
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let foreign = text
        .chars()
        .any(|letter| !letter.is_ascii() && letter.is_alphanumeric());
    let whole = (!foreign).then(|| code_of(&letters)).flatten();
    let code = whole.or_else(|| code_among(&words(&text)));
    let id = || words(&text).into_iter().find_map(id_of);
    code.map(WayIn::Code).or_else(|| id().map(WayIn::Table))
}

/// Returns the address that is meant by one which leads nowhere: that of a table or of its door, in capitals or with
/// what a chat has taken for a part of the link.
pub(crate) fn address(path: &str) -> Option<String> {
    let meant = plain(&percent_decode_str(path).decode_utf8_lossy());
    let meant = meant.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let (place, name) = meant.split_once('/')?;
    let address = match place.to_ascii_lowercase().as_str() {
        "t" => format!("/t/{}", id_of(name)?),
        "join" => format!("/join/{}", code_of(&without_dashes(name))?),
        _ => return None,
    };
    (address != path).then_some(address)
}

/// Finds recovery phrases: where words that phrases are made of follow on each other. More than five may do so when a
/// sentence ends or goes on with such words; then the first five and the last five are meant at most.
pub(crate) fn phrases(pasted: &str) -> Vec<String> {
    let list = world::recovery_words();
    let text = plain(pasted).to_lowercase();
    let spoken: Vec<&str> = text
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let mut runs = spoken.split(|word| list.binary_search(word).is_err());
    let run = runs
        .find(|run| run.len() >= PHRASE_WORDS)
        .unwrap_or_default();
    let mut phrases: Vec<String> = [run.first_chunk::<PHRASE_WORDS>(), run.last_chunk()]
        .into_iter()
        .flatten()
        .map(|words| words.join(" "))
        .collect();
    phrases.dedup();
    phrases
}

/// Returns a text as it reads: full width as usual, every dash as `-`, other marks and blanks as a space, and nothing
/// in place of what cannot be seen.
fn plain(pasted: &str) -> String {
    let read = pasted.chars().take(PASTED_MAX).nfkc();
    read.filter_map(|letter| match letter {
        _ if letter.is_ascii_graphic() || (!letter.is_ascii() && letter.is_alphanumeric()) => {
            Some(letter)
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        _ if letter.is_whitespace() => Some(' '),
        _ if is_unseen(letter) => None,
        _ => Some(' '),
    })
    .collect()
}

/// Finds the table's id or the code in the first link that has one.
fn in_link(text: &str) -> Option<WayIn> {
    let lower = text.to_ascii_lowercase();
    let after = |place: &str| -> Vec<&str> {
        let found = lower.match_indices(place);
        found.map(|(at, _)| &text[at + place.len()..]).collect()
    };
    let ids = TABLE_PLACES.iter().flat_map(|place| after(place));
    let id = ids.into_iter().find_map(|rest| id_of(first_word(rest)));
    let codes = CODE_PLACES.iter().flat_map(|place| after(place));
    let code = || {
        codes
            .into_iter()
            .find_map(|rest| code_of(&without_dashes(first_word(rest))))
    };
    id.map(WayIn::Table).or_else(|| code().map(WayIn::Code))
}

/// Finds the word that looks most like a code: with a digit and in capitals, as it is shown, or after the word "code".
fn code_among(words: &[&str]) -> Option<Code> {
    let labelled = |at: usize| {
        let before = &words[at.saturating_sub(LABEL_REACH)..at];
        before.iter().any(|word| word.eq_ignore_ascii_case("code"))
    };
    let mut best = None;
    for (at, word) in words.iter().enumerate() {
        let halves = words.get(at + 1).map(|next| format!("{word}{next}"));
        let halves = halves.filter(|both| word.len() == Code::LEN / 2 && is_shown(both));
        let typed = [Some(without_dashes(word)), halves];
        for typed in typed.into_iter().flatten() {
            let rank = (has_digit(&typed), !has_small(&typed), labelled(at));
            // A number is more likely the date or somebody's telephone.
            let code =
                code_of(&typed).filter(|_| typed.bytes().any(|byte| byte.is_ascii_alphabetic()));
            if let Some(code) = code
                && best.as_ref().is_none_or(|(known, _)| rank > *known)
            {
                best = Some((rank, code));
            }
        }
    }
    best.map(|(_, code)| code)
}

/// Whether a code in two halves is written as it is shown: two short words are often no code.
fn is_shown(typed: &str) -> bool {
    has_digit(typed) && !has_small(typed)
}

fn has_digit(typed: &str) -> bool {
    typed.bytes().any(|byte| byte.is_ascii_digit())
}

fn has_small(typed: &str) -> bool {
    typed.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn words(text: &str) -> Vec<&str> {
    let within = |letter: char| letter.is_alphanumeric() || letter == '-';
    text.split(|letter| !within(letter))
        .map(|word| word.trim_matches('-'))
        .filter(|word| !word.is_empty())
        .collect()
}

fn first_word(text: &str) -> &str {
    let within = |letter: char| letter.is_alphanumeric() || letter == '-';
    text.split(|letter| !within(letter)).next().unwrap_or(text)
}

fn without_dashes(word: &str) -> String {
    word.replace('-', "")
}

fn code_of(typed: &str) -> Option<Code> {
    Code::parse(typed)
}

fn id_of(typed: &str) -> Option<TableId> {
    TableId::parse(&typed.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
