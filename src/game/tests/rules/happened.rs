//! What is looked for among the events of a decision.

use game::{
    Character, Council, Event, Exposure, Gift, MomentumReason, OutcomeKind, Roll, SeatNo,
    TrustReason,
};

/// The options that were done, each with its doers.
pub(crate) fn done(events: &[Event]) -> Vec<(&str, Vec<SeatNo>)> {
    let deeds = events.iter().filter_map(|event| match event {
        Event::DeedDone(done) => Some((done.option.as_str(), done.doers.clone())),
        _ => None,
    });
    deeds.collect()
}

/// How the first deed came out.
pub(crate) fn came_out(events: &[Event]) -> OutcomeKind {
    let mut deeds = events.iter().filter_map(|event| match event {
        Event::DeedDone(done) => Some(done.kind),
        _ => None,
    });
    deeds.next().expect("something was done")
}

/// The first roll.
pub(crate) fn rolled(events: &[Event]) -> Roll {
    let mut rolls = events.iter().filter_map(|event| match event {
        Event::DeedDone(done) => done.roll.clone(),
        _ => None,
    });
    rolls.next().expect("something was rolled")
}

/// How trust moved, and why.
pub(crate) fn trust_moves(events: &[Event]) -> Vec<(i32, TrustReason)> {
    let moves = events.iter().filter_map(|event| match event {
        Event::TrustMoved(moved) => Some((moved.by, moved.why.clone())),
        _ => None,
    });
    moves.collect()
}

/// How much trust moved for one reason.
pub(crate) fn trust_by(events: &[Event], why: &TrustReason) -> i32 {
    let moves = trust_moves(events).into_iter();
    moves
        .filter(|(_, reason)| reason == why)
        .map(|(by, _)| by)
        .sum()
}

/// Who was exposed, and how.
pub(crate) fn exposed(events: &[Event]) -> Vec<(Character, Exposure)> {
    let exposed = events.iter().filter_map(|event| match event {
        Event::Exposed(exposed) => Some((exposed.who.clone(), exposed.how.clone())),
        _ => None,
    });
    exposed.collect()
}

/// The council that was held.
pub(crate) fn council(events: &[Event]) -> Option<Council> {
    events.iter().find_map(|event| match event {
        Event::CouncilHeld(council) => Some(council.clone()),
        _ => None,
    })
}

/// How the momentum of a seat moved, and why.
pub(crate) fn momentum_moves(events: &[Event], seat: SeatNo) -> Vec<(i32, MomentumReason)> {
    let moves = events.iter().filter_map(|event| match event {
        Event::MomentumMoved(moved) if moved.seat == seat => Some((moved.by, moved.why)),
        _ => None,
    });
    moves.collect()
}

/// The gifts that were laid, and on whom.
pub(crate) fn laid(events: &[Event]) -> Vec<(SeatNo, Gift)> {
    let laid = events.iter().filter_map(|event| match event {
        Event::GiftLaid(laid) => Some((laid.seat, laid.gift)),
        _ => None,
    });
    laid.collect()
}

/// The gifts that were lifted, and from whom.
pub(crate) fn lifted(events: &[Event]) -> Vec<(SeatNo, Gift)> {
    let lifted = events.iter().filter_map(|event| match event {
        Event::GiftLifted(lifted) => Some((lifted.seat, lifted.gift)),
        _ => None,
    });
    lifted.collect()
}

/// The marks that were set.
pub(crate) fn marks(events: &[Event]) -> Vec<&str> {
    let marks = events.iter().filter_map(|event| match event {
        Event::Marked { mark } => Some(mark.as_str()),
        _ => None,
    });
    marks.collect()
}
