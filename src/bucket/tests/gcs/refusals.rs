//! What becomes of requests that led to nothing.

use std::error::Error as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bucket::{Bucket, BucketError, BucketUrl, ETag};
use bytes::Bytes;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::stand_in::{Mood, StandIn, open};

/// Asks everything once, and returns what was told of it.
async fn all_faults(bucket: &dyn Bucket) -> Vec<(&'static str, BucketError)> {
    let tag = ETag("1".to_owned());
    let body = Bytes::from_static(b"body");
    vec![
        (
            "create",
            bucket.create("a", body.clone()).await.unwrap_err(),
        ),
        (
            "replace",
            bucket.replace("a", body, &tag).await.unwrap_err(),
        ),
        ("get", bucket.get("a").await.unwrap_err()),
        ("list", bucket.list("", None).await.unwrap_err()),
        ("delete", bucket.delete("a").await.unwrap_err()),
    ]
}

#[tokio::test]
async fn a_refusal_for_good_is_told_as_one() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    let answers = [
        (400, "InvalidArgument"),
        (401, "AuthenticationRequired"),
        (403, "AccessDenied"),
        (404, "NoSuchBucket"),
        (404, "NoStorageHere"),
    ];
    for (status, code) in answers {
        stand_in.become_(Mood::Refusing(status, code));
        for (asked, fault) in all_faults(bucket.as_ref()).await {
            assert!(
                matches!(fault, BucketError::Denied(_)),
                "{asked}: {fault:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_refusal_that_may_pass_is_unknown() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    let answers = [
        (408, "RequestTimeout"),
        (409, "OperationAborted"),
        (429, "SlowDown"),
        (500, "InternalError"),
        (503, "ServiceUnavailable"),
    ];
    for (status, code) in answers {
        stand_in.become_(Mood::Refusing(status, code));
        for (asked, fault) in all_faults(bucket.as_ref()).await {
            assert!(
                matches!(fault, BucketError::Unknown(_)),
                "{asked}: {fault:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_a_refusal_of_everything() {
    let stand_in = StandIn::start().await;
    for (asked, fault) in all_faults(stand_in.missing_bucket().as_ref()).await {
        assert!(
            matches!(fault, BucketError::Denied(_)),
            "{asked}: {fault:?}"
        );
    }
}

#[tokio::test]
async fn the_service_s_own_words_are_handed_on() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    stand_in.become_(Mood::Refusing(403, "AccessDenied"));
    let fault = bucket.create("a", Bytes::new()).await.unwrap_err();
    assert_eq!(
        fault.source().unwrap().to_string(),
        "create gs://codex-test/codex/a: 403 AccessDenied: So be it. Ask the owner."
    );
}

#[tokio::test]
async fn an_answer_without_a_generation_is_unknown() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    stand_in.become_(Mood::Nameless);
    let fault = bucket.create("a", Bytes::new()).await.unwrap_err();
    assert!(matches!(fault, BucketError::Unknown(_)), "{fault:?}");
    let fault = bucket.get("a").await.unwrap_err();
    assert!(matches!(fault, BucketError::Unknown(_)), "{fault:?}");
}

#[tokio::test]
async fn no_credentials_travel_without_encryption() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    bucket.create("a", Bytes::new()).await.unwrap();
    bucket.get("a").await.unwrap();
    bucket.list("", None).await.unwrap();
    bucket.delete("a").await.unwrap();
    for asked in stand_in.asked() {
        let sent = asked.authorization.unwrap_or_default();
        assert_eq!(sent.trim_start_matches("Bearer").trim(), "");
    }
}

#[tokio::test]
async fn a_closed_port_is_unavailable() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for (asked, fault) in all_faults(open("codex-test", "", address).as_ref()).await {
        assert!(
            matches!(fault, BucketError::Unavailable(_)),
            "{asked}: {fault:?}"
        );
        let cause = fault.source().unwrap().to_string();
        assert!(cause.contains("Connection refused"), "{cause}");
    }
}

#[tokio::test]
async fn a_connection_cut_after_the_question_is_unknown_and_nothing_is_asked_again() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let questions = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&questions);
    let cutting = tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            let _ = connection.read(&mut [0; 4_096]).await;
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let faults = all_faults(open("codex-test", "", address).as_ref()).await;
    cutting.abort();
    for (asked, fault) in &faults {
        assert!(
            matches!(fault, BucketError::Unknown(_)),
            "{asked}: {fault:?}"
        );
    }
    assert_eq!(questions.load(Ordering::Relaxed), faults.len());
}

#[tokio::test]
async fn what_cannot_be_a_name_is_refused_before_anything_is_asked() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    for key in ["", "../a", "a//b", "a/", "/a"] {
        let fault = bucket.get(key).await.unwrap_err();
        assert!(matches!(fault, BucketError::Denied(_)), "{key}: {fault:?}");
    }
    assert!(stand_in.asked().is_empty());
}

#[test]
fn another_provider_s_address_is_unfit() {
    let place = BucketUrl::Folder("/somewhere".into());
    let unfit = bucket::gcs::GcsBucket::open(&place).unwrap_err();
    assert!(unfit.to_string().contains("gs://bucket/prefix"));
}
