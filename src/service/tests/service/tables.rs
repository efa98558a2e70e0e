//! Commands are done once, in order, and told only when they are kept.

use std::future::{Future as _, poll_fn};
use std::task::Poll;
use std::time::Duration;

use game::{Command, CommandId, Refusal, Stage, TableId, TimeLimit, Version};
use service::ServiceError;

use crate::common::{
    LOCK_IN_MS, Shared, choose_first, first_holder, fresh, gather, pass, play_to_first_scene,
};

#[tokio::test]
async fn a_repeated_command_returns_the_first_answer_even_when_it_would_now_be_refused() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    let id = fresh();
    let first = tables
        .commits
        .play(
            &table,
            holders[0],
            id.clone(),
            Command::Begin {
                sitting: game::Sitting::Long,
            },
        )
        .await
        .unwrap();
    let again = tables
        .commits
        .play(
            &table,
            holders[0],
            id.clone(),
            Command::Begin {
                sitting: game::Sitting::Long,
            },
        )
        .await
        .unwrap();
    assert_eq!(first, again);
    let version = tables.loader.load(&table).await.unwrap().version();
    assert_eq!(version, first, "the repeat appended nothing");
}

#[tokio::test]
async fn news_reach_the_others_when_the_one_who_asked_hangs_up_in_the_middle() {
    let shared = Shared::new();
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    let mut news = shared.bus.pubsub.subscribe(table.as_str());
    let say = Command::Say {
        text: "are you".to_owned(),
    };
    let mut asked = Box::pin(tables.commits.play(&table, holders[0], fresh(), say));
    poll_fn(|context| {
        assert!(asked.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    drop(asked);
    news.changed().await.unwrap();
    assert_eq!(
        tables.loader.load(&table).await.unwrap().version().0,
        *news.borrow()
    );
}

#[tokio::test]
async fn an_id_of_another_seats_command_is_foreign() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    let id = fresh();
    let say = |text: &str| Command::Say {
        text: text.to_owned(),
    };
    tables
        .commits
        .play(&table, holders[0], id.clone(), say("hello"))
        .await
        .unwrap();
    for (holder, text) in [(holders[1], "hello"), (holders[0], "goodbye")] {
        let foreign = tables
            .commits
            .play(&table, holder, id.clone(), say(text))
            .await;
        assert!(
            matches!(foreign, Err(ServiceError::ForeignCommand)),
            "{foreign:?}"
        );
    }
}

#[tokio::test]
async fn everybody_choosing_at_once_on_three_instances_decides_a_scene_once() {
    let shared = Shared::new();
    let instances = [
        shared.instance(100),
        shared.instance(100),
        shared.instance(100),
    ];
    let names = ["Anna", "Ben", "Chris", "Dana", "Eli", "Fay"];
    let (table, holders) = gather(&instances[0], TimeLimit::Off, &names).await;
    play_to_first_scene(&instances[0], &table, &holders).await;
    for round in 1..=4 {
        let mut choosing = tokio::task::JoinSet::new();
        for (at, holder) in holders.iter().copied().enumerate() {
            let tables = instances[at % instances.len()].clone();
            let table = table.clone();
            choosing.spawn(async move {
                let view = tables
                    .feeds
                    .look(&table, Some(holder))
                    .await
                    .unwrap()
                    .view();
                let Stage::Scene(scene) = &view.stage else {
                    return;
                };
                if scene.has_say {
                    let chosen = tables
                        .commits
                        .play(&table, holder, fresh(), choose_first(&view))
                        .await;
                    assert!(
                        matches!(
                            chosen,
                            Ok(_)
                                | Err(ServiceError::Refused(
                                    Refusal::MovedOn | Refusal::BearerOnly
                                ))
                        ),
                        "{chosen:?}"
                    );
                }
            });
        }
        while let Some(chosen) = choosing.join_next().await {
            chosen.unwrap();
        }
        // Each is given a moment to take a choice back.
        pass(LOCK_IN_MS);
        instances[0].feeds.look(&table, None).await.unwrap();
        let scenes = instances[0]
            .loader
            .load(&table)
            .await
            .unwrap()
            .scenes()
            .len();
        assert_eq!(scenes, round + 1, "each scene is decided exactly once");
    }
}

#[tokio::test]
async fn a_version_is_announced_only_when_the_journal_has_it() {
    let shared = Shared::new();
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    let mut news = shared.bus.pubsub.subscribe(table.as_str());
    let journal = shared.journal.clone();
    let watched = table.clone();
    let watching = tokio::spawn(async move {
        let mut heard = 0;
        while heard < 50 {
            news.changed().await.unwrap();
            let announced = *news.borrow_and_update();
            let kept = journal.head(&watched).await.unwrap();
            assert!(
                kept >= Version(announced),
                "{announced} was announced before it was kept"
            );
            heard = announced;
        }
    });
    for number in 0..50 {
        let say = Command::Say {
            text: format!("line {number}"),
        };
        tables
            .commits
            .play(&table, holders[0], fresh(), say)
            .await
            .unwrap();
    }
    watching.await.unwrap();
}

#[tokio::test]
async fn a_table_nobody_opened_is_not_there() {
    let tables = Shared::new().instance(100);
    let nowhere = TableId::from_random([7; TableId::LEN]);
    assert!(matches!(
        tables.feeds.look(&nowhere, None).await,
        Err(ServiceError::NoSuchTable)
    ));
    let sat = tables.seats.sit(&nowhere, fresh(), "Anna").await;
    assert!(matches!(sat, Err(ServiceError::NoSuchTable)), "{sat:?}");
}

#[tokio::test]
async fn a_fresh_instance_sees_what_another_kept() {
    let shared = Shared::new();
    let one = shared.instance(100);
    let (table, holders) = gather(&one, TimeLimit::Off, &["Anna"]).await;
    for number in 0..140 {
        let say = Command::Say {
            text: format!("line {number}"),
        };
        one.commits
            .play(&table, holders[0], fresh(), say)
            .await
            .unwrap();
    }
    let seen = one
        .feeds
        .look(&table, Some(holders[0]))
        .await
        .unwrap()
        .view();
    let afresh = shared
        .instance(100)
        .feeds
        .look(&table, Some(holders[0]))
        .await
        .unwrap()
        .view();
    assert_eq!(seen, afresh);
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_read_costs_nothing_but_time() {
    let shared = Shared::new();
    let one = shared.instance(100);
    let (table, holders) = gather(&one, TimeLimit::Off, &["Anna"]).await;
    for number in 0..70 {
        let say = Command::Say {
            text: format!("line {number}"),
        };
        one.commits
            .play(&table, holders[0], fresh(), say)
            .await
            .unwrap();
    }
    let (version, _) = shared
        .journal
        .snapshot(&table, 4)
        .await
        .unwrap()
        .expect("a snapshot is kept");
    shared
        .journal
        .keep_snapshot(&table, 4, version, "not a table".to_owned())
        .await
        .unwrap();
    let seen = shared
        .instance(100)
        .feeds
        .look(&table, Some(first_holder(1)))
        .await
        .unwrap()
        .view();
    assert_eq!(
        seen,
        one.feeds
            .look(&table, Some(holders[0]))
            .await
            .unwrap()
            .view()
    );

    // Whoever had to read so much leaves a new one to the next.
    let made_anew = async {
        loop {
            let kept = shared.journal.snapshot(&table, 4).await.unwrap();
            if kept.is_some_and(|(_, state)| state != "not a table") {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(30), made_anew).await;
    assert!(waited.is_ok(), "no snapshot is made anew");
}

#[tokio::test]
async fn a_command_id_is_free_at_every_table() {
    let tables = Shared::new().instance(100);
    let id = CommandId::parse("the-same-id-twice").unwrap();
    for name in ["Anna", "Ben"] {
        let (table, holders) = gather(&tables, TimeLimit::Off, &[name]).await;
        let say = Command::Say {
            text: "hello".to_owned(),
        };
        tables
            .commits
            .play(&table, holders[0], id.clone(), say)
            .await
            .unwrap();
    }
}
