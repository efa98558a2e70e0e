//! Being exposed: by a trap, by a challenge, or by being caught.

use crate::protocol::{
    ApprovalReason, Character, Event, Exposure, FavourReason, TrustReason, Unmasking,
};
use crate::rules::draft::Draft;
use crate::rules::{companions, council, trust};
use crate::vocabulary::{God, SeatNo};

/// What the gods make of a seat that is exposed.
const GODS: [(God, i32); 3] = [(God::Valdris, -3), (God::Kaitha, 3), (God::Korvan, -3)];

/// Exposes a character, and lets it cost what it costs.
pub(super) fn expose(draft: &mut Draft<'_>, who: Character, how: Exposure) {
    let costs = match &how {
        Exposure::Challenge { .. } => draft.edition.trust.exposed_by_challenge,
        Exposure::Trap { .. } | Exposure::Caught { .. } => draft.edition.trust.exposed,
    };
    match &who {
        Character::Companion(id) => {
            let (id, by) = (id.clone(), draft.edition.companion.exposed);
            draft.happen(Event::Exposed(Unmasking { who, how }));
            companions::move_approval(draft, &id, by, ApprovalReason::Exposed);
        }
        Character::Seat(seat) => {
            let seat = *seat;
            let room = draft.edition.trust.exposures_max - cost_so_far(draft, seat);
            draft.happen(Event::Exposed(Unmasking { who, how }));
            trust::move_by(draft, -(-costs).min(room), TrustReason::Exposed);
            for (god, by) in GODS {
                council::move_favour(draft, seat, god, by, Some(FavourReason::Exposed));
            }
        }
    }
}

/// What a seat's exposures have cost the party in this quest, by the numbers and not by what there was room for.
fn cost_so_far(draft: &Draft<'_>, seat: SeatNo) -> i32 {
    let numbers = &draft.edition.trust;
    let scenes = draft.table.scenes().iter();
    let exposures = scenes.flat_map(|scene| &scene.exposures);
    let own = exposures.filter(|(who, _)| *who == Character::Seat(seat));
    let cost: i32 = own
        .map(|(_, how)| match how {
            Exposure::Challenge { .. } => -numbers.exposed_by_challenge,
            Exposure::Trap { .. } | Exposure::Caught { .. } => -numbers.exposed,
        })
        .sum();
    cost.min(numbers.exposures_max)
}
