//! Where the instances of a test keep their tables.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use servers::Postgres;
use store::Journal;
use store::postgres::{PgUrl, PostgresJournal, Sessions, Tls};
use store::sqlite::{self, SqliteJournal};
use tempfile::TempDir;

use crate::common::journal::JournalContents;
use crate::common::server::Setup;

/// Connections of each instance.
const POOL: usize = 8;

/// One journal that several processes share.
pub(crate) enum Keeping {
    /// A file of `SQLite`.
    File(TempDir),
    /// A database of a server.
    Database {
        /// The server.
        server: Postgres,
        /// Its name there.
        name: String,
    },
}

impl Keeping {
    /// In a file.
    pub(crate) fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    /// In a database.
    pub(crate) async fn database() -> Self {
        let server = Postgres::new().await;
        let name = server.make_database().await;
        Self::Database { server, name }
    }

    /// What it is called in figures.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::File(_) => "one SQLite file",
            Self::Database { .. } => "PostgreSQL",
        }
    }

    /// The database server.
    pub(crate) fn server(&self) -> &Postgres {
        match self {
            Self::Database { server, .. } => server,
            Self::File(_) => panic!("a file has no server"),
        }
    }

    /// Has an instance keep its tables here.
    pub(crate) fn set(&self, setup: Setup) -> Setup {
        let setup = setup.with("DB_POOL_SIZE", &POOL);
        match self {
            Self::File(_) => setup.with("DB_PATH", &self.path().display()),
            Self::Database { server, name } => setup.with("DATABASE_URL", &server.url(name, "")),
        }
    }

    /// Opens the journal beside the instances.
    pub(crate) async fn journal(&self) -> Arc<dyn Journal> {
        match self {
            Self::File(_) => Arc::new(self.open_file().await),
            Self::Database { .. } => Arc::new(self.open_database().await),
        }
    }

    /// Reads all there is when the instances have ended.
    pub(crate) async fn kept(&self) -> JournalContents {
        match self {
            Self::File(_) => JournalContents::read(&self.path()).await,
            Self::Database { .. } => {
                let journal = self.open_database().await;
                JournalContents::of(&journal, journal.tables().await.unwrap()).await
            }
        }
    }

    fn path(&self) -> PathBuf {
        match self {
            Self::File(folder) => folder.path().join("codex.db"),
            Self::Database { .. } => panic!("a database has no path"),
        }
    }

    async fn open_file(&self) -> SqliteJournal {
        let settings = sqlite::Settings {
            path: self.path(),
            readers: 1,
            timeout: Duration::from_secs(30),
        };
        SqliteJournal::open(settings).await.unwrap()
    }

    async fn open_database(&self) -> PostgresJournal {
        let Self::Database { server, name } = self else {
            panic!("a file is no database");
        };
        let settings = store::postgres::Settings {
            url: PgUrl::parse(&server.url(name, "")).unwrap(),
            pool: 2,
            timeout: Duration::from_secs(30),
            tls: Tls::Verify,
            sessions: Sessions::Own,
            app_name: "arcane-codex-tests".to_owned(),
        };
        PostgresJournal::open(settings).await.unwrap()
    }
}
