//! Who may read a told story, and what of it.

use game::{Actor, Command, Event, Phase, Refusal, SeatNo, Stage, View};

use crate::going_on::{go_on, told, two_quests};
use crate::party::{ANNA, Answer, BEN, CHRIS, Party};
use crate::tale::tale_of;

fn publishes(party: &mut Party, seat: SeatNo, open: bool) -> Answer {
    party.does(seat, Command::Publish { open })
}

fn lends(party: &mut Party, seat: SeatNo, lent: bool) -> Answer {
    party.does(seat, Command::Lend { lent })
}

fn says(party: &mut Party, seat: SeatNo, text: &str) {
    let text = text.to_owned();
    party.does(seat, Command::Say { text }).unwrap();
}

fn read(party: &Party) -> View {
    party.table.view_for_readers(&party.world).unwrap()
}

fn names(view: &View) -> Vec<&str> {
    view.seats.iter().map(|seat| seat.name.as_str()).collect()
}

#[test]
fn the_host_gives_a_told_story_out_and_takes_it_back() {
    let mut party = Party::in_hall(two_quests(), 1);
    assert_eq!(publishes(&mut party, ANNA, true), Err(Refusal::NotNow));
    let mut party = told(two_quests(), 1);
    assert!(party.table.view_for_readers(&party.world).is_none());
    assert_eq!(publishes(&mut party, BEN, true), Err(Refusal::HostOnly));
    assert_eq!(
        publishes(&mut party, ANNA, false),
        Err(Refusal::AlreadyChosen)
    );
    publishes(&mut party, ANNA, true).unwrap();
    let first = party.table.published().unwrap();
    assert_eq!(
        publishes(&mut party, ANNA, true),
        Err(Refusal::AlreadyChosen)
    );
    publishes(&mut party, ANNA, false).unwrap();
    assert!(party.table.view_for_readers(&party.world).is_none());
    publishes(&mut party, ANNA, true).unwrap();
    assert!(
        party.table.published().unwrap() > first,
        "it has another link"
    );
    assert_eq!(party.table.phase(), Phase::Chronicle);
    let stranger = party.asks(Actor::Newcomer, &Command::Publish { open: false });
    assert_eq!(stranger, Err(Refusal::NoSeat));
}

#[test]
fn readers_see_the_names_and_lines_of_those_who_lend_them() {
    let mut party = told(two_quests(), 2);
    says(&mut party, ANNA, "It was me.");
    says(&mut party, BEN, "I knew.");
    publishes(&mut party, ANNA, true).unwrap();
    let shown = read(&party);
    assert_eq!(names(&shown), ["Smith", "Smith 2", "Smith 3"]);
    assert!(shown.lines.is_empty() && shown.you.is_none());
    lends(&mut party, BEN, true).unwrap();
    assert_eq!(lends(&mut party, BEN, true), Err(Refusal::AlreadyChosen));
    let shown = read(&party);
    assert_eq!(names(&shown), ["Smith", "Ben", "Smith 2"]);
    let lines: Vec<&str> = shown.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(lines, ["I knew."]);
    let Stage::Chronicle(chronicle) = &shown.stage else {
        panic!("the story is told");
    };
    assert!(chronicle.seats.iter().all(|seat| seat.name != "Anna"));
    assert_eq!(
        names(&party.view(CHRIS)),
        ["Anna", "Ben", "Chris"],
        "the table knows itself"
    );
    lends(&mut party, BEN, false).unwrap();
    assert!(read(&party).lines.is_empty());
}

#[test]
fn whoever_gets_up_takes_name_and_lines_along() {
    let mut party = told(two_quests(), 1);
    publishes(&mut party, ANNA, true).unwrap();
    lends(&mut party, BEN, true).unwrap();
    party.given(&[Event::Left {
        seat: BEN,
        vacated_by: Some(ANNA),
    }]);
    assert!(party.table.lent().is_empty());
    assert_eq!(names(&read(&party)), ["Smith", "Smith 2"]);
}

#[test]
fn a_story_that_goes_on_is_given_to_nobody_any_more() {
    let mut party = told(two_quests(), 1);
    publishes(&mut party, ANNA, true).unwrap();
    lends(&mut party, BEN, true).unwrap();
    go_on(&mut party, Actor::Seat(ANNA)).unwrap();
    assert!(party.table.view_for_readers(&party.world).is_none());
    assert!(party.table.published().is_none() && party.table.lent().is_empty());
}

#[test]
fn a_story_that_was_broken_off_is_not_given_out_and_one_that_was_is_taken_back() {
    let mut party = Party::in_hall(tale_of(1), 1);
    party.does(ANNA, Command::Close {}).unwrap();
    assert_eq!(party.table.phase(), Phase::Chronicle);
    assert_eq!(publishes(&mut party, ANNA, true), Err(Refusal::Closed));
    assert_eq!(lends(&mut party, BEN, true), Err(Refusal::Closed));
    assert_eq!(
        publishes(&mut party, ANNA, false),
        Err(Refusal::AlreadyChosen)
    );
}

#[test]
fn taking_back_is_never_too_often() {
    let mut party = told(two_quests(), 1);
    while publishes(&mut party, ANNA, true).is_ok() {
        publishes(&mut party, ANNA, false).unwrap();
    }
    assert_eq!(publishes(&mut party, ANNA, true), Err(Refusal::TooOften));
    while lends(&mut party, BEN, true).is_ok() {
        lends(&mut party, BEN, false).unwrap();
    }
    assert_eq!(lends(&mut party, BEN, true), Err(Refusal::TooOften));
}
