//! What the party's trust is worth, and what moves it.

use crate::content::Weight;
use crate::protocol::{Event, TrustMove, TrustReason};
use crate::rules::draft::Draft;

/// What it costs that somebody kept a whisper which warned of the harm.
pub(super) const UNWARNED: i32 = -15;

/// What sharing a whisper of this weight is worth. A twist looks the same, or trust would give it away.
pub(super) fn shared(weight: Weight) -> i32 {
    match weight {
        Weight::Minor => 3,
        Weight::Telling => 6,
        Weight::Critical => 10,
    }
}

/// Moves the party's trust by what there is room for, so that what is shown is what moved.
pub(super) fn move_by(draft: &mut Draft<'_>, by: i32, why: TrustReason) {
    let by = (draft.table.trust() + by).clamp(0, 100) - draft.table.trust();
    if by != 0 {
        draft.happen(Event::TrustMoved(TrustMove { by, why }));
    }
}
