//! What the party's trust is worth, and what moves it.

use crate::protocol::{Event, TrustMove, TrustReason};
use crate::rules::draft::Draft;

/// Moves the party's trust by what there is room for, so that what is shown is what moved.
pub(super) fn move_by(draft: &mut Draft<'_>, by: i32, why: TrustReason) {
    let by = (draft.table.trust() + by).clamp(0, 100) - draft.table.trust();
    if by != 0 {
        draft.happen(Event::TrustMoved(TrustMove { by, why }));
    }
}
