//! What the service promises about commands: once, in order, by their holders, and told only when kept.

use std::future::{Future as _, poll_fn};
use std::task::Poll;

use crate::common::{
    AWAY_AFTER_MS, Shared, choose_first, first_holder, fresh, gather, pass, play_to_first_scene,
};
use game::{Command, CommandId, Refusal, Stage, TableId, TimeLimit, Version};
use service::{GameError, Presence};
use store::Journal;

#[tokio::test]
async fn a_repeated_opening_finds_the_same_table() {
    let games = Shared::new().instance(100);
    let id = fresh();
    let first = games
        .open(id.clone(), "Anna", TimeLimit::Off)
        .await
        .unwrap();
    let again = games
        .open(id.clone(), "Anna", TimeLimit::Off)
        .await
        .unwrap();
    assert_eq!(first, again);
    assert_eq!(games.count_live().await.unwrap(), 1);
    let other = games.open(id, "Ben", TimeLimit::Off).await;
    assert!(matches!(other, Err(GameError::ForeignCommand)), "{other:?}");
}

#[tokio::test]
async fn a_repeated_sitting_finds_the_same_seat() {
    let games = Shared::new().instance(100);
    let (table, _) = gather(&games, TimeLimit::Off, &["Anna"]).await;
    let id = fresh();
    let first = games.sit(&table, id.clone(), "Ben").await.unwrap();
    let again = games.sit(&table, id, "Ben").await.unwrap();
    assert_eq!(first, again);
    assert_eq!(games.load(&table).await.unwrap().seats().len(), 2);
}

#[tokio::test]
async fn a_repeated_command_returns_the_first_answer_even_when_it_would_now_be_refused() {
    let games = Shared::new().instance(100);
    let (table, holders) = gather(&games, TimeLimit::Off, &["Anna", "Ben"]).await;
    let id = fresh();
    let first = games
        .play(&table, holders[0], id.clone(), Command::Begin {})
        .await
        .unwrap();
    let again = games
        .play(&table, holders[0], id.clone(), Command::Begin {})
        .await
        .unwrap();
    assert_eq!(first, again);
    let version = games.head(&table).await.unwrap();
    assert_eq!(version, first, "the repeat appended nothing");
}

#[tokio::test]
async fn a_repeated_leaving_is_answered_though_the_seat_is_gone() {
    let games = Shared::new().instance(100);
    let (table, holders) = gather(&games, TimeLimit::Off, &["Anna", "Ben"]).await;
    let id = fresh();
    let leave = Command::Leave {};
    let first = games
        .play(&table, holders[1], id.clone(), leave.clone())
        .await;
    let again = games.play(&table, holders[1], id, leave).await;
    assert_eq!(first.unwrap(), again.unwrap());
}

#[tokio::test]
async fn news_reach_the_others_when_the_one_who_asked_hangs_up_in_the_middle() {
    let games = Shared::new().instance(100);
    let (table, holders) = gather(&games, TimeLimit::Off, &["Anna"]).await;
    let mut news = games.watch(&table);
    let say = Command::Say {
        text: "are you".to_owned(),
    };
    let mut asked = Box::pin(games.play(&table, holders[0], fresh(), say));
    poll_fn(|context| {
        assert!(asked.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    drop(asked);
    news.changed().await.unwrap();
    assert_eq!(games.head(&table).await.unwrap().0, *news.borrow());
}

#[tokio::test]
async fn an_id_of_another_seats_command_is_foreign() {
    let games = Shared::new().instance(100);
    let (table, holders) = gather(&games, TimeLimit::Off, &["Anna", "Ben"]).await;
    let id = fresh();
    let say = |text: &str| Command::Say {
        text: text.to_owned(),
    };
    games
        .play(&table, holders[0], id.clone(), say("hello"))
        .await
        .unwrap();
    for (holder, text) in [(holders[1], "hello"), (holders[0], "goodbye")] {
        let foreign = games.play(&table, holder, id.clone(), say(text)).await;
        assert!(
            matches!(foreign, Err(GameError::ForeignCommand)),
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
            let games = instances[at % instances.len()].clone();
            let table = table.clone();
            choosing.spawn(async move {
                let view = games.view(&table, Some(holder)).await.unwrap();
                let Stage::Scene(scene) = &view.stage else {
                    return;
                };
                if scene.has_say {
                    let chosen = games
                        .play(&table, holder, fresh(), choose_first(&view))
                        .await;
                    assert!(
                        matches!(
                            chosen,
                            Ok(_) | Err(GameError::Refused(Refusal::MovedOn | Refusal::BearerOnly))
                        ),
                        "{chosen:?}"
                    );
                }
            });
        }
        while let Some(chosen) = choosing.join_next().await {
            chosen.unwrap();
        }
        let scenes = instances[0].load(&table).await.unwrap().scenes().len();
        assert_eq!(scenes, round + 1, "each scene is decided exactly once");
    }
}

#[tokio::test]
async fn a_version_is_announced_only_when_the_journal_has_it() {
    let shared = Shared::new();
    let games = shared.instance(100);
    let (table, holders) = gather(&games, TimeLimit::Off, &["Anna"]).await;
    let mut news = games.watch(&table);
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
        games.play(&table, holders[0], fresh(), say).await.unwrap();
    }
    watching.await.unwrap();
}

#[tokio::test]
async fn a_seat_given_to_somebody_else_is_no_longer_its_former_holders() {
    let games = Shared::new().instance(100);
    let (table, holders) = gather(&games, TimeLimit::Off, &["Anna", "Ben"]).await;
    games
        .play(&table, holders[1], fresh(), Command::Leave {})
        .await
        .unwrap();
    let chris = games.sit(&table, fresh(), "Chris").await.unwrap().holder;
    assert_eq!(chris.seat, holders[1].seat);
    let say = Command::Say {
        text: "still here".to_owned(),
    };
    let former = games.play(&table, holders[1], fresh(), say.clone()).await;
    assert!(matches!(former, Err(GameError::NotYourSeat)), "{former:?}");
    assert!(
        games
            .view(&table, Some(holders[1]))
            .await
            .unwrap()
            .you
            .is_none()
    );
    games.play(&table, chris, fresh(), say).await.unwrap();
}

#[tokio::test]
async fn a_seat_is_freed_only_after_its_player_was_away_long_enough() {
    let games = Shared::new().instance(100);
    let (table, holders) = gather(&games, TimeLimit::Off, &["Anna", "Ben"]).await;
    games.note(&table, holders[1].seat).await;
    let vacate = Command::Vacate {
        seat: holders[1].seat,
    };
    let early = games
        .play(&table, holders[0], fresh(), vacate.clone())
        .await;
    assert!(
        matches!(early, Err(GameError::StillHere { away_minutes: 10 })),
        "{early:?}"
    );
    pass(AWAY_AFTER_MS);
    games
        .play(&table, holders[0], fresh(), vacate)
        .await
        .unwrap();
    assert_eq!(games.load(&table).await.unwrap().seats().len(), 1);
}

#[tokio::test]
async fn no_more_tables_are_live_than_the_operator_allows_and_ended_ones_make_room() {
    let games = Shared::new().instance(2);
    let (first, holders) = gather(&games, TimeLimit::Off, &["Anna"]).await;
    gather(&games, TimeLimit::Off, &["Ben"]).await;
    let full = games.open(fresh(), "Chris", TimeLimit::Off).await;
    assert!(matches!(full, Err(GameError::Full)), "{full:?}");
    games
        .play(&first, holders[0], fresh(), Command::Close {})
        .await
        .unwrap();
    games.open(fresh(), "Chris", TimeLimit::Off).await.unwrap();
}

#[tokio::test]
async fn a_table_nobody_opened_is_not_there() {
    let games = Shared::new().instance(100);
    let nowhere = TableId::from_random([7; TableId::LEN]);
    assert!(matches!(
        games.view(&nowhere, None).await,
        Err(GameError::NoSuchTable)
    ));
    let sat = games.sit(&nowhere, fresh(), "Anna").await;
    assert!(matches!(sat, Err(GameError::NoSuchTable)), "{sat:?}");
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
        one.play(&table, holders[0], fresh(), say).await.unwrap();
    }
    let seen = one.view(&table, Some(holders[0])).await.unwrap();
    let afresh = shared
        .instance(100)
        .view(&table, Some(holders[0]))
        .await
        .unwrap();
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
        one.play(&table, holders[0], fresh(), say).await.unwrap();
    }
    let (version, _) = shared
        .journal
        .snapshot(&table, 1)
        .await
        .unwrap()
        .expect("a snapshot is kept");
    shared
        .journal
        .keep_snapshot(&table, 1, version, "not a table".to_owned())
        .await
        .unwrap();
    let seen = shared
        .instance(100)
        .view(&table, Some(first_holder(1)))
        .await
        .unwrap();
    assert_eq!(seen, one.view(&table, Some(holders[0])).await.unwrap());
}

#[tokio::test]
async fn a_deadline_has_its_consequence_exactly_once_whoever_sees_it_pass() {
    let shared = Shared::new();
    let instances = [shared.instance(100), shared.instance(100)];
    let (table, holders) = gather(&instances[0], TimeLimit::Minute, &["Anna", "Ben"]).await;
    play_to_first_scene(&instances[0], &table, &holders).await;
    let mut news = instances[0].watch(&table);
    let before = instances[0].head(&table).await.unwrap();
    pass(TimeLimit::Minute.scene_ms());
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut clocks = tokio::task::JoinSet::new();
    for games in instances.clone() {
        let mut stopped = stopped.clone();
        clocks.spawn(async move {
            games
                .run_clock(async move { drop(stopped.wait_for(|stop| *stop).await) })
                .await;
        });
    }
    news.changed().await.unwrap();
    stop.send(true).unwrap();
    while clocks.join_next().await.is_some() {}
    let table_after = instances[1].load(&table).await.unwrap();
    assert_eq!(table_after.version(), before.next(), "one commit, not two");
    assert_eq!(table_after.scenes().len(), 2, "the default happened");
}

#[tokio::test]
async fn a_command_id_is_free_at_every_table() {
    let games = Shared::new().instance(100);
    let id = CommandId::parse("the-same-id-twice").unwrap();
    for name in ["Anna", "Ben"] {
        let (table, holders) = gather(&games, TimeLimit::Off, &[name]).await;
        let say = Command::Say {
            text: "hello".to_owned(),
        };
        games
            .play(&table, holders[0], id.clone(), say)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn nobody_but_the_clock_may_use_the_clocks_ids() {
    let games = Shared::new().instance(100);
    let (table, holders) = gather(&games, TimeLimit::Off, &["Anna"]).await;
    let next = games.head(&table).await.unwrap().next();
    let id = CommandId::of_clock(next);
    let say = Command::Say {
        text: "time stands still".to_owned(),
    };
    let said = games.play(&table, holders[0], id.clone(), say).await;
    assert!(matches!(said, Err(GameError::ForeignCommand)), "{said:?}");
    let sat = games.sit(&table, id.clone(), "Ben").await;
    assert!(matches!(sat, Err(GameError::ForeignCommand)), "{sat:?}");
    let opened = games.open(id, "Chris", TimeLimit::Off).await;
    assert!(
        matches!(opened, Err(GameError::ForeignCommand)),
        "{opened:?}"
    );
}

#[tokio::test]
async fn a_choice_that_comes_too_late_does_not_overtake_the_deadline() {
    let games = Shared::new().instance(100);
    let (table, holders) = gather(&games, TimeLimit::Minute, &["Anna", "Ben"]).await;
    play_to_first_scene(&games, &table, &holders).await;
    let choice = choose_first(&games.view(&table, Some(holders[0])).await.unwrap());
    pass(TimeLimit::Minute.scene_ms());
    let late = games.play(&table, holders[0], fresh(), choice).await;
    assert!(
        matches!(late, Err(GameError::Refused(Refusal::MovedOn))),
        "{late:?}"
    );
    assert_eq!(games.load(&table).await.unwrap().scenes().len(), 2);
}

#[tokio::test]
async fn an_id_read_in_a_finished_chronicle_gives_nobody_a_seat() {
    let games = Shared::new().instance(100);
    let id = fresh();
    let host = games
        .open(id.clone(), "Anna", TimeLimit::Off)
        .await
        .unwrap();
    let close = Command::Close {};
    games
        .play(&host.table, host.holder, fresh(), close)
        .await
        .unwrap();
    let again = games.open(id, "Anna", TimeLimit::Off).await;
    assert!(
        matches!(again, Err(GameError::Refused(Refusal::Closed))),
        "{again:?}"
    );
}

#[tokio::test]
async fn who_has_just_sat_down_is_there_however_old_the_server_is() {
    let games = Shared::new().instance(100);
    pass(10 * AWAY_AFTER_MS);
    let (table, holders) = gather(&games, TimeLimit::Off, &["Anna", "Ben"]).await;
    for holder in holders {
        let presence = games.presence(&table, &[holder.seat]).await;
        assert_eq!(presence[&holder.seat], Presence::Here);
    }
}
