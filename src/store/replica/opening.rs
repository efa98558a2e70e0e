//! How a journal with its replica is opened.

use std::sync::Arc;
use std::time::Duration;

use bucket::{Bucket, BucketError, creates_once};
use tokio::sync::{Mutex, Notify};
use tokio::time::{Instant, sleep, timeout};

use super::follow::Local as _;
use super::journal::{ReplicaJournal, WritesSoon};
use super::keeper::{Cadence, Keeper, Plan};
use super::ledger::Entry;
use super::local::LocalDatabase;
use super::status::{Standing, sentence};
use super::tenure::take_over;
use super::writing::{Hand, Shared, Soon, Strict, write_soon};
use super::{Owner, ReplicaError, Watcher};
use crate::Ack;
use crate::sqlite::{self, Gate, SqliteJournal};

/// How long a start waits for a bucket that does not answer.
const START: Duration = Duration::from_mins(5);
/// How long finding out what a bucket does may take, so that one that hangs is soon said to.
const PROBE: Duration = Duration::from_secs(5);
/// The pause between two tries of it.
const START_AGAIN: Duration = Duration::from_secs(1);
/// How a journal with a replica is opened.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The local journal.
    pub sqlite: sqlite::Settings,
    /// Where the replica is kept.
    pub bucket: Arc<dyn Bucket>,
    /// What that is called in sentences to operators.
    pub place: String,
    /// Who writes it.
    pub owner: Owner,
    /// When a command is answered.
    pub ack: Ack,
    /// The time between two writes of async mode.
    pub interval: Duration,
    /// How often snapshots are made, and how long they are kept.
    pub cadence: Cadence,
}

impl ReplicaJournal {
    /// Brings the local journal to the end of the log, takes over, writes what the log does not have, and opens
    /// the journal.
    ///
    /// # Errors
    ///
    /// Any [`ReplicaError`], after waiting for a bucket that does not answer.
    pub async fn open(settings: Settings, watcher: &Watcher) -> Result<Self, ReplicaError> {
        let patience = Instant::now() + START;
        loop {
            match Self::try_open(&settings, watcher).await {
                Err(error) if error.is_passing() && Instant::now() < patience => {
                    let cause = sentence(&error);
                    tracing::warn!(cause, "the replica cannot be opened yet; trying on");
                    sleep(START_AGAIN).await;
                }
                opened => return opened,
            }
        }
    }

    async fn try_open(settings: &Settings, watcher: &Watcher) -> Result<Self, ReplicaError> {
        let bucket = &settings.bucket;
        check_conditions(&**bucket, settings.ack).await?;
        let mut local = LocalDatabase::open(&settings.sqlite.path)?;
        let (tenure, entry) = take_over(&**bucket, &settings.owner, &mut local, watcher).await?;
        let standing = Standing::new(settings.place.clone(), settings.ack);
        standing.note(|status| {
            status.epoch = tenure.epoch;
            status.position = tenure.next - 1;
            status.local_position = local.position();
        });
        let mut hand = Hand {
            bucket: Arc::clone(bucket),
            owner: settings.owner.clone(),
            standing: standing.clone(),
            tenure,
        };
        let database = Arc::new(std::sync::Mutex::new(local.into_database()));
        hand.write_up(&database, START).await?;
        Self::start(settings, hand, database, entry).await
    }

    async fn start(
        settings: &Settings,
        hand: Hand,
        database: Shared,
        entry: Entry,
    ) -> Result<Self, ReplicaError> {
        let standing = hand.standing.clone();
        let keeper = Keeper {
            bucket: Arc::clone(&settings.bucket),
            owner: settings.owner.clone(),
            standing: standing.clone(),
            entry,
            database: settings.sqlite.path.clone(),
            cadence: settings.cadence,
            plan: Plan::default(),
        };
        let sqlite = settings.sqlite.clone();
        let (gate, soon): (Box<dyn Gate>, _) = match settings.ack {
            Ack::Strict => (Box::new(Strict::new(hand)), None),
            Ack::Async => {
                let news = Arc::new(Notify::new());
                let gate = Soon {
                    news: Arc::clone(&news),
                    standing: standing.clone(),
                };
                let hand = Arc::new(Mutex::new(hand));
                let task = tokio::spawn(write_soon(
                    Arc::clone(&hand),
                    Arc::clone(&database),
                    news,
                    settings.interval,
                ));
                let soon = WritesSoon {
                    hand,
                    task,
                    database,
                };
                (Box::new(gate), Some(soon))
            }
        };
        Ok(Self {
            inner: SqliteJournal::open_behind(sqlite, gate).await?,
            standing,
            ack: settings.ack,
            keeper: tokio::spawn(keeper.keep()),
            soon,
        })
    }
}

/// Finds out whether a single writer can be told from two. Strict mode rests on it.
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
