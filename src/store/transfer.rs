//! A whole journal out of one store and into another: what backup, restore, verify and copy are made of.
//!
//! [`JournalExport`] streams every record as of one moment; [`JournalImport`] fills an empty journal from such
//! a stream, all of it or nothing. Between them stands only [`TransferRecord`], so that no store knows another:
//! a new adapter implements the two traits and takes part in every command of the operator.

mod check;
mod stream;

#[cfg(feature = "sqlite")]
use std::path::Path;

use async_trait::async_trait;
use game::TableId;

use crate::{LogHash, ProgressListener, ProgressStep, StoreError, TableIndex};

#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) use check::TableHeads;
pub(crate) use check::{ChainCheck, CheckedRecord};
pub use stream::{RecordSender, RecordStream};

/// Records in one batch of an export at most.
pub const BATCH_RECORDS_MAX: u64 = 500;

/// A record on its way from one store into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferRecord {
    /// The table it belongs to.
    pub table: TableId,
    /// The columns its table was found by after it.
    pub index: TableIndex,
    /// Its version, which its body names as well.
    pub version: game::Version,
    /// The text that was hashed, byte for byte: see [`crate::chain`].
    pub body: String,
    /// The hash of the record before it in its table; the table's root for the first.
    pub before: [u8; 32],
    /// Its hash, which stands for all records of its table before it.
    pub hash: [u8; 32],
}

/// The numbers of records and tables in a journal, and the hash of all its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalSummary {
    /// The number of records.
    pub records: u64,
    /// The number of tables, live and ended.
    pub tables: u64,
    /// The number of records of which what they told is withheld.
    pub withheld: u64,
    /// The hash of all records in the journal's order.
    pub hash: LogHash,
}

/// A journal that can be read whole.
#[async_trait]
pub trait JournalExport: Send + Sync {
    /// Streams every record as of one moment, while others may write.
    ///
    /// The records of one table come in the order of their versions. Between tables the order is the store's
    /// own; it is the same again for a journal that did not change, and an import keeps it if its store has an
    /// order. A store without snapshots may read each table as of a moment of its own, as long as no record is
    /// missing before one that is there.
    ///
    /// The stream ends with [`StoreError::Damaged`] if the records of a table do not lead to where the store
    /// says that the table stands. It does not check the chain of hashes: [`JournalExport::verify`] and every
    /// import do.
    fn export(&self) -> RecordStream;

    /// Reads the whole journal and checks it: every record is readable, the chain of every table is whole and
    /// ends where the table stands.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] names the first table and version that is wrong.
    async fn verify(&self, progress: &ProgressListener) -> Result<JournalSummary, StoreError> {
        let (mut records, mut check) = (self.export(), ChainCheck::default());
        while let Some(batch) = records.next().await? {
            let bytes = bytes_of(&batch);
            for record in batch {
                let checked = check.follow(record)?;
                checked.stored.parse(&checked.table)?;
            }
            progress.report(&ProgressStep::Taken { bytes });
        }
        Ok(check.summary())
    }

    /// Counts the snapshots beside the records that were changed, or do not stand at one of them. They are a cache, so
    /// the journal is whole all the same; but somebody or something has written to the store.
    async fn unfit_snapshots(&self) -> Result<u64, StoreError> {
        Ok(0)
    }

    /// Writes the journal as of one moment into a new SQLite file, which is whole when this returns, and checks
    /// every chain in it. A store that has a faster way than its stream takes that.
    ///
    /// # Errors
    ///
    /// Those of [`JournalExport::verify`]; then there is no file.
    #[cfg(feature = "sqlite")]
    async fn export_into(
        &self,
        file: &Path,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        let file = crate::sqlite::SqliteFile::new(file);
        file.import(self.export(), progress).await?;
        file.verify(progress).await
    }
}

/// A journal that can be filled whole.
#[async_trait]
pub trait JournalImport: Send + Sync {
    /// Fills this journal, which must be empty and which nobody else writes, and checks the chain of every
    /// table on the way.
    ///
    /// All or nothing: after an error the journal is empty, or, in a store that cannot undo, refuses to be
    /// opened until it was emptied.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] when it holds a table already, [`StoreError::Damaged`] when a record does not
    /// follow the one before it, and whatever the stream ends with.
    async fn import(
        &self,
        records: RecordStream,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError>;
}

/// The bytes of some records, for progress.
pub(crate) fn bytes_of(batch: &[TransferRecord]) -> u64 {
    batch.iter().map(|record| record.body.len() as u64).sum()
}
