//! What one seat may see. Built field by field, so that a new secret stays secret.

use serde::Serialize;

use crate::content::{Tone, World};
use crate::protocol::{Character, TimeLimit};
use crate::rules::trust::Tier;
use crate::state::{Phase, Table};
use crate::view::aftermath::{self, Aftermath};
use crate::view::{Chronicle, CompanionView, SceneView, SeatView, Sheet};
use crate::vocabulary::{Code, God, QuestId, QuestionId, SeatNo, Version};

/// The table as one seat, or a spectator, sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct View {
    pub version: Version,
    pub phase: Phase,
    pub code: Option<Code>,
    pub commitment: String,
    pub limit: TimeLimit,
    pub deadline_ms: Option<u64>,
    pub host: Option<SeatNo>,
    /// Whose view this is; nobody's for a spectator.
    pub you: Option<SeatNo>,
    pub seats: Vec<SeatView>,
    pub companions: Vec<CompanionView>,
    pub trust: i32,
    pub tier: Tier,
    /// The viewer's own sheet.
    pub sheet: Option<Sheet>,
    /// What came of the scene before.
    pub aftermath: Option<Aftermath>,
    pub stage: Stage,
    pub lines: Vec<Spoken>,
}

/// A line somebody said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct Spoken {
    pub seat: SeatNo,
    pub name: String,
    pub text: String,
}

/// What the table is at.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum Stage {
    /// Others may join.
    Gathering,
    /// A question for this seat.
    Question(QuestionView),
    /// This seat has been called, or only watches; others are still questioned.
    Waiting,
    /// The party chooses a quest.
    QuestChoice {
        /// What there is to choose from.
        quests: Vec<QuestCard>,
    },
    /// A scene.
    Scene(Box<SceneView>),
    /// All is told.
    Chronicle(Box<Chronicle>),
    /// Closed before there was anything to tell.
    Closed,
    /// The quest is not in this server's library.
    Unknown,
}

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
    pub named_by: Vec<String>,
}

/// An ending.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct EndingView {
    pub title: String,
    pub tone: Tone,
    pub prose: Vec<String>,
}

/// Parts prose at its empty lines.
pub(crate) fn paragraphs(prose: &str) -> Vec<String> {
    prose
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|paragraph| !paragraph.is_empty())
        .collect()
}

impl Table {
    /// Shows the table to `you`, or to a spectator. A seat that is not at the table sees what spectators see.
    pub fn view(&self, world: &World, you: Option<SeatNo>) -> View {
        let you = you.filter(|no| self.present().any(|(present, _)| present == *no));
        View {
            version: self.version,
            phase: self.phase,
            code: self
                .code
                .clone()
                .filter(|_| you.is_some() || self.phase == Phase::Gathering),
            commitment: self.commitment.clone(),
            limit: self.limit,
            deadline_ms: self.deadline_ms,
            host: self.host,
            you,
            seats: self
                .seats
                .keys()
                .map(|no| self.seat_view(world, *no))
                .collect(),
            companions: self
                .companions
                .keys()
                .filter_map(|id| self.companion_view(world, id))
                .collect(),
            trust: self.trust,
            tier: Tier::of(self.trust),
            sheet: you.and_then(|no| self.sheet(world, no)),
            aftermath: self.last_aftermath(world),
            stage: self.stage(world, you),
            lines: self.spoken(you.is_some()),
        }
    }

    /// The name of a seat or companion.
    pub(crate) fn name_of(&self, world: &World, who: &Character) -> String {
        let name = match who {
            Character::Seat(no) => self.seats.get(no).map(|seat| &seat.name),
            Character::Companion(id) => world.companion(id).map(|sheet| &sheet.name),
        };
        name.cloned().unwrap_or_else(|| "somebody".to_owned())
    }

    pub(crate) fn seat_name(&self, no: SeatNo) -> String {
        self.seats
            .get(&no)
            .map_or_else(|| "somebody".to_owned(), |seat| seat.name.clone())
    }

    fn last_aftermath(&self, world: &World) -> Option<Aftermath> {
        let before = usize::from(self.phase == Phase::Scene);
        let log = self.scenes.iter().rev().nth(before)?;
        aftermath::of(self, world, log)
    }

    fn stage(&self, world: &World, you: Option<SeatNo>) -> Stage {
        match self.phase {
            Phase::Gathering => Stage::Gathering,
            Phase::Interrogation => you
                .and_then(|no| self.question_view(world, no))
                .map_or(Stage::Waiting, Stage::Question),
            Phase::QuestChoice => Stage::QuestChoice {
                quests: self.quest_cards(world, you),
            },
            Phase::Scene => self
                .scene_view(world, you)
                .map_or(Stage::Unknown, |scene| Stage::Scene(Box::new(scene))),
            Phase::Chronicle => self
                .chronicle(world)
                .map_or(Stage::Unknown, |told| Stage::Chronicle(Box::new(told))),
            Phase::Closed => Stage::Closed,
        }
    }

    fn question_view(&self, world: &World, no: SeatNo) -> Option<QuestionView> {
        let seat = self.seats.get(&no)?;
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

    fn quest_cards(&self, world: &World, you: Option<SeatNo>) -> Vec<QuestCard> {
        let named_by = |id: &QuestId| -> Vec<String> {
            let named = self
                .present()
                .filter(|(_, seat)| seat.quest.as_ref() == Some(id));
            named.map(|(_, seat)| seat.name.clone()).collect()
        };
        world
            .quests
            .values()
            .map(|quest| QuestCard {
                quest: quest.id.clone(),
                title: quest.title.clone(),
                pitch: quest.pitch.clone(),
                warnings: quest.warnings.clone(),
                yours: you
                    .and_then(|no| self.seats.get(&no))
                    .is_some_and(|seat| seat.quest.as_ref() == Some(&quest.id)),
                named_by: named_by(&quest.id),
            })
            .collect()
    }

    /// What was said: for those who sit at the table, and for everybody once the story is over.
    fn spoken(&self, seated: bool) -> Vec<Spoken> {
        let lines = self
            .lines
            .iter()
            .filter(|_| seated || !self.phase.is_live());
        lines
            .map(|line| Spoken {
                seat: line.seat,
                name: line.name.clone(),
                text: line.text.clone(),
            })
            .collect()
    }
}
