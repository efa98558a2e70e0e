//! Opens a journal with its replica: replay, takeover, upload of what only the disk has.

use std::sync::Arc;
use std::time::Duration;

use bucket::{Bucket, BucketError, creates_once};
use retry::error_chain;
use tokio::sync::{Mutex, Notify};
use tokio::time::{Instant, sleep, timeout};

use super::follow::ReplayTarget as _;
use super::journal::{BackgroundWriter, ReplicaJournal};
use super::ledger::{self, LedgerEntry};
use super::local::LocalDatabase;
use super::log_writer::{
    AsyncReplication, LogWriter, Shared, SyncReplication, replicate_in_background,
};
use super::maintenance::{Maintenance, MaintenanceSchedule, SnapshotPlan};
use super::status::SharedStatus;
use super::writer_epoch::take_over;
use super::{ReplicaError, WriterIdentity};
use crate::Ack;
use crate::ProgressListener;
use crate::sqlite::{self, SqliteJournal, WriteHook};

/// How long a start waits for a bucket that does not answer.
const START: Duration = Duration::from_mins(5);
/// How long the check of conditional writes may take, so that a bucket that hangs is soon reported.
const PROBE: Duration = Duration::from_secs(5);
/// The pause between two tries of it.
const START_AGAIN: Duration = Duration::from_secs(1);
/// The settings of a journal with a replica.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The local journal.
    pub sqlite: sqlite::Settings,
    /// The replica's bucket.
    pub bucket: Arc<dyn Bucket>,
    /// What that is called in sentences to operators.
    pub place: String,
    /// The identity of this process as a writer.
    pub owner: WriterIdentity,
    /// The acknowledgement mode.
    pub ack: Ack,
    /// The time between two writes of async mode.
    pub interval: Duration,
    /// How often snapshots are made, and how long they are kept.
    pub schedule: MaintenanceSchedule,
}

impl ReplicaJournal {
    /// Brings the local journal to the end of the log, takes over, writes what the log does not have, and opens
    /// the journal.
    ///
    /// # Errors
    ///
    /// Any [`ReplicaError`], after waiting for a bucket that does not answer.
    pub async fn open(
        settings: Settings,
        progress: &ProgressListener,
    ) -> Result<Self, ReplicaError> {
        let patience = Instant::now() + START;
        loop {
            match Self::try_open(&settings, progress).await {
                Err(error) if error.is_passing() && Instant::now() < patience => {
                    let cause = error_chain(&error);
                    tracing::warn!(cause, "the replica cannot be opened yet; trying on");
                    sleep(START_AGAIN).await;
                }
                opened => return opened,
            }
        }
    }

    async fn try_open(
        settings: &Settings,
        progress: &ProgressListener,
    ) -> Result<Self, ReplicaError> {
        let bucket = &settings.bucket;
        check_conditions(&**bucket, settings.ack).await?;
        let mut local = LocalDatabase::open(&settings.sqlite.path)?;
        if local.has_replica_at(&settings.place)? && ledger::newest(&**bucket).await?.is_none() {
            // A disk that is not mounted, say. Beginning a replica anew there would hide that until it is needed.
            return Err(ReplicaError::Vanished);
        }
        let (writer_epoch, entry) =
            take_over(&**bucket, &settings.owner, &mut local, progress).await?;
        local.remember_replica_at(&settings.place)?;
        let shared = SharedStatus::new(settings.place.clone(), settings.ack);
        shared.note(|status| {
            status.epoch = writer_epoch.epoch;
            status.position = writer_epoch.next - 1;
            status.local_position = local.position();
        });
        let mut writer = LogWriter {
            bucket: Arc::clone(bucket),
            owner: settings.owner.clone(),
            shared: shared.clone(),
            writer_epoch,
        };
        let database = Arc::new(std::sync::Mutex::new(local.into_database()?));
        writer.write_up(&database, START).await?;
        Self::start(settings, writer, database, entry).await
    }

    async fn start(
        settings: &Settings,
        writer: LogWriter,
        database: Shared,
        entry: LedgerEntry,
    ) -> Result<Self, ReplicaError> {
        let shared = writer.shared.clone();
        let maintenance = Maintenance {
            bucket: Arc::clone(&settings.bucket),
            owner: settings.owner.clone(),
            shared: shared.clone(),
            entry,
            database: settings.sqlite.path.clone(),
            schedule: settings.schedule,
            plan: SnapshotPlan::default(),
        };
        let sqlite = settings.sqlite.clone();
        let (hook, soon): (Box<dyn WriteHook>, _) = match settings.ack {
            Ack::Strict => (Box::new(SyncReplication::new(writer)), None),
            Ack::Async => {
                let news = Arc::new(Notify::new());
                let hook = AsyncReplication {
                    news: Arc::clone(&news),
                    shared: shared.clone(),
                };
                let writer = Arc::new(Mutex::new(writer));
                let task = tokio::spawn(replicate_in_background(
                    Arc::clone(&writer),
                    Arc::clone(&database),
                    news,
                    settings.interval,
                ));
                let soon = BackgroundWriter {
                    writer,
                    task,
                    database,
                };
                (Box::new(hook), Some(soon))
            }
        };
        Ok(Self {
            inner: SqliteJournal::open_behind(sqlite, hook).await?,
            shared,
            ack: settings.ack,
            maintenance: tokio::spawn(maintenance.run()),
            soon,
        })
    }
}

/// Checks that the store honours conditional writes. Without them two writers could not be told apart, and strict
/// mode rests on that.
async fn check_conditions(bucket: &dyn Bucket, ack: Ack) -> Result<(), ReplicaError> {
    let asked = timeout(PROBE, creates_once(bucket)).await;
    if asked.map_err(|late| BucketError::Unknown(late.into()))?? {
        return Ok(());
    }
    match ack {
        Ack::Strict => Err(ReplicaError::Unconditional),
        Ack::Async => {
            tracing::warn!(
                "the object store ignores conditions: nothing stops two processes from writing one replica"
            );
            Ok(())
        }
    }
}
