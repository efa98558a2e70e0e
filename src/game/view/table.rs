//! The table as one seat, or a spectator, sees it.

use serde::Serialize;

use crate::content::World;
use crate::protocol::{Sitting, TimeLimit};
use crate::state::{Phase, Table};
use crate::view::aftermath::{self, Aftermath, Eyes};
use crate::view::chronicle::{self, Chronicle};
use crate::view::naming::{self, NamingView};
use crate::view::quests::{self, OpenQuestionView, QuestCard, QuestionView, ToldQuestView};
use crate::view::scene::{self, SceneView};
use crate::view::seats::{self, CompanionView, SeatView};
use crate::view::sheet;
use crate::view::sheet::Sheet;
use crate::vocabulary::{Code, SeatNo, Tier, Version};

/// The table as one seat, or a spectator, sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct View {
    /// Counts only what the viewer could see something of.
    pub version: Version,
    pub phase: Phase,
    pub code: Option<Code>,
    pub commitment: String,
    pub limit: TimeLimit,
    pub sitting: Sitting,
    /// It was closed because its rules are no longer decided.
    pub outdated: bool,
    /// How often the operator has looked into it while it was live.
    pub operator_looks: u32,
    pub deadline_ms: Option<u64>,
    pub host: Option<SeatNo>,
    /// The seat whose view this is; none for a spectator.
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
    /// The open question, and what each seat answered it; shown once nobody is asked any more.
    pub open_question: Option<OpenQuestionView>,
    /// The quests played before this one, oldest first.
    pub told_before: Vec<ToldQuestView>,
    pub lines: Vec<Spoken>,
}

/// A line a player said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct Spoken {
    pub seat: SeatNo,
    pub name: String,
    pub text: String,
}

/// What the table is at.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
        /// What a god asks between two quests.
        question: Option<QuestionView>,
    },
    /// A scene.
    Scene(Box<SceneView>),
    /// The ending is read, and the party may say who lied.
    Naming(Box<NamingView>),
    /// All is told.
    Chronicle(Box<Chronicle>),
    /// Closed before there was anything to tell.
    Closed,
    /// The quest is not in this server's library.
    Unknown,
}

impl Table {
    /// Shows the table to `you`, or to a spectator. A seat that is not at the table sees what spectators see.
    pub fn view(&self, world: &World, you: Option<SeatNo>) -> View {
        let you = you.filter(|no| self.party.is_present(*no));
        let shows_code = you.is_some() || self.phase() == Phase::Gathering;
        let companions = self.party.companions().keys();
        View {
            version: self.version_for(you),
            phase: self.phase(),
            code: self.code().filter(|_| shows_code).cloned(),
            commitment: self.commitment().to_owned(),
            limit: self.lobby.limit(),
            sitting: self.lobby.sitting(),
            outdated: self.lobby.is_outdated(),
            operator_looks: self.lobby.looks(),
            deadline_ms: self.deadline_ms(),
            host: self.host(),
            you,
            seats: seats::all(self, world),
            companions: companions
                .filter_map(|id| seats::companion(self, world, id))
                .collect(),
            trust: self.trust(),
            tier: Tier::of(self.trust()),
            sheet: you.and_then(|no| sheet::sheet(self, world, no)),
            aftermath: last_aftermath(self, world, you),
            stage: stage(self, world, you),
            open_question: quests::open_question(self, world),
            told_before: quests::told(self, world),
            lines: spoken(self, you.is_some()),
        }
    }

    /// Opens every secret, once the story is over. `None` before.
    pub fn chronicle(&self, world: &World) -> Option<Chronicle> {
        chronicle::of(self, world)
    }
}

fn stage(table: &Table, world: &World, you: Option<SeatNo>) -> Stage {
    match table.phase() {
        Phase::Gathering => Stage::Gathering,
        Phase::Interrogation => you
            .and_then(|no| quests::question(table, world, no))
            .map_or(Stage::Waiting, Stage::Question),
        Phase::QuestChoice => Stage::QuestChoice {
            quests: quests::cards(table, world, you),
            question: you.and_then(|no| quests::question(table, world, no)),
        },
        Phase::Naming => naming::of(table, world, you)
            .map_or(Stage::Unknown, |naming| Stage::Naming(Box::new(naming))),
        Phase::Scene => scene::of(table, world, you)
            .map_or(Stage::Unknown, |scene| Stage::Scene(Box::new(scene))),
        Phase::Chronicle => chronicle::of(table, world)
            .map_or(Stage::Unknown, |told| Stage::Chronicle(Box::new(told))),
        Phase::Closed => Stage::Closed,
    }
}

fn last_aftermath(table: &Table, world: &World, you: Option<SeatNo>) -> Option<Aftermath> {
    let before = usize::from(table.phase() == Phase::Scene);
    let scene = table.scenes().iter().rev().nth(before)?;
    let eyes = if table.phase() == Phase::Chronicle {
        Eyes::All
    } else {
        Eyes::Of(you)
    };
    aftermath::of(table, world, scene, eyes)
}

/// What was said: for those who sit at the table, and for everybody once the story is over.
fn spoken(table: &Table, seated: bool) -> Vec<Spoken> {
    let shown = seated || !table.phase().is_live();
    // What a player said who was forgotten is empty.
    let lines = table.talk.lines().iter();
    let lines = lines.filter(|line| shown && !line.text.is_empty());
    lines
        .map(|line| Spoken {
            seat: line.seat,
            name: line.name.clone(),
            text: line.text.clone(),
        })
        .collect()
}
