//! The journal of `DATABASE_URL`, as a source and a target of journals.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use store::postgres::PostgresJournal;
use store::sqlite::Holding;

use super::meter::Meter;
use super::outcome::Trouble;
use crate::storage::{database_settings, step_watcher};
use crate::{Address, Config};

/// A journal in a database that a server keeps.
pub(super) struct Served {
    journal: Arc<PostgresJournal>,
    address: Address,
}

impl Served {
    /// Opens the journal of `DATABASE_URL`.
    pub(super) async fn open(config: &Config) -> Result<Self, Trouble> {
        let Some(address) = config.database.clone() else {
            return Err(Trouble::misused(anyhow!(
                "DATABASE_URL is not set, and the word `database` means the journal there"
            )));
        };
        let settings = database_settings(config, &address).map_err(Trouble::misused)?;
        let journal = Arc::new(PostgresJournal::open(settings).await?);
        Ok(Self { journal, address })
    }

    /// Copies it into a file, with every chain in it checked.
    pub(super) async fn restore(&self, target: &Path, meter: &Meter) -> Result<Holding, Trouble> {
        let tell = step_watcher(meter.begin("copying the journal out of the database"));
        Ok(self.journal.copy_into(target, tell).await?)
    }

    /// Fills it, which must be empty, with the journal of a file, and reads that back.
    pub(super) async fn fill(&self, database: &Path, meter: &Meter) -> Result<(), Trouble> {
        let tell = step_watcher(meter.begin("filling the database"));
        self.journal.fill_from(database, tell).await?;
        meter.begin("checking every chain in the database");
        Ok(self.journal.verify_all().await?)
    }
}

impl fmt::Display for Served {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.address)
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{self}")
    }
}
