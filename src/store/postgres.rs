//! A journal in `PostgreSQL`, 13 or newer, shared by any number of processes anywhere.
//!
//! Every call is one statement and one round trip; an append is one call of a function in the database, which
//! locks the table's row, looks at its version, chains the record and keeps it. A lost connection is answered
//! with [`StoreError::Unavailable`], which leaves open whether the commit is kept: a caller asks again with
//! the same command id and learns which.
//!
//! A connection prepares each statement once. A pooler that lends sessions by the transaction may stand
//! between, and then none is prepared: see [`Sessions`]. Everything is in a schema of its own, `arcane_codex`;
//! other applications may share the database.
//!
//! The records of one table have one order, that of their versions. Those of the whole journal have none: with
//! many writers a sequence's numbers do not follow the order of commits.

mod connections;
mod errors;
mod schema;

mod admission;
mod queries;
mod transfer;
mod writes;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use game::{Code, CommandId, TableId, Version};

use crate::sql::{integer, natural, unavailable};
use crate::{
    Admission, AppendOutcome, DiskUse, Journal, JournalExport, JournalImport, JournalSummary,
    NewCommit, NoRoom, OpenOutcome, OpenerTag, ProgressListener, Readers, Record, RecordStream,
    StateOrigin, StoreError, TableSummary, UseWindow, Withholding,
};

use connections::Connections;

pub use pg::{PgConfigError, PgUrl, Tls};

/// The settings of a `PostgreSQL` journal.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address of the database, with user and password.
    pub url: PgUrl,
    /// Connections to it, at least one. All processes together need fewer than the server lets in.
    pub pool: usize,
    /// How long anything waits: for a connection, for another writer, for an answer.
    pub timeout: Duration,
    /// How the server's certificate is verified when the URL demands encryption.
    pub tls: Tls,
    /// Whether connections have sessions of their own.
    pub sessions: Sessions,
    /// The name the server shows for the connections.
    pub app_name: String,
}

/// Whether each connection has a server session of its own, or a pooler shares sessions out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sessions {
    /// Each connection has one of its own, which knows the statements, so that the server need not plan them
    /// every time. It gives up by itself what takes longer than the timeout.
    #[default]
    Own,
    /// A pooler lends them by the transaction, as `PgBouncer` may. Nothing is set for a session: the role
    /// should be given a `statement_timeout`, a `lock_timeout` and an `idle_in_transaction_session_timeout`.
    Lent,
}

/// A journal in `PostgreSQL`.
pub struct PostgresJournal {
    connections: Arc<Connections>,
}

impl PostgresJournal {
    /// Opens the journal, making or migrating its schema as needed. Many processes may do so at once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] with what to do: a user, password or database the server does not know, a
    /// certificate that is not trusted, a server that is too old, a newer release's schema.
    /// [`StoreError::Unavailable`] when the server cannot be reached now.
    pub async fn open(settings: Settings) -> Result<Self, StoreError> {
        let connections = Arc::new(Connections::new(&settings)?);
        schema::prepare(&connections).await?;
        Ok(Self { connections })
    }

    /// Closes the connections that are idle, and the others when they have their answer. Nothing is lost
    /// without it.
    pub fn close(&self) {
        self.connections.close();
    }

    /// Lists every table there ever was.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] when the database cannot be read.
    pub async fn tables(&self) -> Result<Vec<TableId>, StoreError> {
        queries::tables(&self.connections).await
    }
}

#[async_trait]
impl JournalExport for PostgresJournal {
    fn export(&self) -> RecordStream {
        transfer::export(Arc::clone(&self.connections))
    }

    async fn unfit_snapshots(&self) -> Result<u64, StoreError> {
        queries::unfit_snapshots(&self.connections).await
    }
}

#[async_trait]
impl JournalImport for PostgresJournal {
    async fn import(
        &self,
        records: RecordStream,
        progress: &ProgressListener,
    ) -> Result<JournalSummary, StoreError> {
        transfer::import(&self.connections, records, progress).await
    }
}

impl From<pg::PgConfigError> for StoreError {
    fn from(unusable: pg::PgConfigError) -> Self {
        Self::Unusable(unusable.0)
    }
}

impl fmt::Debug for PostgresJournal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("PostgresJournal")
            .field("url", self.connections.url())
            .field("connections", &self.connections.count())
            .finish()
    }
}

#[async_trait]
impl Journal for PostgresJournal {
    async fn read(&self, table: &TableId, after: Version) -> Result<Vec<Record>, StoreError> {
        queries::records(&self.connections, table, after).await
    }

    async fn head(&self, table: &TableId) -> Result<Version, StoreError> {
        queries::head(&self.connections, table).await
    }

    async fn heads(&self, tables: &[TableId]) -> Result<Vec<Version>, StoreError> {
        queries::heads(&self.connections, tables).await
    }

    async fn append(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
    ) -> Result<AppendOutcome, StoreError> {
        writes::append(&self.connections, table, expected, commit).await
    }

    async fn open(
        &self,
        table: &TableId,
        expected: Version,
        admission: &Admission,
        commit: NewCommit,
    ) -> Result<OpenOutcome, StoreError> {
        admission::open(&self.connections, table, expected, admission, commit).await
    }

    async fn check_room(&self, admission: &Admission) -> Result<Option<NoRoom>, StoreError> {
        admission::check_room(&self.connections, admission).await
    }

    async fn note_use(&self, tables: &[TableId], at_ms: u64) -> Result<(), StoreError> {
        admission::note_use(&self.connections, tables, at_ms).await
    }

    async fn count_in_use(&self, window: &UseWindow) -> Result<u64, StoreError> {
        admission::count_in_use(&self.connections, window).await
    }

    async fn count_by_opener(
        &self,
        window: &UseWindow,
        limit: usize,
    ) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
        admission::count_by_opener(&self.connections, window, limit).await
    }

    async fn unattended(&self, opened_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        admission::unattended(&self.connections, opened_ms, limit).await
    }

    /// The server keeps the old rows until it vacuums the tables, and its own write-ahead log for as long as it is set to.
    async fn withhold(
        &self,
        table: &TableId,
        expected: Version,
        commit: NewCommit,
        withholding: Withholding,
    ) -> Result<AppendOutcome, StoreError> {
        writes::withhold(&self.connections, table, expected, commit, &withholding).await
    }

    async fn list_tables(
        &self,
        after: Option<&TableId>,
        limit: usize,
    ) -> Result<Vec<TableSummary>, StoreError> {
        queries::list(&self.connections, after, limit).await
    }

    async fn over_before(
        &self,
        before_ms: u64,
        limit: usize,
    ) -> Result<Vec<(TableId, Version)>, StoreError> {
        queries::over_before(&self.connections, before_ms, limit).await
    }

    async fn find_command(
        &self,
        table: &TableId,
        command: &CommandId,
    ) -> Result<Option<Record>, StoreError> {
        queries::command(&self.connections, table, command).await
    }

    async fn find_code(&self, code: &Code) -> Result<Option<TableId>, StoreError> {
        queries::code(&self.connections, code).await
    }

    async fn count_live(&self) -> Result<u64, StoreError> {
        queries::count_live(&self.connections).await
    }

    async fn due(&self, now_ms: u64, limit: usize) -> Result<Vec<TableId>, StoreError> {
        queries::due(&self.connections, now_ms, limit).await
    }

    async fn next_due(&self) -> Result<Option<u64>, StoreError> {
        queries::next_due(&self.connections).await
    }

    async fn snapshot(
        &self,
        table: &TableId,
        format: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        let kept = queries::snapshot(&self.connections, table, format).await?;
        let Some(kept) = kept else { return Ok(None) };
        if let Some(state) = kept.state(table, format) {
            return Ok(Some((kept.version, state.to_owned())));
        }
        kept.warn(table);
        // An error leaves it for the next time: whoever loads the table needs none.
        let _ = writes::discard_snapshot(&self.connections, table, &kept.sealed).await;
        Ok(None)
    }

    async fn keep_snapshot(
        &self,
        table: &TableId,
        format: u32,
        version: Version,
        state: String,
    ) -> Result<(), StoreError> {
        let origin = StateOrigin {
            table,
            format,
            version,
        };
        writes::keep_snapshot(&self.connections, &origin, &state).await
    }

    /// Reads, and writes through to the disk: a full disk, or a server that has become a standby, is found
    /// here and not by a player.
    async fn check(&self) -> Result<(), StoreError> {
        self.count_live().await?;
        writes::touch(&self.connections).await
    }

    /// The database's bytes; its disk is another machine's.
    async fn disk_use(&self) -> Result<Option<DiskUse>, StoreError> {
        let bytes = queries::database_bytes(&self.connections).await?;
        Ok(Some(DiskUse {
            bytes,
            free_bytes: None,
            disk_bytes: None,
        }))
    }

    /// The connections: they write as well.
    fn readers(&self) -> Readers {
        self.connections.count()
    }
}
