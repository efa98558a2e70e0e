//! The naming: what seats say of one another before everything is told.

use game::content::{StakeSheet, World};
use game::{
    Command, Event, God, LegendReason, Phase, Refusal, SeatNo, Sense, Slip, Stake, StakeDeal,
    StakeKind, TimeLimit,
};

use crate::party::{ANNA, Answer, BEN, CHRIS, DORA, Opened, Party};
use crate::tale::{Told, tale_of};

/// Sheets of these stakes, none of them against the others.
fn sheets(stakes: &[Stake]) -> Vec<StakeSheet> {
    let sheets = stakes.iter().map(|stake| StakeSheet {
        id: *stake,
        god: stake.god(),
        name: stake.word().to_owned(),
        text: "Do it.".to_owned(),
        kind: StakeKind::Quiet,
        seats: 1,
        hint: String::new(),
    });
    sheets.collect()
}

/// A quest of one room.
fn world() -> World {
    let mut world = tale_of(1);
    world.stakes = sheets(&[Stake::CleanHands, Stake::NothingWasted]);
    world
}

/// So many seats have come to the naming: Anna holds a stake of Valdris, the others one of Sylara, and Ben has lied.
fn named(others: usize) -> Party {
    named_in(world(), others)
}

fn named_in(world: World, others: usize) -> Party {
    let mut party = Party::in_hall(world, others);
    for at in 1..=others + 1 {
        let seat = SeatNo(u8::try_from(at).unwrap());
        let stake = if seat == ANNA {
            Stake::CleanHands
        } else {
            Stake::NothingWasted
        };
        party.given(&[Event::StakeDealt(StakeDeal {
            seat,
            stake,
            kin: None,
        })]);
    }
    party.lies(BEN, Sense::Wild);
    party.all_choose("wait");
    assert_eq!(party.table.phase(), Phase::Naming);
    party
}

fn slip(about: SeatNo, twisted: bool, stake: God) -> Slip {
    Slip {
        about,
        twisted: Some(twisted),
        stake: Some(stake),
    }
}

fn judges(party: &mut Party, seat: SeatNo, slips: Vec<Slip>) -> Answer {
    party.does(seat, Command::Judge { slips })
}

fn passes(party: &mut Party, seat: SeatNo) -> Answer {
    party.does(seat, Command::PassJudgement {})
}

/// Who won legend, and for what.
fn legend(events: &[Event]) -> Vec<(SeatNo, LegendReason)> {
    let grown = events.iter().filter_map(|event| match event {
        Event::LegendGrew(grown) if grown.why != LegendReason::Stake => {
            Some((grown.seat, grown.why))
        }
        _ => None,
    });
    grown.collect()
}

#[test]
fn the_ending_is_read_and_the_chronicle_waits_for_all_slips() {
    let mut party = named(1);
    assert!(party.table.chronicle(&party.world).is_none());
    passes(&mut party, ANNA).unwrap();
    assert_eq!(passes(&mut party, ANNA), Err(Refusal::AlreadyJudged));
    let events = passes(&mut party, BEN).unwrap();
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::QuestEnded { ending: Some(_) }))
    );
    assert_eq!(party.table.phase(), Phase::Chronicle);
}

#[test]
fn one_alone_names_nobody() {
    let mut party = Party::in_hall(world(), 0);
    party.all_choose("wait");
    assert_eq!(party.table.phase(), Phase::Chronicle);
}

#[test]
fn silence_passes_after_three_minutes_and_the_reading_or_after_a_day() {
    for (limit, waits) in [
        (TimeLimit::Minute, 181_000),
        (TimeLimit::ThreeMinutes, 181_000),
        (TimeLimit::Day, 86_400_000),
        (TimeLimit::Off, 86_400_000),
    ] {
        let opened = Opened {
            limit,
            ..Opened::default()
        };
        let mut party = opened.in_hall(world(), 1);
        party.all_choose("wait");
        assert_eq!(party.table.phase(), Phase::Naming);
        assert_eq!(
            party.table.deadline_ms().unwrap() - party.at_ms,
            waits,
            "{limit:?}"
        );
        party.time_passes();
        assert_eq!(party.table.phase(), Phase::Chronicle);
    }
}

#[test]
fn nobody_talks_while_it_is_judged_and_nobody_sees_who_has_judged() {
    let mut party = named(2);
    let text = "It was Ben.".to_owned();
    assert_eq!(
        party.does(ANNA, Command::Say { text }),
        Err(Refusal::NotNow)
    );
    let before = party.view(BEN);
    judges(&mut party, ANNA, vec![slip(BEN, true, God::Sylara)]).unwrap();
    assert_eq!(party.view(BEN), before);
}

#[test]
fn each_of_the_others_is_judged_once_and_oneself_and_strangers_never() {
    let mut party = named(1);
    for wrong in [
        vec![slip(ANNA, true, God::Valdris)],
        vec![slip(CHRIS, true, God::Valdris)],
        vec![
            slip(BEN, true, God::Valdris),
            slip(BEN, false, God::Valdris),
        ],
    ] {
        assert_eq!(judges(&mut party, ANNA, wrong), Err(Refusal::SlipsWrong));
    }
}

#[test]
fn most_right_answers_make_the_sharp_ear_and_most_who_misjudge_a_seat_the_closed_book() {
    let mut party = named(3);
    // Anna is right about all; Ben and Chris misjudge Dora, and Dora says nothing.
    let all = [BEN, CHRIS, DORA].map(|seat| slip(seat, seat == BEN, God::Sylara));
    judges(&mut party, ANNA, all.into()).unwrap();
    judges(&mut party, BEN, vec![slip(DORA, true, God::Sylara)]).unwrap();
    judges(&mut party, CHRIS, vec![slip(DORA, false, God::Korvan)]).unwrap();
    let events = passes(&mut party, DORA).unwrap();
    let won = [
        (ANNA, LegendReason::SharpEar),
        (DORA, LegendReason::ClosedBook),
    ];
    assert_eq!(legend(&events), won);
    let told = party.table.chronicle(&party.world).unwrap().named;
    assert_eq!(
        (told.sharp_ears, told.closed_books),
        (vec![ANNA], vec![DORA])
    );
}

#[test]
fn nobody_wins_where_more_than_half_tie() {
    let mut party = named(2);
    judges(&mut party, ANNA, vec![slip(BEN, true, God::Sylara)]).unwrap();
    judges(&mut party, BEN, vec![slip(CHRIS, false, God::Sylara)]).unwrap();
    let events = passes(&mut party, CHRIS).unwrap();
    assert!(legend(&events).is_empty());
}

#[test]
fn half_of_the_seats_may_tie() {
    let mut party = named(3);
    judges(&mut party, ANNA, vec![slip(BEN, true, God::Sylara)]).unwrap();
    judges(&mut party, BEN, vec![slip(CHRIS, false, God::Sylara)]).unwrap();
    passes(&mut party, CHRIS).unwrap();
    let events = passes(&mut party, DORA).unwrap();
    assert_eq!(legend(&events).len(), 2);
}

#[test]
fn it_is_not_asked_if_a_seat_lied_that_was_exposed_or_could_not() {
    let mut party = Party::in_hall(world(), 2);
    party.bears(CHRIS, game::Gift::curse(God::Valdris));
    party.given(&[Event::Exposed(game::Unmasking {
        who: game::Character::Seat(BEN),
        how: game::Exposure::Caught {
            option: crate::tale::id!(game::OptionId, "pocket"),
        },
    })]);
    party.all_choose("wait");
    let asks = match party.view(ANNA).stage {
        game::Stage::Naming(naming) => naming.judged,
        other => panic!("no naming: {other:?}"),
    };
    let asks: Vec<(SeatNo, bool)> = asks.iter().map(|one| (one.seat, one.asks_twist)).collect();
    // Chris was cursed in this very room, so he may have lied before.
    assert_eq!(asks, [(BEN, false), (CHRIS, true)]);
    judges(&mut party, ANNA, vec![slip(BEN, true, God::Korvan)]).unwrap();
    passes(&mut party, BEN).unwrap();
    passes(&mut party, CHRIS).unwrap();
    let slips = party.table.chronicle(&party.world).unwrap().named.slips;
    assert_eq!(slips[0].twisted, None, "it was not asked");
}

#[test]
fn who_left_is_asked_about_and_asks_no_more() {
    let mut party = named(2);
    party.does(CHRIS, Command::Leave {}).unwrap();
    assert_eq!(passes(&mut party, CHRIS), Err(Refusal::NoSeat));
    judges(&mut party, ANNA, vec![slip(CHRIS, false, God::Sylara)]).unwrap();
    passes(&mut party, BEN).unwrap();
    assert_eq!(party.table.phase(), Phase::Chronicle);
}

#[test]
fn leaving_does_not_keep_the_others_waiting() {
    let mut party = named(1);
    passes(&mut party, ANNA).unwrap();
    party.does(BEN, Command::Leave {}).unwrap();
    assert_eq!(party.table.phase(), Phase::Chronicle);
}

#[test]
fn what_was_done_in_the_last_room_counts_also_when_somebody_leaves_the_naming() {
    let mut world = world().way("wait", |wait| wait.tags = vec![game::Tag::Lawful]);
    world.stakes = sheets(&[Stake::ByTheBook]);
    let mut party = Party::in_hall(world, 2);
    let stake = Stake::ByTheBook;
    party.given(&[Event::StakeDealt(StakeDeal {
        seat: ANNA,
        stake,
        kin: None,
    })]);
    party.all_choose("wait");
    party.does(CHRIS, Command::Leave {}).unwrap();
    let events = party.time_passes();
    assert!(events.contains(&Event::StakeSettled {
        seat: ANNA,
        met: true
    }));
}

#[test]
fn what_gods_heard_in_secret_is_paid_after_the_naming_and_before_the_stakes() {
    let mut party = named(2);
    assert_eq!(party.favour(BEN, God::Kaitha), 0);
    let events = party.time_passes();
    let moves = |seat: SeatNo| -> Vec<(God, i32)> {
        let moves = events.iter().filter_map(|event| match event {
            Event::FavourMoved(moved) if moved.seat == seat => Some((moved.god, moved.by)),
            _ => None,
        });
        moves.collect()
    };
    let of_ben = moves(BEN);
    assert!(of_ben.contains(&(God::Valdris, -2)));
    assert!(of_ben.contains(&(God::Kaitha, 2)));
    assert!(of_ben.contains(&(God::Athena, -2)));
    assert_eq!(
        of_ben.last(),
        Some(&(God::Sylara, 15)),
        "the stake comes last"
    );
}
