//! What must hold at every step.

use game::content::{DecisionMode, World};
use game::{
    Chance, Character, Command, Decision, Dice, Event, Moment, Phase, Refusal, SeatNo, Stage, Table,
};
use world::play::Attempt;
use world::play::secrets::Secrets;

/// A refused command leaves the table as it was and answers with a sentence.
pub(crate) fn a_refusal_changes_nothing(before: &Table, after: &Table, refusal: Refusal) {
    assert_eq!(before, after);
    let sentence = refusal.to_string();
    let begins = sentence.chars().next().is_some_and(char::is_uppercase);
    assert!(begins && sentence.ends_with('.'), "{sentence}");
}

/// Every roll is what the table's seed, its version and the throw's number give.
pub(crate) fn dice_are_the_tables_own(before: &Table, events: &[Event]) {
    let seed = before.seed().expect("an open table has a seed");
    let dice = Dice::new(seed, before.version());
    for event in events {
        if let Event::DeedDone(done) = event
            && let Some(roll) = &done.roll
        {
            assert_eq!(roll.throw.value, dice.at(roll.throw.number, 100) + 1);
        }
    }
}

/// What a page showed before the last choice is what is rolled.
pub(crate) fn chances_shown_are_rolled(world: &World, before: &Table, events: &[Event]) {
    for event in events {
        if let Event::DeedDone(done) = event
            && let Some(roll) = &done.roll
        {
            for viewer in viewers_of_chance(world, before, done.doers.first().copied()) {
                let (chance, option) = (&roll.chance, &done.option);
                let shown = shown_chance(world, before, viewer, option.as_str());
                assert_eq!(shown.as_ref(), Some(chance), "{option:?} for {viewer:?}");
            }
        }
    }
}

/// In a scene where everybody acts, the doer; else everybody and the spectators.
fn viewers_of_chance(world: &World, table: &Table, doer: Option<SeatNo>) -> Vec<Option<SeatNo>> {
    if way_of(world, table) == Some(DecisionMode::Each) {
        return vec![doer];
    }
    let seats = table.present().map(|(no, _)| Some(no));
    seats.chain([None]).collect()
}

fn shown_chance(
    world: &World,
    table: &Table,
    viewer: Option<SeatNo>,
    option: &str,
) -> Option<Chance> {
    let Stage::Scene(shown) = table.view(world, viewer).stage else {
        return None;
    };
    let shown = shown.options.into_iter();
    let mut shown = shown.filter(|shown| shown.option.as_str() == option);
    shown.next()?.check.map(|check| check.chance)
}

fn way_of(world: &World, table: &Table) -> Option<DecisionMode> {
    let (quest, _) = table.quest()?;
    let open = table.scenes().last()?;
    let scene = world.quests.get(quest)?.scene(&open.scene)?;
    (table.phase() == Phase::Scene).then_some(scene.decide)
}

/// Every seat hears one whisper, and two different hearers hold the halves of an insight.
pub(crate) fn the_deal_is_fair(world: &World, table: &Table, events: &[Event]) {
    for event in events {
        let Event::SceneOpened { scene, deals, .. } = event else {
            continue;
        };
        for (no, _) in table.present() {
            let seat = Character::Seat(no);
            let heard = deals.iter().filter(|deal| deal.hearers.contains(&seat));
            assert_eq!(heard.count(), 1, "seat {no} hears one whisper");
        }
        let companions = table.view(world, None).companions;
        let sitting = table.present().count()
            + companions
                .iter()
                .filter(|companion| companion.present)
                .count();
        let quest = table.quest().and_then(|(id, _)| world.quests.get(id));
        let scene = quest.and_then(|quest| quest.scene(scene));
        for pair in scene.iter().flat_map(|scene| scene.insight_pairs()) {
            let [one, other] = pair.each_ref().map(|half| {
                let deal = deals.iter().find(|deal| deal.whisper == *half);
                deal.map(|deal| deal.hearers.as_slice()).unwrap_or_default()
            });
            let apart = one.iter().any(|who| other.iter().any(|with| with != who));
            assert!(
                apart || sitting < 2,
                "{pair:?} is held by {one:?} and {other:?}"
            );
        }
    }
}

/// In a secret scene, whatever a seat chooses, nobody else's page says what.
pub(crate) fn ballots_stay_secret(world: &World, before: &Table, attempt: &Attempt) {
    let Command::Choose { scene, option } = &attempt.command else {
        return;
    };
    if way_of(world, before) != Some(DecisionMode::Secret) {
        return;
    }
    let game::Actor::Seat(chooser) = attempt.actor else {
        return;
    };
    let choosing = |option: &game::OptionId| {
        let mut table = before.clone();
        let command = Command::Choose {
            scene: scene.clone(),
            option: option.clone(),
        };
        let otherwise = Attempt {
            command,
            ..attempt.clone()
        };
        table.fold(&otherwise.decide(world, before).ok()?);
        (table.scenes().len() == before.scenes().len() && table.phase() == Phase::Scene)
            .then_some(table)
    };
    let Some(chosen) = choosing(option) else {
        return;
    };
    let Stage::Scene(shown) = before.view(world, Some(chooser)).stage else {
        return;
    };
    for other in shown
        .options
        .iter()
        .filter_map(|shown| choosing(&shown.option))
    {
        let seats = before.present().map(|(no, _)| Some(no)).chain([None]);
        for viewer in seats.filter(|viewer| *viewer != Some(chooser)) {
            assert_eq!(chosen.view(world, viewer), other.view(world, viewer));
        }
    }
}

/// Nobody is shown a whisper they neither heard nor were told, a companion's secret, or the seed.
///
/// Searches the JSON that is sent, for one seat after the other, and for everybody else, where something
/// secret was dealt or told, every field of the view.
pub(crate) fn nothing_leaks(
    world: &World,
    secrets: &Secrets,
    table: &Table,
    events: &[Event],
    step: u64,
) {
    let seats = table.seats().keys().map(|no| Some(*no));
    let viewers: Vec<Option<SeatNo>> = seats.chain([None]).collect();
    let everybody = events.iter().any(touches_secrets);
    let turn = usize::try_from(step).unwrap_or(0) % viewers.len();
    for (at, viewer) in viewers.iter().enumerate() {
        if !everybody && at != turn {
            continue;
        }
        let view = table.view(world, *viewer);
        let sent = if at == turn {
            serde_json::to_string(&view).unwrap_or_default()
        } else {
            format!("{view:?}")
        };
        let leak = secrets.leak(table, *viewer, &sent);
        assert_eq!(leak, None, "shown to {viewer:?} after {events:?}");
    }
}

fn touches_secrets(event: &Event) -> bool {
    matches!(
        event,
        Event::SceneOpened { .. }
            | Event::Told(_)
            | Event::Left { .. }
            | Event::CompanionJoined { .. }
    )
}

/// What a decision says the table becomes is what its events make of it.
pub(crate) fn a_decision_knows_what_it_leads_to(world: &World, before: &Table, attempt: &Attempt) {
    let moment = Moment {
        at_ms: attempt.at_ms,
    };
    let considered = before.consider(world, attempt.actor, &attempt.command, moment);
    let Decision { events, after } = considered.expect("it was decided a moment ago");
    let mut folded = before.clone();
    folded.fold(&events);
    assert_eq!(after, folded);
}
