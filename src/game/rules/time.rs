//! What a deadline that has passed comes to.

use crate::content::World;
use crate::protocol::{Actor, Command, Event, Moment, Refusal, TimeLimit};
use crate::rules::draft::{Decision, Draft};
use crate::rules::{ending, interrogation, lobby, quests, resolution};
use crate::state::{Phase, Table};
use crate::vocabulary::{Seed, Version};

/// How long a scene that this world does not have is left to others after its deadline, in milliseconds.
const LEFT_TO_OTHERS_MS: u64 = 24 * 60 * 60 * 1_000;

/// Lets a passed deadline have its consequence.
pub(super) fn pass(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let deadline_ms = draft.table.deadline_ms();
    let early_ms = may_be_early_ms(&draft.table);
    if deadline_ms.is_none_or(|deadline_ms| draft.at_ms < deadline_ms.saturating_sub(early_ms)) {
        return Err(Refusal::TooEarly);
    }
    match draft.table.phase() {
        Phase::Gathering => lobby::close(draft, None),
        Phase::Interrogation => interrogation::end(draft),
        Phase::QuestChoice => quests::begin(draft),
        Phase::Scene => pass_scene(draft)?,
        Phase::Naming => ending::tell(draft),
        Phase::Chronicle | Phase::Closed => {}
    }
    Ok(())
}

/// How long before its deadline time may pass: where nothing has happened but the opening, a gathering that nobody looks at
/// need not wait for its day to end.
fn may_be_early_ms(table: &Table) -> u64 {
    if table.phase() == Phase::Gathering && table.version() == Version(1) {
        TimeLimit::gathering_ms() - TimeLimit::unattended_ms()
    } else {
        0
    }
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

/// Closes a table whose rules are no longer decided: time does so whenever it comes by; who asks for anything else is told.
pub(super) fn close_outdated(
    table: &Table,
    world: &World,
    (actor, command): (Actor, &Command),
    (seed, moment): (Seed, Moment),
) -> Result<Decision, Refusal> {
    let by_time = actor == Actor::Clock && *command == (Command::PassTime {});
    let by_operator = actor == Actor::Operator && *command == (Command::Close {});
    if !by_time && !by_operator {
        return Err(Refusal::RulesOutdated);
    }
    let mut draft = Draft::new(table, world, seed, moment);
    draft.happen(Event::Closed {
        by: None,
        outdated: true,
    });
    draft.finish().ok_or(Refusal::NotNow)
}
