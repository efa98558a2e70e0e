//! The replica's bucket: whether it answers, keeps its conditions, and holds what can be restored.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bucket::{Bucket, BucketError, BucketUrl, PROBE_PREFIX, probe};
use bytes::Bytes;
use store::Ack;
use store::replica::{overview, was_replicated_to};
use tokio::time::timeout;

use super::diagnosis::Diagnosis;
use crate::report::CommandError;
use crate::timestamp::ago;
use crate::{CommandContext, blocking, random_name};

/// How long the bucket may take for one thing.
const LIMIT: Duration = Duration::from_secs(45);
/// Writes that are timed.
const TRIPS: usize = 5;
/// A round trip that players notice.
const TRIP_LONG: Duration = Duration::from_millis(250);
/// How old a trial may be.
const TRIAL_MAX_MS: u64 = 2 * 24 * 60 * 60 * 1_000;

pub(super) async fn look(place: &BucketUrl, context: &CommandContext) -> Vec<Diagnosis> {
    let ack = context.settings.replica_ack;
    let bucket = match reach(place, context).await {
        Ok(bucket) => bucket,
        Err(fault) => return vec![fault],
    };
    vec![
        Diagnosis::fine(
            "bucket",
            format!("{place} answers, and these credentials may list it"),
        ),
        conditions(&*bucket, ack).await,
        trips(&*bucket, ack).await,
        clock(place),
        contents(&*bucket, place, context).await,
    ]
}

async fn reach(place: &BucketUrl, context: &CommandContext) -> Result<Arc<dyn Bucket>, Diagnosis> {
    let reached = timeout(LIMIT, async {
        place.check_place()?;
        let bucket = context.opener.bucket(place).await?;
        bucket.list(PROBE_PREFIX, None).await?;
        Ok::<_, CommandError>(bucket)
    });
    let (said, advice) = match reached.await {
        Ok(Ok(bucket)) => return Ok(bucket),
        Ok(Err(error)) => (error.said(), advice(place)),
        Err(_) => (format!("no answer for {LIMIT:?}"), advice(place)),
    };
    Err(Diagnosis::fault(
        "bucket",
        format!("{place}: {said}"),
        advice,
    ))
}

fn advice(place: &BucketUrl) -> &'static str {
    match place {
        BucketUrl::Folder(_) => "mount it, make the folder, and let this user write it",
        BucketUrl::S3 { .. } => {
            "check the bucket's name, endpoint and region, the credentials (AWS_ACCESS_KEY_ID, a profile or a \
             role), and that they may s3:ListBucket, GetObject, PutObject and DeleteObject"
        }
        BucketUrl::Gcs { .. } => {
            "check the bucket's name, the credentials (GOOGLE_APPLICATION_CREDENTIALS or a service account), and \
             that they have the role Storage Object User"
        }
    }
}

async fn conditions(bucket: &dyn Bucket, ack: Ack) -> Diagnosis {
    const NAME: &str = "conditions";
    let found = match timeout(LIMIT, probe(bucket)).await {
        Ok(Ok(found)) => found,
        Ok(Err(fault)) => return unwritable(NAME, &fault),
        Err(_) => return late(NAME),
    };
    let once = "an object can be created twice, so two processes could write one replica";
    match (found.creates_once, found.replaces_what_was_read) {
        (true, true) => Diagnosis::fine(
            NAME,
            "the bucket refuses to create an object twice, and to replace one that has changed",
        ),
        (true, false) => Diagnosis::warning(
            NAME,
            "the bucket refuses to create an object twice, but replaces one that has changed",
            "no action needed: the replica needs the first only; the stored result of its last trial may be an old one",
        ),
        (false, _) if ack == Ack::Strict => Diagnosis::fault(
            NAME,
            once,
            "use another object store (Google's through gs://), or REPLICA_ACK=async and one process at a time",
        ),
        (false, _) => Diagnosis::warning(
            NAME,
            once,
            "run one process only: nothing else prevents a second writer",
        ),
    }
}

/// Times small writes, which is what a strict command waits for.
async fn trips(bucket: &dyn Bucket, ack: Ack) -> Diagnosis {
    const NAME: &str = "round trip";
    let timed = match timeout(LIMIT, time_trips(bucket)).await {
        Ok(Ok(timed)) => timed,
        Ok(Err(fault)) => return unwritable(NAME, &fault),
        Err(_) => return late(NAME),
    };
    let said = format!(
        "a small write takes {:.1} ms (median of {TRIPS})",
        timed.as_secs_f64() * 1e3
    );
    if ack == Ack::Strict && timed > TRIP_LONG {
        let advice =
            "use a bucket in the server's region: in strict mode every command waits for one write";
        return Diagnosis::warning(NAME, said, advice);
    }
    Diagnosis::fine(NAME, said)
}

async fn time_trips(bucket: &dyn Bucket) -> Result<Duration, BucketError> {
    let mut taken = Vec::with_capacity(TRIPS);
    for _ in 0..TRIPS {
        let key = format!("{PROBE_PREFIX}{}", random_name());
        let began = Instant::now();
        let put = bucket.create(&key, Bytes::from_static(b"how long?")).await;
        taken.push(began.elapsed());
        // What is left behind is a few bytes that mean nothing.
        let _ = bucket.delete(&key).await;
        put?;
    }
    taken.sort_unstable();
    Ok(taken[TRIPS / 2])
}

/// No adapter tells the bucket's time.
fn clock(place: &BucketUrl) -> Diagnosis {
    let found = match place {
        BucketUrl::Folder(_) => {
            "a folder has this machine's clock or its server's, and nothing rests on it"
        }
        BucketUrl::S3 { .. } | BucketUrl::Gcs { .. } => {
            "the object store's time is not compared with this clock; one that is wrong by 15 minutes would \
             have been refused above"
        }
    };
    Diagnosis::skipped("clock", found)
}

async fn contents(bucket: &dyn Bucket, place: &BucketUrl, context: &CommandContext) -> Diagnosis {
    const NAME: &str = "replica";
    let now = (context.now_ms)();
    let found = match timeout(LIMIT, overview(bucket)).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            let said = CommandError::from(error).said();
            return Diagnosis::fault(
                NAME,
                said,
                format!("`verify {place}` tells what can be restored"),
            );
        }
        Err(_) => return late(NAME),
    };
    let Some(overview) = found else {
        return missing(NAME, place, &context.settings.db_path).await;
    };
    let trial = format!("run `verify {place}`, which restores it on trial and notes that");
    match overview.last_verified_ms {
        Some(at_ms) if now.saturating_sub(at_ms) <= TRIAL_MAX_MS => Diagnosis::fine(
            NAME,
            format!(
                "epoch {}, restored on trial {}",
                overview.epoch,
                ago(at_ms, now)
            ),
        ),
        Some(at_ms) => Diagnosis::warning(
            NAME,
            format!("last restored on trial {}", ago(at_ms, now)),
            trial,
        ),
        None => Diagnosis::warning(NAME, "it was never restored on trial", trial),
    }
}

/// No replica: not yet, or not any more.
async fn missing(name: &'static str, place: &BucketUrl, database: &Path) -> Diagnosis {
    let shown = database.display().to_string();
    let (database, text) = (database.to_owned(), place.to_string());
    let was_there = blocking(move || Ok(was_replicated_to(&database, &text)?));
    // A journal that cannot be read is told of elsewhere.
    if matches!(was_there.await, Ok(true)) {
        return Diagnosis::fault(
            name,
            format!("{place} is empty, and {shown} was written with a replica there"),
            format!(
                "mount its disk, if that is not mounted; if it was emptied, fill it with `copy {shown} {place}`, or name \
                 another place"
            ),
        );
    }
    let found = "there is none yet; the first start with this place makes it";
    Diagnosis::fine(name, found)
}

fn unwritable(name: &'static str, fault: &BucketError) -> Diagnosis {
    let cause = std::error::Error::source(fault).map(|cause| format!(": {cause}"));
    Diagnosis::fault(
        name,
        format!(
            "an object could not be written: {fault}{}",
            cause.unwrap_or_default()
        ),
        "let these credentials write and delete objects there",
    )
}

fn late(name: &'static str) -> Diagnosis {
    Diagnosis::fault(
        name,
        format!("no answer for {LIMIT:?}"),
        "look after the network between here and the bucket",
    )
}
