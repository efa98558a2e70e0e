//! How a quest ends: its ending is reached, the party names who lied, and everything is told.

use crate::content::World;
use crate::protocol::{Character, Event, FavourReason, TimeLimit};
use crate::rules::draft::Draft;
use crate::rules::facts::Facts;
use crate::rules::{council, gifts, naming, pace, stakes};
use crate::state::Table;
use crate::vocabulary::{EndingId, God, OutcomeKind, SeatNo};

/// Seats that must be there for a naming.
const NAMING_SEATS_MIN: usize = 2;

/// Reaches an ending; none where the quest is broken off.
pub(super) fn reach(draft: &mut Draft<'_>, ending: Option<&EndingId>) {
    let named = draft.table.present().count() >= NAMING_SEATS_MIN;
    let written = ending.and_then(|id| draft.quest()?.ending(id));
    match written {
        Some(written) if named => {
            let also = pace::shown_also(&draft.table, &written.also).into_iter();
            let also: usize = also.map(|also| pace::words(&also.text)).sum();
            let reading_ms = pace::words_ms(draft, pace::words(&written.prose) + also);
            let wait_ms = if draft.table.lobby.limit().is_live() {
                draft.edition.time.naming_ms + reading_ms
            } else {
                TimeLimit::Day.scene_ms()
            };
            draft.happen(Event::NamingBegan {
                ending: ending.cloned(),
                deadline_ms: draft.deadline(wait_ms),
            });
        }
        _ => {
            settle(draft);
            draft.happen(Event::QuestEnded {
                ending: ending.cloned(),
            });
        }
    }
}

/// Opens the Chronicle after a naming.
pub(super) fn tell(draft: &mut Draft<'_>) {
    let ending = draft.table.ending().cloned();
    naming::pay(draft);
    settle(draft);
    draft.happen(Event::QuestEnded { ending });
}

/// Pays what was noted in secret, then the stakes; what verdicts laid ends.
fn settle(draft: &mut Draft<'_>) {
    if draft.quest().is_none() {
        return;
    }
    pay(draft);
    stakes::settle(draft);
    gifts::end_verdicts(draft);
}

/// What was noted of a seat in secret: what the gods heard of tellings and keepings, at most once a scene each, and the favour
/// of its quiet deeds.
pub(crate) fn noted(table: &Table, world: &World, seat: SeatNo) -> Vec<(God, i32)> {
    heard(table, world, seat)
        .into_iter()
        .chain(of_quiet_deeds(table, world, seat))
        .collect()
}

fn pay(draft: &mut Draft<'_>) {
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    for seat in seats {
        let (heard, quiet) = (
            heard(&draft.table, draft.world, seat),
            of_quiet_deeds(&draft.table, draft.world, seat),
        );
        for (god, by) in heard {
            council::move_favour(draft, seat, god, by, Some(FavourReason::Heard));
        }
        for (god, by) in quiet {
            council::move_favour(draft, seat, god, by, Some(FavourReason::Quiet));
        }
    }
}

fn heard(table: &Table, world: &World, seat: SeatNo) -> [(God, i32); 4] {
    const BY: i32 = 2;
    let facts = Facts::of(table, world, seat);
    let (twisted, truthful, kept) = facts.heard_by_gods();
    let times = |count: usize| BY * i32::try_from(count).unwrap_or(0);
    [
        (God::Valdris, -times(twisted)),
        (God::Kaitha, times(twisted)),
        (God::Morvane, times(kept)),
        (God::Athena, times(truthful) - times(twisted)),
    ]
}

fn of_quiet_deeds(table: &Table, world: &World, seat: SeatNo) -> Vec<(God, i32)> {
    let mut moves = Vec::new();
    let who = Character::Seat(seat);
    for log in table.scenes() {
        let scene = table
            .quest_in(world)
            .and_then(|quest| quest.scene(&log.scene));
        let own = log
            .quiet
            .iter()
            .filter(|deed| deed.hand == who && deed.kind != OutcomeKind::Failure);
        for deed in own {
            let option = scene.and_then(|scene| scene.option(&deed.option));
            let outcome = option.and_then(|option| option.outcome_of(deed.kind));
            let favour = outcome.into_iter().flat_map(|outcome| &outcome.favour);
            moves.extend(favour.map(|(god, by)| (*god, *by)));
        }
    }
    moves
}
