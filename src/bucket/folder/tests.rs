//! What the adapter promises beyond the contract.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use tempfile::TempDir;

use super::*;

fn bucket() -> (FolderBucket, TempDir) {
    let folder = TempDir::new().unwrap();
    (FolderBucket::open(folder.path()).unwrap(), folder)
}

#[tokio::test]
async fn what_was_written_is_there_for_the_next_that_opens_the_folder() {
    let (bucket, folder) = bucket();
    let put = bucket.create("a/b", Bytes::from("kept")).await.unwrap();
    drop(bucket);
    let again = FolderBucket::open(folder.path()).unwrap();
    let object = again.get("a/b").await.unwrap().unwrap();
    assert_eq!(object.body, "kept");
    assert_eq!(put, PutOutcome::Done(object.tag));
}

#[tokio::test]
async fn only_its_owner_may_read_an_object() {
    let outside = TempDir::new().unwrap();
    let folder = outside.path().join("made/for/it");
    let bucket = FolderBucket::open(&folder).unwrap();
    bucket.create("a/b", Bytes::from("kept")).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("a")), 0o700);
    assert_eq!(mode(&folder.join("a/b")), 0o600);
}

#[tokio::test]
async fn no_name_leads_out_of_the_folder() {
    let (bucket, _folder) = bucket();
    for key in [
        "", "..", "../x", "a/../b", "/a", "a/", "a//b", ".lock", "a\\b", "A", "ü",
    ] {
        let put = bucket.create(key, Bytes::new()).await;
        assert!(matches!(put, Err(BucketError::Denied(_))), "{key}: {put:?}");
        let got = bucket.get(key).await;
        assert!(matches!(got, Err(BucketError::Denied(_))), "{key}: {got:?}");
    }
}

#[tokio::test]
async fn an_object_is_no_folder_of_others() {
    let (bucket, _folder) = bucket();
    bucket.create("a", Bytes::new()).await.unwrap();
    let below = bucket.create("a/b", Bytes::new()).await;
    assert!(matches!(below, Err(BucketError::Denied(_))), "{below:?}");
    assert!(bucket.get("a/b").await.unwrap().is_none());
    bucket.delete("a/b").await.unwrap();
}

#[tokio::test]
async fn a_folder_of_objects_is_no_object() {
    let (bucket, _folder) = bucket();
    bucket.create("a/b", Bytes::new()).await.unwrap();
    assert!(bucket.get("a").await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_partial_stays_after_a_write() {
    let (bucket, folder) = bucket();
    let PutOutcome::Done(tag) = bucket.create("a", Bytes::new()).await.unwrap() else {
        panic!("the folder was empty");
    };
    bucket.create("a", Bytes::new()).await.unwrap();
    bucket.replace("a", Bytes::new(), &tag).await.unwrap();
    bucket.replace("a", Bytes::new(), &tag).await.unwrap();
    let partial = fs::read_dir(folder.path().join(".partial")).unwrap();
    assert_eq!(partial.count(), 0);
}

#[tokio::test]
async fn what_a_killed_writer_left_is_cleared_away_after_a_day() {
    let (bucket, folder) = bucket();
    let left = |name: &str, hours| {
        let path = folder.path().join(".partial").join(name);
        let file = File::create(&path).unwrap();
        let now = file.metadata().unwrap().modified().unwrap();
        file.set_modified(now - Duration::from_hours(hours))
            .unwrap();
        path
    };
    let (old, young) = (left("old", 25), left("young", 23));
    drop(bucket);
    FolderBucket::open(folder.path()).unwrap();
    assert!(!old.exists());
    assert!(young.exists());
}

#[tokio::test]
async fn an_object_of_the_same_bytes_is_another_object() {
    let (bucket, _folder) = bucket();
    let first = bucket.create("a", Bytes::from("same")).await.unwrap();
    bucket.delete("a").await.unwrap();
    let second = bucket.create("a", Bytes::from("same")).await.unwrap();
    assert_ne!(first, second);
}

#[tokio::test]
async fn a_folder_that_cannot_be_created_is_named_in_the_error() {
    let (_bucket, folder) = bucket();
    let file = folder.path().join("file");
    File::create(&file).unwrap();
    let error = FolderBucket::open(&file.join("below")).unwrap_err();
    assert!(error.0.contains("file/below"), "{error}");
}
