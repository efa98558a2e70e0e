//! The contract of a journal as tests: every adapter runs them all.
//!
//! Each function is one claim about an empty journal it is given, and panics when the claim is false.
//! [`conformance!`](crate::conformance!) makes a test of each; it takes the path of an `async` function
//! that returns a new journal and whatever must live as long as it.
//!
//! ```
//! async fn in_memory() -> (store::conformance::Subject, ()) {
//!     (std::sync::Arc::new(store::memory::MemoryJournal::default()), ())
//! }
//!
//! store::conformance!(in_memory);
//! ```

mod appending;
mod in_use;
mod racing;
mod reading;
mod sharing;
mod snapshots;
mod table_index;
mod tampering;
mod transfer;
mod withholding;

pub mod steps;

use std::sync::Arc;

use crate::Journal;

pub use appending::*;
pub use in_use::*;
pub use racing::*;
pub use reading::*;
pub use sharing::*;
pub use snapshots::*;
pub use table_index::*;
pub use tampering::*;
pub use transfer::*;
pub use withholding::*;

/// The journal a claim is about.
pub type Subject = Arc<dyn Journal>;

/// Makes a test of every claim, each with a journal of its own.
#[macro_export]
macro_rules! conformance {
    ($make:path) => {
        $crate::conformance!(
            $make:
            a_new_journal_is_ready_and_nobody_reads,
            an_unknown_table_has_nothing_to_read,
            what_was_appended_is_read_back_as_it_was,
            reading_begins_after_a_version,
            one_reading_returns_a_limited_number_of_records,
            several_heads_are_told_in_the_order_asked_for,
            a_head_told_at_once_is_the_newest,
            a_command_is_found_at_its_own_table_only,
            the_chain_of_all_that_is_read_is_whole,
            an_append_leads_to_the_next_version,
            a_stale_expectation_is_a_conflict_and_changes_nothing,
            an_expectation_ahead_of_the_table_is_a_conflict,
            all_events_of_a_commit_are_kept_in_one_record,
            a_repeat_returns_the_first_record_however_stale_its_expectation,
            the_same_command_id_at_another_table_is_no_repeat,
            a_code_belongs_to_one_live_table,
            a_refused_code_leaves_no_trace,
            a_code_is_free_again_when_its_table_is_over,
            a_table_that_was_over_is_live_again_under_another_code,
            live_tables_are_counted,
            due_tables_are_listed_longest_due_first,
            a_table_that_is_over_never_falls_due,
            the_next_deadline_is_the_earliest_of_the_live_tables,
            a_snapshot_is_returned_as_it_was_kept,
            a_newer_snapshot_replaces_an_older_one_and_never_the_reverse,
            a_snapshot_of_another_format_is_none,
            a_snapshot_of_what_never_happened_is_not_kept,
            of_sixteen_appends_at_one_version_one_wins,
            of_sixteen_repeats_at_once_one_is_appended,
            of_sixteen_tables_that_want_a_code_one_gets_it,
            a_table_opens_only_while_there_is_room,
            of_sixteen_tables_that_open_at_once_as_many_do_as_there_is_room_for,
            of_sixteen_tables_that_go_on_at_once_as_many_do_as_there_is_room_for,
            the_number_of_live_tables_stays_true_while_many_end_and_go_on,
            a_table_rests_when_nobody_uses_it_and_costs_no_place,
            a_look_keeps_a_table_in_use,
            a_commit_of_a_player_keeps_a_table_in_use_and_a_deadline_does_not,
            a_use_noted_far_ahead_costs_no_place,
            one_client_holds_no_more_than_its_share_when_half_is_taken,
            a_share_is_of_the_tables_in_use,
            tables_that_one_client_wakes_cost_others_no_more_than_half,
            of_sixteen_tables_one_client_opens_at_once_its_share_is_let_in,
            a_table_that_was_opened_and_left_alone_is_found,
            what_is_withheld_is_read_no_more_and_the_chain_stays_whole,
            an_erased_table_tells_nothing,
            a_withholding_is_an_append_like_any_other,
            a_snapshot_from_before_a_withholding_is_not_kept,
            tables_are_listed_in_pages,
            tables_that_are_over_are_listed_by_their_last_commit,
        );
    };
    ($make:path: $($claim:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $claim() {
            let (journal, _kept_alive) = $make().await;
            $crate::conformance::$claim(&journal).await;
        }
    )+};
}

/// Makes a test of every claim about a store that somebody has written to beside its journal. It takes the path of an
/// `async` function that returns a new [`TamperedSubject`] and whatever must live as long as it.
#[macro_export]
macro_rules! tampering_conformance {
    ($make:path) => {
        $crate::tampering_conformance!(
            $make:
            a_last_record_that_is_missing_is_named,
            a_record_that_is_missing_in_the_middle_is_named,
            records_that_changed_places_are_named,
            a_snapshot_that_was_changed_is_thrown_away_and_makes_room,
            a_snapshot_of_another_story_is_thrown_away,
            a_snapshot_of_another_table_is_thrown_away,
            a_snapshot_of_the_release_before_is_none_and_no_fault,
        );
    };
    ($make:path: $($claim:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $claim() {
            let (subject, _kept_alive) = $make().await;
            $crate::conformance::$claim(&subject).await;
        }
    )+};
}

/// Makes a test of every claim about whole journals, each with two journals of its own. It takes the path of an
/// `async` function that returns a new [`TransferSubject`] and whatever must live as long as it.
#[macro_export]
macro_rules! transfer_conformance {
    ($make:path) => {
        $crate::transfer_conformance!(
            $make:
            an_export_has_every_record_in_the_order_of_its_table,
            what_is_exported_and_imported_is_equal_and_goes_on,
            a_file_that_is_exported_into_is_equal,
            an_import_over_another_journal_is_refused,
            an_import_that_fails_leaves_an_empty_journal,
            an_export_is_whole_while_others_write,
            what_is_withheld_stays_withheld_in_a_copy,
        );
    };
    ($make:path: $($claim:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $claim() {
            let (subject, _kept_alive) = $make().await;
            let (other, _other_kept_alive) = $make().await;
            $crate::conformance::$claim(&subject, &other).await;
        }
    )+};
}

/// Makes a test of every claim about several journals on one store. It takes the path of an `async` function that
/// returns three journals that share a new store, and whatever must live as long as they.
#[macro_export]
macro_rules! sharing_conformance {
    ($make:path) => {
        $crate::sharing_conformance!(
            $make:
            writers_at_several_journals_lose_and_double_nothing,
            of_many_openings_of_one_table_one_is_kept_and_the_others_repeat_it,
            as_many_tables_open_at_several_journals_as_there_is_room_for,
            the_number_stays_true_while_tables_end_and_go_on_at_several_journals,
            a_head_told_at_once_is_the_newest_whoever_appended,
            looks_noted_at_several_journals_hold_up_no_writer,
        );
    };
    ($make:path: $($claim:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $claim() {
            let (journals, _kept_alive) = $make().await;
            $crate::conformance::$claim(&journals).await;
        }
    )+};
}
