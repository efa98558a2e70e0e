//! Who gets a seat, keeps it, and may be asked to give it up.

use game::{Command, Refusal, TimeLimit};
use service::{SeatPresence, ServiceError};

use crate::common::{AWAY_AFTER_MS, Shared, fresh, gather, pass};

#[tokio::test]
async fn a_repeated_opening_finds_the_same_table() {
    let tables = Shared::new().instance(100);
    let id = fresh();
    let first = tables
        .seats
        .open(id.clone(), "Anna", TimeLimit::Off, None)
        .await
        .unwrap();
    let again = tables
        .seats
        .open(id.clone(), "Anna", TimeLimit::Off, None)
        .await
        .unwrap();
    assert_eq!(first, again);
    assert_eq!(tables.health.measure().await.unwrap(), 1);
    let other = tables.seats.open(id, "Ben", TimeLimit::Off, None).await;
    assert!(
        matches!(other, Err(ServiceError::ForeignCommand)),
        "{other:?}"
    );
}

#[tokio::test]
async fn a_repeated_sitting_finds_the_same_seat() {
    let tables = Shared::new().instance(100);
    let (table, _) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    let id = fresh();
    let first = tables.seats.sit(&table, id.clone(), "Ben").await.unwrap();
    let again = tables.seats.sit(&table, id, "Ben").await.unwrap();
    assert_eq!(first, again);
    assert_eq!(tables.loader.load(&table).await.unwrap().seats().len(), 2);
}

#[tokio::test]
async fn a_repeated_leaving_is_answered_though_the_seat_is_gone() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    let id = fresh();
    let leave = Command::Leave {};
    let first = tables
        .commits
        .play(&table, holders[1], id.clone(), leave.clone())
        .await;
    let again = tables.commits.play(&table, holders[1], id, leave).await;
    assert_eq!(first.unwrap(), again.unwrap());
}

#[tokio::test]
async fn a_seat_given_to_somebody_else_is_no_longer_its_former_holders() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    tables
        .commits
        .play(&table, holders[1], fresh(), Command::Leave {})
        .await
        .unwrap();
    let chris = tables
        .seats
        .sit(&table, fresh(), "Chris")
        .await
        .unwrap()
        .holder;
    assert_eq!(chris.seat, holders[1].seat);
    let say = Command::Say {
        text: "still here".to_owned(),
    };
    let former = tables
        .commits
        .play(&table, holders[1], fresh(), say.clone())
        .await;
    assert!(
        matches!(former, Err(ServiceError::NotYourSeat)),
        "{former:?}"
    );
    assert!(
        tables
            .feeds
            .look(&table, Some(holders[1]))
            .await
            .unwrap()
            .view()
            .you
            .is_none()
    );
    tables
        .commits
        .play(&table, chris, fresh(), say)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_seat_is_freed_only_after_its_player_was_away_long_enough() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    tables.presence.note(&table, holders[1].seat).await;
    let vacate = Command::Vacate {
        seat: holders[1].seat,
    };
    let early = tables
        .commits
        .play(&table, holders[0], fresh(), vacate.clone())
        .await;
    assert!(
        matches!(early, Err(ServiceError::StillHere { away_minutes: 10 })),
        "{early:?}"
    );
    pass(AWAY_AFTER_MS);
    tables
        .commits
        .play(&table, holders[0], fresh(), vacate)
        .await
        .unwrap();
    assert_eq!(tables.loader.load(&table).await.unwrap().seats().len(), 1);
}

#[tokio::test]
async fn no_more_tables_are_live_than_the_operator_allows_and_ended_ones_make_room() {
    let tables = Shared::new().instance(2);
    let (first, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    gather(&tables, TimeLimit::Off, &["Ben"]).await;
    let full = tables
        .seats
        .open(fresh(), "Chris", TimeLimit::Off, None)
        .await;
    assert!(matches!(full, Err(ServiceError::Full)), "{full:?}");
    tables
        .commits
        .play(&first, holders[0], fresh(), Command::Close {})
        .await
        .unwrap();
    tables
        .seats
        .open(fresh(), "Chris", TimeLimit::Off, None)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_id_read_in_a_finished_chronicle_gives_nobody_a_seat() {
    let tables = Shared::new().instance(100);
    let id = fresh();
    let host = tables
        .seats
        .open(id.clone(), "Anna", TimeLimit::Off, None)
        .await
        .unwrap();
    let close = Command::Close {};
    tables
        .commits
        .play(&host.table, host.holder, fresh(), close)
        .await
        .unwrap();
    let again = tables.seats.open(id, "Anna", TimeLimit::Off, None).await;
    assert!(
        matches!(again, Err(ServiceError::Refused(Refusal::Closed))),
        "{again:?}"
    );
}

#[tokio::test]
async fn who_held_a_seat_before_gets_it_by_no_repeat_and_is_not_taken_for_its_holder() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    let id = fresh();
    let left = tables.seats.sit(&table, id.clone(), "Ben").await.unwrap();
    let leave = Command::Leave {};
    let played = tables.commits.play(&table, left.holder, fresh(), leave);
    played.await.unwrap();
    let heir = tables.seats.sit(&table, fresh(), "Chris").await.unwrap();
    assert_eq!(heir.holder.seat, left.holder.seat);
    pass(AWAY_AFTER_MS);

    let again = tables.seats.sit(&table, id, "Ben").await;
    assert!(matches!(again, Err(ServiceError::NotYourSeat)), "{again:?}");
    let vacate = Command::Vacate {
        seat: heir.holder.seat,
    };
    let freed = tables.commits.play(&table, holders[0], fresh(), vacate);
    assert!(freed.await.is_ok(), "nobody has seen Chris since");
}

#[tokio::test]
async fn a_host_who_has_left_opens_the_table_again_by_no_repeat() {
    let tables = Shared::new().instance(100);
    let id = fresh();
    let opened = tables.seats.open(id.clone(), "Anna", TimeLimit::Off, None);
    let host = opened.await.unwrap();
    tables.seats.sit(&host.table, fresh(), "Ben").await.unwrap();
    let leave = Command::Leave {};
    let played = tables
        .commits
        .play(&host.table, host.holder, fresh(), leave);
    played.await.unwrap();
    let again = tables.seats.open(id, "Anna", TimeLimit::Off, None).await;
    assert!(matches!(again, Err(ServiceError::NotYourSeat)), "{again:?}");
}

#[tokio::test]
async fn who_has_just_sat_down_is_there_however_old_the_server_is() {
    let tables = Shared::new().instance(100);
    pass(10 * AWAY_AFTER_MS);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna", "Ben"]).await;
    for holder in holders {
        let presence = tables.presence.of_seats(&table, &[holder.seat]).await;
        assert_eq!(presence[&holder.seat], SeatPresence::Here);
    }
}

#[tokio::test]
async fn of_two_names_that_look_alike_and_come_at_once_one_is_refused() {
    let shared = Shared::new();
    let instances = [shared.instance(100), shared.instance(100)];
    for _ in 0..20 {
        let (table, _) = gather(&instances[0], TimeLimit::Off, &["Ben"]).await;
        // One in Latin letters, one that begins with a Cyrillic one.
        let sat = tokio::join!(
            instances[0].seats.sit(&table, fresh(), "Anna"),
            instances[1].seats.sit(&table, fresh(), "\u{410}nna"),
        );
        let refused = [sat.0, sat.1].into_iter().filter_map(Result::err);
        let refused: Vec<_> = refused.collect();
        assert!(
            matches!(refused[..], [ServiceError::Refused(Refusal::NameAlike)]),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_name_is_kept_composed_and_a_repeat_may_spell_it_either_way() {
    let tables = Shared::new().instance(100);
    let id = fresh();
    let open = |name| tables.seats.open(id.clone(), name, TimeLimit::Off, None);
    let first = open(" Jose\u{301}  Maria ").await.unwrap();
    assert_eq!(open("José Maria").await.unwrap(), first);
    let table = tables.loader.load(&first.table).await.unwrap();
    let names: Vec<_> = table.seats().values().map(|seat| &seat.name).collect();
    assert_eq!(names, ["José Maria"]);
}

#[tokio::test]
async fn a_line_that_shows_nothing_is_not_said() {
    let tables = Shared::new().instance(100);
    let (table, holders) = gather(&tables, TimeLimit::Off, &["Anna"]).await;
    let say = |text: &str| Command::Say {
        text: text.to_owned(),
    };
    for unseen in ["\u{2800}", "\u{3164} \u{3164}", "\u{301}", "\u{1d159}"] {
        let said = tables
            .commits
            .play(&table, holders[0], fresh(), say(unseen));
        let refused = said.await;
        assert!(
            matches!(refused, Err(ServiceError::Refused(Refusal::NothingSaid))),
            "{unseen:?}: {refused:?}"
        );
    }
    for seen in ["?", "\u{1f47b}", "\u{2764}\u{fe0f}", "\u{2800}!"] {
        let said = tables.commits.play(&table, holders[0], fresh(), say(seen));
        said.await.unwrap();
    }
}
