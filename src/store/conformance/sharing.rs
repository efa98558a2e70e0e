//! What holds when several journals are open on one store, as the processes of a service have it.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use std::sync::Arc;

use game::Version;
use tokio::task::JoinSet;

use super::Subject;
use super::steps::{
    NOON_MS, RESTS_AFTER_MS, append, code, live, open, opened, over, read, room, said, table,
};
use crate::{AppendOutcome, NoRoom, StoreError, UseWindow, chain};

/// Tables that are written at once.
const TABLES: u8 = 8;
/// Commands of each writer.
const ROUNDS: u64 = 20;

/// Writers that come by different journals lose no command and double none, and the chains are whole.
pub async fn writers_at_several_journals_lose_and_double_nothing(journals: &[Subject]) {
    for number in 0..TABLES {
        open(&journals[0], number).await;
    }
    let mut writers = JoinSet::new();
    for number in 0..TABLES {
        for (seat, journal) in journals.iter().enumerate() {
            let journal = Arc::clone(journal);
            writers.spawn(async move { write(&journal, number, seat).await });
        }
    }
    writers.join_all().await;
    for (number, journal) in (0..TABLES).zip(journals.iter().cycle()) {
        let records = read(journal, &table(number), 0).await;
        assert_eq!(records.len() as u64, 1 + journals.len() as u64 * ROUNDS);
        assert_eq!(chain::verify(&table(number), &records), Ok(()));
    }
}

/// Says something again and again at a table where others do.
async fn write(journal: &Subject, number: u8, seat: usize) {
    let (table, code) = (table(number), code(number));
    for round in 0..ROUNDS {
        let command = format!("seat-{seat}-round-{round}");
        loop {
            let expected = journal.head(&table).await.expect("the head is read");
            let commit = said("on", &command, live(&code, 9));
            match journal.append(&table, expected, commit).await {
                Ok(kept) => break assert_eq!(kept, AppendOutcome::Appended(expected.next())),
                Err(StoreError::Conflict { .. }) => {}
                // Also that the store was unavailable: nobody waits so long for the others.
                Err(other) => panic!("{other:?}"),
            }
        }
    }
}

/// Of many that open one table at once by different journals one does, and the others are told its record.
pub async fn of_many_openings_of_one_table_one_is_kept_and_the_others_repeat_it(
    journals: &[Subject],
) {
    // The first tables only have all connections made; by the others, two see no table at the same moment.
    for number in 0..16 {
        let mut openings = JoinSet::new();
        for opening in 0..16 {
            let journal = Arc::clone(&journals[opening % journals.len()]);
            openings.spawn(async move {
                let commit = opened(&code(number), "open-the-table");
                journal.append(&table(number), Version(0), commit).await
            });
        }
        let answers = openings.join_all().await;
        let count = |kept: fn(&AppendOutcome) -> bool| {
            let answers = answers.iter().filter_map(|answer| answer.as_ref().ok());
            answers.filter(|answer| kept(answer)).count()
        };
        let appended = count(|outcome| *outcome == AppendOutcome::Appended(Version(1)));
        let repeated = count(|outcome| matches!(outcome, AppendOutcome::Repeated(_)));
        assert_eq!((appended, repeated), (1, 15), "{answers:?}");
        assert_eq!(read(&journals[0], &table(number), 0).await.len(), 1);
    }
}

/// However many open tables at once by different journals, no more are live than there is room for.
pub async fn as_many_tables_open_at_several_journals_as_there_is_room_for(journals: &[Subject]) {
    let mut openings = JoinSet::new();
    for number in 0..30 {
        let journal = Arc::clone(&journals[usize::from(number) % journals.len()]);
        openings.spawn(async move {
            let commit = opened(&code(number), "open-the-table");
            journal
                .open(&table(number), Version(0), &room(5), commit)
                .await
        });
    }
    let answers = openings.join_all().await;
    let opened = answers.iter().filter(|it| matches!(it, Ok(Ok(_))));
    let refused = answers
        .iter()
        .filter(|it| matches!(it, Ok(Err(NoRoom::Full))));
    assert_eq!((opened.count(), refused.count()), (5, 25), "{answers:?}");
    assert_eq!(journals[0].count_live().await.expect("read"), 5);
}

/// A journal that tells a head at once knows what was just appended by another.
pub async fn a_head_told_at_once_is_the_newest_whoever_appended(journals: &[Subject]) {
    let (table, code) = open(&journals[0], 1).await;
    for (version, writer) in (1..30).zip(journals.iter().cycle()) {
        for reader in journals {
            let told = reader.head_at_once(&table);
            assert!(
                told.is_none_or(|head| head == Version(version)),
                "{told:?} at version {version}"
            );
        }
        let commit = said("on", &format!("command-{version}"), live(&code, 9));
        append(writer, &table, version, commit).await;
    }
}

/// Looks that are noted by several journals, at the same tables and in any order, hold up nobody who plays there.
pub async fn looks_noted_at_several_journals_hold_up_no_writer(journals: &[Subject]) {
    let tables: Vec<_> = (0..TABLES).map(table).collect();
    for number in 0..TABLES {
        open(&journals[0], number).await;
    }
    let mut tasks = JoinSet::new();
    for (seat, journal) in journals.iter().enumerate() {
        let (writer, watcher) = (Arc::clone(journal), Arc::clone(journal));
        let number = u8::try_from(seat).unwrap_or(0);
        tasks.spawn(async move { write(&writer, number, seat).await });
        let mut looked_at = tables.clone();
        looked_at.rotate_left(seat);
        tasks.spawn(async move {
            for round in 0..ROUNDS {
                let noted = watcher.note_use(&looked_at, NOON_MS + round).await;
                noted.expect("it is noted, or left to who writes");
            }
        });
    }
    tasks.join_all().await;
    let window = UseWindow::at(NOON_MS, RESTS_AFTER_MS);
    let in_use = journals[0].count_in_use(&window).await;
    assert_eq!(in_use.expect("read"), u64::from(TABLES));
}

/// While tables end and go on at several journals at once, no journal ever counts more than there is room for; in the
/// end each counts those that are live, and as many open as there is room left.
pub async fn the_number_stays_true_while_tables_end_and_go_on_at_several_journals(
    journals: &[Subject],
) {
    let tables_max = 5;
    let mut tables = JoinSet::new();
    for number in 0..TABLES {
        let journal = Arc::clone(&journals[usize::from(number) % journals.len()]);
        tables.spawn(async move { open_and_end(&journal, number, tables_max).await });
    }
    let versions = tables.join_all().await;
    // Who was let in is over or live by the number of its commits: an opening and an end each.
    let live = versions.iter().filter(|version| version.0 % 2 == 1).count() as u64;
    for journal in journals {
        assert_eq!(journal.count_live().await.expect("read"), live);
    }
    let mut opened_now = 0;
    for (number, journal) in (TABLES..TABLES + 8).zip(journals.iter().cycle()) {
        let opening = opened(&code(number), "open-the-table");
        let answer = journal
            .open(&table(number), Version(0), &room(tables_max), opening)
            .await;
        opened_now += u64::from(answer.expect("answered").is_ok());
    }
    assert_eq!(live + opened_now, tables_max);
}

/// Takes a table up again and again if there is room, and ends it. Leaves every second table live at its last round, if
/// it is. Returns the version it came to.
async fn open_and_end(journal: &Subject, number: u8, tables_max: u64) -> Version {
    let (table, code) = (table(number), code(number));
    let mut version = Version(0);
    for round in 0..ROUNDS {
        let on = said("on", &format!("go-on-{round}"), live(&code, 9));
        let went_on = journal.open(&table, version, &room(tables_max), on).await;
        let counted = journal.count_live().await.expect("read");
        assert!(counted <= tables_max, "{counted} tables are live");
        if went_on.expect("answered").is_err() {
            continue;
        }
        version = version.next();
        if round + 1 == ROUNDS && number.is_multiple_of(2) {
            break;
        }
        let bye = said("bye", &format!("say-bye-{round}"), over(&code));
        append(journal, &table, version.0, bye).await;
        version = version.next();
    }
    version
}
