//! Which tables are in use, and who may open one more.

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

use std::sync::Arc;

use game::{Actor, CommandId, SeatNo, TableId, Version};
use tokio::task::JoinSet;

use super::Subject;
use super::steps::{
    NOON_MS, RESTS_AFTER_MS, append, code, live, open, opened, over, room, room_at, room_for, said,
    table,
};
use crate::{
    Admission, AppendOutcome, NewCommit, NoRoom, OpenOutcome, OpenerTag, SECOND_LOOK_MS,
    USE_NOTED_MS, UseWindow,
};

const MINUTE_MS: u64 = 60_000;

/// When the tables that were used at noon last have just begun to rest.
const EVENING_MS: u64 = NOON_MS + RESTS_AFTER_MS;

/// Opens table `number` under terms.
async fn admit(journal: &Subject, number: u8, terms: &Admission) -> OpenOutcome {
    let (table, opening) = (table(number), opened(&code(number), "open-the-table"));
    let answer = journal.open(&table, Version(0), terms, opening).await;
    answer.expect("answered")
}

/// Opens the tables `numbers`, each of which must be let in.
async fn admit_all(journal: &Subject, numbers: std::ops::Range<u8>, terms: &Admission) {
    for number in numbers {
        let admitted = admit(journal, number, terms).await;
        assert_eq!(
            admitted,
            Ok(AppendOutcome::Appended(Version(1))),
            "{number}"
        );
    }
}

async fn in_use(journal: &Subject, now_ms: u64) -> u64 {
    let window = UseWindow::at(now_ms, RESTS_AFTER_MS);
    journal.count_in_use(&window).await.expect("read")
}

/// A commit of a player, or of the clock, at a moment.
fn commit_at(at_ms: u64, command_id: CommandId, actor: Actor) -> NewCommit {
    let number = code(1);
    NewCommit {
        command_id,
        actor,
        at_ms,
        ..said("on", "say-it-on", live(&number, 9))
    }
}

/// A table that nobody has used for hours costs no place, and is live all the same.
pub async fn a_table_rests_when_nobody_uses_it_and_costs_no_place(journal: &Subject) {
    admit_all(journal, 0..2, &room(2)).await;
    assert_eq!(in_use(journal, EVENING_MS - 1).await, 2);
    let early = room_at(EVENING_MS - 1, 2);
    assert_eq!(admit(journal, 2, &early).await, Err(NoRoom::Full));

    assert_eq!(in_use(journal, EVENING_MS).await, 0);
    let evening = room_at(EVENING_MS, 2);
    assert_eq!(journal.check_room(&evening).await.expect("read"), None);
    assert!(admit(journal, 2, &evening).await.is_ok());
    assert_eq!(journal.count_live().await.expect("read"), 3);
    assert_eq!(
        journal.find_code(&code(0)).await.expect("read"),
        Some(table(0))
    );
}

/// A look wakes a table that rests, and keeps one awake; one that is over, or was never opened, is not woken.
pub async fn a_look_keeps_a_table_in_use(journal: &Subject) {
    admit_all(journal, 0..3, &room(9)).await;
    append(
        journal,
        &table(2),
        1,
        said("bye", "say-bye", over(&code(2))),
    )
    .await;
    let looked_at = [table(0), table(2), table(7)];
    journal
        .note_use(&looked_at, EVENING_MS)
        .await
        .expect("noted");
    assert_eq!(in_use(journal, EVENING_MS + 1).await, 1);
    let terms = room_at(EVENING_MS + 1, 1);
    assert_eq!(admit(journal, 3, &terms).await, Err(NoRoom::Full));
    journal.note_use(&[], EVENING_MS).await.expect("noted");
    assert_eq!(in_use(journal, EVENING_MS + RESTS_AFTER_MS).await, 0);
}

/// A player's commit keeps a table in use, to some minutes exactly; a deadline that passes does not.
pub async fn a_commit_of_a_player_keeps_a_table_in_use_and_a_deadline_does_not(journal: &Subject) {
    let (played, _) = open(journal, 1).await;
    let say = CommandId::parse("say-it-in-the-evening").expect("an id");
    let seat = Actor::Seat(SeatNo(1));
    let late = EVENING_MS + USE_NOTED_MS;
    append(
        journal,
        &played,
        1,
        commit_at(EVENING_MS, CommandId::of_clock(Version(1)), Actor::Clock),
    )
    .await;
    assert_eq!(in_use(journal, EVENING_MS + 1).await, 0);
    append(journal, &played, 2, commit_at(late, say, seat)).await;
    assert_eq!(in_use(journal, late + 1).await, 1);
    assert_eq!(in_use(journal, late + RESTS_AFTER_MS).await, 0);
}

/// What a clock that went wrong noted far ahead is no use for ever after, and is corrected by the next commit.
pub async fn a_use_noted_far_ahead_costs_no_place(journal: &Subject) {
    let (table, _) = open(journal, 1).await;
    let year_ms = 365 * 24 * 60 * MINUTE_MS;
    journal
        .note_use(std::slice::from_ref(&table), NOON_MS + year_ms)
        .await
        .expect("noted");
    assert_eq!(in_use(journal, NOON_MS + MINUTE_MS).await, 0);
    let say = CommandId::parse("say-it-with-a-new-clock").expect("an id");
    let seat = Actor::Seat(SeatNo(1));
    append(journal, &table, 1, commit_at(NOON_MS, say, seat)).await;
    assert_eq!(in_use(journal, NOON_MS + MINUTE_MS).await, 1);
}

/// Before half of the tables are in use a client may open as many as it likes, and from then on while it has less than
/// its share; other clients, and one that is not known, have what is left.
pub async fn one_client_holds_no_more_than_its_share_when_half_is_taken(journal: &Subject) {
    let (greedy, other) = (room_for(1, 8, 2), room_for(2, 8, 2));
    admit_all(journal, 0..4, &greedy).await;
    assert_eq!(admit(journal, 4, &greedy).await, Err(NoRoom::ShareTaken));
    assert_eq!(
        journal.check_room(&greedy).await.expect("read"),
        Some(NoRoom::ShareTaken)
    );
    let again = admit(journal, 3, &greedy).await;
    assert!(matches!(again, Ok(AppendOutcome::Repeated(_))), "{again:?}");

    admit_all(journal, 4..6, &other).await;
    assert_eq!(admit(journal, 6, &other).await, Err(NoRoom::ShareTaken));
    admit_all(journal, 6..8, &room(8)).await;
    let full = [greedy, other, room(8)];
    for terms in full {
        assert_eq!(admit(journal, 8, &terms).await, Err(NoRoom::Full));
    }
    let window = UseWindow::at(NOON_MS, RESTS_AFTER_MS);
    let tag = |client| Some(OpenerTag([client; OpenerTag::LEN]));
    let counted = journal.count_by_opener(&window, 9).await.expect("read");
    assert_eq!(counted.len(), 3);
    assert_eq!(counted[0], (tag(1), 4));
    assert!(
        counted.contains(&(tag(2), 2)) && counted.contains(&(None, 2)),
        "{counted:?}"
    );
    assert_eq!(
        journal.count_by_opener(&window, 1).await.expect("read"),
        [(tag(1), 4)]
    );
}

/// A client's tables that are over, or rest, are none of its share; a table that goes on is of who goes on with it.
pub async fn a_share_is_of_the_tables_in_use(journal: &Subject) {
    let greedy = room_for(1, 4, 1);
    admit_all(journal, 0..2, &greedy).await;
    for number in 0..2 {
        let bye = said("bye", "say-bye", over(&code(number)));
        append(journal, &table(number), 1, bye).await;
    }
    admit_all(journal, 2..4, &greedy).await;
    assert_eq!(admit(journal, 4, &greedy).await, Err(NoRoom::ShareTaken));
    let on = said("on", "go-on-with-it", live(&code(0), 9));
    let terms = room_for(2, 4, 1);
    let went_on = journal.open(&table(0), Version(2), &terms, on).await;
    assert!(went_on.expect("answered").is_ok());
    let on = said("on", "go-on-with-it", live(&code(1), 9));
    let went_on = journal.open(&table(1), Version(2), &terms, on).await;
    assert_eq!(went_on.expect("answered"), Err(NoRoom::ShareTaken));

    let evening = Admission {
        window: UseWindow::at(EVENING_MS, RESTS_AFTER_MS),
        ..greedy
    };
    assert_eq!(journal.check_room(&evening).await.expect("read"), None);
}

/// A client that wakes tables of many days all at once keeps others from opening no more than half of them.
pub async fn tables_that_one_client_wakes_cost_others_no_more_than_half(journal: &Subject) {
    let (noon, evening) = (room_for(1, 8, 2), NOON_MS + 2 * RESTS_AFTER_MS);
    admit_all(journal, 0..4, &noon).await;
    let later = |terms: Admission| Admission {
        window: UseWindow::at(evening, RESTS_AFTER_MS),
        ..terms
    };
    for number in 4..8 {
        let opening = NewCommit {
            at_ms: evening,
            ..opened(&code(number), "open-the-table")
        };
        let table = table(number);
        let answer = journal
            .open(&table, Version(0), &later(noon), opening)
            .await;
        assert!(answer.expect("answered").is_ok());
    }
    let all: Vec<TableId> = (0..8).map(table).collect();
    journal.note_use(&all, evening).await.expect("noted");
    assert_eq!(in_use(journal, evening).await, 8);
    let (greedy, other) = (later(noon), later(room_for(2, 8, 2)));
    let refused = journal.check_room(&greedy).await.expect("read");
    assert_eq!(refused, Some(NoRoom::ShareTaken));
    for number in 8..10 {
        let opening = NewCommit {
            at_ms: evening,
            ..opened(&code(number), "open-the-table")
        };
        let table = table(number);
        let answer = journal.open(&table, Version(0), &other, opening).await;
        assert!(answer.expect("answered").is_ok());
    }
    let refused = journal.check_room(&other).await.expect("read");
    assert_eq!(refused, Some(NoRoom::ShareTaken));
    assert_eq!(
        journal.check_room(&later(room(8))).await.expect("read"),
        None
    );
    assert_eq!(
        journal.check_room(&later(room(6))).await.expect("read"),
        None
    );
    assert_eq!(
        journal.check_room(&later(room(4))).await.expect("read"),
        Some(NoRoom::Full)
    );
}

/// However many one client opens at once, it is let in as often as its share allows.
pub async fn of_sixteen_tables_one_client_opens_at_once_its_share_is_let_in(journal: &Subject) {
    admit_all(journal, 0..5, &room(10)).await;
    let mut racers = JoinSet::new();
    for number in 5..21 {
        let journal = Arc::clone(journal);
        racers.spawn(async move { admit(&journal, number, &room_for(1, 10, 3)).await });
    }
    let answers = racers.join_all().await;
    let admitted = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(admitted, 3, "{answers:?}");
    assert_eq!(journal.count_live().await.expect("read"), 8);
}

/// A table that was opened and left alone is told from one that was looked at again, or at which something happened.
pub async fn a_table_that_was_opened_and_left_alone_is_found(journal: &Subject) {
    let unattended =
        |opened_ms, limit| async move { journal.unattended(opened_ms, limit).await.expect("read") };
    for number in 1..=5 {
        open(journal, number).await;
    }
    let second = NOON_MS + SECOND_LOOK_MS;
    journal
        .note_use(&[table(1)], second - 1)
        .await
        .expect("noted");
    journal.note_use(&[table(2)], second).await.expect("noted");
    append(
        journal,
        &table(3),
        1,
        said("hm", "say-hm", live(&code(3), 9)),
    )
    .await;
    append(
        journal,
        &table(4),
        1,
        said("bye", "say-bye", over(&code(4))),
    )
    .await;
    assert_eq!(unattended(NOON_MS - 1, 9).await, Vec::<TableId>::new());
    assert_eq!(unattended(NOON_MS, 9).await, [table(1), table(5)]);
    assert_eq!(unattended(u64::MAX, 1).await, [table(1)]);
}
