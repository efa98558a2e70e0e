//! The written world as the rules use it: gods, questions, classes, companions, quests.
//!
//! These are the shapes of the data files; crate `world` reads and checks them. What is public here is
//! plain data: any value is one an author could write, and the checker says which are sound.

mod effects;
mod option;
mod people;
mod quest;
mod rules_of_companions;
mod secrets;

use std::collections::BTreeMap;

use crate::vocabulary::{
    CardId, ClassId, CompanionId, Gift, God, QuestId, QuestionId, Stake, isqrt,
};

pub use effects::{Effect, EffectPoint};
pub(crate) use effects::{called_effects, standing_effects};
pub use option::{Check, Choice, Circumstance, NextIf, Outcome, Speech};
pub use people::{Answer, Class, Companion, GodSheet, Question, Signature};
pub use quest::{
    Also, DecisionMode, Ending, IfTold, Keepsake, Kinder, Mood, Quest, QuestTone, Scene, Tone,
    Weight, Whisper,
};
pub use rules_of_companions::{CompanionRule, CompanionRuleError, MustWhen};
pub use secrets::{CardSheet, GiftSheet, StakeSheet};

/// Tells libraries apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LibraryEdition {
    /// Changes with everything that decides, and with no wording.
    pub structure: String,
    /// Changes with any text.
    pub text: String,
}

impl LibraryEdition {
    /// Whether a table that opened with `library` would be decided the same with this one. Tables of the
    /// first release name the text and not the structure.
    pub fn decides_like(&self, library: &str) -> bool {
        library == self.structure || library == self.text
    }
}

/// Everything authors wrote.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The eight gods.
    pub gods: BTreeMap<God, GodSheet>,
    /// The pool of questions, in file order.
    pub questions: Vec<Question>,
    /// The classes, in file order.
    pub classes: Vec<Class>,
    /// Who may join a small party, in the order they do.
    pub companions: Vec<Companion>,
    /// What the seats' secret aims are called, and how they are put.
    pub stakes: Vec<StakeSheet>,
    /// What blessings and curses are called, and what they do.
    pub gifts: Vec<GiftSheet>,
    /// What one seat may say to another after a quest.
    pub cards: Vec<CardSheet>,
    /// The quests a party may choose, each in its newest edition.
    pub quests: BTreeMap<QuestId, Quest>,
    /// Older editions of quests: not offered, but some table may be in one.
    pub older: Vec<Quest>,
    /// Tells libraries apart.
    pub edition: LibraryEdition,
    spread: BTreeMap<God, i64>,
}

/// What a world is put together from, each in file order.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each field is what it is called")]
pub struct WorldParts {
    pub gods: Vec<GodSheet>,
    pub questions: Vec<Question>,
    pub classes: Vec<Class>,
    pub companions: Vec<Companion>,
    pub stakes: Vec<StakeSheet>,
    pub gifts: Vec<GiftSheet>,
    pub cards: Vec<CardSheet>,
    pub quests: Vec<Quest>,
}

impl World {
    /// Puts a world together.
    pub fn new(parts: WorldParts, text_edition: String) -> Self {
        let WorldParts {
            gods,
            questions,
            classes,
            companions,
            stakes,
            gifts,
            cards,
            quests,
        } = parts;
        let (quests, older) = newest(quests);
        Self {
            spread: God::ALL
                .iter()
                .map(|god| (*god, spread(&questions, *god)))
                .collect(),
            gods: gods.into_iter().map(|sheet| (sheet.id, sheet)).collect(),
            questions,
            classes,
            companions,
            stakes,
            gifts,
            cards,
            quests,
            older,
            edition: LibraryEdition {
                structure: String::new(),
                text: text_edition,
            },
        }
    }

    /// How far random answers move a god's favour. Dividing by it lets a god that is moved rarely weigh as
    /// much in the calling as one that is moved by every answer.
    pub fn spread(&self, god: God) -> i64 {
        self.spread.get(&god).copied().unwrap_or(1)
    }

    /// Returns the name of a god.
    pub fn god_name(&self, god: God) -> String {
        self.gods
            .get(&god)
            .map(|sheet| sheet.name.clone())
            .unwrap_or_default()
    }

    /// Finds a quest in one edition.
    pub fn quest(&self, id: &QuestId, edition: u32) -> Option<&Quest> {
        self.every_quest()
            .find(|quest| quest.id == *id && quest.edition == edition)
    }

    /// Every quest in every edition there is.
    pub fn every_quest(&self) -> impl Iterator<Item = &Quest> {
        self.quests.values().chain(&self.older)
    }

    /// Finds a question, also one that a quest's ending asks.
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        let asked_after = self.every_quest().flat_map(|quest| &quest.questions);
        let mut all = self.questions.iter().chain(asked_after);
        all.find(|question| question.id == *id)
    }

    /// How a stake is put.
    pub fn stake(&self, stake: Stake) -> Option<&StakeSheet> {
        self.stakes.iter().find(|sheet| sheet.id == stake)
    }

    /// What a gift is called.
    pub fn gift(&self, gift: Gift) -> Option<&GiftSheet> {
        self.gifts
            .iter()
            .find(|sheet| sheet.god == gift.god && sheet.kind == gift.kind)
    }

    /// Finds a card.
    pub fn card(&self, id: &CardId) -> Option<&CardSheet> {
        self.cards.iter().find(|card| card.id == *id)
    }

    /// Finds a class.
    pub fn class(&self, id: &ClassId) -> Option<&Class> {
        self.classes.iter().find(|class| class.id == *id)
    }

    /// Finds a companion.
    pub fn companion(&self, id: &CompanionId) -> Option<&Companion> {
        self.companions.iter().find(|companion| companion.id == *id)
    }
}

/// Parts quests into the newest edition of each and the older ones.
fn newest(quests: Vec<Quest>) -> (BTreeMap<QuestId, Quest>, Vec<Quest>) {
    let mut newest: BTreeMap<QuestId, Quest> = BTreeMap::new();
    let mut older = Vec::new();
    for quest in quests {
        let known = newest.get(&quest.id).map(|known| known.edition);
        if known >= Some(quest.edition) {
            older.push(quest);
        } else {
            older.extend(newest.insert(quest.id.clone(), quest));
        }
    }
    (newest, older)
}

/// The root of the mean square by which a god is moved over a whole interrogation, at least 1.
fn spread(questions: &[Question], god: God) -> i64 {
    let mut sum = 0;
    for asking in God::ALL {
        let moves: Vec<i64> = questions
            .iter()
            .filter(|question| question.god == *asking)
            .flat_map(|question| &question.answers)
            .map(|answer| i64::from(answer.moves.get(&god).copied().unwrap_or(0)))
            .collect();
        let count = i64::try_from(moves.len()).unwrap_or(i64::MAX).max(1);
        sum += moves.iter().map(|by| by * by).sum::<i64>() / count;
    }
    isqrt(sum).max(1)
}
