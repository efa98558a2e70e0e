//! What must hold at every step.

use game::content::{DecisionMode, World};
use game::{
    Character, CheckView, Command, Decision, Dice, Done, Event, Gift, God, OptionId, Phase,
    Purpose, QuietDeed, Refusal, SceneView, SeatNo, Stage, Table, Throw,
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

/// Every throw stands at the address of what it was thrown for, and is what the quest's seed gives there.
pub(crate) fn dice_are_the_tables_own(before: &Table, events: &[Event]) {
    let seed = before.seed().expect("an open table has a seed");
    let mut scene = u16::try_from(before.scenes().len()).unwrap_or(u16::MAX);
    for event in events {
        // A companion may doubt what another tells as the next scene opens.
        scene += u16::from(matches!(event, Event::SceneOpened { .. }));
        for (throw, purpose) in throws_of(event) {
            let at = throw.at.expect("a throw of this edition has an address");
            assert_eq!((at.scene, at.purpose), (scene, purpose));
            let dice = Dice::at_address(seed, at);
            assert_eq!(throw.value, dice.at(throw.number, 100) + 1);
        }
    }
}

/// The throws in an event, and what each must have been thrown for.
#[expect(clippy::wildcard_enum_match_arm, reason = "most events hold no throw")]
fn throws_of(event: &Event) -> Vec<(Throw, Purpose)> {
    match event {
        Event::DeedDone(done) => {
            let roll = done.roll.as_ref();
            let second = roll.and_then(|roll| roll.second.as_ref());
            let first = roll.map(|roll| (roll.throw, Purpose::Deed));
            let second = second.map(|second| (second.throw, Purpose::SecondThrow));
            first.into_iter().chain(second).collect()
        }
        Event::QuietDone(deed) => vec![(deed.test.throw, Purpose::Quiet)],
        Event::Challenged(made) => vec![(made.test.throw, Purpose::Challenge)],
        Event::Pressed(made) => vec![(made.test.throw, Purpose::Press)],
        _ => Vec::new(),
    }
}

/// What a page showed before the last choice is what is rolled.
#[expect(clippy::wildcard_enum_match_arm, reason = "most events hold no chance")]
pub(crate) fn chances_shown_are_rolled(world: &World, before: &Table, events: &[Event]) {
    for event in events {
        match event {
            Event::DeedDone(done) if !acts_alone(before, events, done) => {
                deed_was_shown(world, before, done);
            }
            Event::QuietDone(QuietDeed {
                hand: Character::Seat(hand),
                option,
                test,
                ..
            }) => {
                let shown = shown_check(world, before, Some(*hand), option);
                let shown = shown.map(|check| check.chance.percent);
                assert_eq!(shown, Some(test.percent), "{option:?} for {hand}");
            }
            Event::Challenged(made) if made.companion.is_none() => {
                let shown = scene_for(world, before, Some(made.seat)).map(|shown| shown.told);
                let mut told = shown.unwrap_or_default().into_iter();
                let doubt = told.find(|told| told.telling == made.telling);
                assert_eq!(doubt.and_then(|told| told.doubt), Some(made.test.percent));
            }
            Event::Pressed(made) => {
                let shown = scene_for(world, before, Some(made.seat)).map(|shown| shown.presses);
                let mut presses = shown.unwrap_or_default().into_iter();
                let press = presses.find(|press| press.companion == made.companion);
                assert_eq!(press.map(|press| press.percent), Some(made.test.percent));
            }
            _ => {}
        }
    }
}

fn deed_was_shown(world: &World, before: &Table, done: &Done) {
    let Some(roll) = &done.roll else { return };
    let doer = done.doers.first().copied();
    let viewers = viewers_of_chance(world, before, doer);
    for viewer in viewers {
        // A way may be open to some of them only.
        let Some(shown) = shown_check(world, before, viewer, &done.option) else {
            continue;
        };
        let option = &done.option;
        assert_eq!(shown.chance, roll.chance, "{option:?} for {viewer:?}");
        assert_eq!(shown.hand, roll.hand, "{option:?} for {viewer:?}");
    }
    let mut doers = done.doers.iter();
    let seen = |no: &SeatNo| shown_check(world, before, Some(*no), &done.option).is_some();
    assert!(doers.all(seen), "{:?} is shown to its doers", done.option);
}

/// Whether the doer called on Drakmor's greater blessing and acts with its own hand alone: its page shows the party's chance,
/// as the others' do.
fn acts_alone(before: &Table, events: &[Event], done: &Done) -> bool {
    let gift = Gift::greater(God::Drakmor);
    let open = before.scenes().last().into_iter();
    let before = open.flat_map(|log| &log.called_on);
    let before = before.filter(|called| called.gift == gift);
    let now = events.iter().filter_map(|event| {
        let Event::CalledOn(call) = event else {
            return None;
        };
        (call.gift == gift).then_some(call.seat)
    });
    let mut callers = before.map(|called| called.seat).chain(now);
    callers.any(|caller| done.doers == [caller])
}

/// In a scene where everybody acts, the doer; else everybody and the spectators.
fn viewers_of_chance(world: &World, table: &Table, doer: Option<SeatNo>) -> Vec<Option<SeatNo>> {
    if way_of(world, table) == Some(DecisionMode::Each) {
        return vec![doer];
    }
    let seats = table.present().map(|(no, _)| Some(no));
    seats.chain([None]).collect()
}

fn scene_for(world: &World, table: &Table, viewer: Option<SeatNo>) -> Option<SceneView> {
    if let Stage::Scene(shown) = table.view(world, viewer).stage {
        Some(*shown)
    } else {
        None
    }
}

fn shown_check(
    world: &World,
    table: &Table,
    viewer: Option<SeatNo>,
    option: &OptionId,
) -> Option<CheckView> {
    let shown = scene_for(world, table, viewer)?.options.into_iter();
    let mut shown = shown.filter(|shown| shown.option == *option);
    shown.next()?.check
}

fn way_of(world: &World, table: &Table) -> Option<DecisionMode> {
    let (quest, _) = table.quest()?;
    let open = table.scenes().last()?;
    let scene = world.quests.get(quest)?.scene(&open.scene)?;
    (table.phase() == Phase::Scene).then_some(scene.decide)
}

/// Every seat hears a whisper that nobody else hears, a companion two at most, and two different hearers hold the halves of
/// an insight.
pub(crate) fn the_deal_is_fair(world: &World, table: &Table, events: &[Event]) {
    for event in events {
        let Event::SceneOpened { scene, deals, .. } = event else {
            continue;
        };
        let mut sitting = 0;
        for who in sitters(world, table) {
            let heard = deals.iter().filter(|deal| deal.hearers.contains(&who));
            let heard = heard.count();
            match who {
                Character::Seat(no) => assert_eq!(heard, 1, "seat {no} hears one whisper"),
                Character::Companion(id) => assert!(heard <= 2, "{id:?} hears {heard}"),
            }
            sitting += 1;
        }
        let mut alone = deals.iter().filter(|deal| deal.hearers.len() == 1);
        assert!(alone.clone().count() == deals.len(), "{deals:?}");
        let quest = table.quest().and_then(|(id, _)| world.quests.get(id));
        let written = quest.and_then(|quest| quest.scene(scene));
        for pair in written.iter().flat_map(|scene| scene.insight_pairs()) {
            let holders: Vec<&[Character]> = pair
                .iter()
                .filter_map(|half| alone.clone().find(|deal| deal.whisper == *half))
                .map(|deal| deal.hearers.as_slice())
                .collect();
            assert!(
                sitting < 2 || matches!(&holders[..], [one, other] if one != other),
                "{pair:?} is held by {holders:?}"
            );
        }
        assert!(alone.next().is_some(), "somebody hears something");
    }
}

/// Who sat at the table as the scene opened; a companion that has left since is not among them.
fn sitters(world: &World, table: &Table) -> Vec<Character> {
    let companions = table.view(world, None).companions.into_iter();
    let companions = companions.filter(|companion| companion.present);
    let companions = companions.map(|companion| Character::Companion(companion.companion));
    let seats = table.present().map(|(no, _)| Character::Seat(no));
    seats.chain(companions).collect()
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
        // A second draft shows everybody what was chosen first, and another draft what was chosen since.
        let drafted = table.scenes().last().map(|log| &log.first_draft);
        let opened = before.scenes().last().map(|log| &log.first_draft);
        let same_scene = table.scenes().len() == before.scenes().len();
        let is_secret = same_scene && table.phase() == Phase::Scene && drafted == opened;
        is_secret.then_some(table)
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
            | Event::Challenged { .. }
            | Event::Exposed { .. }
            | Event::Left { .. }
            | Event::CompanionJoined { .. }
    )
}

/// What a decision says the table becomes is what its events make of it.
pub(crate) fn a_decision_knows_what_it_leads_to(world: &World, before: &Table, attempt: &Attempt) {
    let considered = attempt.consider(world, before);
    let Decision { events, after } = considered.expect("it was decided a moment ago");
    let mut folded = before.clone();
    folded.fold(&events);
    assert_eq!(after, folded);
}
