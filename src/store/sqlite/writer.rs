//! The writer thread. It commits in one transaction whatever was queued while the disk was busy.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::file_watch::FileWatch;
use super::open_files::OpenFile;
use super::opening::keep_log_on_close;
use super::rescue::rescue;
use super::stamp::{self, JournalStamp};
use super::write_hook::{WriteError, WriteHook};
use super::{SqlResult, files, unavailable};
use crate::StoreError;

/// Jobs that may wait in the queue.
const QUEUE_MAX: usize = 1_024;
/// Jobs in one transaction at most.
const BATCH_MAX: usize = 256;
/// How long readers may hold up the cleaning of the file, while nobody can write.
const CLEAN_WAIT: Duration = Duration::from_millis(50);
/// How long after a try in vain the file is cleaned again.
const CLEAN_AGAIN: Duration = Duration::from_secs(1);

/// The handle of the writer thread. The thread ends when this is dropped, after the jobs in its queue.
#[derive(Debug)]
pub(super) struct WriterHandle {
    messages: mpsc::Sender<WriterMessage>,
    patience: Duration,
    transactions: Arc<AtomicU64>,
    is_failing: Arc<AtomicBool>,
}

/// What the thread writes to.
pub(super) struct WrittenFile {
    pub(super) connection: Connection,
    pub(super) watch: Arc<FileWatch>,
    pub(super) stamp: JournalStamp,
    /// The last field, which is dropped last.
    pub(super) _open: Arc<OpenFile>,
}

impl WriterHandle {
    /// Starts the thread.
    pub(super) fn start(
        file: WrittenFile,
        busy: Duration,
        hook: Box<dyn WriteHook>,
    ) -> Result<Self, StoreError> {
        let (messages, queue) = mpsc::channel(QUEUE_MAX);
        let transactions = Arc::new(AtomicU64::new(0));
        let is_failing = Arc::new(AtomicBool::new(false));
        let thread = WriterThread {
            file,
            hook,
            transactions: Arc::clone(&transactions),
            busy,
            clean_at: None,
            is_old: false,
            not_clean: None,
            is_failing: Arc::clone(&is_failing),
            is_rescued: false,
        };
        thread::Builder::new()
            .name("journal-writer".to_owned())
            .spawn(move || thread.work(queue))
            .map_err(unavailable)?;
        Ok(Self {
            messages,
            // A job may queue behind a transaction that itself waits for another process: twice the busy timeout.
            patience: busy.saturating_mul(2),
            transactions,
            is_failing,
        })
    }

    /// Whether the last transaction failed.
    pub(super) fn is_failing(&self) -> bool {
        self.is_failing.load(Ordering::Relaxed)
    }

    /// Runs `work` as part of a transaction, and returns its result when that is durable.
    pub(super) async fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&Transaction<'_>) -> SqlResult<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let task = PendingWrite {
            work: Some(work),
            result: None,
            answer,
        };
        let answered = async {
            let sent = self.messages.send(WriterMessage::Do(Box::new(task))).await;
            sent.map_err(|_| stopped())?;
            answered.await.unwrap_or_else(|_| Err(stopped()))
        };
        timeout(self.patience, answered)
            .await
            .unwrap_or_else(|late| Err(unavailable(late)))
    }

    /// Lets the thread finish its queue, checkpoint and end.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        if self
            .messages
            .send(WriterMessage::Close(answer))
            .await
            .is_err()
        {
            // It was closed before.
            return Ok(());
        }
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Has the thread take out of the files what was deleted or overwritten. Where a reader holds that up, the thread goes
    /// on trying by itself.
    pub(super) async fn clean(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let sent = self.messages.send(WriterMessage::Clean(answer)).await;
        sent.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())
    }

    pub(super) fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }
}

fn stopped() -> StoreError {
    unavailable("the journal has been closed for writing")
}

enum WriterMessage {
    Do(Box<dyn WriteJob>),
    Clean(oneshot::Sender<()>),
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// A job of the writer thread and the channel of its caller, whatever the type of the result.
trait WriteJob: Send {
    fn is_awaited(&self) -> bool;
    fn run(&mut self, transaction: &Transaction<'_>) -> rusqlite::Result<()>;
    fn answer(self: Box<Self>, committed: Result<(), Arc<WriteError>>);
}

struct PendingWrite<T, W> {
    work: Option<W>,
    result: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, W> WriteJob for PendingWrite<T, W>
where
    T: Send,
    W: FnOnce(&Transaction<'_>) -> SqlResult<T> + Send,
{
    fn is_awaited(&self) -> bool {
        !self.answer.is_closed()
    }

    fn run(&mut self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        if let Some(work) = self.work.take() {
            self.result = Some(work(transaction)?);
        }
        Ok(())
    }

    fn answer(self: Box<Self>, committed: Result<(), Arc<WriteError>>) {
        let result = match committed {
            Ok(()) => self.result.unwrap_or_else(|| Err(stopped())),
            // Also for a refusal, such as a conflict: it may rest on rows of another job that were rolled back.
            Err(error) => Err(unavailable(error)),
        };
        // An error only says that nobody waits any more.
        let _ = self.answer.send(result);
    }
}

/// The state of the writer thread.
struct WriterThread {
    file: WrittenFile,
    hook: Box<dyn WriteHook>,
    transactions: Arc<AtomicU64>,
    busy: Duration,
    /// When the file is to be cleaned of what was deleted or overwritten; none if that is done.
    clean_at: Option<Instant>,
    /// Whether the database is to be rewritten for that, too, and not only its write-ahead log.
    is_old: bool,
    /// Why it was not possible last; that is logged once.
    not_clean: Option<String>,
    is_failing: Arc<AtomicBool>,
    /// Whether it was tried to save the journal after its file was lost.
    is_rescued: bool,
}

impl WriterThread {
    fn work(mut self, mut queue: mpsc::Receiver<WriterMessage>) {
        let mut gathered = Vec::with_capacity(BATCH_MAX);
        let (mut cleaning, mut closing) = (Vec::new(), Vec::new());
        while queue.blocking_recv_many(&mut gathered, BATCH_MAX) > 0 {
            let mut batch = Vec::with_capacity(gathered.len());
            for message in gathered.drain(..) {
                match message {
                    WriterMessage::Do(job) => batch.push(job),
                    WriterMessage::Clean(answer) => {
                        (self.clean_at, self.is_old) = (Some(Instant::now()), true);
                        cleaning.push(answer);
                    }
                    WriterMessage::Close(answer) => {
                        // The jobs in the queue are still received; no new ones are accepted.
                        queue.close();
                        closing.push(answer);
                    }
                }
            }
            self.commit(batch);
            self.clean_if_due();
            for answer in cleaning.drain(..) {
                // An error only says that nobody waits any more.
                let _ = answer.send(());
            }
        }
        self.finish(closing);
    }

    fn commit(&mut self, mut batch: Vec<Box<dyn WriteJob>>) {
        // A caller that timed out was promised nothing: its job is left out instead of being written.
        batch.retain(|job| job.is_awaited());
        if batch.is_empty() {
            return;
        }
        let committed = self.transact(&mut batch).map_err(Arc::new);
        self.is_failing.store(committed.is_err(), Ordering::Relaxed);
        for job in batch {
            job.answer(committed.clone());
        }
    }

    /// Runs a batch in one transaction; dropping it after an error rolls it back.
    fn transact(&mut self, batch: &mut [Box<dyn WriteJob>]) -> Result<(), WriteError> {
        self.check_place()?;
        let immediate = TransactionBehavior::Immediate;
        let database = &mut self.file.connection;
        let transaction = database.transaction_with_behavior(immediate)?;
        self.hook.before_work(&transaction)?;
        for job in batch {
            job.run(&transaction)?;
        }
        self.hook.before_commit(&transaction)?;
        let head = stamp::head(&transaction)?;
        transaction.commit()?;
        self.hook.after_commit();
        self.transactions.fetch_add(1, Ordering::Relaxed);
        // Before anybody is answered: what was written to a file that has just gone is not kept.
        self.check_place()?;
        self.file.stamp.note(head);
        Ok(())
    }

    /// Cleans the file, if that is due. Readers keep pages in the write-ahead log: then it is tried again after a while,
    /// with what is written next. The health check writes now and then.
    fn clean_if_due(&mut self) {
        if self.clean_at.is_none_or(|due| Instant::now() < due) || self.check_place().is_err() {
            return;
        }
        let why = match self.clean() {
            Ok(true) => {
                (self.clean_at, self.not_clean) = (None, None);
                return;
            }
            Ok(false) => "somebody reads the journal".to_owned(),
            Err(error) => error.to_string(),
        };
        self.clean_at = Some(Instant::now() + CLEAN_AGAIN);
        if self.not_clean.as_ref() != Some(&why) {
            tracing::warn!(
                why,
                "what was erased is not yet gone from the journal's files; it will be tried again"
            );
        }
        self.not_clean = Some(why);
    }

    /// Returns whether nothing is left.
    fn clean(&mut self) -> rusqlite::Result<bool> {
        let wait_max = CLEAN_WAIT.min(self.busy);
        self.file.connection.busy_timeout(wait_max)?;
        let cleaned = self.rewrite_and_truncate();
        self.file.connection.busy_timeout(self.busy)?;
        cleaned
    }

    fn rewrite_and_truncate(&mut self) -> rusqlite::Result<bool> {
        if self.is_old {
            let path = self.file.watch.database();
            stamp::foresee_rewrite(path, &self.file.connection)?;
            files::rewrite(&self.file.connection)?;
            self.is_old = false;
            // An error leaves the stamp that foresaw it.
            if let Ok(stamp) = stamp::renew(path, &mut self.file.connection) {
                self.file.stamp = stamp;
            }
        }
        files::truncate_log(&self.file.connection)
    }

    /// Checks that the files are in their places. When they are not, saves once what only this process has now.
    fn check_place(&mut self) -> Result<(), WriteError> {
        let Err(lost) = self.file.watch.check() else {
            return Ok(());
        };
        if !self.is_rescued {
            self.is_rescued = true;
            match rescue(self.file.watch.database(), &self.file.connection) {
                Ok(rescued) => tracing::error!(
                    "everything that was acknowledged is saved in {}",
                    rescued.display()
                ),
                Err(error) => tracing::error!(
                    error = &*error as &dyn std::error::Error,
                    "what was acknowledged could not be saved in another file: this process alone has it"
                ),
            }
        }
        Err(lost.into())
    }

    fn finish(mut self, closing: Vec<oneshot::Sender<Result<(), StoreError>>>) {
        if !closing.is_empty() {
            self.hook.on_close();
        }
        // Its error was logged, and what there is to be saved is saved.
        let _ = self.check_place();
        if self.file.watch.has_strangers() {
            // SQLite would delete by their names the files that another process has open.
            let _ = keep_log_on_close(&self.file.connection, true);
        }
        // Readers and other processes may keep some pages in the log: that is no error, and costs nothing.
        let moved = self
            .file
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(WriteError::from)
            .map_err(Arc::new);
        drop(self.file);
        if let (Err(error), true) = (&moved, closing.is_empty()) {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "the write-ahead log could not be moved into the database"
            );
        }
        for answer in closing {
            // An error only says that nobody waits any more.
            let _ = answer.send(moved.clone().map_err(unavailable));
        }
    }
}
