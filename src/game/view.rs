//! What one seat may see. Built field by field, so that a new secret stays secret.

use serde::Serialize;

use crate::Manner;
use crate::aftermath::{self, Aftermath};
use crate::chronicle::Chronicle;
use crate::command::TimeLimit;
use crate::content::{Mood, Tone, Way, Weight, World};
use crate::event::{Chance, Hearer};
use crate::ids::{
    ClassId, Code, CompanionId, OptionId, QuestId, QuestionId, SceneId, SeatNo, Version, WhisperId,
};
use crate::table::{Phase, SceneLog, Table};
use crate::trust::Tier;
use crate::words::{Band, God, Sense, Skill};

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

/// What everybody sees of a seat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a badge of its own on the page"
)]
pub struct SeatView {
    pub seat: SeatNo,
    pub name: String,
    pub present: bool,
    pub class: Option<String>,
    pub is_host: bool,
    pub is_bearer: bool,
    /// Whether nothing is waited for from this seat.
    pub ready: bool,
}

/// What everybody sees of a companion.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CompanionView {
    pub companion: CompanionId,
    pub name: String,
    pub title: String,
    pub look: String,
    pub patron: String,
    pub senses: [Sense; 2],
    pub skills: Vec<(Skill, i32)>,
    pub approval: i32,
    pub present: bool,
    /// The label of what they would vote for as things stand, where votes are open.
    pub leans_to: Option<String>,
}

/// A seat's own sheet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct Sheet {
    pub name: String,
    pub class: Option<ClassId>,
    pub class_name: Option<String>,
    pub calling: Option<String>,
    pub senses: Vec<Sense>,
    pub skills: Vec<(Skill, i32)>,
    pub favour: Vec<(God, String, i32, Band)>,
    pub signature: Option<SignatureView>,
}

/// A signature, and whether it can be used now.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SignatureView {
    pub name: String,
    pub text: String,
    pub ready: bool,
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

/// An open scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SceneView {
    pub scene: SceneId,
    pub quest_title: String,
    pub number: usize,
    pub title: String,
    pub mood: Mood,
    pub decide: Way,
    pub prose: Vec<String>,
    pub bearer: SeatNo,
    pub bearer_name: String,
    /// Whether the viewer has a say in how this scene decides.
    pub has_say: bool,
    /// What the viewer alone heard.
    pub whispers: Vec<OwnWhisper>,
    /// What was told to everybody.
    pub told: Vec<ToldWhisper>,
    pub options: Vec<OptionView>,
}

/// A whisper the viewer heard.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct OwnWhisper {
    pub whisper: WhisperId,
    pub sense: Sense,
    pub weight: Weight,
    pub truth: String,
    pub twist: String,
    pub told: Option<Manner>,
    pub kept: bool,
}

/// A whisper told to everybody. Nothing here says whether it is true.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct ToldWhisper {
    pub by: String,
    pub sense: Sense,
    pub text: String,
}

/// An option as the viewer sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct OptionView {
    pub option: OptionId,
    pub label: String,
    pub detail: String,
    pub great: bool,
    pub insight: bool,
    pub check: Option<CheckView>,
    pub yours: bool,
    /// Who chose it, where choices are open.
    pub chosen_by: Vec<String>,
}

/// A check before it is rolled.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CheckView {
    pub skill: Skill,
    pub difficulty: i32,
    /// Whose hand makes it.
    pub hand: String,
    pub chance: Chance,
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
            lines: self.spoken(),
        }
    }

    /// The name of a seat or companion.
    pub(crate) fn name_of(&self, world: &World, who: &Hearer) -> String {
        let name = match who {
            Hearer::Seat(no) => self.seats.get(no).map(|seat| &seat.name),
            Hearer::Companion(id) => world.companion(id).map(|sheet| &sheet.name),
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

    fn seat_view(&self, world: &World, no: SeatNo) -> SeatView {
        let seat = self.seats.get(&no);
        let class = seat.and_then(|seat| world.class(seat.class.as_ref()?));
        SeatView {
            seat: no,
            name: self.seat_name(no),
            present: seat.is_some_and(|seat| seat.present),
            class: class.map(|class| class.name.clone()),
            is_host: self.host == Some(no),
            is_bearer: self.open_scene().is_some_and(|log| log.bearer == no),
            ready: self.is_ready(world, no),
        }
    }

    fn is_ready(&self, world: &World, no: SeatNo) -> bool {
        let Some(seat) = self.seats.get(&no) else {
            return true;
        };
        match self.phase {
            Phase::Gathering | Phase::Chronicle | Phase::Closed => true,
            Phase::Interrogation => seat.class.is_some(),
            Phase::QuestChoice => seat.quest.is_some(),
            Phase::Scene => match (self.scene_in(world), self.open_scene()) {
                (Some(scene), Some(log)) => {
                    !Self::has_say(scene.decide, log, no) || log.choices.contains_key(&no)
                }
                _ => true,
            },
        }
    }

    fn companion_view(&self, world: &World, id: &CompanionId) -> Option<CompanionView> {
        let ally = self.companions.get(id)?;
        let sheet = world.companion(id)?;
        Some(CompanionView {
            companion: id.clone(),
            name: sheet.name.clone(),
            title: sheet.title.clone(),
            look: sheet.look.clone(),
            patron: world
                .gods
                .get(&sheet.patron)
                .map(|god| god.name.clone())
                .unwrap_or_default(),
            senses: [sheet.first, sheet.second],
            skills: sheet
                .skills
                .iter()
                .map(|(skill, level)| (*skill, *level))
                .collect(),
            approval: ally.approval,
            present: ally.present,
            leans_to: self.leaning(world, id).filter(|_| ally.present),
        })
    }

    /// What a companion would vote for, where votes are open to all.
    fn leaning(&self, world: &World, id: &CompanionId) -> Option<String> {
        let scene = self
            .scene_in(world)
            .filter(|scene| scene.decide == Way::Party)?;
        let log = self.open_scene()?;
        let open = self.open_options(scene, log);
        let vote = self.companion_vote(world, id, &open, log.choices.get(&log.bearer))?;
        scene.option(&vote).map(|option| option.label.clone())
    }

    fn sheet(&self, world: &World, no: SeatNo) -> Option<Sheet> {
        let seat = self.seats.get(&no)?;
        let class = seat.class.as_ref().and_then(|id| world.class(id));
        let used = self
            .open_scene()
            .is_none_or(|log| log.invoked.contains_key(&no));
        let mut skills: Vec<(Skill, i32)> = seat
            .skills
            .iter()
            .map(|(skill, level)| (*skill, *level))
            .collect();
        skills.sort_by_key(|(_, level)| std::cmp::Reverse(*level));
        let god_name = |god: &God| {
            world
                .gods
                .get(god)
                .map(|sheet| sheet.name.clone())
                .unwrap_or_default()
        };
        Some(Sheet {
            name: seat.name.clone(),
            class: seat.class.clone(),
            class_name: class.map(|class| class.name.clone()),
            calling: class.map(|class| class.calling.clone()),
            senses: class
                .map(|class| vec![class.first, class.second])
                .unwrap_or_default(),
            skills,
            favour: God::ALL
                .iter()
                .map(|god| {
                    (
                        *god,
                        god_name(god),
                        seat.favour_of(*god),
                        Band::of(seat.favour_of(*god)),
                    )
                })
                .collect(),
            signature: class.map(|class| SignatureView {
                name: class.signature.name.clone(),
                text: class.signature.text.clone(),
                ready: !used,
            }),
        })
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

    fn scene_view(&self, world: &World, you: Option<SeatNo>) -> Option<SceneView> {
        let quest = self.quest_in(world)?;
        let scene = self.scene_in(world)?;
        let log = self.open_scene()?;
        let mut prose = paragraphs(&scene.prose);
        prose.extend(
            scene
                .also
                .iter()
                .filter(|also| self.marks.contains(&also.mark))
                .map(|also| also.text.clone()),
        );
        let open = self.open_options(scene, log);
        Some(SceneView {
            scene: scene.id.clone(),
            quest_title: quest.title.clone(),
            number: self.scenes.len(),
            title: scene.title.clone(),
            mood: scene.mood,
            decide: scene.decide,
            prose,
            bearer: log.bearer,
            bearer_name: self.seat_name(log.bearer),
            has_say: you.is_some_and(|no| Self::has_say(scene.decide, log, no)),
            whispers: you
                .map(|no| self.own_whispers(world, log, no))
                .unwrap_or_default(),
            told: self.told(world, log),
            options: open
                .iter()
                .map(|option| self.option_view(world, (scene, log), option, you))
                .collect(),
        })
    }

    fn own_whispers(&self, world: &World, log: &SceneLog, no: SeatNo) -> Vec<OwnWhisper> {
        let hearer = Hearer::Seat(no);
        let Some(scene) = self.scene_in(world) else {
            return Vec::new();
        };
        scene
            .whispers
            .iter()
            .filter(|whisper| log.hears(&hearer, &whisper.id))
            .map(|whisper| OwnWhisper {
                whisper: whisper.id.clone(),
                sense: whisper.sense,
                weight: whisper.weight,
                truth: whisper.truth.clone(),
                twist: whisper.twist.clone(),
                told: log.told_by(&hearer, &whisper.id),
                kept: log
                    .kept
                    .iter()
                    .any(|(seat, kept)| *seat == no && *kept == whisper.id),
            })
            .collect()
    }

    fn told(&self, world: &World, log: &SceneLog) -> Vec<ToldWhisper> {
        let Some(scene) = self.scene_in(world) else {
            return Vec::new();
        };
        log.told
            .iter()
            .filter_map(|told| {
                let whisper = scene.whisper(&told.whisper)?;
                let text = match told.manner {
                    Manner::Truth => &whisper.truth,
                    Manner::Twist => &whisper.twist,
                };
                Some(ToldWhisper {
                    by: self.name_of(world, &told.by),
                    sense: whisper.sense,
                    text: text.clone(),
                })
            })
            .collect()
    }

    fn option_view(
        &self,
        world: &World,
        (scene, log): (&crate::content::Scene, &SceneLog),
        option: &crate::content::Choice,
        you: Option<SeatNo>,
    ) -> OptionView {
        let chosen_by = |open: bool| -> Vec<String> {
            let choices = log
                .choices
                .iter()
                .filter(|(_, chosen)| open && **chosen == option.id);
            choices.map(|(no, _)| self.seat_name(*no)).collect()
        };
        let actor = you.unwrap_or(log.bearer);
        OptionView {
            option: option.id.clone(),
            label: option.label.clone(),
            detail: option.detail.clone(),
            great: option.great,
            insight: option.insight.is_some(),
            check: option.check.as_ref().map(|check| {
                let (hand, chance) = self.chance(world, scene, check, actor);
                CheckView {
                    skill: check.skill,
                    difficulty: check.difficulty,
                    hand: self.name_of(world, &hand),
                    chance,
                }
            }),
            yours: you.is_some_and(|no| log.choices.get(&no) == Some(&option.id)),
            chosen_by: chosen_by(scene.decide != Way::Secret),
        }
    }

    fn spoken(&self) -> Vec<Spoken> {
        self.lines
            .iter()
            .map(|line| Spoken {
                seat: line.seat,
                name: self.seat_name(line.seat),
                text: line.text.clone(),
            })
            .collect()
    }
}
