//! How errors of the service, and missing answers, are classified.

use std::error::Error as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bucket::conformance::try_every_request;
use bucket::{Bucket, BucketError, BucketUrl};
use bytes::Bytes;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::stand_in::{Mood, StandIn, open};

/// Sends one request of each kind, and returns the errors.
async fn every_error(bucket: &dyn Bucket) -> Vec<(&'static str, BucketError)> {
    let answers = try_every_request(bucket).await;
    let errors = answers.map(|(request, answer)| (request, answer.unwrap_err()));
    errors.into()
}

mod unreachable {
    use std::net::{Ipv4Addr, TcpListener};

    use bucket::conformance::Subject;

    use crate::stand_in::{StandIn, open};

    #[expect(clippy::unused_async, reason = "the suite awaits it")]
    async fn closed_port() -> (Subject, ()) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        (open("codex-test", "", address), ())
    }

    async fn missing_bucket() -> (Subject, StandIn) {
        let stand_in = StandIn::start().await;
        (stand_in.missing_bucket(), stand_in)
    }

    bucket::conformance!(closed_port: every_request_to_a_closed_port_is_unavailable);
    bucket::conformance!(missing_bucket: a_missing_bucket_is_denied);
}

#[tokio::test]
async fn a_permanent_error_is_denied() {
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
        for (request, error) in every_error(bucket.as_ref()).await {
            assert!(
                matches!(error, BucketError::Denied(_)),
                "{request}: {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_error_that_may_pass_is_unknown() {
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
        for (request, error) in every_error(bucket.as_ref()).await {
            assert!(
                matches!(error, BucketError::Unknown(_)),
                "{request}: {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_services_own_message_is_the_cause() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    stand_in.become_(Mood::Refusing(403, "AccessDenied"));
    let error = bucket.create("a", Bytes::new()).await.unwrap_err();
    assert_eq!(
        error.source().unwrap().to_string(),
        "create gs://codex-test/codex/a: 403 AccessDenied: So be it. Ask the owner."
    );
}

#[tokio::test]
async fn an_answer_without_a_generation_is_unknown() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    stand_in.become_(Mood::Nameless);
    let error = bucket.create("a", Bytes::new()).await.unwrap_err();
    assert!(matches!(error, BucketError::Unknown(_)), "{error:?}");
    let error = bucket.get("a").await.unwrap_err();
    assert!(matches!(error, BucketError::Unknown(_)), "{error:?}");
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
async fn a_connection_cut_after_the_request_is_unknown_and_nothing_is_retried() {
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
    let errors = every_error(open("codex-test", "", address).as_ref()).await;
    cutting.abort();
    for (request, error) in &errors {
        assert!(
            matches!(error, BucketError::Unknown(_)),
            "{request}: {error:?}"
        );
    }
    assert_eq!(questions.load(Ordering::Relaxed), errors.len());
}

#[tokio::test]
async fn an_invalid_key_is_denied_without_a_request() {
    let stand_in = StandIn::start().await;
    let bucket = stand_in.bucket("codex/");
    for key in ["", "../a", "a//b", "a/", "/a"] {
        let error = bucket.get(key).await.unwrap_err();
        assert!(matches!(error, BucketError::Denied(_)), "{key}: {error:?}");
    }
    assert!(stand_in.asked().is_empty());
}

#[test]
fn the_url_of_another_provider_is_refused() {
    let url = BucketUrl::Folder("/somewhere".into());
    let error = bucket::gcs::GcsBucket::open(&url).unwrap_err();
    assert!(error.to_string().contains("gs://bucket/prefix"));
}
