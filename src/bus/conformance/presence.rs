//! Claims about presence.

use std::collections::BTreeMap;

use super::within;
use crate::Presence;

/// Makes a test of every claim about presence.
#[macro_export]
macro_rules! presence_conformance {
    ($make:path) => {
        $crate::conformance!(
            $make:
            presence_keeps_the_latest_moment_of_each_seat,
            many_topics_are_answered_in_the_order_of_the_question,
            no_question_for_presence_waits_for_long,
        );
    };
}

/// Presence keeps the latest moment of each seat.
pub async fn presence_keeps_the_latest_moment_of_each_seat(presence: &dyn Presence) {
    assert!(presence.last_seen("a").await.is_empty());
    presence.record("a", 1, 50).await;
    presence.record("a", 1, 40).await;
    presence.record("a", 2, 60).await;
    let both = BTreeMap::from([(1, 50), (2, 60)]);
    assert_eq!(presence.last_seen("a").await, both);
    assert!(presence.last_seen("b").await.is_empty());
}

/// Many topics are answered in the order of the question, those that nobody knows too.
pub async fn many_topics_are_answered_in_the_order_of_the_question(presence: &dyn Presence) {
    presence.record("a", 1, 50).await;
    presence.record("b", 2, 60).await;
    let seen = presence.last_seen_of(&["b", "nobody", "a", "b"]).await;
    let (a, b) = (BTreeMap::from([(1, 50)]), BTreeMap::from([(2, 60)]));
    assert_eq!(seen, [b.clone(), BTreeMap::new(), a, b]);
    assert!(presence.last_seen_of(&[]).await.is_empty());
}

/// No question for presence waits for long, whether a server answers or not.
pub async fn no_question_for_presence_waits_for_long(presence: &dyn Presence) {
    within(presence.record("a", 1, 1)).await;
    within(presence.last_seen("a")).await;
    within(presence.last_seen_of(&["a", "b"])).await;
}
