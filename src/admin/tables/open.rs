//! The journal of the settings, open for a subcommand beside the server.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bus::Bus;
use service::{OccupancyLimits, ServiceParts, Tables};
use store::sqlite::{self, SqliteJournal};
use store::{Journal, backup};

use crate::CommandContext;
use crate::report::CommandError;

/// How long one read or write of the journal may take.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// What is done with the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// It is read.
    Read,
    /// It is written.
    Write,
}

/// The journal of the settings, open.
pub(super) struct OpenJournal {
    pub(super) journal: Arc<dyn Journal>,
    file: Option<Arc<SqliteJournal>>,
}

impl OpenJournal {
    pub(super) async fn of(context: &CommandContext, access: Access) -> Result<Self, CommandError> {
        let settings = &context.settings;
        if settings.database.is_some() {
            let server = context.opener.database().await?;
            return Ok(Self {
                journal: server.journal,
                file: None,
            });
        }
        let path = settings.db_path.clone();
        if !path.is_file() {
            return Err(CommandError::absent(anyhow!(
                "there is no journal at {}: set DB_PATH",
                path.display()
            )));
        }
        let is_served = backup::holder(&path).map_err(CommandError::absent)?;
        let is_alone = settings.replica.is_some() && is_served.is_none();
        if access == Access::Write && is_alone {
            // Alone this process would write what the replica does not know, and another machine may be the one in use.
            return Err(CommandError::absent(anyhow!(
                "REPLICA_URL is set and no server has {} open: run this beside the server",
                path.display()
            )));
        }
        let file = SqliteJournal::open(sqlite::Settings {
            path,
            readers: 1,
            timeout: WAIT_MAX,
        });
        let file = Arc::new(file.await?);
        Ok(Self {
            journal: file.clone(),
            file: Some(file),
        })
    }

    /// Returns the service over the journal, and the bus by which it tells other processes what is done.
    pub(super) async fn tables(
        &self,
        context: &CommandContext,
    ) -> Result<(Arc<Tables>, Bus), CommandError> {
        let bus = context.opener.bus().await.map_err(CommandError::misused)?;
        let world = world::library().context("the written world cannot be read");
        let tables = Tables::unmeasured(ServiceParts {
            journal: Arc::clone(&self.journal),
            bus: bus.clone(),
            world: Arc::new(world.map_err(CommandError::wrong)?),
            now_ms: context.now_ms,
            random: |bytes| getrandom::fill(bytes).expect("the operating system gives randomness"),
            settings: service::Settings {
                // Nobody opens or goes on with a table here.
                occupancy: OccupancyLimits {
                    tables_max: 0,
                    share_percent: 100,
                    rests_after_ms: 0,
                },
                away_after_ms: 0,
                heartbeat_ms: service::HEARTBEAT_MS,
                retention: None,
                cache_ttl: Some(WAIT_MAX),
                background: service::BackgroundWork::Continuous,
                slow_after: None,
            },
        });
        Ok((tables, bus))
    }

    pub(super) async fn close(self) -> Result<(), CommandError> {
        if let Some(file) = &self.file {
            file.close().await?;
        }
        Ok(())
    }
}
