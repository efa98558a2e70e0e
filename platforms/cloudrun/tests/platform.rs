//! What must be true on Google Cloud Run, with a bucket of Google's.

use platform_sim::{PlatformTerms, Store, cloudrun};
use servers::{Gcs, GcsMood};

const BINARY: &str = env!("CARGO_BIN_EXE_cloudrun");

fn place(store: Store) -> PlatformTerms {
    cloudrun(BINARY, store)
}

platform_sim::suite!(Store::gcs, Store::folder, place);

platform_sim::suite!(Store::gcs, place:
    the_port_answers_in_time_while_fifty_megabytes_come_back,
    a_story_is_told_while_the_processor_sleeps_between_requests,
);

platform_sim::suite!(Store::folder, place: a_live_stream_says_goodbye_before_it_is_cut);

#[tokio::test]
async fn a_bucket_that_ignores_generations_is_not_relied_on() {
    let heedless = Gcs::start().await;
    heedless.become_(GcsMood::Heedless);
    let refused = place(Store::of_gcs(heedless));
    let ended = refused.setup().run(&[]).await;
    assert_eq!(ended.status.code(), Some(69), "{}", ended.text());
    for word in ["ignores conditional writes", "REPLICA_ACK=async"] {
        assert!(ended.text().contains(word), "{}", ended.text());
    }
}
