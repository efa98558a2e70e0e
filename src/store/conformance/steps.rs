//! Steps the claims share; an adapter's own tests may take them too.

#![expect(
    clippy::missing_panics_doc,
    reason = "a step that cannot be taken fails its test"
)]

use game::content::World;
use game::{
    Actor, Code, Command, CommandId, Event, Moment, Opening, SeatNo, Seed, Table, TableId,
    TimeLimit, Version,
};

use super::Subject;
use crate::{
    Admission, AppendOutcome, ClientShare, NewCommit, OpenerTag, Record, TableIndex, UseWindow,
    chain,
};

/// When tables open.
pub const NOON_MS: u64 = 1_790_000_000_000;

/// A table's id, the same for the same number.
pub fn table(number: u8) -> TableId {
    TableId::from_random([number; TableId::LEN])
}

/// A table's code, the same for the same number.
pub fn code(number: u8) -> Code {
    Code::from_random([number; Code::LEN])
}

/// A command's id: the text, filled up to the length an id has at least.
pub fn command_id(text: &str) -> CommandId {
    let filled = format!("{text:-<width$}", width = CommandId::LEN_MIN);
    CommandId::parse(&filled).expect("claims name commands in letters and dashes")
}

/// Where a table with this code stands while it is played.
pub fn live(code: &Code, deadline_ms: u64) -> TableIndex {
    TableIndex {
        code: code.clone(),
        deadline_ms: Some(deadline_ms),
        live: true,
    }
}

/// Where a table with this code stands when all is told.
pub fn over(code: &Code) -> TableIndex {
    TableIndex {
        code: code.clone(),
        deadline_ms: None,
        live: false,
    }
}

/// The first commit of a table.
pub fn opened(code: &Code, command: &str) -> NewCommit {
    let seed = Seed([7; 32]);
    let opening = Opening {
        code: code.clone(),
        seed,
        commitment: chain::commit_to(&seed),
    };
    let moment = Moment { at_ms: NOON_MS };
    let events = Table::open(&opening, &World::default(), "Anna", TimeLimit::Off, moment)
        .expect("Anna is a name");
    let mut table = Table::default();
    table.fold(&events);
    NewCommit {
        command_id: command_id(command),
        actor: Actor::Newcomer,
        command: Command::Open {
            name: "Anna".to_owned(),
            limit: TimeLimit::Off,
        },
        at_ms: NOON_MS,
        events,
        index: TableIndex::of(&table).expect("the table is open"),
    }
}

/// A commit in which Anna says something.
pub fn said(text: &str, command: &str, index: TableIndex) -> NewCommit {
    NewCommit {
        command_id: command_id(command),
        actor: Actor::Seat(SeatNo(1)),
        command: Command::Say {
            text: text.to_owned(),
        },
        at_ms: NOON_MS + 1,
        events: vec![Event::Said {
            seat: SeatNo(1),
            text: text.to_owned(),
        }],
        index,
    }
}

/// Appends what is certain to be kept.
pub async fn append(journal: &Subject, table: &TableId, expected: u64, commit: NewCommit) {
    let appended = journal.append(table, Version(expected), commit).await;
    let next = Version(expected + 1);
    assert_eq!(
        appended.expect("the append is kept"),
        AppendOutcome::Appended(next)
    );
}

/// Opens table `number` under code `number`.
pub async fn open(journal: &Subject, number: u8) -> (TableId, Code) {
    let (table, code) = (table(number), code(number));
    append(journal, &table, 0, opened(&code, "open-the-table")).await;
    (table, code)
}

/// How long after its last use a table of these claims rests.
pub const RESTS_AFTER_MS: u64 = 3 * 60 * 60 * 1_000;

/// Room for so many tables in use at this moment, whoever opens them.
pub fn room_at(now_ms: u64, tables_max: u64) -> Admission {
    Admission {
        tables_max,
        share_binds_from: tables_max.div_ceil(2),
        counted_of_one: tables_max.div_ceil(2),
        window: UseWindow::at(now_ms, RESTS_AFTER_MS),
        share: None,
    }
}

/// Room for so many tables in use.
pub fn room(tables_max: u64) -> Admission {
    room_at(NOON_MS, tables_max)
}

/// The same for a client, who may hold `share` tables from when on half of all are in use.
pub fn room_for(client: u8, tables_max: u64, share: u64) -> Admission {
    Admission {
        share: Some(ClientShare {
            opener: OpenerTag([client; OpenerTag::LEN]),
            tables_max: share,
        }),
        ..room(tables_max)
    }
}

/// Reads what happened after a version.
pub async fn read(journal: &Subject, table: &TableId, after: u64) -> Vec<Record> {
    let records = journal.read(table, Version(after)).await;
    records.expect("the journal is read")
}

/// Reads the version a table stands at.
pub async fn head(journal: &Subject, table: &TableId) -> Version {
    journal.head(table).await.expect("the head is read")
}
