//! The questions of the gods and the quests to choose from, as a seat sees them.

use serde::Serialize;

use crate::content::{Quest, World};
use crate::rules::quests;
use crate::state::{Table, ToldQuest};
use crate::vocabulary::{God, QuestId, QuestionId, SeatNo};

/// A question of the interrogation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct QuestionView {
    pub question: QuestionId,
    pub number: usize,
    pub of: usize,
    pub god: God,
    pub god_name: String,
    pub god_of: String,
    pub greeting: String,
    pub text: String,
    pub answers: Vec<String>,
}

/// A quest to choose.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct QuestCard {
    pub quest: QuestId,
    pub title: String,
    pub pitch: String,
    pub warnings: Vec<String>,
    pub yours: bool,
    /// The seats that named it.
    pub named_by: Vec<SeatNo>,
}

/// The question that `no` is to answer next.
pub(super) fn question(table: &Table, world: &World, no: SeatNo) -> Option<QuestionView> {
    let seat = table.party.seat(no)?;
    let question = world.question(seat.questions.get(seat.answers.len())?)?;
    let god = world.gods.get(&question.god)?;
    Some(QuestionView {
        question: question.id.clone(),
        number: seat.answers.len() + 1,
        of: God::ALL.len() + 2,
        god: question.god,
        god_name: god.name.clone(),
        god_of: god.of.clone(),
        greeting: god.greeting.clone(),
        text: question.text.clone(),
        answers: question
            .answers
            .iter()
            .map(|answer| answer.text.clone())
            .collect(),
    })
}

/// The quests there are to choose from.
pub(super) fn cards(table: &Table, world: &World, you: Option<SeatNo>) -> Vec<QuestCard> {
    let quests = quests::unplayed(table, world).filter_map(|id| world.quests.get(id));
    quests.map(|quest| card(table, quest, you)).collect()
}

/// A quest whose Chronicle is open, as long as this world has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ToldQuestView {
    pub quest: QuestId,
    pub title: String,
    /// The title of the ending reached; none when the quest was broken off.
    pub ending: Option<String>,
}

/// The quests the party played before this one.
pub(super) fn told(table: &Table, world: &World) -> Vec<ToldQuestView> {
    let told = table.story.told().iter();
    told.filter_map(|told| told_quest(world, told)).collect()
}

fn told_quest(world: &World, told: &ToldQuest) -> Option<ToldQuestView> {
    let quest = world.quest(told.quest.as_ref()?, told.edition)?;
    let ending = told.ending.as_ref().and_then(|id| quest.ending(id));
    Some(ToldQuestView {
        quest: quest.id.clone(),
        title: quest.title.clone(),
        ending: ending.map(|ending| ending.title.clone()),
    })
}

fn card(table: &Table, quest: &Quest, you: Option<SeatNo>) -> QuestCard {
    let named_by: Vec<SeatNo> = table
        .present()
        .filter(|(_, seat)| seat.quest.as_ref() == Some(&quest.id))
        .map(|(no, _)| no)
        .collect();
    QuestCard {
        quest: quest.id.clone(),
        title: quest.title.clone(),
        pitch: quest.pitch.clone(),
        warnings: quest.warnings.clone(),
        yours: you.is_some_and(|no| named_by.contains(&no)),
        named_by,
    }
}
