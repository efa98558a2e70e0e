//! Texts that would not fit a phone.

use game::content::{Choice, Quest, Scene};

use super::{ContentError, WorldFindings, outcomes, place_in, place_of};

/// How long a text may be.
#[derive(Clone, Copy)]
pub(super) enum Most {
    Characters(usize),
    Words(usize),
}

impl WorldFindings {
    /// Finds fault with a text that is empty or too long.
    pub(super) fn text(&mut self, place: &str, what: &'static str, text: &str, most: Most) {
        if text.trim().is_empty() {
            return self.add(place, ContentError::Empty(what));
        }
        let (is, most, unit) = match most {
            Most::Characters(most) => (text.chars().count(), most, "characters"),
            Most::Words(most) => (text.split_whitespace().count(), most, "words"),
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
        }
    }
}

pub(super) fn check_quest(quest: &Quest, place: &str, findings: &mut WorldFindings) {
    findings.text(place, "the title", &quest.title, Most::Characters(60));
    findings.text(place, "the pitch", &quest.pitch, Most::Characters(400));
    for ending in &quest.endings {
        let place = format!("{place}, ending {}", ending.id.as_str());
        findings.text(&place, "the title", &ending.title, Most::Characters(60));
        findings.text(&place, "the prose", &ending.prose, Most::Words(160));
    }
    for scene in &quest.scenes {
        check_scene(scene, &place_of(place, scene), findings);
    }
}

fn check_scene(scene: &Scene, place: &str, findings: &mut WorldFindings) {
    findings.text(place, "the title", &scene.title, Most::Characters(60));
    findings.text(place, "the prose", &scene.prose, Most::Words(160));
    for also in &scene.also {
        findings.text(place, "a further paragraph", &also.text, Most::Words(60));
    }
    for whisper in &scene.whispers {
        let place = format!("{place}, whisper {}", whisper.id.as_str());
        findings.text(&place, "the truth", &whisper.truth, Most::Words(45));
        findings.text(&place, "the twist", &whisper.twist, Most::Words(45));
    }
    for option in &scene.options {
        check_option(option, &place_in(place, option), findings);
    }
}

fn check_option(option: &Choice, place: &str, findings: &mut WorldFindings) {
    findings.text(place, "the label", &option.label, Most::Characters(60));
    findings.text(place, "the detail", &option.detail, Most::Characters(160));
    findings.text(place, "the deed", &option.deed, Most::Words(16));
    for (name, outcome) in outcomes(option) {
        let place = format!("{place}, {name}");
        findings.text(&place, "the text", &outcome.text, Most::Words(75));
    }
    for (god, speech) in &option.council {
        let place = format!("{place}, {god}");
        findings.text(&place, "the speech for", &speech.aye, Most::Words(30));
        findings.text(&place, "the speech against", &speech.nay, Most::Words(30));
    }
}
