//! What the second edition asks of the order of things in time: a moment after the last choice, seats that are not waited
//! for, what is given away after the end, the operator's looks, and secrets that wake nobody.

use std::sync::Arc;
use std::time::Duration;

use game::{Command, Event, Refusal, Stage, TableId, TimeLimit, Version, View};
use service::{Holder, ServiceError, Tables, Update};
use tokio::time::{Instant, timeout};

use crate::common::{
    LOCK_IN_MS, Shared, choose_first, fresh, gather, pass, play_to_first_scene, play_to_the_end,
};

async fn view(tables: &Arc<Tables>, table: &TableId, holder: Holder) -> View {
    tables.feeds.look(table, Some(holder)).await.unwrap().view()
}

async fn play(
    tables: &Arc<Tables>,
    table: &TableId,
    holder: Holder,
    command: Command,
) -> Result<Version, ServiceError> {
    tables.commits.play(table, holder, fresh(), command).await
}

#[tokio::test(start_paused = true)]
async fn a_scene_in_which_all_have_chosen_is_decided_on_time_though_the_clock_sleeps() {
    let shared = Shared::new();
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::ThreeMinutes, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let mut news = shared.bus.pubsub.subscribe(table.as_str());
    let clock = Arc::clone(&tables);
    let running = tokio::spawn(async move { clock.clock.run(std::future::pending()).await });
    // The clock has gone to sleep, for as long as it may.
    tokio::time::sleep(Duration::from_millis(10)).await;
    for holder in &holders {
        let seen = view(&tables, &table, *holder).await;
        play(&tables, &table, *holder, choose_first(&seen))
            .await
            .unwrap();
    }
    assert!(
        matches!(view(&tables, &table, holders[0]).await.stage, Stage::Scene(scene) if scene.locked_in)
    );
    news.mark_unchanged();
    let locked = Instant::now();
    // This clock is the test's, and the sleeper's is tokio's: both pass alike.
    let moves = async {
        for _ in 0..100 {
            pass(LOCK_IN_MS / 50);
            tokio::time::sleep(Duration::from_millis(LOCK_IN_MS / 50)).await;
        }
    };
    tokio::select! {
        changed = news.changed() => changed.unwrap(),
        () = moves => panic!("nothing was decided"),
    }
    let waited_ms = u64::try_from(locked.elapsed().as_millis()).unwrap();
    assert!(
        (LOCK_IN_MS - 100..LOCK_IN_MS + 200).contains(&waited_ms),
        "{waited_ms}"
    );
    assert_eq!(tables.loader.load(&table).await.unwrap().scenes().len(), 2);
    running.abort();
}

#[tokio::test]
async fn the_host_skips_a_seat_whose_player_has_been_away_for_two_minutes() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Day, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let skip = Command::Skip {
        seat: holders[1].seat,
    };
    tables.feeds.look(&table, Some(holders[1])).await.unwrap();
    pass(119_000);
    let refused = play(&tables, &table, holders[0], skip.clone()).await;
    assert!(
        matches!(refused, Err(ServiceError::StillHere { away_minutes: 2 })),
        "{refused:?}"
    );
    pass(1_000);
    play(&tables, &table, holders[0], skip).await.unwrap();
    let seats = view(&tables, &table, holders[0]).await.seats;
    assert!(seats[1].skipped);
}

#[tokio::test]
async fn a_scene_that_is_given_its_time_once_more_has_it_though_that_is_long() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Minute, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let seen = view(&tables, &table, holders[0]).await;
    let Stage::Scene(scene) = seen.stage else {
        panic!("a scene should be open")
    };
    let extend = Command::Extend { scene: scene.scene };
    play(&tables, &table, holders[0], extend).await.unwrap();
    let wait_ms = tables.loader.load(&table).await.unwrap().wait_ms();
    let after = view(&tables, &table, holders[0]).await;
    assert_eq!(
        after.deadline_ms,
        seen.deadline_ms.map(|before| before + wait_ms / 2)
    );
}

#[tokio::test]
async fn what_is_given_away_after_the_end_is_kept_and_the_table_stays_over() {
    let shared = Shared::new();
    let tables = shared.instance(1);
    let (table, holders) = gather(&tables, TimeLimit::Day, &["Anna", "Ben"]).await;
    play_to_the_end(&tables, &table, &holders).await;
    let Stage::Chronicle(told) = view(&tables, &table, holders[0]).await.stage else {
        panic!("the Chronicle should be open")
    };
    let to = holders[1].seat;
    let give = Command::GiveCard {
        to,
        card: told.card_texts[0].card.clone(),
    };
    let award = Command::AwardKeepsake {
        keepsake: told.keepsakes[0].keepsake.clone(),
        to,
    };
    for command in [give, award] {
        play(&tables, &table, holders[0], command).await.unwrap();
    }
    let afresh = shared.instance(1);
    let Stage::Chronicle(told) = view(&afresh, &table, holders[1]).await.stage else {
        panic!("the Chronicle stays open")
    };
    assert_eq!((told.cards.len(), told.keepsakes[0].awards.len()), (1, 1));
    assert_eq!(tables.health.measure().await.unwrap(), 0);
    let (_, others) = gather(&tables, TimeLimit::Off, &["Chris"]).await;
    assert_eq!(others.len(), 1, "it takes no other table's place");
    let said = Command::Say {
        text: "And now?".to_owned(),
    };
    play(&tables, &table, holders[0], said).await.unwrap();
    let left = play(&tables, &table, holders[0], Command::Leave {}).await;
    assert!(
        matches!(left, Err(ServiceError::Refused(Refusal::Closed))),
        "{left:?}"
    );
    assert_eq!(tables.health.measure().await.unwrap(), 1, "that of Chris");
}

#[tokio::test]
async fn players_see_how_often_the_operator_looked() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Day, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    for looks in 1..=2 {
        tables
            .commits
            .operate(&table, Command::Look {})
            .await
            .unwrap();
        assert_eq!(
            view(&tables, &table, holders[1]).await.operator_looks,
            looks
        );
    }
    let looked = play(&tables, &table, holders[0], Command::Look {}).await;
    assert!(looked.is_err(), "no player looks");
    // Whoever keeps the server frees a seat and makes a host without waiting.
    let handed = Command::HandOver {
        seat: holders[1].seat,
    };
    tables.commits.operate(&table, handed).await.unwrap();
    let freed = Command::Vacate {
        seat: holders[0].seat,
    };
    tables.commits.operate(&table, freed).await.unwrap();
    let seats = view(&tables, &table, holders[1]).await.seats;
    assert!(seats[1].is_host && !seats[0].present);
}

#[tokio::test(start_paused = true)]
async fn what_a_seat_does_in_secret_wakes_nobody_else_and_counts_for_nobody_else() {
    let shared = Shared::new();
    let tables = shared.instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Day, &["Anna", "Ben"]).await;
    play_to_first_scene(&tables, &table, &holders).await;
    let mut anna = tables.feeds.watch(&table, Some(holders[0])).await.unwrap();
    let mut ben = tables.feeds.watch(&table, Some(holders[1])).await.unwrap();
    let before = shown(anna.next().await);
    shown(ben.next().await);
    let Stage::Scene(scene) = view(&tables, &table, holders[1]).await.stage else {
        panic!("a scene should be open")
    };
    let keep = Command::Keep {
        scene: scene.scene,
        whisper: scene.whispers[0].whisper.clone(),
    };
    let kept = play(&tables, &table, holders[1], keep).await.unwrap();
    assert_eq!(shown(ben.next().await).0, kept);
    let soon = Duration::from_secs(1);
    assert!(
        timeout(soon, anna.next()).await.is_err(),
        "she is told nothing"
    );
    let look = tables.feeds.look(&table, Some(holders[0])).await.unwrap();
    assert_eq!((look.version(), look.proof().fingerprint.unwrap()), before);
    let say = Command::Say {
        text: "Well?".to_owned(),
    };
    let said = play(&tables, &table, holders[0], say).await.unwrap();
    assert_eq!(said, before.0.next(), "nor does she miss a number");
    assert_eq!(shown(anna.next().await).0, said);
    let records = shared.journal.read(&table, Version(0)).await.unwrap();
    assert_eq!(
        u64::try_from(records.len()).unwrap(),
        said.0 + 1,
        "both are written"
    );
    let kept = |event: &Event| matches!(event, Event::Kept { .. });
    assert!(records.iter().flat_map(|record| &record.events).any(kept));
}

fn shown(update: Update) -> (Version, String) {
    let Update::Shown(look) = update else {
        panic!("{update:?}")
    };
    (look.version(), look.proof().fingerprint.unwrap())
}
