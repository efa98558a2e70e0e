//! Claims about an outage: no player notices it, and afterwards all is as before.

use tokio::time::timeout;

use super::meeting::pair;
use super::{
    Meeting, PATIENCE, disconnected, new_group, receive_each_other, receives, works_by_itself,
};
use crate::Bus;

/// Instances receive each other again after the server ended their connections, and subscribers wake meanwhile.
pub async fn instances_receive_each_other_again_after_their_connections_were_ended(
    meeting: &dyn Meeting,
) {
    let group = new_group();
    let (one, other) = pair(meeting, &group).await;
    let mut subscription = one.pubsub.subscribe("a");
    one.pubsub.publish("a", 3).await;
    subscription.mark_unchanged();
    meeting.end_connections(&group).await;
    let woken = timeout(PATIENCE, subscription.changed()).await;
    assert!(woken.expect("in time").is_ok());
    assert_eq!(*subscription.borrow(), 3, "no version is invented");
    receive_each_other(one.pubsub.as_ref(), other.pubsub.as_ref()).await;
}

/// Instances receive each other again after the server was stopped and started.
pub async fn instances_receive_each_other_again_after_the_server_was_stopped(
    meeting: &dyn Meeting,
) {
    let (one, other) = pair(meeting, &new_group()).await;
    meeting.stop_server().await;
    work_through_an_outage(&one, &other).await;
    meeting.restart_server().await;
    receive_each_other(one.pubsub.as_ref(), other.pubsub.as_ref()).await;
}

/// Instances receive each other again after the server hung for a while.
pub async fn instances_receive_each_other_again_after_the_server_hung(meeting: &dyn Meeting) {
    let (one, other) = pair(meeting, &new_group()).await;
    meeting.pause_server().await;
    work_through_an_outage(&one, &other).await;
    meeting.resume_server().await;
    receive_each_other(one.pubsub.as_ref(), other.pubsub.as_ref()).await;
}

/// After an outage every subscriber wakes: messages may have been lost. What was published here meanwhile stands.
pub async fn every_subscriber_wakes_after_an_outage(meeting: &dyn Meeting) {
    let (one, other) = pair(meeting, &new_group()).await;
    let (mut here, mut there) = (one.pubsub.subscribe("a"), other.pubsub.subscribe("a"));
    one.pubsub.publish("a", 3).await;
    receives(&mut there, 3).await;
    here.mark_unchanged();
    meeting.stop_server().await;
    disconnected(one.pubsub.as_ref()).await;
    disconnected(other.pubsub.as_ref()).await;
    assert!(!here.has_changed().expect("the adapter lives"));
    one.pubsub.publish("a", 7).await;
    meeting.restart_server().await;
    // An instance that reconnects later than the announcement was sent has lost it. It wakes and reads the journal.
    let woken = timeout(PATIENCE, there.changed()).await;
    assert!(woken.expect("in time").is_ok());
    receives(&mut here, 7).await;
    receive_each_other(one.pubsub.as_ref(), other.pubsub.as_ref()).await;
}

/// Checks that both instances work by themselves while the server is unreachable, before and after they know it.
async fn work_through_an_outage(one: &Bus, other: &Bus) {
    works_by_itself(one, 1).await;
    disconnected(one.pubsub.as_ref()).await;
    disconnected(other.pubsub.as_ref()).await;
    works_by_itself(one, 2).await;
    works_by_itself(other, 3).await;
}
