//! What is asked and answered on the line, and what holds when an answer is lost.

use std::net::SocketAddr;
use std::sync::Arc;

use game::{TableId, Version};
use store::conformance::Subject;
use store::conformance::steps::{append, code, command_id, live, open, opened, read, said, table};
use store::postgres::{PostgresJournal, Sessions};
use store::{AppendOutcome, StoreError};

use crate::line::Line;
use crate::place::{Place, settings};

/// What a session of one's own is told first.
const LIMIT: &str = "statement_timeout";

/// A journal at the other end of a line.
async fn journal(sessions: Sessions) -> (Subject, Arc<Line>, Place) {
    let place = Place::new().await;
    let url = place.server.url(&place.database, "sslmode=disable");
    let to = SocketAddr::from(([127, 0, 0, 1], place.server.port()));
    let (line, begins) = Line::lay(to).await;
    let mut settings = settings(&url.replace(&to.to_string(), &begins.to_string()));
    settings.sessions = sessions;
    let journal = PostgresJournal::open(settings).await.unwrap();
    (Arc::new(journal), line, place)
}

/// Calls everything a command and its watchers need, and returns how many calls that were.
async fn call(journal: &Subject, table: &TableId, version: u64) -> u64 {
    let code = code(1);
    let commit = said("on", &format!("say-{version}"), live(&code, 9));
    append(journal, table, version, commit).await;
    let late = said("late", "say-late", live(&code, 9));
    let refused = journal.append(table, Version(version), late).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    journal.read(table, Version(0)).await.unwrap();
    journal.head(table).await.unwrap();
    journal.find_code(&code).await.unwrap();
    let (format, state) = (1, "{}".to_owned());
    let kept = journal.keep_snapshot(table, format, Version(version), state);
    kept.await.unwrap();
    6
}

#[tokio::test]
async fn every_call_is_one_round_trip_once_its_statement_is_prepared() {
    let (journal, line, _place) = journal(Sessions::Own).await;
    let (table, _) = open(&journal, 1).await;
    call(&journal, &table, 1).await;
    let before = line.round_trips();
    let calls = call(&journal, &table, 2).await;
    assert_eq!(line.round_trips() - before, calls);
    assert!(line.has_carried(LIMIT));
}

#[tokio::test]
async fn a_lent_session_is_set_to_nothing_and_left_with_nothing() {
    let (journal, line, _place) = journal(Sessions::Lent).await;
    let (table, _) = open(&journal, 1).await;
    let before = line.round_trips();
    let calls = call(&journal, &table, 1).await;
    // To prepare a statement is a round trip of its own.
    assert_eq!(line.round_trips() - before, calls);
    assert!(!line.has_carried(LIMIT));
}

#[tokio::test]
async fn an_append_whose_answer_is_lost_is_kept_once_and_a_repeat_tells() {
    let (journal, line, _place) = journal(Sessions::Own).await;
    let (table, code) = open(&journal, 1).await;
    let commit = said("one", "say-one", live(&code, 9));
    line.lose_the_next_answer();
    let lost = journal.append(&table, Version(1), commit.clone()).await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");

    let repeated = journal.append(&table, Version(1), commit).await.unwrap();
    let found = journal.find_command(&table, &command_id("say-one")).await;
    let found = found.unwrap().unwrap();
    assert_eq!(repeated, AppendOutcome::Repeated(Box::new(found)));
    assert_eq!(read(&journal, &table, 0).await.len(), 2);
}

#[tokio::test]
async fn an_opening_whose_answer_is_lost_is_kept_once_and_a_repeat_tells() {
    let (journal, line, _place) = journal(Sessions::Own).await;
    // The statement has been prepared when the line is cut.
    open(&journal, 2).await;
    let opening = opened(&code(1), "open-the-table");
    line.lose_the_next_answer();
    let lost = journal.append(&table(1), Version(0), opening.clone()).await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    let repeated = journal.append(&table(1), Version(0), opening).await;
    assert!(
        matches!(repeated, Ok(AppendOutcome::Repeated(_))),
        "{repeated:?}"
    );
    assert_eq!(journal.count_live().await.unwrap(), 2);
}
