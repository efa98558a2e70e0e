//! What holds when many write at once.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use std::sync::Arc;

use game::{TableId, Version};
use tokio::task::JoinSet;

use super::Subject;
use super::sharing::the_number_stays_true_while_tables_end_and_go_on_at_several_journals;
use super::steps::{append, code, head, live, open, opened, over, read, room, said, table};
use crate::{AppendOutcome, NewCommit, NoRoom, OpenOutcome, StoreError, chain};

const RACERS: u8 = 16;

type Answers = Vec<Result<AppendOutcome, StoreError>>;

/// Has every racer append at the same version, all at once.
async fn race(
    journal: &Subject,
    expected: u64,
    racer: impl Fn(u8) -> (TableId, NewCommit),
) -> Answers {
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let journal = Arc::clone(journal);
        let (table, commit) = racer(number);
        racers.spawn(async move { journal.append(&table, Version(expected), commit).await });
    }
    racers.join_all().await
}

fn count(answers: &Answers, kind: impl Fn(&Result<AppendOutcome, StoreError>) -> bool) -> usize {
    answers.iter().filter(|answer| kind(answer)).count()
}

/// One of sixteen different commands is kept; the others hear of a conflict; the chain is whole.
pub async fn of_sixteen_appends_at_one_version_one_wins(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    let answers = race(journal, 1, |number| {
        let commit = said("me", &format!("command-{number}"), live(&code, 9));
        (table.clone(), commit)
    })
    .await;
    assert_eq!(
        count(&answers, |answer| matches!(
            answer,
            Ok(AppendOutcome::Appended(Version(2)))
        )),
        1,
        "{answers:?}"
    );
    assert_eq!(
        count(&answers, |answer| matches!(
            answer,
            Err(StoreError::Conflict { .. })
        )),
        15,
        "{answers:?}"
    );
    let records = read(journal, &table, 0).await;
    assert_eq!(records.len(), 2);
    assert_eq!(chain::verify(&table, &records), Ok(()));
}

/// One of sixteen copies of a command is kept; the others are answered with its record.
pub async fn of_sixteen_repeats_at_once_one_is_appended(journal: &Subject) {
    let (table, code) = open(journal, 1).await;
    let answers = race(journal, 1, |_| {
        (table.clone(), said("me", "one-command", live(&code, 9)))
    })
    .await;
    let records = read(journal, &table, 1).await;
    assert_eq!(records.len(), 1);
    let repeated = AppendOutcome::Repeated(Box::new(records[0].clone()));
    let appended = AppendOutcome::Appended(Version(2));
    let is = |answer: &Result<AppendOutcome, StoreError>, commit: &AppendOutcome| {
        answer.as_ref().is_ok_and(|answer| answer == commit)
    };
    assert_eq!(count(&answers, |answer| is(answer, &appended)), 1);
    assert_eq!(count(&answers, |answer| is(answer, &repeated)), 15);
}

/// One of sixteen tables opens under a code; the others are refused it and stay unopened.
pub async fn of_sixteen_tables_that_want_a_code_one_gets_it(journal: &Subject) {
    let code = code(1);
    let answers = race(journal, 0, |number| {
        (table(number), opened(&code, "open-the-table"))
    })
    .await;
    assert_eq!(
        count(&answers, |answer| matches!(
            answer,
            Err(StoreError::CodeTaken { .. })
        )),
        15,
        "{answers:?}"
    );
    let holder = journal.find_code(&code).await.expect("read");
    for number in 0..RACERS {
        let opened = head(journal, &table(number)).await == Version(1);
        assert_eq!(opened, holder == Some(table(number)));
    }
}

/// As many tables are live as there is room for, and never more; who opened is answered again all the same, and
/// a table that is over makes room.
pub async fn a_table_opens_only_while_there_is_room(journal: &Subject) {
    let (two, nine) = (room(2), room(9));
    let opening = |number| opened(&code(number), "open-the-table");
    for number in 0..2 {
        let (table, opening) = (table(number), opening(number));
        let answer = journal.open(&table, Version(0), &two, opening).await;
        let appended = Ok(AppendOutcome::Appended(Version(1)));
        assert_eq!(answer.expect("answered"), appended);
    }
    assert_eq!(
        journal.check_room(&two).await.expect("read"),
        Some(NoRoom::Full)
    );
    assert_eq!(journal.check_room(&nine).await.expect("read"), None);
    let refused = journal.open(&table(2), Version(0), &two, opening(2)).await;
    assert_eq!(refused.expect("answered"), Err(NoRoom::Full));
    assert_eq!(head(journal, &table(2)).await, Version(0));
    let first = read(journal, &table(0), 0).await.remove(0);
    let repeat = journal.open(&table(0), Version(0), &two, opening(0)).await;
    let repeated = AppendOutcome::Repeated(Box::new(first));
    assert_eq!(repeat.expect("answered"), Ok(repeated));

    let bye = said("bye", "say-bye", over(&code(1)));
    append(journal, &table(1), 1, bye).await;
    let answer = journal.open(&table(2), Version(0), &two, opening(2)).await;
    assert!(answer.expect("answered").is_ok());
    let taken = journal.open(&table(3), Version(0), &nine, opening(2)).await;
    assert!(
        matches!(taken, Err(StoreError::CodeTaken { .. })),
        "{taken:?}"
    );
}

/// Of sixteen tables that open at once as many do as there is room for.
pub async fn of_sixteen_tables_that_open_at_once_as_many_do_as_there_is_room_for(
    journal: &Subject,
) {
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let journal = Arc::clone(journal);
        racers.spawn(async move {
            let opening = opened(&code(number), "open-the-table");
            journal
                .open(&table(number), Version(0), &room(3), opening)
                .await
        });
    }
    let answers = racers.join_all().await;
    let opened = |answer: &&Result<OpenOutcome, StoreError>| matches!(answer, Ok(Ok(_)));
    assert_eq!(answers.iter().filter(opened).count(), 3, "{answers:?}");
    assert_eq!(journal.count_live().await.expect("read"), 3);
}

/// Of sixteen tables that are over and go on at once as many do as there is room for; who went on is answered again.
pub async fn of_sixteen_tables_that_go_on_at_once_as_many_do_as_there_is_room_for(
    journal: &Subject,
) {
    for number in 0..RACERS {
        let (table, code) = open(journal, number).await;
        append(journal, &table, 1, said("bye", "say-bye", over(&code))).await;
    }
    let go_on = |number: u8| {
        let journal = Arc::clone(journal);
        let on = said("on", "go-on", live(&code(number), 9));
        async move { journal.open(&table(number), Version(2), &room(3), on).await }
    };
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let going = go_on(number);
        racers.spawn(async move { (number, going.await.expect("answered")) });
    }
    let answers = racers.join_all().await;
    let gone_on = answers.iter().filter_map(|(number, answer)| {
        let appended = *answer == Ok(AppendOutcome::Appended(Version(3)));
        appended.then_some(*number)
    });
    let gone_on: Vec<u8> = gone_on.collect();
    assert_eq!(gone_on.len(), 3, "{answers:?}");
    assert_eq!(journal.count_live().await.expect("read"), 3);
    let again = go_on(gone_on[0]).await.expect("answered");
    assert!(matches!(again, Ok(AppendOutcome::Repeated(_))), "{again:?}");
}

/// While many tables end and go on at once, there are never more than there is room for, and the number is true.
pub async fn the_number_of_live_tables_stays_true_while_many_end_and_go_on(journal: &Subject) {
    let journals = [Arc::clone(journal)];
    the_number_stays_true_while_tables_end_and_go_on_at_several_journals(&journals).await;
}
