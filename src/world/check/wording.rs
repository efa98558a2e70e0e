//! Words that are struck, likenesses that crowd, and forms that do not fit one doer and many alike.

use game::content::Quest;

use super::written::{QuestText, TextKind, texts_of};
use super::{ContentError, WorldFindings};

/// Worn phrases that no text of a quest may hold.
const STRUCK: [&str; 18] = [
    "silence falls",
    "silence fell",
    "nobody speaks",
    "nobody spoke",
    "time stops",
    "time stopped",
    "heart pounds",
    "hearts pound",
    "heart pounded",
    "eyes widen",
    "blood runs cold",
    "shiver",
    "ancient",
    "mysterious",
    "destiny",
    "for the first time",
    "something shifted",
    "something shifts",
];
/// The same, where a verb must follow.
const DARKNESS: &str = "darkness that";
/// How a likeness begins.
const LIKENESSES: [&str; 5] = ["like a", "like an", "as if", "as a", "as an"];
/// Likenesses that one paragraph may hold.
const LIKENESSES_MAX: usize = 1;
/// Paragraphs in a row that may not all end in a likeness.
const LIKENESSES_RUNNING: usize = 3;
/// Words in which one `somebody` or `something` may stand.
const VAGUE_IN: usize = 250;
/// Words after `{doer}` that fit one alone or several alone.
const ONE_OR_MANY: [&str; 13] = [
    "has",
    "have",
    "is",
    "are",
    "was",
    "were",
    "does",
    "do",
    "isn’t",
    "aren’t",
    "wasn’t",
    "hasn’t",
    "doesn’t",
];
/// Words that end like a verb in the present singular and are none.
const NO_VERBS: [&str; 12] = [
    "as",
    "this",
    "his",
    "across",
    "always",
    "perhaps",
    "besides",
    "sometimes",
    "towards",
    "afterwards",
    "thus",
    "yes",
];

pub(super) fn check(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let texts = texts_of(quest, place);
    let (mut vague, mut all) = (0, 0);
    for written in &texts {
        let words = lower_words(written.text);
        all += words.len();
        vague += words.iter().filter(|word| is_vague(word)).count();
        check_struck(written, &words, findings);
        check_likenesses(written, findings);
        if written.kind == TextKind::Speech
            && let Some(word) = unfit_verb(written.text)
        {
            findings.add(&written.place, ContentError::DoerVerb(word));
        }
    }
    if vague * VAGUE_IN > all {
        findings.add(place, ContentError::Vague { vague, words: all });
    }
}

fn check_likenesses(written: &QuestText<'_>, findings: &mut WorldFindings) {
    let mut running = 0;
    for paragraph in written.text.split("\n\n") {
        let number = likenesses(&lower_words(paragraph));
        if number > LIKENESSES_MAX {
            findings.add(&written.place, ContentError::Likenesses(number));
        }
        let sentences = paragraph.split_inclusive(['.', '!', '?']);
        let last = sentences.map(lower_words).rfind(|words| !words.is_empty());
        let ends_in_one = last.is_some_and(|last| likenesses(&last) > 0);
        running = if ends_in_one { running + 1 } else { 0 };
        if running == LIKENESSES_RUNNING {
            findings.add(&written.place, ContentError::LikenessesRunning);
        }
    }
}

fn check_struck(written: &QuestText<'_>, words: &[String], findings: &mut WorldFindings) {
    let joined = format!(" {} ", words.join(" "));
    for struck in STRUCK.into_iter().chain([DARKNESS]) {
        if joined.contains(&format!(" {struck} ")) {
            findings.add(&written.place, ContentError::Struck(struck));
        }
    }
}

fn is_vague(word: &str) -> bool {
    let stem = word.trim_end_matches("’s");
    matches!(stem, "somebody" | "someone" | "something")
}

fn likenesses(words: &[String]) -> usize {
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    pairs
        .filter(|pair| LIKENESSES.contains(&pair.as_str()))
        .count()
}

/// The word after `{doer}`, where it fits only one doer or only many.
pub(super) fn unfit_verb(text: &str) -> Option<String> {
    let after = text.split("{doer}").skip(1);
    let words = after
        .filter(|rest| rest.starts_with(' '))
        .filter_map(|rest| lower_words(rest).into_iter().next());
    words.into_iter().find(|word| {
        let present =
            word.ends_with('s') && !word.ends_with("ss") && !NO_VERBS.contains(&word.as_str());
        present || ONE_OR_MANY.contains(&word.as_str())
    })
}

fn lower_words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '’' && letter != '-')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
