//! The course of a scene: opening it, choosing in it, passing the Codex on.

use crate::content::{Choice, DecisionMode, Scene};
use crate::protocol::{Event, Refusal};
use crate::rules::draft::Draft;
use crate::rules::{companions, dealing, resolution, talk};
use crate::state::{SceneState, Table};
use crate::vocabulary::{OptionId, SceneId, SeatNo};

/// Opens a scene, or ends a quest whose next scene this world does not have.
pub(super) fn open(draft: &mut Draft<'_>, id: &SceneId) {
    let Some(scene) = draft.quest().and_then(|quest| quest.scene(id)) else {
        return draft.happen(Event::QuestEnded { ending: None });
    };
    let last = draft.table.scene.last().map(|log| log.bearer);
    let bearer = next_bearer(draft, last);
    let deals = dealing::deal(&draft.table, draft.world, scene, &mut draft.dice);
    let deadline_ms = draft.deadline(draft.table.lobby.limit().scene_ms());
    draft.happen(Event::SceneOpened {
        scene: id.clone(),
        bearer,
        deals,
        deadline_ms,
    });
    companions::volunteer(draft);
}

pub(super) fn choose(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    option: &OptionId,
) -> Result<(), Refusal> {
    let scene = draft.scene().ok_or(Refusal::QuestUnknown)?;
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if !has_say(scene.decide, log, seat) {
        return Err(Refusal::BearerOnly);
    }
    scene.option(option).ok_or(Refusal::NoSuchChoice)?;
    if !open_options(&draft.table, scene, log)
        .iter()
        .any(|open| open.id == *option)
    {
        return Err(Refusal::NotOpen);
    }
    if log.choices.get(&seat) == Some(option) {
        return Err(Refusal::AlreadyChosen);
    }
    if log.choices.contains_key(&seat) {
        talk::stir(draft, seat)?;
    }
    draft.happen(Event::Chosen {
        seat,
        option: option.clone(),
    });
    resolve_when_all_have_chosen(draft);
    Ok(())
}

pub(super) fn resolve_when_all_have_chosen(draft: &mut Draft<'_>) {
    let Some(scene) = draft.scene() else { return };
    let Some(log) = draft.open() else { return };
    let waiting = draft
        .table
        .present()
        .any(|(no, _)| has_say(scene.decide, log, no) && !log.choices.contains_key(&no));
    if !waiting {
        resolution::resolve(draft);
    }
}

/// The options open in the scene: those whose marks allow it, and of those that need an insight the ones
/// that have dawned.
pub(crate) fn open_options<'w>(
    table: &Table,
    scene: &'w Scene,
    log: &SceneState,
) -> Vec<&'w Choice> {
    scene
        .options
        .iter()
        .filter(|option| option.needs.iter().all(|mark| table.story.has(mark)))
        .filter(|option| !option.unless.iter().any(|mark| table.story.has(mark)))
        .filter(|option| option.insight.is_none() || log.insights.contains(&option.id))
        .collect()
}

/// Whether `seat` has a say in how this scene decides.
pub(crate) fn has_say(mode: DecisionMode, log: &SceneState, seat: SeatNo) -> bool {
    match mode {
        DecisionMode::Party | DecisionMode::Each | DecisionMode::Secret => true,
        DecisionMode::Bearer => log.bearer == seat,
    }
}

pub(super) fn pass_the_codex(draft: &mut Draft<'_>) {
    let Some(bearer) = draft.open().map(|log| log.bearer) else {
        return;
    };
    if !draft.table.party.is_present(bearer) {
        let seat = next_bearer(draft, Some(bearer));
        draft.happen(Event::BearerPassed { seat });
    }
}

/// The seat after `last`, going round; the first at the start of a quest.
fn next_bearer(draft: &Draft<'_>, last: Option<SeatNo>) -> SeatNo {
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    let after = last.and_then(|last| seats.iter().find(|no| **no > last));
    after.or(seats.first()).copied().unwrap_or(SeatNo(1))
}
