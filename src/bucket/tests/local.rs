//! The buckets that need no server keep the contract.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod memory {
    use std::sync::Arc;

    use bucket::{conformance::Subject, memory::MemoryBucket};

    fn bucket() -> impl Future<Output = (Subject, ())> {
        std::future::ready((Arc::new(MemoryBucket::default()) as Subject, ()))
    }

    bucket::conformance!(bucket);
}

mod folder {
    use bucket::{BucketUrl, conformance::Subject};
    use tempfile::TempDir;

    async fn bucket() -> (Subject, TempDir) {
        let folder = TempDir::new().unwrap();
        let place = BucketUrl::Folder(folder.path().join("objects"));
        (place.open().await.unwrap(), folder)
    }

    bucket::conformance!(bucket);
}
