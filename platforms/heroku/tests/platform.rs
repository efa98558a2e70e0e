//! What must be true on Heroku, with a database and with a bucket.

use platform_sim::{PlatformTerms, Store, heroku};

const BINARY: &str = env!("CARGO_BIN_EXE_heroku");

fn place(store: Store) -> PlatformTerms {
    heroku(BINARY, store)
}

platform_sim::suite!(Store::bucketeer, Store::folder, place);

platform_sim::suite!(Store::bucketeer, place: the_port_answers_in_time_while_fifty_megabytes_come_back);

platform_sim::suite!(Store::folder, place: a_live_stream_is_never_silent_for_long);

mod on_a_database {
    use platform_sim::Store;

    platform_sim::suite!(Store::database, super::place: a_story_outlives_two_deploys_and_a_crash);
}

#[tokio::test]
async fn without_a_database_or_a_bucket_nothing_is_served() {
    let nowhere = place(Store::disk().await);
    let ended = nowhere.setup().run(&[]).await;
    assert_eq!(ended.status.code(), Some(78), "{}", ended.text());
    for word in ["REPLICA_URL: none is set", "heroku addons:create"] {
        assert!(ended.text().contains(word), "{}", ended.text());
    }
}
