//! Timeouts of requests.

use std::sync::Arc;
use std::time::Duration;

use bucket::{BucketError, PutOutcome};
use bytes::Bytes;
use tokio::time::{Instant, pause, resume};

use crate::stand_in::{Mood, StandIn};

/// Sends a request that gets no answer, and returns its result and after how long it came.
async fn unanswered<T: Send + 'static>(
    stand_in: &StandIn,
    asking: impl Future<Output = Result<T, BucketError>> + Send + 'static,
) -> (Result<T, BucketError>, Duration) {
    stand_in.become_(Mood::Mute);
    let asked = tokio::spawn(asking);
    stand_in.done().await;
    // From here on nothing moves but the limits, so the clock may leap from one to the next.
    pause();
    let begun = Instant::now();
    let told = asked.await.unwrap();
    let waited = begun.elapsed();
    resume();
    stand_in.become_(Mood::Honest);
    (told, waited)
}

#[tokio::test]
async fn a_write_without_an_answer_is_unknown_also_when_it_was_carried_out() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    let writer = Arc::clone(&bucket);
    let (told, waited) = unanswered(&stand_in, async move {
        writer.create("a", Bytes::from_static(b"mine")).await
    })
    .await;
    assert!(matches!(told, Err(BucketError::Unknown(_))), "{told:?}");
    assert!(waited < Duration::from_secs(11), "{waited:?}");

    let again = bucket.create("a", Bytes::new()).await.unwrap();
    assert_eq!(again, PutOutcome::Exists);
    let kept = bucket.get("a").await.unwrap().unwrap();
    assert_eq!(kept.body, "mine");
}

#[tokio::test]
async fn a_read_without_an_answer_ends() {
    let stand_in = StandIn::start().await;
    let reader = stand_in.bucket("codex/");
    let (told, waited) = unanswered(&stand_in, async move { reader.get("a").await }).await;
    assert!(matches!(told, Err(BucketError::Unknown(_))), "{told:?}");
    assert!(waited < Duration::from_secs(11), "{waited:?}");
}

#[tokio::test]
async fn eight_mebibytes_have_a_minute() {
    let stand_in = StandIn::start().await;
    let writer = stand_in.bucket("codex/");
    let body = Bytes::from(vec![7; 8 << 20]);
    let begun = std::time::Instant::now();
    let (told, waited) = unanswered(&stand_in, async move { writer.create("a", body).await }).await;
    assert!(matches!(told, Err(BucketError::Unknown(_))), "{told:?}");
    // What passed on the real clock before the leap counts, too.
    assert!(waited + begun.elapsed() >= Duration::from_mins(1));
    assert!(waited <= Duration::from_secs(70), "{waited:?}");
}
