//! The open scene as one seat sees it.

use serde::Serialize;

use crate::content::{Choice, DecisionMode, Mood, Scene, Weight, World};
use crate::protocol::{Chance, Character, Manner};
use crate::rules::{checks, scene};
use crate::state::{SceneProgress, SceneState, Table};
use crate::view::text::paragraphs;
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
    pub progress: SceneProgress,
    pub prose: Vec<String>,
    pub bearer: SeatNo,
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
    pub by: Character,
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
    /// The seats that chose it, where choices are open.
    pub chosen_by: Vec<SeatNo>,
}

/// A check before it is rolled.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct CheckView {
    pub skill: Skill,
    pub difficulty: i32,
    /// The character who makes it.
    pub hand: Character,
    pub chance: Chance,
}

/// The open scene, if there is one and this world has it.
pub(super) fn of(table: &Table, world: &World, you: Option<SeatNo>) -> Option<SceneView> {
    let quest = table.quest_in(world)?;
    let scene = table.scene_in(world)?;
    let open = table.open_scene()?;
    let mut prose = paragraphs(&scene.prose);
    let also = scene.also.iter();
    prose.extend(
        also.filter(|also| table.story.has(&also.mark))
            .map(|also| also.text.clone()),
    );
    let options = scene::open_options(table, scene, open);
    Some(SceneView {
        scene: scene.id.clone(),
        quest_title: quest.title.clone(),
        number: table.scenes().len(),
        title: scene.title.clone(),
        mood: scene.mood,
        decide: scene.decide,
        progress: open.progress,
        prose,
        bearer: open.bearer,
        has_say: you.is_some_and(|no| scene::has_say(scene.decide, open, no)),
        whispers: you
            .map(|no| own_whispers(scene, open, no))
            .unwrap_or_default(),
        told: told(scene, open),
        options: options
            .into_iter()
            .map(|option| option_view((table, world), (scene, open), option, you))
            .collect(),
    })
}

fn own_whispers(scene: &Scene, open: &SceneState, no: SeatNo) -> Vec<OwnWhisper> {
    let hearer = Character::Seat(no);
    let heard = scene
        .whispers
        .iter()
        .filter(|whisper| open.hears(&hearer, &whisper.id));
    heard
        .map(|whisper| OwnWhisper {
            whisper: whisper.id.clone(),
            sense: whisper.sense,
            weight: whisper.weight,
            truth: whisper.truth.clone(),
            twist: whisper.twist.clone(),
            told: open.told_by(&hearer, &whisper.id),
            kept: open.kept.contains(&(no, whisper.id.clone())),
        })
        .collect()
}

fn told(scene: &Scene, open: &SceneState) -> Vec<ToldWhisper> {
    open.told
        .iter()
        .filter_map(|told| {
            let whisper = scene.whisper(&told.whisper)?;
            let text = match told.manner {
                Manner::Truth => &whisper.truth,
                Manner::Twist => &whisper.twist,
            };
            Some(ToldWhisper {
                by: told.by.clone(),
                sense: whisper.sense,
                text: text.clone(),
            })
        })
        .collect()
}

fn option_view(
    (table, world): (&Table, &World),
    (scene, open): (&Scene, &SceneState),
    option: &Choice,
    you: Option<SeatNo>,
) -> OptionView {
    let openly = scene.decide != DecisionMode::Secret;
    let choices = open.choices.iter();
    let chosen_by = choices.filter(|(_, chosen)| openly && **chosen == option.id);
    let actor = you.unwrap_or(open.bearer);
    OptionView {
        option: option.id.clone(),
        label: option.label.clone(),
        detail: option.detail.clone(),
        great: option.great,
        insight: option.insight.is_some(),
        check: option.check.as_ref().map(|check| {
            let (hand, chance) = checks::chance(table, world, scene, check, actor);
            CheckView {
                skill: check.skill,
                difficulty: check.difficulty,
                hand,
                chance,
            }
        }),
        yours: you.is_some_and(|no| open.choices.get(&no) == Some(&option.id)),
        chosen_by: chosen_by.map(|(no, _)| *no).collect(),
    }
}
