//! Claims about token buckets.

use std::time::Duration;

use super::within;
use crate::{TokenBucket, TokenDecision};

/// Makes a test of every claim about token buckets.
#[macro_export]
macro_rules! token_bucket_conformance {
    ($make:path) => {
        $crate::conformance!(
            $make:
            a_token_bucket_gives_what_it_holds_and_no_more,
            no_taker_waits_for_long,
        );
    };
}

/// A token bucket gives what it holds and no more, or says that it does not know.
pub async fn a_token_bucket_gives_what_it_holds_and_no_more(bucket: &dyn TokenBucket) {
    let per = Duration::from_hours(1);
    // The token of an answer that came too late is taken, so unknown decisions may count as allowed ones.
    let (mut allowed, mut unknown) = (0, 0);
    for _ in 0..5 {
        match bucket.take("a", 3, per).await {
            TokenDecision::Allowed => allowed += 1,
            TokenDecision::Refused { retry_after } => {
                assert!(allowed + unknown >= 3, "refused too early");
                assert!(!retry_after.is_zero() && retry_after <= per);
            }
            TokenDecision::Unknown => unknown += 1,
        }
    }
    assert!(allowed <= 3);
}

/// No taker waits for long, whether a server answers or not.
pub async fn no_taker_waits_for_long(bucket: &dyn TokenBucket) {
    within(bucket.take("a", 1, Duration::from_secs(30))).await;
}
