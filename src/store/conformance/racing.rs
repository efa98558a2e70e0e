//! What holds when many write at once.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use std::sync::Arc;

use game::{TableId, Version};
use tokio::task::JoinSet;

use super::Subject;
use super::steps::{code, head, live, open, opened, read, said, table};
use crate::{Commit, NewCommit, StoreError, chain};

const RACERS: u8 = 16;

type Answers = Vec<Result<Commit, StoreError>>;

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

fn count(answers: &Answers, kind: impl Fn(&Result<Commit, StoreError>) -> bool) -> usize {
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
            Ok(Commit::Appended(Version(2)))
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
    let repeated = Commit::Repeated(Box::new(records[0].clone()));
    let appended = Commit::Appended(Version(2));
    let is = |answer: &Result<Commit, StoreError>, commit: &Commit| {
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
