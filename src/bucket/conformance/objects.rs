//! Claims about one object.

use bytes::Bytes;

use super::{Subject, create, delete, exists, get, replace};
use crate::{ETag, ProbeReport, PutOutcome, probe};

/// The second creation of a key is answered that it exists, and changes nothing.
pub async fn a_free_key_is_created_once(bucket: &Subject) {
    create(bucket, "a", "first").await;
    let again = bucket.create("a", Bytes::from("second")).await;
    assert_eq!(again.expect("create"), PutOutcome::Exists);
    assert_eq!(get(bucket, "a").await.body, "first");
}

/// A replacement by the tag that was read is done.
pub async fn an_object_that_was_read_is_replaced(bucket: &Subject) {
    create(bucket, "a", "first").await;
    let read = get(bucket, "a").await;
    let put = replace(bucket, "a", "second", &read.tag).await;
    let now = get(bucket, "a").await;
    assert_eq!(now.body, "second");
    assert_eq!(put, PutOutcome::Done(now.tag));
}

/// A replacement by an older tag is refused, and changes nothing.
pub async fn an_object_that_has_changed_is_not_replaced(bucket: &Subject) {
    let old = create(bucket, "a", "first").await;
    replace(bucket, "a", "second", &old).await;
    let put = replace(bucket, "a", "third", &old).await;
    assert_eq!(put, PutOutcome::Changed);
    assert_eq!(get(bucket, "a").await.body, "second");
}

/// A replacement creates no object, whether there was one before or not.
pub async fn an_object_that_is_gone_is_not_replaced(bucket: &Subject) {
    let tag = create(bucket, "a", "first").await;
    delete(bucket, "a").await;
    for key in ["a", "b"] {
        assert_eq!(
            replace(bucket, key, "second", &tag).await,
            PutOutcome::Changed
        );
        assert!(!exists(bucket, key).await);
    }
}

/// A free key has no object to read, whatever lies beside it.
pub async fn a_free_key_has_no_object(bucket: &Subject) {
    assert!(!exists(bucket, "a/b").await);
    create(bucket, "a/bc", "beside").await;
    assert!(!exists(bucket, "a/b").await);
}

/// A deletion leaves nothing, and the deletion of a free key is no error.
pub async fn a_deleted_object_is_gone_and_may_be_deleted_again(bucket: &Subject) {
    create(bucket, "a/b", "first").await;
    delete(bucket, "a/b").await;
    assert!(!exists(bucket, "a/b").await);
    delete(bucket, "a/b").await;
    delete(bucket, "never/was").await;
}

/// A deleted object's key can be created again, with other bytes.
pub async fn a_key_is_free_again_after_a_deletion(bucket: &Subject) {
    create(bucket, "a/b", "first").await;
    delete(bucket, "a/b").await;
    create(bucket, "a/b", "second").await;
    assert_eq!(get(bucket, "a/b").await.body, "second");
}

/// The tag a write returns is the one a read returns.
pub async fn the_tag_a_write_returns_is_the_one_a_read_returns(bucket: &Subject) {
    let created = create(bucket, "a", "first").await;
    assert_eq!(get(bucket, "a").await.tag, created);
    let PutOutcome::Done(replaced) = replace(bucket, "a", "second", &created).await else {
        panic!("nobody else writes");
    };
    assert_eq!(get(bucket, "a").await.tag, replaced);
    assert_ne!(created, replaced);
    let unknown = ETag(format!("{}0", replaced.0));
    assert_eq!(
        replace(bucket, "a", "third", &unknown).await,
        PutOutcome::Changed
    );
}

/// No byte is taken for text, an end or an encoding.
pub async fn a_body_is_stored_byte_for_byte(bucket: &Subject) {
    let all: Vec<u8> = (0..=u8::MAX).cycle().take(1_000).collect();
    let bodies = [Vec::new(), b"\r\n0\r\n\r\n".to_vec(), all];
    for (number, body) in bodies.into_iter().enumerate() {
        let key = format!("body/{number}");
        create(bucket, &key, body.clone()).await;
        assert_eq!(get(bucket, &key).await.body, body, "{key}");
    }
}

/// The largest body that the replica writes is stored whole.
pub async fn a_body_of_eight_mebibytes_is_stored(bucket: &Subject) {
    let pattern = (0_u32..).flat_map(u32::to_le_bytes);
    let body: Bytes = pattern.take(8 * 1024 * 1024).collect();
    create(bucket, "large", body.clone()).await;
    // Not assert_eq, which would print sixteen mebibytes of numbers.
    assert!(get(bucket, "large").await.body == body);
}

/// A probe reports both conditions kept, and leaves no object behind.
pub async fn a_probe_finds_both_conditions_kept(bucket: &Subject) {
    let found = probe(bucket.as_ref()).await.expect("probe");
    let kept = ProbeReport {
        creates_once: true,
        replaces_what_was_read: true,
    };
    assert_eq!(found, kept);
    assert_eq!(bucket.list("", None).await.expect("list"), []);
}
