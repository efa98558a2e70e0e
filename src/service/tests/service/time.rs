//! Deadlines have their consequence once, and nothing overtakes them.

use game::{Command, CommandId, Refusal, TimeLimit};
use service::ServiceError;

use crate::common::{Shared, choose_first, fresh, gather, pass, play_to_first_scene, wait_ms};

#[tokio::test]
async fn a_deadline_has_its_consequence_exactly_once_whoever_sees_it_pass() {
    let shared = Shared::new();
    let instances = [shared.instance(100), shared.instance(100)];
    let (table, holders) = gather(&instances[0], TimeLimit::Minute, &["Anna", "Ben"]).await;
    play_to_first_scene(&instances[0], &table, &holders).await;
    let mut news = shared.bus.pubsub.subscribe(table.as_str());
    let before = instances[0].loader.load(&table).await.unwrap().version();
    pass(wait_ms(&instances[0], &table).await);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut clocks = tokio::task::JoinSet::new();
    for tables in instances.clone() {
        let mut stopped = stopped.clone();
        clocks.spawn(async move {
            tables
                .clock
                .run(async move { drop(stopped.wait_for(|stop| *stop).await) })
                .await;
        });
    }
    news.changed().await.unwrap();
    stop.send(true).unwrap();
    while clocks.join_next().await.is_some() {}
    let table_after = instances[1].loader.load(&table).await.unwrap();
    assert_eq!(table_after.version(), before.next(), "one commit, not two");
    assert_eq!(table_after.scenes().len(), 2, "the default happened");
}

#[tokio::test]
async fn nobody_but_the_clock_may_use_the_clocks_ids() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    let next = tables.loader.load(&table).await.unwrap().version().next();
    let id = CommandId::of_clock(next);
    let say = Command::Say {
        text: "time stands still".to_owned(),
    };
    let said = tables
        .commits
        .play(&table, holders[0], id.clone(), say)
        .await;
    assert!(
        matches!(said, Err(ServiceError::ForeignCommand)),
        "{said:?}"
    );
    let sat = tables.seats.sit(&table, id.clone(), "Ben").await;
    assert!(matches!(sat, Err(ServiceError::ForeignCommand)), "{sat:?}");
    let opened = tables.seats.open(id, "Chris", TimeLimit::Off, None).await;
    assert!(
        matches!(opened, Err(ServiceError::ForeignCommand)),
        "{opened:?}"
    );
}

#[tokio::test]
async fn a_choice_that_comes_too_late_does_not_overtake_the_deadline() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Minute, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let choice = choose_first(
        &tables
            .feeds
            .look(&table, Some(holders[0]))
            .await
            .unwrap()
            .view(),
    );
    pass(wait_ms(&tables, &table).await);
    let late = tables
        .commits
        .play(&table, holders[0], fresh(), choice)
        .await;
    assert!(
        matches!(late, Err(ServiceError::Refused(Refusal::MovedOn))),
        "{late:?}"
    );
    assert_eq!(tables.loader.load(&table).await.unwrap().scenes().len(), 2);
}
