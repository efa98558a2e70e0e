//! Which effects are in force: the one place where a rule asks for signatures, blessings, curses and keepsakes.

use crate::content::{Class, Effect, EffectPoint, World, called_effects, standing_effects};
use crate::protocol::Character;
use crate::state::Table;
use crate::vocabulary::{Gift, SeatNo};

/// The effects in force for `who` at `point`.
pub(crate) fn effects(
    table: &Table,
    world: &World,
    who: &Character,
    point: EffectPoint,
) -> Vec<Effect> {
    let Character::Seat(no) = who else {
        return Vec::new();
    };
    let signature = invoked(table, world, *no).flat_map(|class| class.signature.effects());
    let borne = table.party.seat(*no).into_iter().flat_map(|seat| {
        let gifts = seat.gifts.iter().map(|(gift, _)| *gift);
        gifts.filter(|gift| !seat.gifts_spent.contains(gift))
    });
    let standing = borne.flat_map(standing_effects).copied();
    let called = called_on(table, *no).into_iter();
    let called = called.flat_map(called_effects).copied();
    signature
        .chain(standing)
        .chain(called)
        .chain(keepsakes(table, world, *no))
        .filter(|effect| effect.point() == point)
        .collect()
}

/// Whether `effect` is in force for the seat.
pub(crate) fn has(table: &Table, world: &World, no: SeatNo, effect: Effect) -> bool {
    effects(table, world, &Character::Seat(no), effect.point()).contains(&effect)
}

/// The class of a seat, if this world has it.
pub(super) fn class_of<'w>(table: &Table, world: &'w World, no: SeatNo) -> Option<&'w Class> {
    let seat = table.party.seat(no)?;
    world.class(seat.class.as_ref()?)
}

/// The blessings on which a seat has called in the open scene, as long as they have not acted.
fn called_on(table: &Table, no: SeatNo) -> Vec<Gift> {
    let Some(open) = table.open_scene() else {
        return Vec::new();
    };
    let acted = |gift: Gift| open.has_spent(no, gift);
    let called = open.called_on.iter().filter(|called| called.seat == no);
    called
        .map(|called| called.gift)
        .filter(|gift| !acted(*gift))
        .collect()
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

/// What the keepsakes do that a seat has spent in the open scene.
fn keepsakes<'a>(
    table: &'a Table,
    world: &'a World,
    no: SeatNo,
) -> impl Iterator<Item = Effect> + 'a {
    let spent = table
        .open_scene()
        .into_iter()
        .flat_map(|open| &open.keepsakes_spent);
    let own = spent.filter(move |(seat, _, _)| *seat == no);
    own.filter_map(|(_, quest, id)| {
        let quest = world.quests.get(quest)?;
        let keepsake = quest.keepsakes.iter().find(|kept| kept.id == *id)?;
        Some(Effect::OwnEdge(keepsake.edge))
    })
}
