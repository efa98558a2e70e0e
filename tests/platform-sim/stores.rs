//! What a journal is kept in, as an operator attaches it, and how it is read when all is over.

use std::any::Any;
use std::fmt;
use std::future::{Ready, ready};
use std::path::Path;
use std::time::Duration;

use bots::journal::JournalContents;
use dynamo::DynamoTable;
use game::TableId;
use servers::{DynamoDb, Gcs, Postgres, S3};
use store::dynamodb::DynamoJournal;
use store::postgres::{PgUrl, PostgresJournal, Sessions, Settings, Tls};
use tempfile::TempDir;

use crate::agent::Agent;
use crate::providers::SECRET_KEY;
use crate::secrets_api::SecretsApi;

const BUCKET: &str = "codex";

/// What a journal is kept in.
pub struct Store {
    /// What an operator sets for it.
    pub variables: Vec<(&'static str, String)>,
    /// Where it can be read afterwards.
    pub location: JournalLocation,
    /// Who is let in, as a provider's own role may be.
    keys: (&'static str, &'static str),
    held: Vec<Box<dyn Any + Send>>,
}

/// Where a journal can be read.
#[derive(Clone, Debug)]
pub enum JournalLocation {
    /// On the disk of the process.
    Disk,
    /// On the disk of any process that is started on the replica.
    Replica,
    /// In a database, at this address.
    Database(String),
    /// In a table of `DynamoDB`.
    Table(DynamoTable),
}

impl fmt::Debug for Store {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Store({:?})", self.location)
    }
}

impl Store {
    fn new(location: JournalLocation, variables: &[(&'static str, &str)]) -> Self {
        let variables = variables.iter();
        Self {
            variables: variables
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            location,
            keys: ("nobody", "nothing"),
            held: Vec::new(),
        }
    }

    /// Keeps something alive for as long as the store is used.
    fn holding(mut self, part: impl Any + Send) -> Self {
        self.held.push(Box::new(part));
        self
    }

    /// The same for a task of Amazon ECS: whoever asks the agent beside it is given what lets it in.
    #[must_use]
    pub async fn with_an_agent(mut self) -> Self {
        let (key, secret) = self.keys;
        let agent = Agent::start(key, secret).await;
        self.variables.extend(agent.variables());
        self.holding(agent)
    }

    /// The same with something else that an operator sets.
    #[must_use]
    pub fn set(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// The same for a project of the Shuttle runtime: what an operator sets for it, and the key that signs cookies, are
    /// secrets of the project, which the runtime asks for.
    #[must_use]
    pub async fn as_secrets(mut self) -> Self {
        let mut secrets = std::mem::take(&mut self.variables);
        secrets.push(("SECRET_KEY", SECRET_KEY.to_owned()));
        let api = SecretsApi::start(secrets).await;
        self.variables.extend(api.variables());
        self.holding(api)
    }

    /// The disk of the process alone.
    pub fn disk() -> Ready<Self> {
        ready(Self::new(JournalLocation::Disk, &[]))
    }

    /// A replica in a folder: for claims that are not about the store.
    pub fn folder() -> Ready<Self> {
        let folder = TempDir::with_prefix("arcane-codex-").unwrap();
        let place = format!("file://{}", folder.path().display());
        ready(Self::new(JournalLocation::Replica, &[("REPLICA_URL", &place)]).holding(folder))
    }

    /// A replica in S3, where signatures are checked. What lets a process in is not told to it.
    pub async fn s3() -> Self {
        let server = S3::seaweed().await;
        server.make_bucket(BUCKET).await;
        let place = server.place(BUCKET, "codex");
        let mut store = Self::new(JournalLocation::Replica, &[("REPLICA_URL", &place)]);
        store.keys = server.keys();
        store.holding(server)
    }

    /// A replica in the bucket of Heroku's add-on Bucketeer, which is Amazon's. Where Amazon is for this test, the
    /// SDK's own variable says.
    pub async fn bucketeer() -> Self {
        let server = S3::seaweed().await;
        server.make_bucket(BUCKET).await;
        let (key, secret) = server.keys();
        let endpoint = server.endpoint();
        let variables = [
            ("BUCKETEER_BUCKET_NAME", BUCKET),
            ("BUCKETEER_AWS_ACCESS_KEY_ID", key),
            ("BUCKETEER_AWS_SECRET_ACCESS_KEY", secret),
            ("BUCKETEER_AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL_S3", &endpoint),
        ];
        Self::new(JournalLocation::Replica, &variables).holding(server)
    }

    /// A replica in Google Cloud Storage, as a stand-in speaks it.
    pub async fn gcs() -> Self {
        Self::of_gcs(Gcs::start().await)
    }

    /// The same of a stand-in that was made to behave otherwise.
    pub fn of_gcs(stand_in: Gcs) -> Self {
        let place = stand_in.place("codex");
        Self::new(JournalLocation::Replica, &[("REPLICA_URL", &place)]).holding(stand_in)
    }

    /// A table of `DynamoDB`, at a server that takes any credentials.
    pub async fn dynamodb() -> Self {
        let server = DynamoDb::shared().await;
        let table = server.make_table().await;
        let mut store = Self::new(
            JournalLocation::Table(table.clone()),
            &[("DYNAMODB_TABLE", &table.name)],
        );
        store.variables.extend(server.settings());
        store
    }

    /// A database whose certificate nobody knows.
    pub async fn database() -> Self {
        let server = Postgres::new().await;
        let url = server.url(&server.make_database().await, "sslmode=require");
        Self::new(
            JournalLocation::Database(url.clone()),
            &[("DATABASE_URL", &url)],
        )
        .holding(server)
    }
}

/// Reads what a file holds.
pub(crate) async fn in_file(path: &Path) -> JournalContents {
    JournalContents::read(path).await
}

/// Reads what a table of `DynamoDB` holds of some tables of the game.
pub(crate) async fn in_table(table: DynamoTable, tables: Vec<TableId>) -> JournalContents {
    let journal = DynamoJournal::open(table).await.unwrap();
    JournalContents::of(&journal, tables).await
}

/// Reads what a database holds of some tables.
pub(crate) async fn in_database(url: &str, tables: Vec<TableId>) -> JournalContents {
    let settings = Settings {
        url: PgUrl::parse(url).unwrap(),
        pool: 1,
        timeout: Duration::from_secs(30),
        tls: Tls::AnyCertificate,
        sessions: Sessions::Own,
        app_name: "terms".to_owned(),
    };
    let journal = PostgresJournal::open(settings).await.unwrap();
    let kept = JournalContents::of(&journal, tables).await;
    journal.close();
    kept
}
