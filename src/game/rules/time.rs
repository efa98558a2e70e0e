//! What a deadline that has passed comes to.

use crate::protocol::{Event, Refusal};
use crate::rules::draft::Draft;
use crate::rules::{interrogation, quests, resolution};
use crate::state::Phase;

/// How long a scene that this world does not have is left to others after its deadline, in milliseconds.
const LEFT_TO_OTHERS_MS: u64 = 24 * 60 * 60 * 1_000;

/// Lets a passed deadline have its consequence.
pub(super) fn pass(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let deadline_ms = draft.table.deadline_ms();
    if deadline_ms.is_none_or(|deadline_ms| draft.at_ms < deadline_ms) {
        return Err(Refusal::TooEarly);
    }
    match draft.table.phase() {
        Phase::Gathering => draft.happen(Event::Closed { by: None }),
        Phase::Interrogation => interrogation::end(draft),
        Phase::QuestChoice => quests::begin(draft),
        Phase::Scene => pass_scene(draft)?,
        Phase::Chronicle | Phase::Closed => {}
    }
    Ok(())
}

/// A scene that this world does not have is left to an instance that has it, for a day; then the story
/// breaks off rather than standing still for ever.
fn pass_scene(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let deadline_ms = draft.table.deadline_ms().unwrap_or(0);
    let waited_ms = draft.at_ms.saturating_sub(deadline_ms);
    if draft.scene().is_none() && waited_ms < LEFT_TO_OTHERS_MS {
        return Err(Refusal::QuestUnknown);
    }
    resolution::resolve(draft);
    Ok(())
}
