//! What an operator does and sees, and what players see of it.

use std::sync::Arc;

use game::{SeatNo, TableId, TimeLimit};
use service::{PlayersHeard, SeatPresence, ServiceError, TableOperation, Tables};

use crate::common::{Shared, gather, play_to_first_scene, play_to_the_end};

async fn looked_into(tables: &Arc<Tables>, table: &TableId) -> String {
    let mut look = tables.look_into(table).await.unwrap();
    let mut lines = String::new();
    while let Some(more) = look.next().await.unwrap() {
        lines.push_str(&more);
    }
    lines
}

#[tokio::test]
async fn two_operators_who_do_different_things_at_once_both_do_them() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Day, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let seat = holders[1].seat;
    let (handed, inside) = tokio::join!(
        tables.operate(&table, TableOperation::HandOver { seat }),
        looked_into(&tables, &table),
    );
    handed.unwrap();
    assert!(inside.contains("looked-into"), "{inside}");
    let found = tables.inspect(&table, PlayersHeard::Yes).await.unwrap();
    let state = found.state.unwrap();
    assert_eq!(state.looks, 1);
    assert!(!state.seats[0].host && state.seats[1].host);
    assert_eq!(state.seats[0].presence, Some(SeatPresence::Here));
}

#[tokio::test]
async fn a_look_tells_what_was_dealt_and_neither_seed_nor_ids() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Day, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let inside = looked_into(&tables, &table).await;
    let loaded = tables.loader.load(&table).await.unwrap();
    let dealt = &loaded.scenes()[0].deals[0].whisper;
    assert!(inside.contains(dealt.as_str()), "{inside}");
    assert!(!inside.contains(&loaded.seed().unwrap().to_hex()));
    assert!(!inside.contains("test-command-"), "{inside}");
}

#[tokio::test]
async fn a_look_into_a_table_that_is_over_need_not_be_recorded() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Day, &["Anna", "Ben"]).await;
    play_to_the_end(&tables, &table, &holders).await;
    let before = tables.loader.load(&table).await.unwrap().version();
    looked_into(&tables, &table).await;
    let after = tables.loader.load(&table).await.unwrap().version();
    assert_eq!(before, after);
    let delete = TableOperation::Delete { force: false };
    tables.operate(&table, delete).await.unwrap();
    let gone = tables.inspect(&table, PlayersHeard::Yes).await;
    assert!(matches!(gone, Err(ServiceError::Erased)), "{gone:?}");
}

#[tokio::test]
async fn a_table_that_is_played_is_deleted_only_with_force() {
    let tables = Shared::new().instance(100);
    let (table, _) = gather(&tables, TimeLimit::Day, &["Anna", "Ben"]).await;
    let kept = tables
        .operate(&table, TableOperation::Delete { force: false })
        .await;
    assert!(matches!(kept, Err(ServiceError::StillPlayed)), "{kept:?}");
    let early = tables.operate(&table, TableOperation::Extend {}).await;
    assert!(matches!(early, Err(ServiceError::Refused(_))), "{early:?}");
    let nobody = TableOperation::Vacate { seat: SeatNo(5) };
    let refused = tables.operate(&table, nobody).await;
    assert!(
        matches!(refused, Err(ServiceError::Refused(_))),
        "{refused:?}"
    );
    let delete = TableOperation::Delete { force: true };
    tables.operate(&table, delete).await.unwrap();
    let listed = tables.inspect_page(None, 10, PlayersHeard::Yes).await;
    assert!(listed.unwrap().is_empty());
}
