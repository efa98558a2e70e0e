//! Which effects are in force: the one place where a rule asks for signatures, and later for blessings,
//! curses, scars and keepsakes.

use crate::content::{Class, Effect, EffectPoint, World};
use crate::protocol::Character;
use crate::state::Table;
use crate::vocabulary::SeatNo;

/// The effects in force for `who` at `point`.
pub(super) fn effects(
    table: &Table,
    world: &World,
    who: &Character,
    point: EffectPoint,
) -> Vec<Effect> {
    match who {
        Character::Seat(no) => invoked(table, world, *no)
            .flat_map(|class| class.signature.effects())
            .filter(|effect| effect.point() == point)
            .collect(),
        Character::Companion(_) => Vec::new(),
    }
}

/// The class of a seat, if this world has it.
pub(super) fn class_of<'w>(table: &Table, world: &'w World, no: SeatNo) -> Option<&'w Class> {
    let seat = table.party.seat(no)?;
    world.class(seat.class.as_ref()?)
}

/// The class whose signature a seat has used in the open scene.
fn invoked<'w>(
    table: &Table,
    world: &'w World,
    no: SeatNo,
) -> impl Iterator<Item = &'w Class> + use<'w> {
    let used = table
        .open_scene()
        .is_some_and(|open| open.invoked.contains_key(&no));
    let class = class_of(table, world, no);
    class.filter(|_| used).into_iter()
}
