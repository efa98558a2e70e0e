//! What a write rests on.

use bucket::{ETag, ProbeReport, PutOutcome, probe};
use bytes::Bytes;

use crate::stand_in::{Mood, StandIn};

#[tokio::test]
async fn a_service_that_ignores_conditions_is_found_out() {
    let stand_in = StandIn::start().await;
    stand_in.become_(Mood::Heedless);
    let finding = probe(stand_in.bucket("codex/").as_ref()).await.unwrap();
    assert_eq!(
        finding,
        ProbeReport {
            creates_once: false,
            replaces_what_was_read: false
        }
    );
}

#[tokio::test]
async fn a_creation_expects_nothing_and_a_replacement_what_was_read() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("");
    bucket.create("a", Bytes::new()).await.unwrap();
    let tag = bucket.get("a").await.unwrap().unwrap().tag;
    bucket.replace("a", Bytes::new(), &tag).await.unwrap();

    let conditions: Vec<_> = stand_in.asked().into_iter().map(|a| a.condition).collect();
    assert_eq!(conditions, [Some("0".to_owned()), None, Some(tag.0)]);
}

#[tokio::test]
async fn an_absence_answered_to_a_replacement_is_a_change() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    stand_in.become_(Mood::Refusing(404, "NoSuchKey"));
    let tag = ETag("1".to_owned());
    let put = bucket.replace("a", Bytes::new(), &tag).await.unwrap();
    assert_eq!(put, PutOutcome::Changed);
}
