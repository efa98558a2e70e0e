//! Claims about lists.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use tokio::task::JoinSet;

use super::{Subject, create, delete};
use crate::{LIST_MAX, ListEntry, list_all};

/// More objects than one page holds.
const MANY: usize = LIST_MAX + 50;
/// Writers that create them.
const WRITERS: usize = 8;

async fn list(bucket: &Subject, prefix: &str, after: Option<&str>) -> Vec<String> {
    let listed = bucket.list(prefix, after).await.expect("list");
    names(listed)
}

async fn all(bucket: &Subject, prefix: &str) -> Vec<String> {
    names(list_all(bucket.as_ref(), prefix).await.expect("list"))
}

fn names(listed: Vec<ListEntry>) -> Vec<String> {
    listed.into_iter().map(|listed| listed.key).collect()
}

async fn create_all(bucket: &Subject, keys: &[&str]) {
    for key in keys {
        create(bucket, key, (*key).to_owned()).await;
    }
}

/// Keys of words of equal length are listed in order, with their sizes.
pub async fn keys_of_one_shape_are_listed_in_the_order_of_their_bytes(bucket: &Subject) {
    let keys = ["log/0a.x/02", "log/01-x/10", "log/01-x/09", "log/01.x/03"];
    create_all(bucket, &keys).await;
    let listed = bucket.list("", None).await.expect("list");
    let ordered = ["log/01-x/09", "log/01-x/10", "log/01.x/03", "log/0a.x/02"];
    let ordered = ordered.map(|key| ListEntry {
        key: key.to_owned(),
        bytes: key.len() as u64,
    });
    assert_eq!(listed, ordered);
}

/// Where one key's word begins another's, some servers list the shorter word first and some go by bytes. No key is left
/// out, wherever a list begins.
pub async fn keys_of_any_shape_are_all_listed_once(bucket: &Subject) {
    let keys = ["a-b", "a.b", "a/b", "a/b-c", "a/c/d", "a0", "ab/c", "b"];
    create_all(bucket, &keys).await;
    for (prefix, keys) in [("", &keys[..]), ("a", &keys[..7])] {
        let mut listed = all(bucket, prefix).await;
        for (number, name) in listed.iter().enumerate() {
            let next = list(bucket, prefix, Some(name)).await;
            assert_eq!(next, listed[number + 1..], "after {name}");
        }
        listed.sort_unstable();
        assert_eq!(listed, keys);
    }
}

/// A prefix may end anywhere in a key.
pub async fn a_list_has_only_keys_that_begin_with_its_prefix(bucket: &Subject) {
    let keys = [
        "lease", "log/1/10", "log/1/11", "log/1/20", "log/2/10", "lot/1",
    ];
    create_all(bucket, &keys).await;
    assert_eq!(all(bucket, "log/1/").await, keys[1..4]);
    assert_eq!(all(bucket, "log/1/1").await, keys[1..3]);
    assert_eq!(all(bucket, "log/").await, keys[1..5]);
    assert_eq!(all(bucket, "log").await, keys[1..5]);
    assert_eq!(all(bucket, "lo").await, keys[1..6]);
    assert_eq!(all(bucket, "log/1/10").await, ["log/1/10"]);
    assert_eq!(all(bucket, "log/3/").await, Vec::<String>::new());
    assert_eq!(all(bucket, "nothing").await, Vec::<String>::new());
}

/// A list begins after a key, whether that is free or not.
pub async fn a_list_begins_after_a_key(bucket: &Subject) {
    let keys = ["log/1/10", "log/1/20", "log/2/10", "log/2/20"];
    create_all(bucket, &keys).await;
    assert_eq!(list(bucket, "log/", Some("log/1/10")).await, keys[1..]);
    assert_eq!(list(bucket, "log/", Some("log/1/15")).await, keys[1..]);
    assert_eq!(list(bucket, "log/", Some("log/1/20")).await, keys[2..]);
    assert_eq!(list(bucket, "log/1/", Some("log/1/10")).await, keys[1..2]);
    assert_eq!(list(bucket, "log/1/", Some("log/1/00")).await, keys[..2]);
    let none = Vec::<String>::new();
    assert_eq!(list(bucket, "log/", Some("log/2/20")).await, none);
    assert_eq!(list(bucket, "log/1/", Some("log/1/20")).await, none);
}

/// A page has a limit; the next one begins where it ended.
pub async fn more_than_a_list_holds_is_listed_page_after_page(bucket: &Subject) {
    let names = (0..MANY).map(|number| format!("log/{:02}/{number:06}", number / 100));
    let names = Arc::new(names.collect::<Vec<_>>());
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (bucket, names) = (Arc::clone(bucket), Arc::clone(&names));
        writers.spawn(async move {
            for name in names.iter().skip(writer).step_by(WRITERS) {
                create(&bucket, name, Bytes::new()).await;
            }
        });
    }
    writers.join_all().await;
    let first = list(bucket, "log/", None).await;
    assert!(!first.is_empty() && first.len() <= LIST_MAX);
    assert_eq!(first, names[..first.len()]);
    assert_eq!(all(bucket, "log/").await, *names);
}

/// A list has the objects of its moment.
pub async fn a_deleted_object_is_no_longer_listed(bucket: &Subject) {
    create_all(bucket, &["log/1", "log/2", "old/1"]).await;
    delete(bucket, "log/1").await;
    delete(bucket, "old/1").await;
    let left: BTreeSet<_> = all(bucket, "").await.into_iter().collect();
    assert_eq!(left, BTreeSet::from(["log/2".to_owned()]));
}
