//! The questions of the gods and the quests to choose from, as a seat sees them.

use serde::Serialize;

use crate::content::{Quest, QuestTone, World};
use crate::protocol::Sitting;
use crate::rules::quests;
use crate::state::{Phase, Seat, Table, ToldQuest};
use crate::vocabulary::{God, QuestId, QuestionId, SeatNo};

/// A question of the interrogation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct QuestCard {
    pub quest: QuestId,
    pub title: String,
    pub pitch: String,
    pub warnings: Vec<String>,
    pub tone: QuestTone,
    /// About how long it takes three seats that play live.
    pub minutes: u32,
    /// The fewest and the most seats it is offered to.
    pub seats: [u8; 2],
    pub first_evening: bool,
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
        number: seat.answers.len() + 1 - seat.asked_before,
        of: questions_in_all(table, seat),
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

/// The question that all seats were asked last, and what each answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct OpenQuestionView {
    pub god: God,
    pub god_name: String,
    pub text: String,
    pub answers: Vec<OpenAnswerView>,
}

/// What a seat answered the open question.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct OpenAnswerView {
    pub seat: SeatNo,
    pub answer: String,
}

/// The open question with its answers: they open together, once nobody is asked any more.
pub(super) fn open_question(table: &Table, world: &World) -> Option<OpenQuestionView> {
    let asked = world.question(table.story.open_question()?)?;
    if matches!(table.phase(), Phase::Gathering | Phase::Interrogation) {
        return None;
    }
    let seats = table.seats().iter();
    let answers = seats.filter_map(|(no, seat)| {
        let mut answers = seat.answers.iter();
        let (_, answer) = answers.find(|(id, _)| *id == asked.id)?;
        Some(OpenAnswerView {
            seat: *no,
            answer: asked.answers.get(usize::from(*answer))?.text.clone(),
        })
    });
    Some(OpenQuestionView {
        god: asked.god,
        god_name: world.god_name(asked.god),
        text: asked.text.clone(),
        answers: answers.collect(),
    })
}

/// How many questions the seat is asked, those included that follow from its answers.
fn questions_in_all(table: &Table, seat: &Seat) -> usize {
    match table.lobby.sitting() {
        Sitting::Long if seat.class.is_none() => God::ALL.len() + 2,
        Sitting::Long | Sitting::Short => seat.questions.len() - seat.asked_before,
    }
}

/// The quests there are to choose from.
pub(super) fn cards(table: &Table, world: &World, you: Option<SeatNo>) -> Vec<QuestCard> {
    let quests = quests::offered(table, world).into_iter();
    quests.map(|quest| card(table, quest, you)).collect()
}

/// A quest whose Chronicle is open, as long as this world has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
        tone: quest.tone,
        minutes: quest.minutes,
        seats: quest.seats,
        first_evening: quest.first_evening,
        yours: you.is_some_and(|no| named_by.contains(&no)),
        named_by,
    }
}
