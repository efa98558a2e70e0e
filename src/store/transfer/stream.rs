//! The stream of an export: batches of records through a bounded channel, and an explicit end.

#[cfg(feature = "replica")]
use std::path::PathBuf;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::TransferRecord;
use crate::StoreError;
#[cfg(feature = "replica")]
use crate::sqlite::{SqliteFile, files::discard};
#[cfg(feature = "replica")]
use crate::{JournalExport, ProgressListener};

/// Batches that wait for their reader: enough that reading and writing overlap, few enough to be small.
const BATCHES_WAITING_MAX: usize = 2;

/// What passes through the channel.
#[derive(Debug)]
enum StreamItem {
    Batch(Vec<TransferRecord>),
    End(Result<(), StoreError>),
}

/// The records of a whole journal, a batch at a time.
#[derive(Debug)]
pub struct RecordStream {
    items: mpsc::Receiver<StreamItem>,
    is_over: bool,
}

/// The end of a stream that its exporter writes to.
#[derive(Clone, Debug)]
pub struct RecordSender(mpsc::Sender<StreamItem>);

impl RecordStream {
    /// Starts an export in a task of its own. Its result ends the stream.
    pub fn from_task<T>(export: impl FnOnce(RecordSender) -> T) -> Self
    where
        T: Future<Output = Result<(), StoreError>> + Send + 'static,
    {
        let (sender, stream) = Self::channel();
        let exported = export(sender.clone());
        tokio::spawn(async move {
            let end = StreamItem::End(exported.await);
            // An error only says that nobody reads on.
            let _ = sender.0.send(end).await;
        });
        stream
    }

    /// Starts an export that waits for a disk, where it holds up nobody. Its result ends the stream.
    pub fn from_blocking(
        export: impl FnOnce(&RecordSender) -> Result<(), StoreError> + Send + 'static,
    ) -> Self {
        let (sender, stream) = Self::channel();
        spawn_blocking(move || {
            let end = StreamItem::End(export(&sender));
            // An error only says that nobody reads on.
            let _ = sender.0.blocking_send(end);
        });
        stream
    }

    /// Exports by way of a SQLite file, for a source that is not read record by record. The file is deleted
    /// afterwards.
    #[cfg(feature = "replica")]
    pub(crate) fn through_file(source: impl JournalExport + 'static, file: PathBuf) -> Self {
        Self::from_task(|sender| async move {
            let made = source.export_into(&file, &ProgressListener::none()).await;
            let sent = match made {
                Ok(_) => sender.forward(SqliteFile::new(&file).export()).await,
                Err(error) => Err(error),
            };
            discard(&file);
            sent
        })
    }

    fn channel() -> (RecordSender, Self) {
        let (sender, items) = mpsc::channel(BATCHES_WAITING_MAX);
        let stream = Self {
            items,
            is_over: false,
        };
        (RecordSender(sender), stream)
    }

    /// Returns the next batch; none after the last.
    ///
    /// # Errors
    ///
    /// That of the export. [`StoreError::Unavailable`] also when it broke off without saying why: what came so
    /// far is not the whole journal.
    pub async fn next(&mut self) -> Result<Option<Vec<TransferRecord>>, StoreError> {
        if self.is_over {
            return Ok(None);
        }
        let item = self.items.recv().await;
        self.take(item)
    }

    /// Does the same as [`RecordStream::next`] on a thread that may wait.
    #[cfg(feature = "sqlite")]
    pub(crate) fn blocking_next(&mut self) -> Result<Option<Vec<TransferRecord>>, StoreError> {
        if self.is_over {
            return Ok(None);
        }
        let item = self.items.blocking_recv();
        self.take(item)
    }

    fn take(
        &mut self,
        item: Option<StreamItem>,
    ) -> Result<Option<Vec<TransferRecord>>, StoreError> {
        match item {
            Some(StreamItem::Batch(batch)) => Ok(Some(batch)),
            Some(StreamItem::End(result)) => {
                self.is_over = true;
                result.map(|()| None)
            }
            // The exporter panicked, or its runtime ended.
            None => Err(StoreError::Unavailable("the export broke off".into())),
        }
    }
}

impl RecordSender {
    /// Hands on a batch, and waits while the reader is slower.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when nobody reads on: the export may end.
    pub async fn send(&self, batch: Vec<TransferRecord>) -> Result<(), StoreError> {
        let sent = self.0.send(StreamItem::Batch(batch)).await;
        sent.map_err(|_| unread())
    }

    /// Does the same as [`RecordSender::send`] on a thread that may wait.
    ///
    /// # Errors
    ///
    /// As [`RecordSender::send`].
    pub fn blocking_send(&self, batch: Vec<TransferRecord>) -> Result<(), StoreError> {
        let sent = self.0.blocking_send(StreamItem::Batch(batch));
        sent.map_err(|_| unread())
    }

    /// Hands on what another stream brings, to its end.
    #[cfg(feature = "replica")]
    pub(crate) async fn forward(&self, mut stream: RecordStream) -> Result<(), StoreError> {
        while let Some(batch) = stream.next().await? {
            self.send(batch).await?;
        }
        Ok(())
    }
}

fn unread() -> StoreError {
    StoreError::Unavailable("nobody reads the export any more".into())
}
