//! The one thread that writes: it commits together what has gathered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::gate::{Barred, Gate};
use super::{Worked, unavailable};
use crate::StoreError;

/// Orders that may wait for the writer.
const QUEUE_MAX: usize = 1_024;
/// Orders one transaction takes.
const BATCH_MAX: usize = 256;

/// The way to the writing thread. The thread ends when this is dropped, after the orders it holds.
#[derive(Debug)]
pub(super) struct Writer {
    orders: mpsc::Sender<Order>,
    patience: Duration,
    transactions: Arc<AtomicU64>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(
        database: Connection,
        busy: Duration,
        gate: Box<dyn Gate>,
    ) -> Result<Self, StoreError> {
        let (orders, queue) = mpsc::channel(QUEUE_MAX);
        let transactions = Arc::new(AtomicU64::new(0));
        let desk = Desk {
            database,
            gate,
            transactions: Arc::clone(&transactions),
        };
        thread::Builder::new()
            .name("journal-writer".to_owned())
            .spawn(move || desk.work(queue))
            .map_err(unavailable)?;
        Ok(Self {
            orders,
            // An order may meet a transaction that already waits for another process.
            patience: busy.saturating_mul(2),
            transactions,
        })
    }

    /// Has `work` done as part of a transaction, and returns its answer when that is durable.
    pub(super) async fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&Transaction<'_>) -> Worked<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let task = Task {
            work: Some(work),
            result: None,
            answer,
        };
        let answered = async {
            let sent = self.orders.send(Order::Do(Box::new(task))).await;
            sent.map_err(|_| stopped())?;
            answered.await.unwrap_or_else(|_| Err(stopped()))
        };
        timeout(self.patience, answered)
            .await
            .unwrap_or_else(|late| Err(unavailable(late)))
    }

    /// Has the thread finish its orders, checkpoint and end.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        if self.orders.send(Order::Close(answer)).await.is_err() {
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

enum Order {
    Do(Box<dyn Job>),
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// One piece of work and who waits for it, whatever its answer is made of.
trait Job: Send {
    fn is_awaited(&self) -> bool;
    fn run(&mut self, transaction: &Transaction<'_>) -> rusqlite::Result<()>;
    fn answer(self: Box<Self>, committed: Result<(), Arc<Barred>>);
}

struct Task<T, W> {
    work: Option<W>,
    result: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, W> Job for Task<T, W>
where
    T: Send,
    W: FnOnce(&Transaction<'_>) -> Worked<T> + Send,
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

    fn answer(self: Box<Self>, committed: Result<(), Arc<Barred>>) {
        let result = match committed {
            Ok(()) => self.result.unwrap_or_else(|| Err(stopped())),
            // Also for a refusal: it may rest on rows that were rolled back with the rest.
            Err(error) => Err(unavailable(error)),
        };
        // An error only says that nobody waits any more.
        let _ = self.answer.send(result);
    }
}

/// What the thread works with.
struct Desk {
    database: Connection,
    gate: Box<dyn Gate>,
    transactions: Arc<AtomicU64>,
}

impl Desk {
    fn work(mut self, mut queue: mpsc::Receiver<Order>) {
        let mut gathered = Vec::with_capacity(BATCH_MAX);
        let mut closing = Vec::new();
        while queue.blocking_recv_many(&mut gathered, BATCH_MAX) > 0 {
            let mut batch = Vec::with_capacity(gathered.len());
            for order in gathered.drain(..) {
                match order {
                    Order::Do(job) => batch.push(job),
                    Order::Close(answer) => {
                        // What is queued already still arrives.
                        queue.close();
                        closing.push(answer);
                    }
                }
            }
            self.commit(batch);
        }
        self.finish(closing);
    }

    fn commit(&mut self, mut batch: Vec<Box<dyn Job>>) {
        // Whoever gave up waiting was told nothing, so nothing need be kept for them.
        batch.retain(|job| job.is_awaited());
        if batch.is_empty() {
            return;
        }
        let committed = self.transact(&mut batch).map_err(Arc::new);
        for job in batch {
            job.answer(committed.clone());
        }
    }

    /// Does a batch in one transaction; dropping it after an error rolls it back.
    fn transact(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), Barred> {
        let immediate = TransactionBehavior::Immediate;
        let transaction = self.database.transaction_with_behavior(immediate)?;
        self.gate.open(&transaction)?;
        for job in batch {
            job.run(&transaction)?;
        }
        self.gate.pass(&transaction)?;
        transaction.commit()?;
        self.gate.committed();
        self.transactions.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn finish(mut self, closing: Vec<oneshot::Sender<Result<(), StoreError>>>) {
        if !closing.is_empty() {
            self.gate.close();
        }
        // Readers and other processes may keep some pages in the log: that is no error, and costs nothing.
        let moved = self
            .database
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(Barred::from)
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
