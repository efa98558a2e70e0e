//! A table of a newer release is left to instances of that release.

use std::sync::Arc;

use game::{
    Actor, Code, Command, Event, Moment, Opening, RULES_EDITION, Seed, Table, TableId, TimeLimit,
    Version,
};
use service::{ServiceError, Tables};
use store::{NewCommit, StoreError, TableIndex};

use crate::common::{Shared, first_holder, fresh, gather, pass};

/// Keeps a table that was opened under the next edition of the rules.
async fn newer_table(shared: &Shared, tables: &Tables) -> TableId {
    let opening = Opening {
        code: Code::from_random([8; Code::LEN]),
        seed: Seed([8; 32]),
        commitment: String::new(),
    };
    let moment = Moment {
        at_ms: tables.now_ms(),
    };
    let limit = TimeLimit::Minute;
    let mut events =
        Table::open(&opening, &world::library().unwrap(), "Anna", limit, moment).unwrap();
    for event in &mut events {
        if let Event::Opened { rules, .. } = event {
            *rules = RULES_EDITION + 1;
        }
    }
    let mut table = Table::default();
    table.fold(&events);
    let id = TableId::from_random([8; TableId::LEN]);
    let name = "Anna".to_owned();
    let commit = NewCommit {
        command_id: fresh(),
        actor: Actor::Newcomer,
        command: Command::Open { name, limit },
        at_ms: moment.at_ms,
        events,
        index: TableIndex::of(&table).unwrap(),
    };
    shared
        .journal
        .append(&id, Version(0), commit)
        .await
        .unwrap();
    id
}

fn is_left_to_newer<T>(answer: &Result<T, ServiceError>) -> bool {
    matches!(
        answer,
        Err(ServiceError::NewerRelease(StoreError::NewerRelease { .. }))
    )
}

#[tokio::test]
async fn nothing_is_shown_or_decided_on_a_table_of_newer_rules() {
    let shared = Shared::new();
    let tables = shared.instance(100);
    let id = newer_table(&shared, &tables).await;
    assert!(is_left_to_newer(&tables.feeds.look(&id, None).await));
    let say = Command::Say {
        text: "hello".to_owned(),
    };
    let said = tables
        .commits
        .play(&id, first_holder(1), fresh(), say)
        .await;
    assert!(is_left_to_newer(&said), "{said:?}");
    assert_eq!(shared.journal.head(&id).await.unwrap(), Version(1));
}

#[tokio::test]
async fn the_clock_leaves_a_table_of_newer_rules_alone_and_serves_the_others() {
    let shared = Shared::new();
    let tables: Arc<Tables> = shared.instance(100);
    let newer = newer_table(&shared, &tables).await;
    let (own, _) = gather(&tables, TimeLimit::Minute, &["Ben"]).await;
    let mut news = shared.bus.pubsub.subscribe(own.as_str());
    pass(TimeLimit::gathering_ms());
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let running = Arc::clone(&tables);
    let clock = tokio::spawn(async move {
        running
            .clock
            .run(async move { drop(stopped.wait_for(|stop| *stop).await) })
            .await;
    });
    news.changed().await.unwrap();
    stop.send(true).unwrap();
    clock.await.unwrap();
    assert_eq!(shared.journal.head(&newer).await.unwrap(), Version(1));
}
