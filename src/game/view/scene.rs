//! The open scene as one seat sees it.

use serde::Serialize;

use crate::content::{Choice, DecisionMode, Mood, Scene, Weight, World};
use crate::protocol::{Chance, Character, Manner};
use crate::state::{SceneState, Table};
use crate::view::table::paragraphs;
use crate::vocabulary::{OptionId, SceneId, SeatNo, Sense, Skill, WhisperId};

/// An open scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SceneView {
    pub scene: SceneId,
    pub quest_title: String,
    pub number: usize,
    pub title: String,
    pub mood: Mood,
    pub decide: DecisionMode,
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

impl Table {
    pub(crate) fn scene_view(&self, world: &World, you: Option<SeatNo>) -> Option<SceneView> {
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

    fn own_whispers(&self, world: &World, log: &SceneState, no: SeatNo) -> Vec<OwnWhisper> {
        let hearer = Character::Seat(no);
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

    fn told(&self, world: &World, log: &SceneState) -> Vec<ToldWhisper> {
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
        (scene, log): (&Scene, &SceneState),
        option: &Choice,
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
            chosen_by: chosen_by(scene.decide != DecisionMode::Secret),
        }
    }
}
