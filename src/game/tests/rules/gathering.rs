//! Sitting down and getting up.

use game::{Actor, Command, Event, Moment, Phase, Refusal, SeatNo, Sitting};

use crate::party::{ANNA, BEN, CHRIS, Party};
use crate::tale::tale;

fn gathering() -> Party {
    Party::gathering(tale())
}

#[test]
fn a_name_is_trimmed_and_its_white_space_folded() {
    let events = gathering().sits("  Ben \t of   Ost ").unwrap();
    let named = Event::Sat {
        seat: BEN,
        name: "Ben of Ost".to_owned(),
        generation: 1,
    };
    assert_eq!(events, [named]);
}

#[test]
fn a_name_that_is_empty_too_long_unreadable_or_taken_is_refused() {
    let mut party = gathering();
    assert_eq!(party.sits(" \n "), Err(Refusal::NameMissing));
    assert_eq!(party.sits(&"ß".repeat(25)), Err(Refusal::NameTooLong));
    assert_eq!(party.sits("Be\u{202e}n"), Err(Refusal::NameUnreadable));
    assert_eq!(party.sits("\u{3164}"), Err(Refusal::NameUnreadable));
    assert_eq!(party.sits("aNNa"), Err(Refusal::NameTaken));
}

#[test]
fn names_of_24_characters_in_any_script_are_taken() {
    let mut party = gathering();
    party.sits(&"愛".repeat(24)).unwrap();
    party.sits("فاطمة").unwrap();
    party.sits("👩‍🚀").unwrap();
}

#[test]
fn the_seventh_finds_the_table_full() {
    let mut party = gathering();
    for name in ["B", "C", "D", "E", "F"] {
        party.sits(name).unwrap();
    }
    assert_eq!(party.sits("G"), Err(Refusal::TableFull));
}

#[test]
fn nobody_sits_down_after_the_beginning() {
    let mut party = Party::in_hall(tale(), 1);
    assert_eq!(party.sits("Chris"), Err(Refusal::AlreadyBegun));
}

#[test]
fn only_the_host_begins_closes_and_frees_seats() {
    let mut party = gathering();
    party.sits("Ben").unwrap();
    party.sits("Chris").unwrap();
    assert_eq!(
        party.does(
            BEN,
            Command::Begin {
                sitting: Sitting::Long
            }
        ),
        Err(Refusal::HostOnly)
    );
    assert_eq!(party.does(BEN, Command::Close {}), Err(Refusal::HostOnly));
    let freeing = Command::Vacate { seat: CHRIS };
    assert_eq!(party.does(BEN, freeing.clone()), Err(Refusal::HostOnly));
    let freed = party.does(ANNA, freeing.clone()).unwrap();
    let (seat, vacated_by) = (CHRIS, Some(ANNA));
    assert_eq!(freed, [Event::Left { seat, vacated_by }]);
    assert_eq!(party.does(ANNA, freeing), Err(Refusal::SeatEmpty));
    let own = Command::Vacate { seat: ANNA };
    assert_eq!(party.does(ANNA, own), Err(Refusal::OwnSeat));
}

#[test]
fn the_operator_closes_a_table_and_does_nothing_else_at_it() {
    let party = Party::in_hall(tale(), 1);
    let asks = |command: Command| {
        let moment = Moment { at_ms: 1 };
        party
            .table
            .decide(&party.world, Actor::Operator, &command, moment)
    };
    assert_eq!(
        asks(Command::Close {}),
        Ok(vec![Event::Closed {
            by: None,
            outdated: false
        }])
    );
    let text = "Good evening.".to_owned();
    for command in [
        Command::Say { text },
        Command::Leave {},
        Command::PassTime {},
    ] {
        assert_eq!(asks(command), Err(Refusal::NotNow));
    }
}

#[test]
fn anybody_may_free_the_hosts_seat_and_the_next_is_host() {
    let mut party = gathering();
    party.sits("Ben").unwrap();
    party.does(BEN, Command::Vacate { seat: ANNA }).unwrap();
    assert_eq!(party.table.host(), Some(BEN));
}

#[test]
fn who_takes_a_freed_seat_is_told_from_who_had_it() {
    let mut party = gathering();
    party.sits("Ben").unwrap();
    party.does(BEN, Command::Leave {}).unwrap();
    party.sits("Chris").unwrap();
    assert_eq!(party.table.seats()[&BEN].generation, 2);
}

#[test]
fn a_table_closes_when_the_last_leaves() {
    let mut party = gathering();
    party.does(ANNA, Command::Leave {}).unwrap();
    assert_eq!(party.table.phase(), Phase::Closed);
    assert_eq!(party.sits("Ben"), Err(Refusal::Closed));
}

#[test]
fn a_stranger_can_do_nothing_but_sit_down() {
    let mut party = gathering();
    let refused = party.asks(
        Actor::Newcomer,
        &Command::Begin {
            sitting: Sitting::Long,
        },
    );
    assert_eq!(refused, Err(Refusal::NoSeat));
    let refused = party.does(
        SeatNo(6),
        Command::Begin {
            sitting: Sitting::Long,
        },
    );
    assert_eq!(refused, Err(Refusal::NoSeat));
}

#[test]
fn the_host_hands_the_table_over() {
    let mut party = gathering();
    party.sits("Ben").unwrap();
    let to = |seat: SeatNo| Command::HandOver { seat };
    assert_eq!(party.does(BEN, to(BEN)), Err(Refusal::HostOnly));
    assert_eq!(party.does(ANNA, to(ANNA)), Err(Refusal::AlreadyHost));
    assert_eq!(party.does(ANNA, to(CHRIS)), Err(Refusal::SeatEmpty));
    let (seat, handed_by) = (BEN, Some(ANNA));
    let passed = Event::HostPassed { seat, handed_by };
    assert_eq!(party.does(ANNA, to(BEN)), Ok(vec![passed]));
    assert_eq!(party.table.host(), Some(BEN));
    assert_eq!(
        party.does(
            ANNA,
            Command::Begin {
                sitting: Sitting::Long
            }
        ),
        Err(Refusal::HostOnly)
    );
}
