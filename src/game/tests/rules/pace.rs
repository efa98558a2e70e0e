//! How long things wait.

use game::content::{DecisionMode, World};
use game::{Actor, Command, DeadlineReason, Event, Refusal, SceneId, SeatNo, TimeLimit};

use crate::happened::done;
use crate::party::{ANNA, Answer, BEN, CHRIS, Opened, Party};
use crate::tale::{Told, id, tale};

/// Anna and so many others in the hall, at a table of this limit.
fn at(limit: TimeLimit, others: usize) -> Party {
    at_world(limit, others, tale())
}

fn at_world(limit: TimeLimit, others: usize, world: World) -> Party {
    let opened = Opened {
        limit,
        ..Opened::default()
    };
    opened.in_hall(world, others)
}

/// How long the table waits from now, in milliseconds.
fn waits(party: &Party) -> u64 {
    party.table.deadline_ms().unwrap() - party.at_ms
}

#[test]
fn a_scene_waits_its_limit_the_time_to_read_it_and_25_seconds_for_whispers() {
    // One word of prose and five labels: 6 words, two seconds.
    let reading = 2_000 + 25_000;
    let limits = [
        (TimeLimit::Minute, 60_000),
        (TimeLimit::ThreeMinutes, 180_000),
        (TimeLimit::Day, 86_400_000),
    ];
    for (limit, limit_ms) in limits {
        assert_eq!(waits(&at(limit, 1)), limit_ms + reading);
    }
    assert_eq!(waits(&at(TimeLimit::Off, 1)), TimeLimit::WAIT_MAX_MS);
}

#[test]
fn reading_time_counts_what_everybody_reads_and_nothing_private() {
    let longer = tale().hall(|hall| hall.prose = "word ".repeat(41));
    // 40 words more than in the plain hall.
    assert_eq!(
        waits(&at_world(TimeLimit::Minute, 1, longer)),
        60_000 + 12_000 + 25_000
    );
    let whispers = tale().hall(|hall| {
        for whisper in &mut hall.whispers {
            whisper.truth = "word ".repeat(40);
        }
    });
    assert_eq!(waits(&at_world(TimeLimit::Minute, 1, whispers)), 87_000);
}

#[test]
fn of_the_paragraphs_that_follow_marks_the_last_three_are_shown_and_counted() {
    let world = tale().quest(|quest| {
        quest.scenes[1].also = ["a", "b", "c", "d"]
            .map(|mark| game::content::Also {
                mark: id!(game::Mark, mark),
                text: [mark; 4].join(" "),
            })
            .into();
    });
    let mut party = Party::in_hall(world, 0);
    for mark in ["d", "a", "b", "c"] {
        party.marked(mark);
    }
    party.all_choose("wait");
    let shown: Vec<String> = party.sees(ANNA).prose;
    assert_eq!(shown, ["Here.", "a a a a", "b b b b", "c c c c"]);
    // 6 words of the room, 12 of paragraphs, one of what came of the hall.
    assert_eq!(waits(&party), 60_000 + 5_000 + 25_000);
}

#[test]
fn a_scene_is_decided_five_seconds_after_the_last_choice() {
    for limit in [TimeLimit::Off, TimeLimit::Minute, TimeLimit::ThreeMinutes] {
        let mut party = at(limit, 1);
        party.chooses(ANNA, "wait").unwrap();
        assert!(!party.sees(BEN).locked_in);
        party.chooses(BEN, "wait").unwrap();
        assert_eq!(waits(&party), 5_000);
        assert!(party.sees(BEN).locked_in);
        party.at_ms += 3_000;
        party.chooses(BEN, "sing").unwrap();
        assert_eq!(waits(&party), 5_000, "the last choice is another now");
    }
}

#[test]
fn the_last_choice_does_not_put_off_the_limit() {
    let mut party = at(TimeLimit::Minute, 1);
    let limit = party.table.deadline_ms().unwrap();
    party.chooses(ANNA, "wait").unwrap();
    party.at_ms = limit - 1_000;
    party.chooses(BEN, "wait").unwrap();
    assert_eq!(party.table.deadline_ms(), Some(limit));
}

#[test]
fn one_alone_and_a_table_of_days_wait_for_nothing_more() {
    let mut lone = at(TimeLimit::Minute, 0);
    assert!(!done(&lone.chooses(ANNA, "wait").unwrap()).is_empty());
    let mut slow = at(TimeLimit::Day, 1);
    slow.chooses(ANNA, "wait").unwrap();
    assert!(!done(&slow.chooses(BEN, "wait").unwrap()).is_empty());
}

fn withdraw(party: &mut Party, seat: SeatNo) -> Answer {
    let scene = party.scene();
    party.does(seat, Command::Withdraw { scene })
}

#[test]
fn a_choice_is_taken_back_once_a_scene_and_the_scene_waits_on() {
    let mut party = at(TimeLimit::Minute, 1);
    let limit = party.table.deadline_ms();
    assert_eq!(withdraw(&mut party, ANNA), Err(Refusal::NotChosen));
    party.chooses(ANNA, "wait").unwrap();
    party.chooses(BEN, "wait").unwrap();
    withdraw(&mut party, ANNA).unwrap();
    assert_eq!(party.table.deadline_ms(), limit);
    party.chooses(ANNA, "sing").unwrap();
    assert_eq!(withdraw(&mut party, ANNA), Err(Refusal::WithdrawUsed));
    assert_eq!(waits(&party), 5_000);
}

fn extend(party: &mut Party, seat: SeatNo) -> Answer {
    let scene = party.scene();
    party.does(seat, Command::Extend { scene })
}

#[test]
fn the_host_gives_a_scene_its_wait_once_more_once() {
    let mut party = at(TimeLimit::Minute, 1);
    assert_eq!(extend(&mut party, BEN), Err(Refusal::HostOnly));
    extend(&mut party, ANNA).unwrap();
    assert_eq!(waits(&party), 2 * 87_000);
    assert_eq!(extend(&mut party, ANNA), Err(Refusal::AlreadyExtended));
    party.all_choose("wait");
    extend(&mut party, ANNA).unwrap();
}

#[test]
fn nobody_gives_time_to_a_scene_that_waits_for_nobody() {
    let mut party = at(TimeLimit::Off, 1);
    party.chooses(ANNA, "wait").unwrap();
    party.chooses(BEN, "wait").unwrap();
    assert_eq!(extend(&mut party, ANNA), Err(Refusal::NotNow));
    assert_eq!(call_time(&mut party, ANNA), Err(Refusal::NotNow));
    assert!(!party.sees(ANNA).may.extend);
    let scene = party.scene();
    let operator = party.asks(Actor::Operator, &Command::Extend { scene });
    assert_eq!(operator, Err(Refusal::NotNow));
}

#[test]
fn no_table_waits_longer_than_a_week() {
    let mut party = at(TimeLimit::Off, 1);
    extend(&mut party, ANNA).unwrap();
    assert_eq!(waits(&party), TimeLimit::WAIT_MAX_MS);
}

fn call_time(party: &mut Party, seat: SeatNo) -> Answer {
    let scene = party.scene();
    party.does(seat, Command::CallTime { scene })
}

#[test]
fn where_no_limit_runs_the_host_or_any_two_call_time() {
    let mut party = at(TimeLimit::Off, 2);
    call_time(&mut party, BEN).unwrap();
    assert!(waits(&party) > 86_400_000, "one alone does not");
    assert_eq!(call_time(&mut party, BEN), Err(Refusal::NeedsAnother));
    call_time(&mut party, CHRIS).unwrap();
    assert_eq!(waits(&party), 180_000);
    assert_eq!(call_time(&mut party, ANNA), Err(Refusal::AlreadyCalled));

    let mut party = at(TimeLimit::Off, 2);
    call_time(&mut party, ANNA).unwrap();
    assert_eq!(waits(&party), 180_000);
    let hurried = call_time(&mut at(TimeLimit::Minute, 2), ANNA);
    assert_eq!(hurried, Err(Refusal::TimeRuns));
}

#[test]
fn who_has_left_asks_for_no_time() {
    let mut party = at(TimeLimit::Off, 3);
    call_time(&mut party, BEN).unwrap();
    party.does(BEN, Command::Leave {}).unwrap();
    call_time(&mut party, CHRIS).unwrap();
    assert!(waits(&party) > 86_400_000);
}

fn skip(party: &mut Party, by: SeatNo, seat: SeatNo) -> Answer {
    party.does(by, Command::Skip { seat })
}

#[test]
fn the_host_skips_a_seat_that_is_waited_for() {
    let mut party = at(TimeLimit::Off, 2);
    assert_eq!(skip(&mut party, BEN, CHRIS), Err(Refusal::HostOnly));
    assert_eq!(skip(&mut party, ANNA, ANNA), Err(Refusal::NotWaitedFor));
    party.chooses(ANNA, "sing").unwrap();
    party.chooses(BEN, "sing").unwrap();
    assert_eq!(skip(&mut party, ANNA, BEN), Err(Refusal::NotWaitedFor));
    skip(&mut party, ANNA, CHRIS).unwrap();
    assert_eq!(waits(&party), 5_000);
    assert_eq!(skip(&mut party, ANNA, CHRIS), Err(Refusal::NotWaitedFor));
    assert_eq!(done(&party.time_passes()), [("sing", vec![ANNA, BEN])]);
    assert!(!party.view(CHRIS).seats[2].skipped, "for one scene");
}

#[test]
fn a_bearer_who_is_skipped_is_silent() {
    let world = tale().hall(|hall| hall.decide = DecisionMode::Bearer);
    let mut party = at_world(TimeLimit::Off, 1, world);
    party.does(ANNA, Command::HandOver { seat: BEN }).unwrap();
    skip(&mut party, BEN, ANNA).unwrap();
    assert_eq!(done(&party.time_passes()), [("wait", vec![ANNA])]);
}

#[test]
fn who_was_skipped_may_still_choose() {
    let mut party = at(TimeLimit::Off, 1);
    skip(&mut party, ANNA, BEN).unwrap();
    party.chooses(BEN, "sing").unwrap();
    party.chooses(ANNA, "sing").unwrap();
    assert_eq!(done(&party.time_passes()), [("sing", vec![ANNA, BEN])]);
}

#[test]
fn the_operator_gives_time_as_often_as_it_takes_and_players_see_the_look() {
    let mut party = at(TimeLimit::Minute, 1);
    let scene = || id!(SceneId, "hall");
    for _ in 0..2 {
        let extend = Command::Extend { scene: scene() };
        let events = party.asks(Actor::Operator, &extend).unwrap();
        assert!(matches!(&events[0], Event::DeadlineMoved(moved)
            if moved.why == DeadlineReason::Extended && moved.by.is_none()));
    }
    party.asks(Actor::Operator, &Command::Look {}).unwrap();
    assert_eq!(party.view(BEN).operator_looks, 1);
    let hand_over = Command::HandOver { seat: BEN };
    party.asks(Actor::Operator, &hand_over).unwrap();
    assert_eq!(party.table.host(), Some(BEN));
    party
        .asks(Actor::Operator, &Command::Vacate { seat: BEN })
        .unwrap();
    assert_eq!(party.table.host(), Some(ANNA));
}

#[test]
fn wherever_a_live_table_stands_it_has_a_deadline_within_what_it_waits() {
    for limit in TimeLimit::ALL {
        let mut party = at(limit, 1);
        let mut phases = 0;
        while party.table.phase().is_live() {
            assert!(
                waits(&party) <= party.table.wait_ms(),
                "{:?}",
                party.table.phase()
            );
            phases += 1;
            party.time_passes();
        }
        assert_eq!(phases, 5, "four rooms and the naming");
    }
}
