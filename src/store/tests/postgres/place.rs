//! A database of its own for a test, and journals in it.

use std::sync::Arc;
use std::time::Duration;

use servers::Postgres;
use store::StoreError;
use store::conformance::Subject;
use store::postgres::{PgUrl, PostgresJournal, Sessions, Settings, Tls};

/// An empty database on the server that the tests share.
pub(crate) struct Place {
    pub(crate) server: &'static Postgres,
    pub(crate) database: String,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let server = Postgres::shared().await;
        let database = server.make_database().await;
        Self { server, database }
    }

    /// How a journal in it is opened; `query` follows the URL's question mark.
    pub(crate) fn settings(&self, query: &str) -> Settings {
        settings(&self.server.url(&self.database, query))
    }

    /// A journal with a pool of its own, as another process has one.
    pub(crate) async fn open(&self) -> Subject {
        let settings = self.settings("sslmode=disable");
        Arc::new(PostgresJournal::open(settings).await.unwrap())
    }

    /// Runs a statement beside every journal.
    pub(crate) async fn run(&self, statement: &str) -> String {
        self.server.run(&self.database, statement).await
    }
}

/// How a journal is opened at a URL.
pub(crate) fn settings(url: &str) -> Settings {
    Settings {
        url: PgUrl::parse(url).unwrap(),
        pool: 4,
        timeout: Duration::from_secs(30),
        tls: Tls::Verify,
        sessions: Sessions::Own,
        app_name: "arcane-codex-tests".to_owned(),
    }
}

/// What is said to who cannot open a journal.
pub(crate) async fn refusal(settings: Settings) -> String {
    match PostgresJournal::open(settings).await {
        Err(StoreError::Unusable(told)) => told,
        other => panic!("it is not refused for good: {other:?}"),
    }
}
