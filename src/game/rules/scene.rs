//! The course of a scene: opening it, which ways are open to whom, choosing in it, passing the Codex on.

use crate::content::{Choice, DecisionMode, Effect, Scene, World};
use crate::protocol::{Character, Event, Manner, Refusal};
use crate::rules::draft::Draft;
use crate::rules::effects::has;
use crate::rules::{companions, dealing, ending, pace, talk};
use crate::state::{SceneState, Table};
use crate::vocabulary::{Gift, God, HoldingId, OptionId, Purpose, SceneId, SeatNo, Tag, WhisperId};

/// Opens a scene, or ends a quest whose next scene this world does not have.
pub(super) fn open(draft: &mut Draft<'_>, id: &SceneId) {
    let Some(scene) = draft.quest().and_then(|quest| quest.scene(id)) else {
        return ending::reach(draft, None);
    };
    let last = draft.table.scene.last().map(|log| log.bearer);
    let bearer = next_bearer(draft, last);
    let mut dice = draft.dice(Purpose::Deal, 0);
    let deals = dealing::deal(&draft.table, draft.world, scene, &mut dice);
    let wait_ms = pace::scene_wait_ms(draft, scene);
    let carried = marks_given(scene, &deals);
    draft.happen(Event::SceneOpened {
        scene: id.clone(),
        bearer,
        deals,
        deadline_ms: draft.deadline(wait_ms),
        wait_ms,
    });
    for (who, mark) in carried {
        draft.happen(Event::MarkCarried { who, mark });
    }
    companions::volunteer(draft);
}

/// The private marks that whispers give those they are dealt to.
fn marks_given(
    scene: &Scene,
    deals: &[crate::protocol::Deal],
) -> Vec<(Character, crate::vocabulary::Mark)> {
    let giving = deals.iter().filter_map(|deal| {
        let mark = scene.whisper(&deal.whisper)?.gives.clone()?;
        Some((deal, mark))
    });
    giving
        .flat_map(|(deal, mark)| {
            let hearers = deal.hearers.iter().cloned();
            hearers.map(move |who| (who, mark.clone()))
        })
        .collect()
}

pub(super) fn choose(
    draft: &mut Draft<'_>,
    seat: SeatNo,
    option: &OptionId,
) -> Result<(), Refusal> {
    let scene = draft.scene().ok_or(Refusal::QuestUnknown)?;
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if !has_say(scene.decide, log, seat) {
        return Err(Refusal::BearerOnly);
    }
    // An option that the seat cannot see answers as one that does not exist.
    let chosen = options_for(&draft.table, scene, seat)
        .into_iter()
        .find(|open| open.id == *option && !open.quiet)
        .ok_or(Refusal::NoSuchChoice)?;
    if log.choices.get(&seat) == Some(option) {
        return Err(Refusal::AlreadyChosen);
    }
    if is_shut(&draft.table, draft.world, scene, (seat, chosen)) {
        return Err(Refusal::WhiteFeather);
    }
    if !pace::may_choose_now(draft, scene, seat) {
        return Err(Refusal::NotNow);
    }
    let chose_before = log.choosing.iter().any(|(no, _)| *no == seat);
    let stands = log.choices.contains_key(&seat);
    if stands && has(&draft.table, draft.world, seat, Effect::SaidIsSaid) {
        return Err(Refusal::SaidIsSaid);
    }
    if chose_before {
        talk::stir(draft, seat)?;
    }
    let opens = scene.decide != DecisionMode::Secret
        && !open_options(&draft.table, scene, log)
            .iter()
            .any(|open| open.id == *option);
    draft.happen(Event::Chosen {
        seat,
        option: option.clone(),
    });
    if opens {
        draft.happen(Event::InsightDawned {
            option: option.clone(),
        });
    }
    resolve_when_all_have_chosen(draft);
    Ok(())
}

/// Whether a curse shuts the option to the seat. The default is never shut.
pub(crate) fn is_shut(
    table: &Table,
    world: &World,
    scene: &Scene,
    (seat, option): (SeatNo, &Choice),
) -> bool {
    let tags = option.tags_when(|mark| table.story.has(mark));
    let shut = |tag: &Tag| has(table, world, seat, Effect::Shut(*tag));
    option.id != scene.default && tags.iter().any(shut)
}

/// Takes a choice back, once a scene.
pub(super) fn withdraw(draft: &mut Draft<'_>, seat: SeatNo) -> Result<(), Refusal> {
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if !log.choices.contains_key(&seat) {
        return Err(Refusal::NotChosen);
    }
    if log.withdrawn.contains(&seat) {
        return Err(Refusal::WithdrawUsed);
    }
    if has(&draft.table, draft.world, seat, Effect::SaidIsSaid) {
        return Err(Refusal::SaidIsSaid);
    }
    draft.happen(Event::Withdrawn { seat });
    pace::reopen(draft, Some(seat));
    Ok(())
}

/// Says what the bearer should do.
pub(super) fn urge(draft: &mut Draft<'_>, seat: SeatNo, option: &OptionId) -> Result<(), Refusal> {
    if draft.is_first_evening() {
        return Err(Refusal::NotNow);
    }
    let scene = draft.scene().ok_or(Refusal::QuestUnknown)?;
    let log = draft.open().ok_or(Refusal::MovedOn)?;
    if scene.decide != DecisionMode::Bearer {
        return Err(Refusal::NotNow);
    }
    if log.bearer == seat {
        return Err(Refusal::BearerUrges);
    }
    let open = open_options(&draft.table, scene, log);
    if !open.iter().any(|open| open.id == *option) {
        return Err(Refusal::NoSuchChoice);
    }
    if log.urges.get(&seat) == Some(option) {
        return Err(Refusal::AlreadyChosen);
    }
    talk::stir(draft, seat)?;
    draft.happen(Event::Urged {
        seat,
        option: option.clone(),
    });
    Ok(())
}

pub(super) fn resolve_when_all_have_chosen(draft: &mut Draft<'_>) {
    if draft.scene().is_some() && draft.open().is_some() && !waits_for_somebody(draft) {
        pace::all_have_chosen(draft);
    }
}

/// Whether the open scene waits for the choice of anybody.
pub(super) fn waits_for_somebody(draft: &Draft<'_>) -> bool {
    let Some((scene, log)) = draft.scene().zip(draft.open()) else {
        return false;
    };
    let mut present = draft.table.present();
    present.any(|(no, _)| waits_for(scene.decide, log, no))
}

/// The options open to the whole table: those whose marks allow it, and of those that need an insight or a holding the
/// ones that have dawned.
pub(crate) fn open_options<'w>(
    table: &Table,
    scene: &'w Scene,
    log: &SceneState,
) -> Vec<&'w Choice> {
    let options = scene.options.iter();
    options
        .filter(|option| !option.quiet && is_allowed(table, option))
        .filter(|option| {
            let hidden = option.insight.is_some() || option.only.is_some();
            !hidden || log.insights.contains(&option.id)
        })
        .collect()
}

/// The options that `seat` sees: those open to the table, those that it alone knows of, and quiet ones.
pub(crate) fn options_for<'w>(table: &Table, scene: &'w Scene, seat: SeatNo) -> Vec<&'w Choice> {
    let Some(log) = table.open_scene() else {
        return Vec::new();
    };
    let who = Character::Seat(seat);
    let open = open_options(table, scene, log);
    let options = scene.options.iter();
    options
        .filter(|option| {
            open.iter().any(|other| other.id == option.id)
                || is_allowed(table, option) && is_known_to(table, log, &who, option)
        })
        .collect()
}

/// The quiet options that a character may do.
pub(super) fn quiet_options_of<'w>(
    table: &Table,
    scene: &'w Scene,
    who: &Character,
) -> Vec<&'w Choice> {
    let Some(log) = table.open_scene() else {
        return Vec::new();
    };
    let options = scene.options.iter().filter(|option| option.quiet);
    options
        .filter(|option| is_allowed(table, option) && is_known_to(table, log, who, option))
        .collect()
}

fn is_allowed(table: &Table, option: &Choice) -> bool {
    option.needs.iter().all(|mark| table.story.has(mark))
        && !option.unless.iter().any(|mark| table.story.has(mark))
}

/// Whether a character knows of an option that is not open to all.
fn is_known_to(table: &Table, log: &SceneState, who: &Character, option: &Choice) -> bool {
    if let Some(pair) = &option.insight {
        return pair.iter().all(|half| knows(log, who, half));
    }
    match &option.only {
        Some(holding) if option.quiet => holds_quietly(table, log, who, holding),
        Some(holding) => holds(table, log, who, holding),
        None => option.quiet,
    }
}

/// Whether a character heard a whisper, or was told it truly, apart or with everybody.
pub(super) fn knows(log: &SceneState, who: &Character, whisper: &WhisperId) -> bool {
    let told = |to: SeatNo| Character::Seat(to) == *who;
    let confided = log.asides().any(|aside| {
        aside.whisper == *whisper && aside.manner == Manner::Truth && aside.to.is_some_and(told)
    });
    log.hears(who, whisper) || confided || log.told_truly(whisper)
}

fn holds(table: &Table, log: &SceneState, who: &Character, holding: &HoldingId) -> bool {
    let whisper = WhisperId::parse(holding.as_str());
    whisper.is_some_and(|whisper| knows(log, who, &whisper)) || carries(table, who, holding)
}

/// A quiet way is its hearer's alone, and shuts when it is public knowledge.
fn holds_quietly(table: &Table, log: &SceneState, who: &Character, holding: &HoldingId) -> bool {
    let whisper = WhisperId::parse(holding.as_str());
    let heard =
        whisper.is_some_and(|whisper| log.hears(who, &whisper) && !log.told_truly(&whisper));
    heard || carries(table, who, holding)
}

fn carries(table: &Table, who: &Character, holding: &HoldingId) -> bool {
    let carried = match who {
        Character::Seat(no) => table.party.seat(*no).map(|seat| &seat.carried),
        Character::Companion(id) => table.party.companions().get(id).map(|ally| &ally.carried),
    };
    carried.is_some_and(|carried| carried.iter().any(|mark| mark.as_str() == holding.as_str()))
}

/// Whether `seat` has a say in how this scene decides. Who acts alone leaves the vote to the others.
pub(crate) fn has_say(mode: DecisionMode, log: &SceneState, seat: SeatNo) -> bool {
    if acts_alone(log, seat).is_some() {
        return false;
    }
    match mode {
        DecisionMode::Party | DecisionMode::Each | DecisionMode::Secret => true,
        DecisionMode::Bearer => log.bearer == seat,
    }
}

/// The option that a seat does alone, by Drakmor's greater blessing.
pub(crate) fn acts_alone(log: &SceneState, seat: SeatNo) -> Option<&OptionId> {
    let mut called = log.called_on.iter();
    let alone =
        called.find(|called| called.seat == seat && called.gift == Gift::greater(God::Drakmor))?;
    alone.option.as_ref()
}

/// Whether the scene waits for the choice of `seat`.
pub(crate) fn waits_for(mode: DecisionMode, log: &SceneState, seat: SeatNo) -> bool {
    has_say(mode, log, seat) && !log.choices.contains_key(&seat) && !log.skipped.contains(&seat)
}

pub(super) fn pass_the_codex(draft: &mut Draft<'_>) {
    let Some(bearer) = draft.open().map(|log| log.bearer) else {
        return;
    };
    if !draft.table.party.is_present(bearer) {
        let seat = next_bearer(draft, Some(bearer));
        draft.happen(Event::BearerPassed { seat });
    }
}

/// The seat after `last`, going round; the first at the start of a quest.
fn next_bearer(draft: &Draft<'_>, last: Option<SeatNo>) -> SeatNo {
    let seats: Vec<SeatNo> = draft.table.present().map(|(no, _)| no).collect();
    let after = last.and_then(|last| seats.iter().find(|no| **no > last));
    after.or(seats.first()).copied().unwrap_or(SeatNo(1))
}
