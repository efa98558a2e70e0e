//! Claims about announcements.

use tokio::time::timeout;

use super::{PATIENCE, receives, within};
use crate::PubSub;

/// Makes a test of every claim about announcements.
#[macro_export]
macro_rules! pubsub_conformance {
    ($make:path) => {
        $crate::conformance!(
            $make:
            a_topic_is_at_version_zero_before_its_first_announcement,
            a_subscriber_receives_the_newest_version_and_never_an_older_one,
            every_subscriber_of_a_topic_receives_its_version_and_no_other_subscriber_does,
            a_late_subscriber_of_a_subscribed_topic_has_the_newest_version_at_once,
            no_publisher_waits_for_long,
            what_is_published_after_the_close_is_received_here,
        );
    };
}

/// A topic is at version zero before its first announcement.
pub async fn a_topic_is_at_version_zero_before_its_first_announcement(pubsub: &dyn PubSub) {
    pubsub.publish("b", 1).await;
    assert_eq!(*pubsub.subscribe("a").borrow(), 0);
}

/// A subscriber receives the newest version, and never an older one.
pub async fn a_subscriber_receives_the_newest_version_and_never_an_older_one(pubsub: &dyn PubSub) {
    let mut subscription = pubsub.subscribe("a");
    pubsub.publish("a", 3).await;
    pubsub.publish("a", 2).await;
    let received = timeout(PATIENCE, subscription.wait_for(|version| *version > 0)).await;
    assert_eq!(*received.expect("in time").expect("the adapter lives"), 3);
}

/// Every subscriber of a topic receives its version, and no other subscriber does.
pub async fn every_subscriber_of_a_topic_receives_its_version_and_no_other_subscriber_does(
    pubsub: &dyn PubSub,
) {
    let (mut first, mut second) = (pubsub.subscribe("a"), pubsub.subscribe("a"));
    let other = pubsub.subscribe("b");
    pubsub.publish("a", 1).await;
    for subscription in [&mut first, &mut second] {
        receives(subscription, 1).await;
    }
    assert_eq!(*other.borrow(), 0);
}

/// A late subscriber of a subscribed topic has the newest version at once.
pub async fn a_late_subscriber_of_a_subscribed_topic_has_the_newest_version_at_once(
    pubsub: &dyn PubSub,
) {
    let _first = pubsub.subscribe("a");
    pubsub.publish("a", 5).await;
    assert_eq!(*pubsub.subscribe("a").borrow(), 5);
}

/// No publisher waits for long, whether a server answers or not.
pub async fn no_publisher_waits_for_long(pubsub: &dyn PubSub) {
    within(pubsub.publish("a", 1)).await;
}

/// What is published after the close is received by the subscribers in this process. To close twice does no harm.
pub async fn what_is_published_after_the_close_is_received_here(pubsub: &dyn PubSub) {
    let mut subscription = pubsub.subscribe("a");
    pubsub.publish("a", 1).await;
    within(pubsub.close()).await;
    within(pubsub.close()).await;
    within(pubsub.publish("a", 2)).await;
    receives(&mut subscription, 2).await;
}

/// Announcements beyond what the outbox holds are dropped and counted. For an adapter that has no connection.
pub async fn announcements_beyond_the_outbox_are_dropped_and_counted(pubsub: &dyn PubSub) {
    for version in 1..=1_034 {
        pubsub.publish("a", version).await;
    }
    assert_eq!(pubsub.dropped(), 10);
}
