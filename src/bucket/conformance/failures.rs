//! Claims about a service that cannot be reached, or has no such bucket.

use bytes::Bytes;

use super::Subject;
use crate::{Bucket, BucketError, ETag};

/// Sends one request of each kind, and returns what became of it.
pub async fn try_every_request(
    bucket: &dyn Bucket,
) -> [(&'static str, Result<(), BucketError>); 5] {
    let body = || Bytes::from_static(b"body");
    // A tag that no object has, in the form of S3, whose servers may check it.
    let tag = ETag("\"0123456789abcdef0123456789abcdef\"".to_owned());
    [
        ("create", bucket.create("a", body()).await.map(drop)),
        ("replace", bucket.replace("a", body(), &tag).await.map(drop)),
        ("get", bucket.get("a").await.map(drop)),
        ("list", bucket.list("", None).await.map(drop)),
        ("delete", bucket.delete("a").await),
    ]
}

/// A service that nobody can connect to is unavailable: nothing was carried out. For a bucket at a closed port.
pub async fn every_request_to_a_closed_port_is_unavailable(bucket: &Subject) {
    for (request, answer) in try_every_request(bucket.as_ref()).await {
        assert!(
            matches!(answer, Err(BucketError::Unavailable(_))),
            "{request}: {answer:?}"
        );
    }
}

/// A bucket that does not exist is denied, and is not taken for an empty one. For a bucket of a name that the service
/// does not have.
pub async fn a_missing_bucket_is_denied(bucket: &Subject) {
    for (request, answer) in try_every_request(bucket.as_ref()).await {
        // Some servers of S3 answer a replacement that the object has changed, and a deletion that it is done.
        if matches!(request, "create" | "get" | "list") {
            assert!(
                matches!(answer, Err(BucketError::Denied(_))),
                "{request}: {answer:?}"
            );
        }
    }
}
