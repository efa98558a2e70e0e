//! The lobby: opening a table, sitting down, getting up, and who is host.

use crate::content::World;
use crate::protocol::{Event, Moment, Opening, Refusal, Sitting, TimeLimit};
use crate::rules::draft::Draft;
use crate::rules::{interrogation, naming, pace, quests, scene};
use crate::state::Phase;
use crate::vocabulary::{God, SeatNo, names};
use crate::{RULES_EDITION, SEATS_MAX};

/// Opens a table with its host seated.
pub(super) fn open(
    opening: &Opening,
    world: &World,
    host: &str,
    limit: TimeLimit,
    moment: Moment,
) -> Result<Vec<Event>, Refusal> {
    let name = names::checked_name(host)?;
    let deadline_ms = moment.at_ms.saturating_add(TimeLimit::gathering_ms());
    Ok(vec![
        Event::Opened {
            code: opening.code.clone(),
            seed: opening.seed,
            commitment: opening.commitment.clone(),
            rules: RULES_EDITION,
            library: world.edition.structure.clone(),
            limit,
            deadline_ms,
        },
        Event::Sat {
            seat: SeatNo(1),
            name,
            generation: 1,
        },
    ])
}

pub(super) fn sit(draft: &mut Draft<'_>, typed: &str) -> Result<(), Refusal> {
    if draft.table.phase() != Phase::Gathering {
        return Err(Refusal::AlreadyBegun);
    }
    let name = names::checked_name(typed)?;
    let shown = names::seen(&name);
    if draft
        .table
        .seats()
        .values()
        .any(|seat| names::seen(&seat.name) == shown)
    {
        return Err(Refusal::NameTaken);
    }
    let free = (1..=SEATS_MAX)
        .map(SeatNo)
        .find(|seat| !draft.table.seats().contains_key(seat));
    let seat = free.ok_or(Refusal::TableFull)?;
    let generation = draft.table.lobby.generation_of(seat) + 1;
    draft.happen(Event::Sat {
        seat,
        name,
        generation,
    });
    Ok(())
}

pub(super) fn begin(draft: &mut Draft<'_>, seat: SeatNo, sitting: Sitting) -> Result<(), Refusal> {
    only_host(draft, seat)?;
    if draft.table.phase() != Phase::Gathering {
        return Err(Refusal::MovedOn);
    }
    let complete = God::ALL
        .iter()
        .all(|god| draft.world.questions.iter().any(|asked| asked.god == *god));
    if draft.world.quests.is_empty() || draft.world.classes.is_empty() || !complete {
        return Err(Refusal::QuestUnknown);
    }
    interrogation::begin(draft, sitting);
    Ok(())
}

pub(super) fn leave(draft: &mut Draft<'_>, seat: SeatNo) {
    draft.happen(Event::Left {
        seat,
        vacated_by: None,
    });
    after_leaving(draft);
}

/// Frees a seat. The host may free any; anybody may free the host's, so that a table whose host is
/// gone is not lost. Whether the player has been away long enough is for the caller to know.
pub(super) fn vacate(draft: &mut Draft<'_>, by: SeatNo, other: SeatNo) -> Result<(), Refusal> {
    if by == other {
        return Err(Refusal::OwnSeat);
    }
    if draft.table.host() != Some(other) {
        only_host(draft, by)?;
    }
    if !draft.table.party.is_present(other) {
        return Err(Refusal::SeatEmpty);
    }
    draft.happen(Event::Left {
        seat: other,
        vacated_by: Some(by),
    });
    after_leaving(draft);
    Ok(())
}

/// Frees a seat by the operator's hand.
pub(super) fn vacate_by_operator(draft: &mut Draft<'_>, seat: SeatNo) -> Result<(), Refusal> {
    if !draft.table.party.is_present(seat) {
        return Err(Refusal::SeatEmpty);
    }
    leave(draft, seat);
    Ok(())
}

/// Makes a seat host by the operator's hand.
pub(super) fn hand_over_by_operator(draft: &mut Draft<'_>, to: SeatNo) -> Result<(), Refusal> {
    if draft.table.host() == Some(to) {
        return Err(Refusal::AlreadyHost);
    }
    if !draft.table.party.is_present(to) {
        return Err(Refusal::SeatEmpty);
    }
    draft.happen(Event::HostPassed {
        seat: to,
        handed_by: None,
    });
    Ok(())
}

/// Makes another seat host.
pub(super) fn hand_over(draft: &mut Draft<'_>, by: SeatNo, to: SeatNo) -> Result<(), Refusal> {
    only_host(draft, by)?;
    if by == to {
        return Err(Refusal::AlreadyHost);
    }
    if !draft.table.party.is_present(to) {
        return Err(Refusal::SeatEmpty);
    }
    draft.happen(Event::HostPassed {
        seat: to,
        handed_by: Some(by),
    });
    Ok(())
}

/// Ends the table for everybody, whatever happens there.
pub(super) fn close(draft: &mut Draft<'_>, by: Option<SeatNo>) {
    draft.happen(Event::Closed {
        by,
        outdated: false,
    });
}

pub(super) fn only_host(draft: &Draft<'_>, seat: SeatNo) -> Result<(), Refusal> {
    if draft.table.host() == Some(seat) {
        Ok(())
    } else {
        Err(Refusal::HostOnly)
    }
}

/// Whatever waited for the one who left need not wait any more.
fn after_leaving(draft: &mut Draft<'_>) {
    let Some((first, _)) = draft.table.present().next() else {
        return close(draft, None);
    };
    if draft.table.host().is_none() {
        draft.happen(Event::HostPassed {
            seat: first,
            handed_by: None,
        });
    }
    match draft.table.phase() {
        Phase::Gathering | Phase::Chronicle | Phase::Closed => {}
        Phase::Naming => naming::open_when_all_have_judged(draft),
        Phase::Interrogation => interrogation::offer_quests_when_all_are_called(draft),
        Phase::QuestChoice => quests::begin_when_all_have_named_one(draft),
        Phase::Scene => {
            scene::pass_the_codex(draft);
            // Everybody chooses anew, and has the time for it.
            pace::reopen(draft, None);
            scene::resolve_when_all_have_chosen(draft);
        }
    }
}
