//! Texts that are empty, too short or too long for a phone.

use game::content::{Kinder, Quest};

use super::written::{Length, QuestText, TextKind, texts_of};
use super::{ContentError, WorldFindings, count, place_of};

/// By how many words a twist may be longer or shorter than its truth.
const TWIST: usize = 5;

/// Words of a text, as a reader counts them.
pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

impl WorldFindings {
    /// Finds fault with a text that is empty, too short or too long.
    pub(super) fn text(&mut self, place: &str, what: &'static str, text: &str, length: Length) {
        if text.trim().is_empty() {
            return self.add(place, ContentError::Empty(what));
        }
        let (is, least, most, unit) = match length {
            Length::Characters(most) => (text.chars().count(), 1, most, "characters"),
            Length::Words(least, most) => (words(text), least, most, "words"),
        };
        if is > most {
            self.add(
                place,
                ContentError::TooLong {
                    what,
                    is,
                    most,
                    unit,
                },
            );
        } else if is < least {
            self.add(place, ContentError::TooShort { what, is, least });
        }
    }

    /// Finds fault with a text that is not as its kind asks.
    pub(super) fn written(&mut self, written: &QuestText<'_>) {
        let (what, length) = written.kind.bounds();
        self.text(&written.place, what, written.text, length);
        if written.kind == TextKind::Place && written.text.chars().any(char::is_uppercase) {
            self.add(&written.place, ContentError::PlaceUpperCase);
        }
        if written.text.contains(['\'', '"']) {
            self.add(&written.place, ContentError::StraightQuote);
        }
        let clause = matches!(written.kind, TextKind::Said | TextKind::SecretOf);
        if clause && written.text.ends_with(['.', '!', '?']) {
            self.add(&written.place, ContentError::NoClause(what));
        }
    }
}

pub(super) fn check(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    for written in texts_of(quest, place) {
        findings.written(&written);
    }
    for scene in &quest.scenes {
        let place = place_of(place, scene);
        for whisper in &scene.whispers {
            let (truth, twist) = (words(&whisper.truth), words(&whisper.twist));
            if truth.abs_diff(twist) > TWIST {
                let place = format!("{place}, whisper {}", whisper.id.as_str());
                findings.add(&place, ContentError::TwistUneven { truth, twist });
            }
        }
    }
    check_balance(quest, place, findings);
}

/// Over a quest neither length nor kindness tells truth from twist.
fn check_balance(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    let all: Vec<_> = quest
        .scenes
        .iter()
        .flat_map(|scene| &scene.whispers)
        .collect();
    let length = |text: &str| text.chars().count();
    let longer = |one: &str, other: &str| length(one) > length(other);
    let truths = all.iter().filter(|of| longer(&of.truth, &of.twist)).count();
    let twists = all.iter().filter(|of| longer(&of.twist, &of.truth)).count();
    for (what, is) in [
        (
            "the share of whispers whose truth is longer, in percent,",
            truths,
        ),
        (
            "the share of whispers whose twist is longer, in percent,",
            twists,
        ),
    ] {
        findings.bound(place, what, percent(is, all.len()), (0, 55));
    }
    let kinder = |kind: Kinder| all.iter().filter(|of| of.kinder == kind).count();
    let (truth, twist) = (kinder(Kinder::Truth), kinder(Kinder::Twist));
    let what = "the share of whispers that are kinder in truth, in percent,";
    findings.bound(place, what, percent(truth, truth + twist), (40, 60));
}

fn percent(part: usize, of: usize) -> i64 {
    if of == 0 {
        return 50;
    }
    count(part) * 100 / count(of)
}
