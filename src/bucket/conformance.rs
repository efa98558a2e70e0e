//! The contract of a bucket as tests: every adapter runs them all.
//!
//! Each function is one claim about an empty bucket, and panics when the claim is false.
//! [`conformance!`](crate::conformance!) makes a test of each; it takes the path of an `async` function
//! that returns a new bucket and whatever must live as long as it.
//!
//! ```
//! async fn in_memory() -> (bucket::conformance::Subject, ()) {
//!     (std::sync::Arc::new(bucket::memory::MemoryBucket::default()), ())
//! }
//!
//! bucket::conformance!(in_memory);
//! ```

#![expect(
    clippy::missing_panics_doc,
    reason = "a claim that is false panics: that is its answer"
)]

mod failures;
mod listing;
mod objects;
mod racing;

use std::sync::Arc;

use bytes::Bytes;

use crate::{Bucket, ETag, Object, PutOutcome};

pub use failures::*;
pub use listing::*;
pub use objects::*;
pub use racing::*;

/// The bucket a claim is about.
pub type Subject = Arc<dyn Bucket>;

/// Makes a test of every claim about a working bucket, or of the claims that are named, each with a bucket of its own.
#[macro_export]
macro_rules! conformance {
    ($make:path) => {
        $crate::conformance!(
            $make:
            a_free_key_is_created_once,
            an_object_that_was_read_is_replaced,
            an_object_that_has_changed_is_not_replaced,
            an_object_that_is_gone_is_not_replaced,
            a_free_key_has_no_object,
            a_deleted_object_is_gone_and_may_be_deleted_again,
            a_key_is_free_again_after_a_deletion,
            the_tag_a_write_returns_is_the_one_a_read_returns,
            a_body_is_stored_byte_for_byte,
            a_body_of_eight_mebibytes_is_stored,
            a_probe_finds_both_conditions_kept,
            of_sixteen_creators_one_wins_and_the_object_is_its_own,
            of_sixteen_replacers_one_wins_and_the_object_is_its_own,
            of_sixteen_successive_replacements_none_is_lost,
            keys_of_one_shape_are_listed_in_the_order_of_their_bytes,
            keys_of_any_shape_are_all_listed_once,
            a_list_has_only_keys_that_begin_with_its_prefix,
            a_list_begins_after_a_key,
            more_than_a_list_holds_is_listed_page_after_page,
            a_deleted_object_is_no_longer_listed,
        );
    };
    ($make:path: $($claim:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $claim() {
            let (bucket, _kept_alive) = $make().await;
            $crate::conformance::$claim(&bucket).await;
        }
    )+};
}

/// Creates an object at a free key, and returns its tag.
async fn create(bucket: &Subject, key: &str, body: impl Into<Bytes>) -> ETag {
    let put = bucket.create(key, body.into()).await;
    match put.expect("create") {
        PutOutcome::Done(tag) => tag,
        other @ (PutOutcome::Exists | PutOutcome::Changed) => panic!("{key} is free: {other:?}"),
    }
}

async fn replace(bucket: &Subject, key: &str, body: impl Into<Bytes>, tag: &ETag) -> PutOutcome {
    let put = bucket.replace(key, body.into(), tag).await;
    put.expect("replace")
}

/// Returns an object that exists.
async fn get(bucket: &Subject, key: &str) -> Object {
    let object = bucket.get(key).await.expect("get");
    object.unwrap_or_else(|| panic!("{key} is there"))
}

async fn exists(bucket: &Subject, key: &str) -> bool {
    bucket.get(key).await.expect("get").is_some()
}

async fn delete(bucket: &Subject, key: &str) {
    bucket.delete(key).await.expect("delete");
}
