//! How errors of the service, and missing answers, are classified.

use std::net::TcpListener;
use std::sync::Arc;

use bucket::conformance::try_every_request;
use bucket::s3::S3Bucket;
use bucket::{Bucket, BucketError, Cause, PutOutcome};
use bytes::Bytes;
use servers::S3;

use super::{BUCKET, open};

fn denied(done: Result<(), BucketError>) -> Cause {
    match done {
        Err(BucketError::Denied(cause)) => cause,
        other => panic!("denied is what was meant: {other:?}"),
    }
}

#[tokio::test]
async fn a_wrong_secret_is_denied_in_the_servers_words() {
    let server = S3::shared_seaweed().await;
    server.make_bucket(BUCKET).await;
    let url = server.place(BUCKET, "").parse().unwrap();
    let (key, _) = server.keys();
    let bucket = S3Bucket::open_as(&url, key, "wrong").await.unwrap();
    for (_, done) in try_every_request(&bucket).await {
        let said = denied(done).to_string();
        assert!(said.contains(": 403 SignatureDoesNotMatch: "), "{said}");
    }
}

#[tokio::test]
async fn an_unknown_key_is_denied_in_the_servers_words() {
    let server = S3::shared_seaweed().await;
    server.make_bucket(BUCKET).await;
    let url = server.place(BUCKET, "").parse().unwrap();
    let (_, secret) = server.keys();
    let bucket = S3Bucket::open_as(&url, "nobody", secret).await.unwrap();
    for (_, done) in try_every_request(&bucket).await {
        let said = denied(done).to_string();
        assert!(said.contains(": 403 InvalidAccessKeyId: "), "{said}");
    }
}

mod unreachable {
    use bucket::conformance::Subject;
    use servers::S3;

    use super::{Arc, S3Bucket, TcpListener, open};

    async fn closed_port() -> (Subject, ()) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let url = format!("s3://b?endpoint=http://127.0.0.1:{port}&region=auto");
        let url = url.parse().unwrap();
        let bucket = S3Bucket::open_as(&url, "key", "secret").await.unwrap();
        (Arc::new(bucket), ())
    }

    async fn missing_at_ministack() -> (Subject, ()) {
        let server = S3::shared_ministack().await;
        (Arc::new(open(server, "not-there", "").await), ())
    }

    mod seaweed {
        use super::{Arc, S3, Subject, open};

        async fn missing_bucket() -> (Subject, ()) {
            let server = S3::shared_seaweed().await;
            (Arc::new(open(server, "not-there", "").await), ())
        }

        bucket::conformance!(missing_bucket: a_missing_bucket_is_denied);
    }

    bucket::conformance!(closed_port: every_request_to_a_closed_port_is_unavailable);
    bucket::conformance!(missing_at_ministack: a_missing_bucket_is_denied);
}

#[tokio::test]
async fn a_host_of_no_address_is_unavailable() {
    let url = "s3://b?endpoint=http://no-such-host.invalid&region=auto";
    let url = url.parse().unwrap();
    let bucket = S3Bucket::open_as(&url, "key", "secret").await.unwrap();
    let got = bucket.get("a").await;
    assert!(matches!(got, Err(BucketError::Unavailable(_))), "{got:?}");
}

#[tokio::test]
async fn a_server_that_hangs_up_leaves_it_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // Takes a connection, reads the beginning of a request, and is gone.
    let server = std::thread::spawn(move || {
        let (mut caller, _) = listener.accept().unwrap();
        std::io::Read::read(&mut caller, &mut [0; 64]).unwrap()
    });
    let address = format!("s3://b?endpoint=http://127.0.0.1:{port}&region=auto");
    let url = address.parse().unwrap();
    let bucket = S3Bucket::open_as(&url, "key", "secret").await.unwrap();
    let put = bucket.create("a", Bytes::from_static(b"body")).await;
    assert!(matches!(put, Err(BucketError::Unknown(_))), "{put:?}");
    assert!(server.join().unwrap() > 0);
}

#[tokio::test]
async fn a_server_that_never_answers_leaves_it_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let address = format!("s3://b?endpoint=http://127.0.0.1:{port}&region=auto");
    let url = address.parse().unwrap();
    let bucket = S3Bucket::open_as(&url, "key", "secret").await.unwrap();
    let put = bucket.create("a", Bytes::from_static(b"body")).await;
    assert!(matches!(put, Err(BucketError::Unknown(_))), "{put:?}");
}

#[tokio::test]
async fn after_an_outage_the_same_bucket_goes_on() {
    for server in [S3::ministack().await, S3::seaweed().await] {
        go_through_an_outage(&server).await;
    }
}

async fn go_through_an_outage(server: &S3) {
    server.make_bucket(BUCKET).await;
    let bucket = open(server, BUCKET, "").await;
    let put = bucket.create("a", Bytes::from_static(b"body")).await;
    assert!(matches!(put, Ok(PutOutcome::Done(_))), "{put:?}");

    server.stop().await;
    let got = bucket.get("a").await;
    assert!(matches!(
        got,
        Err(BucketError::Unavailable(_) | BucketError::Unknown(_))
    ));

    server.start().await;
    let got = bucket.get("a").await.unwrap().unwrap();
    assert_eq!(got.body, "body");
    let put = bucket.create("a", Bytes::from_static(b"body")).await;
    assert_eq!(put.unwrap(), PutOutcome::Exists);
}
