//! What the party's trust is worth, and what moves it.

use crate::protocol::{Character, Event, TrustMove, TrustReason};
use crate::rules::draft::Draft;

/// Moves the party's trust by what there is room for, so that what is shown is what moved.
pub(super) fn move_by(draft: &mut Draft<'_>, by: i32, why: TrustReason) {
    let by = draft.table.trust().saturating_add(by).clamp(0, 100) - draft.table.trust();
    if by != 0 {
        draft.happen(Event::TrustMoved(TrustMove { by, why }));
    }
}

/// What a scene does to trust as it ends: it grows with the seats that told the table something of their own, whichever
/// way, and high trust wears off. Neither manner nor weight counts, or trust would give them away.
pub(super) fn step(draft: &mut Draft<'_>) {
    let Some(log) = draft.table.scene.last() else {
        return;
    };
    let present: Vec<Character> = draft
        .table
        .present()
        .map(|(no, _)| Character::Seat(no))
        .collect();
    let told = present
        .iter()
        .filter(|who| log.to_table().any(|told| told.by == **who))
        .count();
    let numbers = &draft.edition.trust;
    let (told, seats) = (count(told), count(present.len()).max(1));
    let grown = (draft.table.trust() + numbers.told_max * told / seats).min(100);
    let surplus = (grown - numbers.wears_from).max(0);
    let by = grown - surplus / numbers.wears_by - draft.table.trust();
    move_by(draft, by, TrustReason::Told);
}

fn count(of: usize) -> i32 {
    i32::try_from(of).unwrap_or(i32::MAX)
}
