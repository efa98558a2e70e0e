//! Every text of a quest, where it stands, and how long it may be.

use game::content::{Choice, Quest, Question, Scene};

use super::{outcomes, place_in, place_of};

/// What a text of a quest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextKind {
    Title,
    Pitch,
    Warning,
    SecretOf,
    Name,
    Keepsake,
    Summons,
    Place,
    Prose,
    Also,
    Truth,
    Twist,
    Label,
    Detail,
    Deed,
    Outcome,
    Speech,
    Ending,
    Question,
    Answer,
    Said,
}

/// How long a text may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Length {
    /// At most so many characters, and one at least.
    Characters(usize),
    /// So many words.
    Words(usize, usize),
}

impl TextKind {
    /// What it is called, and how long it may be.
    pub(super) fn bounds(self) -> (&'static str, Length) {
        use Length::{Characters, Words};
        match self {
            Self::Title => ("the title", Characters(60)),
            Self::Pitch => ("the pitch", Characters(400)),
            Self::Warning => ("a warning", Words(1, 8)),
            Self::SecretOf => ("the clause that names the secret", Words(3, 20)),
            Self::Name => ("the name", Characters(40)),
            Self::Keepsake => ("what the keepsake is", Words(3, 14)),
            Self::Summons => ("the summons", Words(10, 25)),
            Self::Place => ("the place", Words(2, 5)),
            Self::Prose => ("the prose", Words(60, 110)),
            Self::Also => ("a further paragraph", Words(1, 40)),
            Self::Truth => ("the truth", Words(12, 32)),
            Self::Twist => ("the twist", Words(12, 32)),
            Self::Label => ("the label", Words(1, 9)),
            Self::Detail => ("the detail", Words(1, 12)),
            Self::Deed => ("the deed", Words(2, 16)),
            Self::Outcome => ("the text", Words(5, 75)),
            Self::Speech => ("the line", Words(8, 24)),
            Self::Ending => ("the prose", Words(80, 140)),
            Self::Question => ("the question", Characters(420)),
            Self::Answer => ("an answer", Characters(160)),
            Self::Said => ("what an answer comes to", Words(3, 14)),
        }
    }

    /// Whether not everybody may read it before the Chronicle.
    pub(super) fn is_secret(self) -> bool {
        matches!(self, Self::Truth | Self::Twist | Self::SecretOf)
    }
}

/// One text of a quest.
pub(super) struct QuestText<'q> {
    /// Where it stands.
    pub place: String,
    /// What it is.
    pub kind: TextKind,
    /// What it says.
    pub text: &'q str,
}

/// Every text of `quest`, in the order of its file.
pub(super) fn texts_of<'q>(quest: &'q Quest, place: &str) -> Vec<QuestText<'q>> {
    let mut texts = Texts(Vec::new());
    texts.add(place, TextKind::Title, &quest.title);
    texts.add(place, TextKind::Pitch, &quest.pitch);
    for warning in &quest.warnings {
        texts.add(place, TextKind::Warning, warning);
    }
    if let Some(clause) = &quest.secret_of {
        texts.add(place, TextKind::SecretOf, clause);
    }
    for keepsake in &quest.keepsakes {
        let place = format!("{place}, keepsake {}", keepsake.id.as_str());
        texts.add(&place, TextKind::Name, &keepsake.name);
        texts.add(&place, TextKind::Keepsake, &keepsake.text);
    }
    for (god, sentence) in &quest.summons {
        texts.add(
            &format!("{place}, summons of {god}"),
            TextKind::Summons,
            sentence,
        );
    }
    for scene in &quest.scenes {
        texts.add_scene(scene, &place_of(place, scene));
    }
    for ending in &quest.endings {
        let place = format!("{place}, ending {}", ending.id.as_str());
        texts.add(&place, TextKind::Title, &ending.title);
        texts.add(&place, TextKind::Ending, &ending.prose);
        for also in &ending.also {
            texts.add(&place, TextKind::Also, &also.text);
        }
    }
    for question in &quest.questions {
        let place = format!("{place}, question {}", question.id.as_str());
        texts.0.extend(texts_of_question(question, &place));
    }
    texts.0
}

/// Every text of a question.
pub(super) fn texts_of_question<'q>(question: &'q Question, place: &str) -> Vec<QuestText<'q>> {
    let mut texts = Texts(Vec::new());
    texts.add(place, TextKind::Question, &question.text);
    for answer in &question.answers {
        texts.add(place, TextKind::Answer, &answer.text);
        texts.add(place, TextKind::Said, &answer.said);
    }
    texts.0
}

struct Texts<'q>(Vec<QuestText<'q>>);

impl<'q> Texts<'q> {
    fn add(&mut self, place: &str, kind: TextKind, text: &'q str) {
        let place = place.to_owned();
        self.0.push(QuestText { place, kind, text });
    }

    fn add_scene(&mut self, scene: &'q Scene, place: &str) {
        self.add(place, TextKind::Title, &scene.title);
        self.add(place, TextKind::Place, &scene.place);
        self.add(place, TextKind::Prose, &scene.prose);
        for also in &scene.also {
            self.add(place, TextKind::Also, &also.text);
        }
        for whisper in &scene.whispers {
            let place = format!("{place}, whisper {}", whisper.id.as_str());
            self.add(&place, TextKind::Truth, &whisper.truth);
            self.add(&place, TextKind::Twist, &whisper.twist);
        }
        for option in &scene.options {
            self.add_option(option, &place_in(place, option));
        }
    }

    fn add_option(&mut self, option: &'q Choice, place: &str) {
        self.add(place, TextKind::Label, &option.label);
        self.add(place, TextKind::Detail, &option.detail);
        self.add(place, TextKind::Deed, &option.deed);
        for (name, outcome) in outcomes(option) {
            self.add(
                &format!("{place}, {name}"),
                TextKind::Outcome,
                &outcome.text,
            );
        }
        for (god, speech) in &option.council {
            let place = format!("{place}, council, {god}");
            self.add(&place, TextKind::Speech, &speech.aye);
            self.add(&place, TextKind::Speech, &speech.nay);
        }
    }
}
