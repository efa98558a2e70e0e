//! Claims about several adapters that meet at a server: about their announcements, their presence and what they cost.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;

use super::{connected, disconnected, receive_each_other, receives, until, works_by_itself};
use crate::Bus;

/// A server at which buses meet, as a claim uses it.
#[async_trait]
pub trait Meeting: Send + Sync {
    /// Starts a bus of the group `prefix` at the server.
    async fn start_bus(&self, prefix: &str) -> Bus;

    /// Returns how many connections the buses of the group have at the server.
    async fn connections(&self, prefix: &str) -> usize;

    /// Has the server end all connections of the group.
    async fn end_connections(&self, prefix: &str);

    /// Stops the server at once, as a failing machine would.
    async fn stop_server(&self);

    /// Starts the server again after [`Meeting::stop_server`].
    async fn restart_server(&self);

    /// Has the server hang: it keeps its connections and answers nothing.
    async fn pause_server(&self);

    /// Lets the server go on after [`Meeting::pause_server`].
    async fn resume_server(&self);
}

/// Makes a test of every claim about buses that meet.
///
/// `$any` returns a [`Meeting`] at a server that other tests may use, too; `$own` one at a server that this test may
/// stop.
#[macro_export]
macro_rules! meeting_conformance {
    ($any:path, $own:path) => {
        $crate::meeting_conformance!(
            $any:
            instances_receive_each_others_announcements,
            a_thousand_topics_that_move_on_at_once_are_all_received,
            groups_do_not_receive_each_other,
            a_seat_is_seen_by_all_instances_at_its_latest_moment,
            a_seats_presence_is_sent_every_five_seconds_at_most,
            ten_thousand_seats_that_are_present_at_once_are_all_seen,
            a_bus_costs_its_server_one_connection,
            the_last_announcement_of_a_closing_bus_is_received,
            instances_receive_each_other_again_after_their_connections_were_ended,
        );
        $crate::meeting_conformance!(
            $own:
            instances_receive_each_other_again_after_the_server_was_stopped,
            instances_receive_each_other_again_after_the_server_hung,
            every_subscriber_wakes_after_an_outage,
        );
    };
    ($make:path: $($claim:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $claim() {
            let meeting = $make().await;
            $crate::conformance::$claim(&meeting).await;
        }
    )+};
}

/// Returns the name of a group that no other test uses.
pub fn new_group() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    // The process, because tests of several may share a server.
    format!("group-{}-{number}", std::process::id())
}

/// Starts a bus and waits until it is connected.
async fn connect(meeting: &dyn Meeting, group: &str) -> Bus {
    let bus = meeting.start_bus(group).await;
    connected(bus.pubsub.as_ref()).await;
    bus
}

/// Starts two buses of a group, which receive each other.
pub(super) async fn pair(meeting: &dyn Meeting, group: &str) -> (Bus, Bus) {
    let (one, other) = (connect(meeting, group).await, connect(meeting, group).await);
    receive_each_other(one.pubsub.as_ref(), other.pubsub.as_ref()).await;
    (one, other)
}

/// Instances receive each other's announcements, each of them.
pub async fn instances_receive_each_others_announcements(meeting: &dyn Meeting) {
    let (one, other) = pair(meeting, &new_group()).await;
    let mut subscription = other.pubsub.subscribe("a");
    for version in 1..=500 {
        one.pubsub.publish("a", version).await;
        receives(&mut subscription, version).await;
    }
}

/// A thousand topics that move on at once are all received, and none is dropped.
pub async fn a_thousand_topics_that_move_on_at_once_are_all_received(meeting: &dyn Meeting) {
    let (one, other) = pair(meeting, &new_group()).await;
    let topics: Vec<String> = (0..1_000).map(|number| format!("table-{number}")).collect();
    let subscriptions: Vec<_> = topics
        .iter()
        .map(|topic| other.pubsub.subscribe(topic))
        .collect();
    for topic in &topics {
        one.pubsub.publish(topic, 1).await;
    }
    for mut subscription in subscriptions {
        receives(&mut subscription, 1).await;
    }
    assert_eq!(one.pubsub.dropped(), 0);
}

/// Groups of instances with different prefixes do not receive each other.
pub async fn groups_do_not_receive_each_other(meeting: &dyn Meeting) {
    let (first, second) = (new_group(), new_group());
    let (one, friend) = pair(meeting, &first).await;
    let stranger = connect(meeting, &second).await;
    let mut received = friend.pubsub.subscribe("a");
    let unreceived = stranger.pubsub.subscribe("a");
    one.presence.record("a", 1, 1).await;
    one.pubsub.publish("a", 1).await;
    receives(&mut received, 1).await;
    until(async || friend.presence.last_seen("a").await == BTreeMap::from([(1, 1)])).await;
    assert_eq!(*unreceived.borrow(), 0);
    assert!(stranger.presence.last_seen("a").await.is_empty());
}

/// A seat that one instance sees is seen by all of them, at its latest moment.
pub async fn a_seat_is_seen_by_all_instances_at_its_latest_moment(meeting: &dyn Meeting) {
    let group = new_group();
    let (one, other) = pair(meeting, &group).await;
    let third = connect(meeting, &group).await;
    one.presence.record("a", 1, 70_000).await;
    until(async || third.presence.last_seen("a").await == BTreeMap::from([(1, 70_000)])).await;
    // Sent in this order: once the second update is there, the first one was.
    other.presence.record("a", 1, 60_000).await;
    other.presence.record("a", 2, 60_000).await;
    let both = BTreeMap::from([(1, 70_000), (2, 60_000)]);
    until(async || third.presence.last_seen("a").await.len() == 2).await;
    until(async || third.presence.last_seen("a").await == both).await;
}

/// A seat's presence is sent every five seconds at most.
pub async fn a_seats_presence_is_sent_every_five_seconds_at_most(meeting: &dyn Meeting) {
    let (one, other) = pair(meeting, &new_group()).await;
    one.presence.record("a", 1, 10_000).await;
    until(async || other.presence.last_seen("a").await.contains_key(&1)).await;
    one.presence.record("a", 1, 14_999).await;
    one.presence.record("b", 1, 14_999).await;
    until(async || other.presence.last_seen("b").await.contains_key(&1)).await;
    until(async || other.presence.last_seen("a").await == BTreeMap::from([(1, 10_000)])).await;
    assert_eq!(
        one.presence.last_seen("a").await,
        BTreeMap::from([(1, 14_999)])
    );
    one.presence.record("a", 1, 15_000).await;
    until(async || other.presence.last_seen("a").await == BTreeMap::from([(1, 15_000)])).await;
}

/// Ten thousand seats that are present at once are all seen by another instance, also when they still are later.
pub async fn ten_thousand_seats_that_are_present_at_once_are_all_seen(meeting: &dyn Meeting) {
    let (one, other) = pair(meeting, &new_group()).await;
    let topics: Vec<String> = (0..2_500).map(|number| format!("table-{number}")).collect();
    for at_ms in [10_000, 20_000] {
        let all = BTreeMap::from([1, 2, 3, 4].map(|seat| (seat, at_ms)));
        for topic in &topics {
            for seat in all.keys() {
                one.presence.record(topic, *seat, at_ms).await;
            }
        }
        let names: Vec<&str> = topics.iter().map(String::as_str).collect();
        until(async || {
            let seen = other.presence.last_seen_of(&names).await;
            seen.len() == names.len() && seen.iter().all(|seats| *seats == all)
        })
        .await;
    }
}

/// A bus costs its server one connection, and none once it is dropped.
pub async fn a_bus_costs_its_server_one_connection(meeting: &dyn Meeting) {
    let group = new_group();
    let bus = connect(meeting, &group).await;
    bus.pubsub.publish("a", 1).await;
    bus.presence.last_seen("a").await;
    until(async || meeting.connections(&group).await == 1).await;
    drop(bus);
    until(async || meeting.connections(&group).await == 0).await;
}

/// The last announcement is received, though its bus is closed right after it.
pub async fn the_last_announcement_of_a_closing_bus_is_received(meeting: &dyn Meeting) {
    let group = new_group();
    let (one, other) = pair(meeting, &group).await;
    let mut subscription = other.pubsub.subscribe("a");
    for version in 1..=1_000 {
        one.pubsub.publish("a", version).await;
    }
    one.pubsub.close().await;
    receives(&mut subscription, 1_000).await;
    assert_eq!(disconnected(one.pubsub.as_ref()).await, "it is closed");
    works_by_itself(&one, 1).await;
    until(async || meeting.connections(&group).await == 1).await;
}
