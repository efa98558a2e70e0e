//! The quiet hand: what one seat does besides the vote, so that nothing betrays who acted.

use crate::content::{Choice, CompanionRule, Scene, World};
use crate::protocol::{Character, Event, Exposure, QuietDeed, Refusal, Test, TrustReason};
use crate::rules::draft::Draft;
use crate::rules::{checks, edition, exposure, scene, talk, trust};
use crate::state::Table;
use crate::vocabulary::{CompanionId, OptionId, OutcomeKind, Purpose, SeatNo};

/// What the address of a companion's throw is counted from.
const COMPANION_ADDRESS: u32 = 32;

/// Puts a seat's hand to a quiet option that it can see.
pub(super) fn act(draft: &mut Draft<'_>, seat: SeatNo, option: &OptionId) -> Result<(), Refusal> {
    let scene = draft.scene().ok_or(Refusal::QuestUnknown)?;
    let seen = scene::options_for(&draft.table, scene, seat);
    if !seen.iter().any(|open| open.quiet && open.id == *option) {
        return Err(Refusal::NoSuchChoice);
    }
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if log.acting.get(&seat) == Some(option) {
        return Err(Refusal::AlreadyActing);
    }
    talk::stir(draft, seat)?;
    draft.happen(Event::Acted {
        seat,
        option: option.clone(),
    });
    Ok(())
}

/// Takes the hand back.
pub(super) fn stay(draft: &mut Draft<'_>, seat: SeatNo) -> Result<(), Refusal> {
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if !log.acting.contains_key(&seat) {
        return Err(Refusal::NotActing);
    }
    draft.happen(Event::HandStayed { seat });
    Ok(())
}

/// A hand at a quiet option, once the scene is decided.
struct Hand<'w> {
    who: Character,
    option: &'w Choice,
    percent: i32,
    address: u32,
}

/// Does what quiet hands are at: seats first, each by its own hand; then companions. Chances stand as they were before any
/// of it was done.
pub(super) fn be_done(draft: &mut Draft<'_>, scene: &Scene) {
    let hands: Vec<Hand<'_>> = by_seats(draft, scene)
        .into_iter()
        .chain(by_companions(draft, scene))
        .collect();
    for hand in hands {
        let throw = draft.dice(Purpose::Quiet, hand.address).d100();
        let taken = is_taken(&draft.table, hand.option);
        let kind = match throw.value {
            seen if seen >= draft.edition.test.caught_min => OutcomeKind::Disaster,
            fallen
                if i32::try_from(fallen).is_ok_and(|fallen| fallen <= hand.percent) && !taken =>
            {
                OutcomeKind::Success
            }
            _ => OutcomeKind::Failure,
        };
        draft.happen(Event::QuietDone(QuietDeed {
            hand: hand.who.clone(),
            option: hand.option.id.clone(),
            test: Test {
                percent: hand.percent,
                throw,
            },
            kind,
        }));
        take_effect(draft, hand, kind);
    }
}

/// Whether another hand has done it already that only one can do.
fn is_taken(table: &Table, option: &Choice) -> bool {
    let done = table.scene.last().map(|log| &log.quiet);
    !option.many
        && done.is_some_and(|done| {
            done.iter()
                .any(|deed| deed.option == option.id && deed.kind == OutcomeKind::Success)
        })
}

fn take_effect(draft: &mut Draft<'_>, hand: Hand<'_>, kind: OutcomeKind) {
    if let Some(outcome) = hand.option.outcome_of(kind)
        && kind != OutcomeKind::Failure
    {
        for mark in &outcome.marks {
            if !draft.table.story.has(mark) {
                draft.happen(Event::Marked { mark: mark.clone() });
            }
        }
        if let Some(mark) = &outcome.gives {
            let (who, mark) = (hand.who.clone(), mark.clone());
            draft.happen(Event::MarkCarried { who, mark });
        }
        trust::move_by(draft, outcome.trust, TrustReason::Outcome);
    }
    if kind == OutcomeKind::Disaster {
        let option = hand.option.id.clone();
        exposure::expose(draft, hand.who, Exposure::Caught { option });
    }
}

fn by_seats<'w>(draft: &Draft<'_>, scene: &'w Scene) -> Vec<Hand<'w>> {
    let Some(log) = draft.table.scene.last() else {
        return Vec::new();
    };
    let acting = log.acting.iter();
    let hands = acting.filter_map(|(no, id)| {
        // What was told since may have shut the way.
        let seen = scene::options_for(&draft.table, scene, *no);
        let option = scene
            .option(id)
            .filter(|option| seen.iter().any(|open| open.id == option.id))?;
        hand(draft, Character::Seat(*no), option, u32::from(no.0))
    });
    hands.collect()
}

fn hand<'w>(
    draft: &Draft<'_>,
    who: Character,
    option: &'w Choice,
    address: u32,
) -> Option<Hand<'w>> {
    let check = option.check.as_ref()?;
    let percent = checks::quiet_chance(&draft.table, draft.world, &who, check);
    Some(Hand {
        who,
        option,
        percent,
        address,
    })
}

fn by_companions<'w>(draft: &Draft<'_>, scene: &'w Scene) -> Vec<Hand<'w>> {
    let allies = draft.table.party.allies();
    let hands = allies.zip(0..).filter_map(|((id, _), at)| {
        let option = quiet_wish(draft, scene, id)?;
        let who = Character::Companion(id.clone());
        hand(draft, who, option, COMPANION_ADDRESS + at)
    });
    hands.collect()
}

/// The quiet option that a companion's rules make it do: the first it may see with a tag that it acts on.
fn quiet_wish<'w>(draft: &Draft<'_>, scene: &'w Scene, id: &CompanionId) -> Option<&'w Choice> {
    let ally = draft.table.party.companions().get(id)?;
    let rules = &draft.world.companion(id)?.rules;
    let councils = draft.table.scenes().iter();
    let council_held = councils.into_iter().any(|scene| scene.council.is_some());
    let tags: Vec<_> = rules
        .iter()
        .filter_map(|rule| {
            let CompanionRule::Acts {
                tag,
                approval_under,
                after_council,
            } = rule
            else {
                return None;
            };
            let dislikes_enough = approval_under.is_none_or(|under| ally.approval < under);
            (dislikes_enough && (council_held || !after_council)).then_some(*tag)
        })
        .collect();
    let who = Character::Companion(id.clone());
    let mut seen = scene::quiet_options_of(&draft.table, scene, &who).into_iter();
    seen.find(|option| option.tags.iter().any(|tag| tags.contains(tag)))
}

/// The chance of a quiet option for a seat's own hand.
pub(crate) fn chance_for(
    table: &Table,
    world: &World,
    seat: SeatNo,
    option: &Choice,
) -> Option<i32> {
    let check = option.check.as_ref()?;
    let who = Character::Seat(seat);
    Some(checks::quiet_chance(table, world, &who, check))
}

/// How many throws in a hundred are seen.
pub(crate) fn seen_percent(table: &Table) -> u32 {
    101 - edition::of_table(table).test.caught_min
}
