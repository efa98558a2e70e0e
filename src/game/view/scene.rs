//! The open scene as one seat sees it.

use serde::Serialize;

use crate::content::{DecisionMode, Ending, Mood, Scene, World};
use crate::rules::scene;
use crate::state::{SceneProgress, SceneState, Table};
use crate::view::options::OptionView;
use crate::view::possibilities::{
    CalledOnView, Possibilities, PressView, PressedView, PurchaseView,
};
use crate::view::tellings::{AsideView, OwnWhisper, ToldWhisper};
use crate::view::text::{EndingView, also_paragraphs, paragraphs};
use crate::vocabulary::{OptionId, SceneId, SeatNo};

/// An open scene.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct SceneView {
    pub scene: SceneId,
    pub quest_title: String,
    pub number: usize,
    /// About how many scenes the quest has: those of its shortest road, or as many as there were.
    pub about: usize,
    pub title: String,
    pub mood: Mood,
    pub place: String,
    pub decide: DecisionMode,
    pub progress: SceneProgress,
    pub prose: Vec<String>,
    pub bearer: SeatNo,
    /// Whether the viewer has a say in how this scene decides.
    pub has_say: bool,
    /// What the viewer alone heard.
    pub whispers: Vec<OwnWhisper>,
    /// What was told to everybody, and to the viewer apart.
    pub told: Vec<ToldWhisper>,
    /// Who had a word with whom.
    pub asides: Vec<AsideView>,
    pub options: Vec<OptionView>,
    /// What the viewer may press companions for, and with what chance.
    pub presses: Vec<PressView>,
    /// Who pressed which companion, and whether it gave way.
    pub pressed: Option<PressedView>,
    /// What the viewer can still do besides choosing.
    pub may: Possibilities,
    /// What momentum buys the viewer here.
    pub purchases: Vec<PurchaseView>,
    /// The blessings on which somebody has called, where the table sees them.
    pub called_on: Vec<CalledOnView>,
    /// Who offers the viewer an exchange of whispers.
    pub offered_by: Option<SeatNo>,
    /// What was chosen before a second draft.
    pub first_draft: Vec<DraftChoice>,
    /// Whether all have chosen, and the scene is decided in a moment.
    pub locked_in: bool,
}

/// What a seat chose before a second draft.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "each field is a word of the table")]
pub struct DraftChoice {
    pub seat: SeatNo,
    pub option: OptionId,
}

/// The ending that was reached, while the party names who lied.
pub(super) fn ending(table: &Table, world: &World) -> Option<EndingView> {
    let written: &Ending = table.quest_in(world)?.ending(table.ending()?)?;
    Some(EndingView::of(table, written))
}

/// What the options are seen in.
pub(super) struct Eye<'a> {
    pub(super) table: &'a Table,
    pub(super) world: &'a World,
    pub(super) scene: &'a Scene,
    pub(super) open: &'a SceneState,
    pub(super) you: Option<SeatNo>,
}

/// The open scene, if there is one and this world has it.
pub(super) fn of(table: &Table, world: &World, you: Option<SeatNo>) -> Option<SceneView> {
    let quest = table.quest_in(world)?;
    let eye = Eye {
        table,
        world,
        scene: table.scene_in(world)?,
        open: table.open_scene()?,
        you,
    };
    let (scene, open) = (eye.scene, eye.open);
    let mut prose = paragraphs(&scene.prose);
    prose.extend(also_paragraphs(table, &scene.also));
    Some(SceneView {
        scene: scene.id.clone(),
        quest_title: quest.title.clone(),
        number: table.scenes().len(),
        about: quest.shortest_road().max(table.scenes().len()),
        title: scene.title.clone(),
        mood: scene.mood,
        place: scene.place.clone(),
        decide: scene.decide,
        progress: open.progress,
        prose,
        bearer: open.bearer,
        has_say: you.is_some_and(|no| scene::has_say(scene.decide, open, no)),
        whispers: eye.own_whispers(),
        told: eye.told(),
        asides: eye.asides(),
        options: eye.options(),
        presses: eye.presses(),
        pressed: open
            .pressed
            .as_ref()
            .map(|(by, companion, won)| PressedView {
                by: *by,
                companion: companion.clone(),
                gave_way: *won,
            }),
        may: eye.may(),
        purchases: eye.purchases(),
        called_on: eye.called_on(),
        offered_by: eye.offered_by(),
        first_draft: eye.first_draft(),
        locked_in: eye.is_locked_in(),
    })
}

impl Eye<'_> {
    fn first_draft(&self) -> Vec<DraftChoice> {
        let choices = self.open.first_draft.iter();
        choices
            .map(|(seat, option)| DraftChoice {
                seat: *seat,
                option: option.clone(),
            })
            .collect()
    }

    pub(super) fn is_locked_in(&self) -> bool {
        let mut present = self.table.present();
        !present.any(|(no, _)| scene::waits_for(self.scene.decide, self.open, no))
    }
}
