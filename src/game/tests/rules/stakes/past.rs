//! A quest in the making: rooms that lie behind the party, event by event.

use game::content::{StakeSheet, World};
use game::{
    Ballot, Character, Deal, Done, EndingId, Event, Manner, OptionId, OutcomeKind, QuietDeed,
    SeatNo, Sense, Stake, StakeDeal, StakeKind, Tag, Telling, Test, Throw,
};

use crate::party::{ANNA, BEN, CHRIS, Party};
use crate::tale::{id, of, room_name, tale_of};

/// A world of so many rooms with a sheet for every stake.
pub(crate) fn world(rooms: usize) -> World {
    let mut world = tale_of(rooms);
    world.stakes = Stake::ALL.iter().map(|stake| sheet(*stake)).collect();
    world
}

pub(crate) fn sheet(stake: Stake) -> StakeSheet {
    let against = [
        Stake::AGoodOne,
        Stake::NotFromOurPockets,
        Stake::Unpublished,
        Stake::MyShare,
    ];
    StakeSheet {
        id: stake,
        god: stake.god(),
        name: stake.word().to_owned(),
        text: "Do it.".to_owned(),
        kind: if against.contains(&stake) {
            StakeKind::Against
        } else {
            StakeKind::Quiet
        },
        seats: 1,
        hint: "{many} and {some}".to_owned(),
    }
}

/// A quest in the making: rooms that lie behind the party, event by event.
pub(crate) struct Past {
    pub(crate) party: Party,
    room: usize,
}

impl Past {
    /// Anna and so many others stand in the hall of a quest of six rooms, and she holds a stake.
    pub(crate) fn of(stake: Stake, others: usize) -> Self {
        Self::in_world(world(6), stake, others)
    }

    pub(crate) fn in_world(world: World, stake: Stake, others: usize) -> Self {
        let mut party = Party::in_hall(world, others);
        let kin = (stake == Stake::MyOwn).then_some(Character::Seat(BEN));
        let deal = StakeDeal {
            seat: ANNA,
            stake,
            kin,
        };
        party.given(&[Event::StakeDealt(deal)]);
        party.trusts(50);
        Self { party, room: 1 }
    }

    /// What happens in the room the party is in.
    pub(crate) fn happens(mut self, events: &[Event]) -> Self {
        self.party.given(events);
        self
    }

    /// These chose "mine", the others (if they chose) "theirs"; what Anna chose was done, with these tags.
    pub(crate) fn did(self, tags: &[Tag]) -> Self {
        self.decided(&[(ANNA, "sing"), (BEN, "sing")], "sing", tags)
    }

    /// Others did this while Anna chose something else.
    pub(crate) fn others_did(self, tags: &[Tag]) -> Self {
        self.decided(
            &[(ANNA, "wait"), (BEN, "sing"), (CHRIS, "sing")],
            "sing",
            tags,
        )
    }

    /// The room is decided by these choices, and the party stands in the next.
    pub(crate) fn decided(mut self, choices: &[(SeatNo, &str)], done: &str, tags: &[Tag]) -> Self {
        let option = |name: &str| id!(OptionId, name);
        let chosen = choices.iter().map(|(seat, name)| Event::Chosen {
            seat: *seat,
            option: option(name),
        });
        let ballots = choices.iter().map(|(seat, name)| Ballot {
            voice: Character::Seat(*seat),
            option: option(name),
        });
        let doers = choices.iter().filter(|(_, name)| *name == done);
        let mut events: Vec<Event> = chosen.collect();
        events.push(Event::Decided {
            ballots: ballots.collect(),
            by_silence: false,
            offered: tags.to_vec(),
        });
        events.push(Event::DeedDone(Done {
            doers: doers.map(|(seat, _)| *seat).collect(),
            option: option(done),
            roll: None,
            kind: OutcomeKind::Plain,
            tags: tags.to_vec(),
        }));
        self.room += 1;
        let bearer = if self.room.is_multiple_of(2) {
            BEN
        } else {
            ANNA
        };
        events.push(Event::SceneOpened {
            scene: room_name(self.room),
            bearer,
            deals: vec![Deal {
                whisper: of(Sense::Song),
                hearers: vec![Character::Seat(ANNA)],
            }],
            deadline_ms: u64::MAX,
            wait_ms: 0,
        });
        self.party.given(&events);
        self
    }

    /// The Chronicle opens here: whether the stake was met.
    pub(crate) fn met(mut self) -> bool {
        let ending = Some(id!(EndingId, "home"));
        let deadline_ms = 1;
        self.party.given(&[Event::NamingBegan {
            ending,
            deadline_ms,
        }]);
        let met = Event::StakeSettled {
            seat: ANNA,
            met: true,
        };
        self.party.time_passes_by().contains(&met)
    }
}

pub(crate) fn told(by: SeatNo, sense: Sense, manner: Manner) -> Event {
    said(by, sense, manner, None)
}

pub(crate) fn said(by: SeatNo, sense: Sense, manner: Manner, to: Option<SeatNo>) -> Event {
    Event::Told(Telling {
        by: Character::Seat(by),
        whisper: of(sense),
        manner,
        to,
    })
}

pub(crate) fn a_throw() -> Throw {
    Throw {
        at: None,
        number: 0,
        value: 1,
    }
}

pub(crate) fn quiet(kind: OutcomeKind) -> Event {
    let test = Test {
        percent: 50,
        throw: a_throw(),
    };
    Event::QuietDone(QuietDeed {
        hand: Character::Seat(ANNA),
        option: id!(OptionId, "pocket"),
        test,
        kind,
    })
}

pub(crate) fn exposed(who: SeatNo) -> Event {
    Event::Exposed(game::Unmasking {
        who: Character::Seat(who),
        how: game::Exposure::Challenge {
            seat: ANNA,
            whisper: of(Sense::Wild),
        },
    })
}
