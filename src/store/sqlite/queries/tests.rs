//! The cost of a query: prepared once, and independent of the number of tables.

use std::time::Duration;

use rusqlite::StatementStatus;
use tempfile::TempDir;

use super::*;
use crate::sqlite::admission::{self, IN_USE, OPENED_BY, UNATTENDED};
use crate::sqlite::opening;
use crate::{OpenerTag, UseWindow};

/// The statements of [`ask_all`].
const ALL: [&str; 11] = [
    RECORDS, HEAD, COMMAND, CODE, COUNT_LIVE, DUE, NEXT_DUE, SNAPSHOT, IN_USE, OPENED_BY,
    UNATTENDED,
];

#[test]
fn no_query_is_prepared_anew_for_another_value() {
    let place = TempDir::new().unwrap();
    let database = database(&place);
    fill(&database, 0..100, 100);
    for number in 0..20 {
        ask_all(&database, number);
    }
    for query in ALL {
        let statement = database.prepare_cached(query).unwrap();
        let (runs, anew) = (
            statement.get_status(StatementStatus::Run),
            statement.get_status(StatementStatus::RePrepare),
        );
        assert_eq!((runs, anew), (20, 0), "{query}");
    }
}

#[test]
fn no_query_takes_longer_for_many_tables() {
    let place = TempDir::new().unwrap();
    let database = database(&place);
    fill(&database, 0..100, 100);
    let before = steps(&database);
    fill(&database, 100..1_000, 1_000);
    assert_eq!(steps(&database), before, "live ones");
    fill(&database, 1_000..3_000, 0);
    assert_eq!(steps(&database), before, "ones that are over");
}

/// The steps of each query's program that one run takes.
fn steps(database: &Connection) -> Vec<(&'static str, i32)> {
    ask_all(database, 1);
    for query in ALL {
        let statement = database.prepare_cached(query).unwrap();
        statement.reset_status(StatementStatus::VmStep);
    }
    ask_all(database, 1);
    let steps = ALL.map(|query| {
        let statement = database.prepare_cached(query).unwrap();
        (query, statement.get_status(StatementStatus::VmStep))
    });
    steps.into()
}

fn database(place: &TempDir) -> Connection {
    let path = place.path().join("codex.db");
    opening::alone(&path, Duration::from_secs(10))
}

/// Makes tables with a record each; those with a number below `over_from` are live.
fn fill(database: &Connection, numbers: std::ops::Range<u32>, over_from: u32) {
    // Each statement on its own would wait for the disk.
    let all = database.unchecked_transaction().unwrap();
    for number in numbers {
        let (table, code) = (table(number), code_of(number));
        let is_live = number < over_from;
        let hash = [0_u8; 32];
        database
            .execute(
                "INSERT INTO tables
                 (id, code, version, head, deadline_ms, live, opened_ms, touched_ms)
                 VALUES (?1, ?2, 1, ?3, ?4, ?5, 0, 0)",
                params![table.as_str(), code.as_str(), hash, number, is_live],
            )
            .unwrap();
        database
            .execute(
                "INSERT INTO records (table_id, version, command_id, at_ms, body, before, hash)
                 VALUES (?1, 1, 'open-the-table', 0, '{}', ?2, ?2)",
                params![table.as_str(), hash],
            )
            .unwrap();
    }
    all.commit().unwrap();
}

/// Asks every query once, about one of the first tables.
fn ask_all(database: &Connection, number: u32) {
    let (table, code_of) = (table(number), code_of(number));
    let asked = CommandId::parse("a-command-never-given").unwrap();
    // The records of these tests have no content: they are refused, after the query.
    drop(records(database, &table, Version(u64::from(number))).unwrap());
    head(database, &table).unwrap().unwrap();
    command(database, &table, &asked).unwrap().unwrap();
    code(database, &code_of).unwrap().unwrap();
    count_live(database).unwrap().unwrap();
    due(database, u64::from(number), 10).unwrap().unwrap();
    next_due(database).unwrap().unwrap();
    snapshot(database, &table, number).unwrap().unwrap();
    let window = UseWindow::at(u64::from(number), u64::MAX);
    admission::count(database, &window, 50).unwrap();
    let opener = OpenerTag([7; OpenerTag::LEN]);
    admission::count_opened_by(database, &window, opener, 10).unwrap();
    admission::unattended(database, 0, 10).unwrap().unwrap();
}

fn table(number: u32) -> TableId {
    TableId::from_random(std::array::from_fn(|at| digit(number, at)))
}

fn code_of(number: u32) -> Code {
    Code::from_random(std::array::from_fn(|at| digit(number, at)))
}

/// One of the digits of a number with base 32, so that every number is told from every other.
fn digit(number: u32, at: usize) -> u8 {
    let digit = (number >> (5 * (at % 3))) & 31;
    u8::try_from(digit).unwrap()
}
