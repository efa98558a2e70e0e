//! Claims about many writers at once.

use std::sync::Arc;

use bytes::Bytes;
use tokio::task::JoinSet;

use super::{Subject, create, get};
use crate::{BucketError, PutOutcome};

const RACERS: u8 = 16;
const ROUNDS: u32 = 20;
/// Attempts after which a racer must have had its turn.
const TRIES_MAX: u32 = 1_000;

type Answer = Result<PutOutcome, BucketError>;

/// Has every racer write at once, and asserts that one of them won, and which: the object's first byte is its
/// number.
async fn race<F>(bucket: &Subject, key: &str, write: impl Fn(Subject, u8) -> F, lost: &PutOutcome)
where
    F: Future<Output = Answer> + Send + 'static,
{
    let mut racers = JoinSet::new();
    for racer in 0..RACERS {
        let written = write(Arc::clone(bucket), racer);
        racers.spawn(async move { (racer, settled(written.await)) });
    }
    let (mut winners, mut unanswered) = (Vec::new(), Vec::new());
    for (racer, put) in racers.join_all().await {
        match put {
            Some(PutOutcome::Done(_)) => winners.push(racer),
            Some(put) => assert_eq!(&put, lost, "{key}"),
            None => unanswered.push(racer),
        }
    }
    assert!(winners.len() <= 1, "{key}: {winners:?}");
    // An overloaded service may leave even the winner unanswered.
    let winner = if winners.is_empty() {
        unanswered
    } else {
        winners
    };
    let written = get(bucket, key).await.body;
    assert!(winner.contains(&written[0]), "{key}: {winner:?}");
}

fn settled(answer: Answer) -> Option<PutOutcome> {
    match answer {
        Ok(put) => Some(put),
        Err(BucketError::Unknown(_)) => None,
        Err(error @ (BucketError::Unavailable(_) | BucketError::Denied(_))) => panic!("{error:?}"),
    }
}

/// Runs all rounds at once: in some servers a request that waits for a lock looks again only after a second.
async fn run<F>(bucket: &Subject, round: impl Fn(Subject, String) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut rounds = JoinSet::new();
    for number in 0..ROUNDS {
        rounds.spawn(round(Arc::clone(bucket), format!("race/{number}")));
    }
    rounds.join_all().await;
}

/// One of sixteen creations is done, and what is read is what its creator wrote.
pub async fn of_sixteen_creators_one_wins_and_the_object_is_its_own(bucket: &Subject) {
    run(bucket, |bucket, key| async move {
        let write = |bucket: Subject, racer| {
            let key = key.clone();
            async move { bucket.create(&key, Bytes::from(vec![racer])).await }
        };
        race(&bucket, &key, write, &PutOutcome::Exists).await;
    })
    .await;
}

/// One of sixteen replacements of what all have read is done, and what is read is what it wrote.
pub async fn of_sixteen_replacers_one_wins_and_the_object_is_its_own(bucket: &Subject) {
    run(bucket, |bucket, key| async move {
        let tag = create(&bucket, &key, "nobody's").await;
        let write = |bucket: Subject, racer| {
            let (key, tag) = (key.clone(), tag.clone());
            async move { bucket.replace(&key, Bytes::from(vec![racer]), &tag).await }
        };
        race(&bucket, &key, write, &PutOutcome::Changed).await;
    })
    .await;
}

/// Sixteen that each read, add their mark and replace, again and again until they are done, all find
/// their marks in the end.
pub async fn of_sixteen_successive_replacements_none_is_lost(bucket: &Subject) {
    create(bucket, "a", "").await;
    let mut racers = JoinSet::new();
    for racer in 0..RACERS {
        let bucket = Arc::clone(bucket);
        racers.spawn(async move { succeed(&bucket, racer).await });
    }
    racers.join_all().await;
    let mut marks = get(bucket, "a").await.body.to_vec();
    marks.sort_unstable();
    assert_eq!(marks, (0..RACERS).collect::<Vec<u8>>());
}

async fn succeed(bucket: &Subject, racer: u8) {
    for _ in 0..TRIES_MAX {
        let read = get(bucket, "a").await;
        // An answer that was none is settled by reading.
        if read.body.contains(&racer) {
            return;
        }
        let body = [read.body.as_ref(), &[racer]].concat();
        let put = bucket.replace("a", Bytes::from(body), &read.tag).await;
        if matches!(settled(put), Some(PutOutcome::Done(_))) {
            return;
        }
    }
    panic!("racer {racer} never had its turn");
}
