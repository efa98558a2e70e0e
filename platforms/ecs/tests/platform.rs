//! What must be true on Amazon ECS, with a bucket that lets in whoever has the task's role.

use std::path::Path;

use platform_sim::{PlatformTerms, Simulator, Store, TASK};

fn place(store: Store) -> PlatformTerms {
    platform_sim::ecs(env!("CARGO_BIN_EXE_ecs"), store)
}

async fn bucket() -> Store {
    Store::s3().await.with_an_agent().await
}

async fn folder() -> Store {
    Store::folder().await.with_an_agent().await
}

platform_sim::suite!(bucket, folder, place);

platform_sim::suite!(bucket, place: the_port_answers_in_time_while_fifty_megabytes_come_back);

platform_sim::suite!(folder, place: a_live_stream_is_never_silent_for_long);

mod on_a_table {
    use platform_sim::{PlatformTerms, Rollout, Store};

    async fn table() -> Store {
        let mut store = Store::dynamodb().await.with_an_agent().await;
        // The role's key, which the agent hands out, and no other.
        let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
        store.variables.retain(|(name, _)| !keys.contains(name));
        store
    }

    /// Tasks that share a table overlap while one release replaces another.
    fn place(store: Store) -> PlatformTerms {
        let mut terms = super::place(store);
        terms.rollout = Rollout::StartFirst;
        terms
    }

    platform_sim::suite!(table, place: a_story_outlives_two_deploys_and_a_crash);
}

#[tokio::test]
async fn a_task_says_which_one_it_is() {
    let store = folder().await;
    let replica = store
        .variables
        .iter()
        .find_map(|(_, value)| value.strip_prefix("file://"));
    let first = Path::new(replica.unwrap()).join("ledger/00000000000000000001");
    let simulator = Simulator::begin(place(store)).await;
    let claimed = std::fs::read_to_string(first).unwrap();
    let by = format!("\"owner\":\"{TASK}:");
    assert!(claimed.contains(&by), "{claimed}");
    simulator.end(&[]).await;
}

#[tokio::test]
async fn without_a_bucket_or_a_database_nothing_is_served() {
    let nowhere = place(Store::disk().await.with_an_agent().await);
    let ended = nowhere.setup().run(&[]).await;
    assert_eq!(ended.status.code(), Some(78), "{}", ended.text());
    assert!(
        ended.text().contains("REPLICA_URL=s3://"),
        "{}",
        ended.text()
    );
}
