//! A journal in a `SQLite` file, and its replica in a bucket.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bucket::{Bucket, BucketUrl, BucketUrlError};
use bus::Bus;
use store::Journal;
use store::replica::{
    MaintenanceSchedule, ReplicaError, ReplicaJournal, Settings as ReplicaSettings, WriterIdentity,
};
use store::sqlite::{Settings, SqliteJournal};

use crate::process::app::{now_ms, random};
use crate::process::config::volume_of_journal;
use crate::{Config, Progress, Storage};

/// How long a read or a write waits at most for a journal that has a replica: the bucket's failing is told
/// sooner.
const REPLICATED_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens a journal in a file, and its replica if there is one.
pub(super) async fn open(config: &Config, progress: Progress, bus: Bus) -> anyhow::Result<Storage> {
    match &config.replica.url {
        None => alone(config, bus).await,
        Some(place) => replicated(config, place, progress, bus).await,
    }
}

async fn alone(config: &Config, bus: Bus) -> anyhow::Result<Storage> {
    if let Some(volume) = volume_of_journal(config) {
        tracing::info!(%volume, "the journal lies on a volume, which is taken to outlive this process");
    }
    let context = cannot_open(config);
    let journal = SqliteJournal::open(settings(config))
        .await
        .context(context)?;
    let journal = Arc::new(journal);
    Ok(Storage {
        journal: journal.clone(),
        bus,
        close: Box::new(|| Box::pin(async move { Ok(journal.close().await?) })),
        taken_over: Box::pin(std::future::pending()),
    })
}

async fn replicated(
    config: &Config,
    place: &BucketUrl,
    progress: Progress,
    bus: Bus,
) -> anyhow::Result<Storage> {
    let unfit = |error: BucketUrlError| anyhow!("REPLICA_URL: {error}");
    place.check_place().map_err(unfit)?;
    let bucket = open_bucket(config, place).await.map_err(unfit)?;
    let mut sqlite = settings(config);
    sqlite.timeout = sqlite.timeout.min(REPLICATED_TIMEOUT);
    let settings = replica_settings(config, sqlite, bucket, place);
    let opened = ReplicaJournal::open(settings, &progress.listener()).await;
    let journal = Arc::new(opened.map_err(|error| explain(error, config, place))?);
    if let Some(status) = journal.replica() {
        tracing::info!(
            place = status.place,
            ack = %status.ack,
            epoch = status.epoch,
            position = status.position,
            "the journal is replicated"
        );
    }
    let fenced = Arc::clone(&journal);
    Ok(Storage {
        journal: journal.clone(),
        bus,
        close: Box::new(|| Box::pin(async move { Ok(journal.close().await?) })),
        taken_over: Box::pin(async move { fenced.fenced().await }),
    })
}

/// Opens a bucket, one of S3 with the credentials that the platform provides, if it does.
pub(super) async fn open_bucket(
    config: &Config,
    url: &BucketUrl,
) -> Result<Arc<dyn Bucket>, BucketUrlError> {
    match &config.replica.s3_credentials {
        Some(given) => url.clone().with_s3_credentials(given.clone()).open().await,
        None => url.open().await,
    }
}

fn settings(config: &Config) -> Settings {
    Settings {
        path: config.journal.path.clone(),
        readers: config.journal.pool_size,
        timeout: config.journal.timeout,
    }
}

/// Returns the settings of the replica from the configuration.
pub(super) fn replica_settings(
    config: &Config,
    sqlite: Settings,
    bucket: Arc<dyn Bucket>,
    place: &BucketUrl,
) -> ReplicaSettings {
    ReplicaSettings {
        sqlite,
        bucket,
        place: place.to_string(),
        owner: owner(config),
        ack: config.replica.ack,
        interval: config.replica.upload_interval,
        schedule: MaintenanceSchedule {
            snapshot: config.replica.snapshot_interval,
            retention: config.replica.retention,
        },
    }
}

fn cannot_open(config: &Config) -> String {
    format!(
        "DB_PATH: cannot open the journal {}",
        config.journal.path.display()
    )
}

/// This process, as a replica's bucket knows it.
fn owner(config: &Config) -> WriterIdentity {
    let machine = config.platform.instance.clone().unwrap_or_else(|| {
        let system = rustix::system::uname();
        system.nodename().to_string_lossy().into_owned()
    });
    let name = format!("{machine}:{}", std::process::id());
    WriterIdentity::new(name, now_ms, random)
}

/// Says what an operator can do about it.
fn explain(error: ReplicaError, config: &Config, place: &BucketUrl) -> anyhow::Error {
    let database = config.journal.path.display();
    let advice = match &error {
        ReplicaError::Disagree { .. } => format!(
            "REPLICA_URL: {database} and {place} hold different journals. To go on with the replica's: \
             `restore --in-place`, which keeps the local file beside it. To go on with the local one: set \
             REPLICA_URL to an empty place"
        ),
        ReplicaError::Foreign { .. } => format!(
            "REPLICA_URL: {place} holds something else; it is left as it is. Name an empty prefix"
        ),
        ReplicaError::Vanished => format!(
            "REPLICA_URL: {place} is empty, and {database} was written with a replica there. If its disk is not mounted, \
             mount it. If it was emptied, fill it with `copy {database} {place}`, or name another place"
        ),
        ReplicaError::Unconditional => format!(
            "REPLICA_URL: {place} ignores conditional writes, and strict mode rests on them. Use another object \
             store (Google's through gs://), or set REPLICA_ACK=async and see to it that one process runs at a time"
        ),
        ReplicaError::Damaged(_) | ReplicaError::Missing(_) => {
            format!("REPLICA_URL: {place} cannot be restored whole; `verify {place}` tells more")
        }
        ReplicaError::Bucket(_) => {
            format!("REPLICA_URL: {place} cannot be used; `doctor` tells what to do")
        }
        ReplicaError::Local(_) => cannot_open(config),
        ReplicaError::Fenced { .. }
        | ReplicaError::Behind
        | ReplicaError::Nothing
        | ReplicaError::Moved => format!("REPLICA_URL: {place} cannot be taken over now"),
    };
    anyhow::Error::new(error).context(advice)
}
