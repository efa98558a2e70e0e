//! The writer thread. It commits in one transaction whatever was queued while the disk was busy.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::write_hook::{WriteError, WriteHook};
use super::{SqlResult, unavailable};
use crate::StoreError;

/// Jobs that may wait in the queue.
const QUEUE_MAX: usize = 1_024;
/// Jobs in one transaction at most.
const BATCH_MAX: usize = 256;

/// The handle of the writer thread. The thread ends when this is dropped, after the jobs in its queue.
#[derive(Debug)]
pub(super) struct WriterHandle {
    messages: mpsc::Sender<WriterMessage>,
    patience: Duration,
    transactions: Arc<AtomicU64>,
}

impl WriterHandle {
    /// Starts the thread.
    pub(super) fn start(
        database: Connection,
        busy: Duration,
        hook: Box<dyn WriteHook>,
    ) -> Result<Self, StoreError> {
        let (messages, queue) = mpsc::channel(QUEUE_MAX);
        let transactions = Arc::new(AtomicU64::new(0));
        let thread = WriterThread {
            database,
            hook,
            transactions: Arc::clone(&transactions),
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
        })
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

    pub(super) fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }
}

fn stopped() -> StoreError {
    unavailable("the journal has been closed for writing")
}

enum WriterMessage {
    Do(Box<dyn WriteJob>),
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
    database: Connection,
    hook: Box<dyn WriteHook>,
    transactions: Arc<AtomicU64>,
}

impl WriterThread {
    fn work(mut self, mut queue: mpsc::Receiver<WriterMessage>) {
        let mut gathered = Vec::with_capacity(BATCH_MAX);
        let mut closing = Vec::new();
        while queue.blocking_recv_many(&mut gathered, BATCH_MAX) > 0 {
            let mut batch = Vec::with_capacity(gathered.len());
            for message in gathered.drain(..) {
                match message {
                    WriterMessage::Do(job) => batch.push(job),
                    WriterMessage::Close(answer) => {
                        // The jobs in the queue are still received; no new ones are accepted.
                        queue.close();
                        closing.push(answer);
                    }
                }
            }
            self.commit(batch);
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
        for job in batch {
            job.answer(committed.clone());
        }
    }

    /// Runs a batch in one transaction; dropping it after an error rolls it back.
    fn transact(&mut self, batch: &mut [Box<dyn WriteJob>]) -> Result<(), WriteError> {
        let immediate = TransactionBehavior::Immediate;
        let transaction = self.database.transaction_with_behavior(immediate)?;
        self.hook.before_work(&transaction)?;
        for job in batch {
            job.run(&transaction)?;
        }
        self.hook.before_commit(&transaction)?;
        transaction.commit()?;
        self.hook.after_commit();
        self.transactions.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn finish(mut self, closing: Vec<oneshot::Sender<Result<(), StoreError>>>) {
        if !closing.is_empty() {
            self.hook.on_close();
        }
        // Readers and other processes may keep some pages in the log: that is no error, and costs nothing.
        let moved = self
            .database
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(WriteError::from)
            .map_err(Arc::new);
        drop(self.database);
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
