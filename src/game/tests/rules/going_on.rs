//! A party that goes on to another quest: what fades, what stays, what the gods ask anew and what seats give one another.

use game::content::{CardSheet, Keepsake, World};
use game::{
    Actor, CardId, Code, Command, Decision, EndingId, Event, God, KeepsakeId, Moment, Opening,
    Phase, QuestId, QuestionId, Refusal, SeatNo, Seed, Skill, Stage, TrustReason,
};

use crate::between::give;
use crate::party::{ANNA, Answer, BEN, CHRIS, Party};
use crate::tale::{id, tale_of, vera};

/// A world of two quests of one room, "bridge" and "gate"; an ending of each is asked about, and each has two keepsakes.
pub(crate) fn two_quests() -> World {
    let mut world = tale_of(1);
    let after = world.questions[0].clone();
    let mut gate = world.quests.values().next().unwrap().clone();
    gate.endings[0].after = Some(id!(QuestionId, "after"));
    gate.questions = vec![game::content::Question {
        id: id!(QuestionId, "after"),
        ..after
    }];
    gate.keepsakes = ["pin", "cup"]
        .map(|name| Keepsake {
            id: id!(KeepsakeId, name),
            name: name.to_owned(),
            text: "Yours.".to_owned(),
            edge: Skill::Strength,
        })
        .into();
    let mut bridge = gate.clone();
    bridge.id = id!(QuestId, "bridge");
    let both = [gate, bridge].into_iter();
    world.quests = both.map(|quest| (quest.id.clone(), quest)).collect();
    world.cards = vec![CardSheet {
        id: id!(CardId, "you-knew"),
        text: "You knew.".to_owned(),
    }];
    world
}

/// So many besides Anna have come to the Chronicle of their first quest.
pub(crate) fn told(world: World, others: usize) -> Party {
    let mut party = Party::in_hall(world, others);
    party.all_choose("wait");
    if party.table.phase() == Phase::Naming {
        party.time_passes();
    }
    assert_eq!(party.table.phase(), Phase::Chronicle);
    party
}

pub(crate) fn go_on(party: &mut Party, actor: Actor) -> Answer {
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

/// The same party between its quests.
pub(crate) fn between(world: World, others: usize) -> Party {
    let mut party = told(world, others);
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    party
}

pub(crate) fn choice(party: &Party, seat: SeatNo) -> (Vec<String>, Option<QuestionId>) {
    match party.view(seat).stage {
        Stage::QuestChoice { quests, question } => {
            let quests = quests.iter().map(|card| card.quest.as_str().to_owned());
            (quests.collect(), question.map(|question| question.question))
        }
        other => panic!("no quest is to be chosen: {other:?}"),
    }
}

#[test]
fn a_party_goes_on_as_what_it_has_become_to_a_quest_it_has_not_played() {
    let mut party = told(two_quests(), 1);
    let before = party.table.seats()[&ANNA].clone();
    assert!(party.table.chronicle(&party.world).unwrap().may_go_on);
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();

    assert_eq!(
        choice(&party, ANNA).0,
        ["gate"],
        "the bridge has been played"
    );
    assert_eq!(party.table.code(), Some(&id!(Code, "GHJKLM")));
    assert_eq!(party.table.commitment(), "sealed anew");
    let after = &party.table.seats()[&ANNA];
    assert_eq!(
        (&after.class, &after.skills),
        (&before.class, &before.skills)
    );
    let quest = id!(QuestId, "bridge");
    let played = party.does(ANNA, Command::TakeUp { quest });
    assert_eq!(played, Err(Refusal::NoSuchChoice));
    assert_eq!(party.view(ANNA).told_before.len(), 1);

    party.time_passes();
    assert_eq!(party.table.phase(), Phase::Scene, "silence takes the other");
    assert_eq!(party.table.scenes().len(), 1);
}

#[test]
fn a_quest_is_named_once_by_each_and_begins_when_all_have() {
    let mut party = between(two_quests(), 1);
    let gate = || Command::TakeUp {
        quest: id!(QuestId, "gate"),
    };
    party.does(ANNA, gate()).unwrap();
    assert_eq!(party.does(ANNA, gate()), Err(Refusal::AlreadyChosen));
    party.does(BEN, gate()).unwrap();
    assert_eq!(party.table.phase(), Phase::Scene);
}

#[test]
fn a_quest_is_offered_to_parties_of_its_size() {
    let mut world = two_quests();
    let gate = world.quests.get_mut(&id!(QuestId, "gate")).unwrap();
    gate.seats = [3, 6];
    let pair = told(world.clone(), 1);
    assert!(!pair.table.chronicle(&pair.world).unwrap().may_go_on);
    let mut three = between(world, 2);
    assert_eq!(choice(&three, ANNA).0, ["gate"]);
    // With two of three it is too small for what it chose, and the story breaks off.
    three.does(CHRIS, Command::Leave {}).unwrap();
    three.time_passes();
    assert_eq!(three.table.phase(), Phase::Chronicle);
}

#[test]
fn favour_loses_a_quarter_and_trust_half_of_the_way_to_fifty() {
    let faded = |favour: i32, trust: i32| {
        let mut party = told(two_quests(), 1);
        let held = party.favour(ANNA, God::Korvan);
        party.favours(ANNA, God::Korvan, favour - held);
        party.trusts(trust);
        go_on(&mut party, Actor::Seat(ANNA)).unwrap();
        (party.favour(ANNA, God::Korvan), party.table.trust())
    };
    assert_eq!(faded(42, 90), (32, 70));
    assert_eq!(faded(-42, 21), (-32, 36));
    assert_eq!(faded(3, 50), (3, 50));
}

#[test]
fn trust_that_fades_says_so() {
    let mut party = told(two_quests(), 1);
    party.trusts(90);
    let events = go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    let moves = crate::happened::trust_moves(&events);
    assert_eq!(moves, [(-20, TrustReason::Faded)]);
}

#[test]
fn momentum_begins_anew_with_one_more_for_a_met_stake_and_wounds_are_healed() {
    let mut party = told(two_quests(), 1);
    party.given(&[
        Event::StakeSettled {
            seat: ANNA,
            met: true,
        },
        Event::HpMoved { seat: BEN, by: -30 },
    ]);
    party.gains(BEN, 3);
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    party.time_passes();
    assert_eq!((party.momentum(ANNA), party.momentum(BEN)), (2, 1));
    assert_eq!(party.table.seats()[&BEN].hp, Some(80));
}

#[test]
fn the_gods_that_moved_most_ask_again_and_the_last_is_about_the_ending() {
    let mut party = Party::in_hall(two_quests(), 1);
    party.favours(ANNA, God::Mercus, 20);
    party.favours(ANNA, God::Sylara, -30);
    party.favours(ANNA, God::Mercus, -20);
    party.favours(ANNA, God::Mercus, 20);
    party.all_choose("wait");
    party.time_passes();
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    let mut asked = Vec::new();
    while let Some(question) = choice(&party, ANNA).1 {
        asked.push(question.as_str().to_owned());
        party
            .does(
                ANNA,
                Command::Answer {
                    question,
                    answer: 1,
                },
            )
            .unwrap();
    }
    assert!(
        asked[0].starts_with("mercus"),
        "it moved by sixty: {asked:?}"
    );
    assert!(asked[1].starts_with("sylara"));
    assert_eq!(asked[2], "after");
    assert_eq!(asked.len(), 3);
}

#[test]
fn the_new_answers_count_in_full() {
    let mut party = between(two_quests(), 1);
    let question = choice(&party, ANNA).1.unwrap();
    let before = party.table.seats()[&ANNA].favour.clone();
    party
        .does(
            ANNA,
            Command::Answer {
                question,
                answer: 0,
            },
        )
        .unwrap();
    let moved = God::ALL
        .iter()
        .map(|god| party.favour(ANNA, *god) - before.get(god).copied().unwrap_or(0));
    assert_eq!(moved.sum::<i32>(), 30);
}

#[test]
fn a_companion_who_left_comes_back_after_a_quest_to_those_it_does_not_despise() {
    let stays_away = |approval: i32, quests: usize| {
        let mut world = two_quests();
        world.companions.push(vera(approval));
        for name in ["well", "zoo"] {
            let mut more = world.quests.values().next().unwrap().clone();
            more.id = id!(QuestId, name);
            world.quests.insert(more.id.clone(), more);
        }
        let mut party = Party::in_hall(world, 0);
        let companion = vera(approval).id;
        party.given(&[Event::CompanionLeft { companion }]);
        for _ in 0..quests {
            party.all_choose("wait");
            go_on(&mut party, Actor::Seat(ANNA)).unwrap();
            party.time_passes();
        }
        !party.view(ANNA).companions[0].present
    };
    assert!(stays_away(25, 1));
    assert!(!stays_away(25, 2));
    assert!(stays_away(24, 2));
}

#[test]
fn a_chronicle_tells_the_seed_of_its_own_quest_and_nothing_of_the_next() {
    let mut party = told(two_quests(), 1);
    let first = party.table.last_told().unwrap();
    assert_eq!(first.seed, Seed([5; 32]));
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    party.time_passes();
    let playing = party.table.last_told().map(|told| told.seed);
    assert_eq!(playing, Some(Seed([5; 32])), "while the next is played");
    party.all_choose("wait");
    party.time_passes();
    let second = party.table.last_told().unwrap();
    assert_eq!(second.seed, Seed([6; 32]));
    assert_eq!(second.quest, QuestId::parse("gate"));
}

#[test]
fn only_the_host_of_a_told_table_goes_on_and_only_to_what_is_new() {
    let mut party = Party::in_hall(two_quests(), 1);
    assert_eq!(go_on(&mut party, Actor::Seat(ANNA)), Err(Refusal::NotNow));
    assert_eq!(party.does(ANNA, Command::GoOn {}), Err(Refusal::NotNow));
    let mut party = told(two_quests(), 1);
    assert_eq!(go_on(&mut party, Actor::Seat(BEN)), Err(Refusal::HostOnly));
    assert_eq!(go_on(&mut party, Actor::Newcomer), Err(Refusal::NoSeat));
    let mut party = told(tale_of(1), 1);
    assert!(!party.table.chronicle(&party.world).unwrap().may_go_on);
    assert_eq!(
        go_on(&mut party, Actor::Seat(ANNA)),
        Err(Refusal::AllPlayed)
    );
}

fn line() -> Command {
    let text = "So it was you.".to_owned();
    Command::Say { text }
}

#[test]
fn the_table_talks_on_over_its_chronicle() {
    let mut party = told(two_quests(), 1);
    party.does(BEN, line()).unwrap();
    let lines = party.view(ANNA).lines;
    assert_eq!(lines.last().unwrap().text, "So it was you.");
    assert_eq!(party.asks(Actor::Newcomer, &line()), Err(Refusal::NoSeat));
    assert_eq!(party.table.phase(), Phase::Chronicle);
}

#[test]
fn a_table_that_was_closed_does_not_go_on() {
    let mut party = Party::in_hall(two_quests(), 1);
    party.does(ANNA, Command::Close {}).unwrap();
    assert_eq!(party.table.phase(), Phase::Chronicle);
    assert!(!party.table.chronicle(&party.world).unwrap().may_go_on);
    assert_eq!(go_on(&mut party, Actor::Seat(ANNA)), Err(Refusal::Closed));
    assert_eq!(give(&mut party, ANNA, BEN), Err(Refusal::NotNow));
    assert_eq!(party.does(BEN, line()), Err(Refusal::Closed));
    assert_eq!(party.table.ending(), None::<&EndingId>);
}
