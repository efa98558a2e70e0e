//! The adapter for S3 at two independent servers.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod errors;
mod keys;

mod ministack {
    use bucket::conformance::Subject;
    use servers::S3;

    async fn bucket() -> (Subject, ()) {
        (super::fresh(S3::shared_ministack().await).await, ())
    }

    bucket::conformance!(bucket);
}

mod seaweed {
    use bucket::conformance::Subject;
    use servers::S3;

    async fn bucket() -> (Subject, ()) {
        (super::fresh(S3::shared_seaweed().await).await, ())
    }

    bucket::conformance!(bucket);
}

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bucket::conformance::Subject;
use bucket::s3::S3Bucket;
use servers::S3;

/// The one bucket of the tests.
const BUCKET: &str = "codex";

/// Opens a part of the bucket that nobody has written to.
async fn fresh(server: &S3) -> Subject {
    static PARTS: AtomicU32 = AtomicU32::new(0);
    server.make_bucket(BUCKET).await;
    let part = format!("part-{}", PARTS.fetch_add(1, Ordering::Relaxed));
    Arc::new(open(server, BUCKET, &part).await)
}

async fn open(server: &S3, bucket: &str, prefix: &str) -> S3Bucket {
    let place = server.place(bucket, prefix).parse().unwrap();
    let (key, secret) = server.keys();
    S3Bucket::open_as(&place, key, secret).await.unwrap()
}
