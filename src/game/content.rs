//! The written world as the rules use it: gods, questions, classes, companions, quests.
//!
//! These are the shapes of the data files; crate `world` reads and checks them. What is public here is
//! plain data: any value is one an author could write, and the checker says which are sound.

mod effects;
mod people;
mod quest;

use std::collections::BTreeMap;

use crate::vocabulary::{ClassId, CompanionId, God, QuestId, QuestionId, isqrt};

pub use effects::{Effect, EffectPoint};
pub use people::{Answer, Class, Companion, GodSheet, Question, Signature};
pub use quest::{
    Also, Check, Choice, Circumstance, DecisionMode, Ending, Mood, Outcome, Quest, Scene, Speech,
    Tone, Weight, Whisper,
};

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
    /// The quests.
    pub quests: BTreeMap<QuestId, Quest>,
    /// Tells libraries apart: any change of their text changes it.
    pub edition: String,
    spread: BTreeMap<God, i64>,
}

impl World {
    /// Puts a world together.
    pub fn new(
        gods: Vec<GodSheet>,
        questions: Vec<Question>,
        classes: Vec<Class>,
        companions: Vec<Companion>,
        quests: Vec<Quest>,
        edition: String,
    ) -> Self {
        Self {
            spread: God::ALL
                .iter()
                .map(|god| (*god, spread(&questions, *god)))
                .collect(),
            gods: gods.into_iter().map(|sheet| (sheet.id, sheet)).collect(),
            questions,
            classes,
            companions,
            quests: quests
                .into_iter()
                .map(|quest| (quest.id.clone(), quest))
                .collect(),
            edition,
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

    /// Finds a question.
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == *id)
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
