//! A party that goes on to another quest after its Chronicle.

use game::content::{DecisionMode, World};
use game::{
    Actor, Code, Command, Decision, EndingId, Event, Moment, Opening, Phase, QuestId, Refusal,
    Seed, Stage,
};

use crate::party::{ANNA, BEN, Party, id, world};

/// A world of two quests, "bridge" and "gate", each of which ends when somebody waits in its hall.
fn two_quests() -> World {
    let mut world = world(DecisionMode::Party);
    let mut gate = world.quests.values().next().unwrap().clone();
    let outcome = gate.scenes[0].options[1].outcome.as_mut().unwrap();
    outcome.next = None;
    outcome.ending = Some(id!(EndingId, "home"));
    let mut bridge = gate.clone();
    bridge.id = id!(QuestId, "bridge");
    world.quests = [gate, bridge]
        .into_iter()
        .map(|quest| (quest.id.clone(), quest))
        .collect();
    world
}

/// Anna and Ben have come to the Chronicle of their first quest.
fn told(world: World) -> Party {
    let mut party = Party::in_scene(world, &["Ben"]);
    party.chooses(ANNA, "wait").unwrap();
    party.chooses(BEN, "wait").unwrap();
    assert_eq!(party.table.phase(), Phase::Chronicle);
    party
}

fn go_on(party: &mut Party, actor: Actor) -> Result<Vec<Event>, Refusal> {
    let opening = Opening {
        code: id!(Code, "GHJKLM"),
        seed: Seed([6; 32]),
        commitment: "sealed anew".to_owned(),
    };
    let moment = Moment { at_ms: party.at_ms };
    let decided = party.table.go_on(&opening, &party.world, actor, moment);
    let Decision { events, after } = decided?;
    party.table.fold(&events);
    assert_eq!(party.table, after);
    Ok(events)
}

fn offered(party: &Party) -> Vec<String> {
    match party.view(ANNA).stage {
        Stage::QuestChoice { quests } => quests
            .iter()
            .map(|card| card.quest.as_str().to_owned())
            .collect(),
        other => panic!("no quest is to be chosen: {other:?}"),
    }
}

#[test]
fn a_party_goes_on_as_what_it_has_become_to_a_quest_it_has_not_played() {
    let mut party = told(two_quests());
    let before = party.table.seats()[&ANNA].clone();
    assert!(party.table.chronicle(&party.world).unwrap().may_go_on);
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();

    assert_eq!(party.table.phase(), Phase::QuestChoice);
    assert_eq!(offered(&party), ["gate"], "the bridge has been played");
    assert_eq!(party.table.code(), Some(&id!(Code, "GHJKLM")));
    assert_eq!(party.table.commitment(), "sealed anew");
    let after = &party.table.seats()[&ANNA];
    assert_eq!(
        (&after.class, &after.skills, &after.favour),
        (&before.class, &before.skills, &before.favour)
    );
    let played = party.does(
        ANNA,
        Command::TakeUp {
            quest: id!(QuestId, "bridge"),
        },
    );
    assert_eq!(played, Err(Refusal::NoSuchChoice));
    assert_eq!(party.view(ANNA).told_before.len(), 1);

    party.time_passes();
    assert_eq!(party.table.phase(), Phase::Scene, "silence takes the other");
    assert_eq!(party.table.scenes().len(), 1);
}

#[test]
fn a_chronicle_tells_the_seed_of_its_own_quest_and_nothing_of_the_next() {
    let mut party = told(two_quests());
    let first = party.table.last_told().unwrap();
    assert_eq!(first.seed, Seed([5; 32]));
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    party.time_passes();
    assert_eq!(
        party.table.last_told(),
        Some(first),
        "while the next is played"
    );
    party.chooses(ANNA, "wait").unwrap();
    party.chooses(BEN, "wait").unwrap();
    let second = party.table.last_told().unwrap();
    assert_eq!(second.seed, Seed([6; 32]));
    assert_eq!(second.quest, QuestId::parse("gate"));
}

#[test]
fn only_the_host_of_a_told_table_goes_on_and_only_to_what_is_new() {
    let mut party = Party::in_scene(two_quests(), &["Ben"]);
    assert_eq!(go_on(&mut party, Actor::Seat(ANNA)), Err(Refusal::NotNow));
    assert_eq!(party.does(ANNA, Command::GoOn {}), Err(Refusal::NotNow));

    let mut party = told(two_quests());
    assert_eq!(go_on(&mut party, Actor::Seat(BEN)), Err(Refusal::HostOnly));
    assert_eq!(go_on(&mut party, Actor::Newcomer), Err(Refusal::NoSeat));

    let mut world = two_quests();
    world.quests.retain(|id, _| id.as_str() == "gate");
    let mut party = told(world);
    assert!(!party.table.chronicle(&party.world).unwrap().may_go_on);
    assert_eq!(
        go_on(&mut party, Actor::Seat(ANNA)),
        Err(Refusal::AllPlayed)
    );
}

#[test]
fn a_table_that_was_closed_does_not_go_on() {
    let mut party = Party::in_scene(two_quests(), &["Ben"]);
    party.does(ANNA, Command::Close {}).unwrap();
    assert_eq!(party.table.phase(), Phase::Chronicle);
    assert!(!party.table.chronicle(&party.world).unwrap().may_go_on);
    assert_eq!(go_on(&mut party, Actor::Seat(ANNA)), Err(Refusal::Closed));
}
