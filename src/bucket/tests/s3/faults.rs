//! What goes wrong is sorted by what can be done about it.

use std::net::TcpListener;

use bucket::s3::S3Bucket;
use bucket::{Bucket, BucketError, Cause, PutOutcome};
use bytes::Bytes;
use servers::S3;

use super::{BUCKET, open};

/// Does all a bucket can do, and returns what became of it.
async fn do_all(bucket: &dyn Bucket) -> [Result<(), BucketError>; 5] {
    let body = || Bytes::from_static(b"body");
    let tag = bucket::ETag("\"0123456789abcdef0123456789abcdef\"".to_owned());
    [
        bucket.create("a", body()).await.map(drop),
        bucket.replace("a", body(), &tag).await.map(drop),
        bucket.get("a").await.map(drop),
        bucket.list("", None).await.map(drop),
        bucket.delete("a").await,
    ]
}

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
    let place = server.place(BUCKET, "").parse().unwrap();
    let (key, _) = server.keys();
    let bucket = S3Bucket::open_as(&place, key, "wrong").await.unwrap();
    for done in do_all(&bucket).await {
        let said = denied(done).to_string();
        assert!(said.contains(": 403 SignatureDoesNotMatch: "), "{said}");
    }
}

#[tokio::test]
async fn an_unknown_key_is_denied_in_the_servers_words() {
    let server = S3::shared_seaweed().await;
    server.make_bucket(BUCKET).await;
    let place = server.place(BUCKET, "").parse().unwrap();
    let (_, secret) = server.keys();
    let bucket = S3Bucket::open_as(&place, "nobody", secret).await.unwrap();
    for done in do_all(&bucket).await {
        let said = denied(done).to_string();
        assert!(said.contains(": 403 InvalidAccessKeyId: "), "{said}");
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_denied_by_its_name() {
    for server in [S3::shared_ministack().await, S3::shared_seaweed().await] {
        let bucket = open(server, "not-there", "").await;
        // SeaweedFS tells of a replacement that the object has changed, and reading tells the rest.
        let [create, _, get, list, _] = do_all(&bucket).await;
        for done in [create, get, list] {
            let said = denied(done).to_string();
            assert!(said.contains(": 404 NoSuchBucket: "), "{said}");
        }
    }
}

#[tokio::test]
async fn a_closed_port_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let address = format!("s3://b?endpoint=http://127.0.0.1:{port}&region=auto");
    let place = address.parse().unwrap();
    let bucket = S3Bucket::open_as(&place, "key", "secret").await.unwrap();
    for done in do_all(&bucket).await {
        assert!(matches!(done, Err(BucketError::Unavailable(_))), "{done:?}");
    }
}

#[tokio::test]
async fn a_host_of_no_address_is_unavailable() {
    let place = "s3://b?endpoint=http://no-such-host.invalid&region=auto";
    let place = place.parse().unwrap();
    let bucket = S3Bucket::open_as(&place, "key", "secret").await.unwrap();
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
    let place = address.parse().unwrap();
    let bucket = S3Bucket::open_as(&place, "key", "secret").await.unwrap();
    let put = bucket.create("a", Bytes::from_static(b"body")).await;
    assert!(matches!(put, Err(BucketError::Unknown(_))), "{put:?}");
    assert!(server.join().unwrap() > 0);
}

#[tokio::test]
async fn a_server_that_never_answers_leaves_it_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let address = format!("s3://b?endpoint=http://127.0.0.1:{port}&region=auto");
    let place = address.parse().unwrap();
    let bucket = S3Bucket::open_as(&place, "key", "secret").await.unwrap();
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
