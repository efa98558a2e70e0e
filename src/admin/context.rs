//! The context of a subcommand: the settings, and the adapters that open what they name.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bucket::{Bucket, BucketUrl};
use bus::Bus;
use store::{Ack, Journal, JournalExport, JournalImport, replica};

use crate::doctor::Diagnosis;
use crate::progress_bar::ProgressBar;
use crate::report::CommandError;
use crate::timestamp::Timestamp;

/// The settings, the adapters and the clock that a process hands to a subcommand.
pub struct CommandContext {
    pub(crate) settings: AdminSettings,
    pub(crate) opener: Arc<dyn Opener>,
    pub(crate) now_ms: fn() -> u64,
    pub(crate) progress_bar: ProgressBar,
}

impl CommandContext {
    /// Creates a context from the settings in force, an opener for the storage they name, and a clock that returns
    /// milliseconds since the Unix epoch.
    pub fn new(settings: AdminSettings, opener: Arc<dyn Opener>, now_ms: fn() -> u64) -> Self {
        Self {
            settings,
            opener,
            now_ms,
            progress_bar: ProgressBar::default(),
        }
    }

    /// Returns the time as a moment of the calendar.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::of_ms((self.now_ms)())
    }
}

/// The settings that subcommands read.
#[derive(Clone, Debug)]
pub struct AdminSettings {
    /// The file of the journal (`DB_PATH`).
    pub db_path: PathBuf,
    /// The keys that sign players' cookies.
    pub keys: KeySettings,
    /// The server that keeps the journal in place of the file, if one does.
    pub database: Option<DatabaseFacts>,
    /// Whether instances have a connection by which they hear each other, to a Redis or the database.
    pub has_bus: bool,
    /// The replica's bucket (`REPLICA_URL`).
    pub replica: Option<BucketUrl>,
    /// When a command is answered: as soon as the replica has it, or the disk.
    pub replica_ack: Ack,
    /// The most files a server with these settings has open.
    pub open_files_max: usize,
    /// What `doctor --production` judges.
    pub production: ProductionFacts,
    /// Sentences about variables that may be misspelt.
    pub warnings: Vec<String>,
    /// Sentences about settings that others leave without effect.
    pub doubts: Vec<String>,
}

/// The settings that matter where strangers reach a server.
#[derive(Clone, Debug)]
pub struct ProductionFacts {
    /// The release of this program.
    pub version: &'static str,
    /// The address that players open (`PUBLIC_URL`).
    pub public_url: Option<String>,
    /// The reverse proxies that are trusted (`TRUSTED_PROXY_HOPS`).
    pub proxies: usize,
    /// The address that the server listens on (`HOST`).
    pub host: IpAddr,
    /// The port of players (`PORT`).
    pub port: u16,
    /// The port of metrics, if they have one (`METRICS_PORT`).
    pub metrics_port: Option<u16>,
    /// Whether there is an operator's page (`ADMIN_TOKEN`).
    pub has_admin_token: bool,
    /// The port of the operator's page, if it has one (`ADMIN_PORT`).
    pub admin_port: Option<u16>,
    /// The other origins whose pages may call the API, as `CORS_ORIGINS` names them; empty for none.
    pub cors_origins: String,
    /// Whether clients are limited (`RATE_LIMIT_ENABLED`).
    pub limits_requests: bool,
    /// Tables that may be in use at once.
    pub tables_max: u64,
    /// The address of the Redis, with `***` for its password (`REDIS_URL`).
    pub redis: Option<String>,
    /// The level or the directives of the log.
    pub log_level: String,
    /// Whether this process is in a container.
    pub is_in_container: bool,
}

/// What came of a request to the public address.
#[derive(Clone, Debug)]
pub enum PublicAnswer {
    /// Its certificate is trusted, and it answered.
    Answered {
        /// The answer as it was sent, cut off at some length.
        text: String,
        /// The days until its certificate ends, if that can be read.
        days_left: Option<u64>,
    },
    /// It could not be reached, or its certificate is not trusted: a sentence without its full stop.
    Failed(String),
    /// It was not asked, for this reason.
    Unasked(String),
}

/// What an operator is told of a server that keeps the journal.
#[derive(Clone, Debug)]
pub struct DatabaseFacts {
    /// Its address, without a password.
    pub address: String,
    /// What to do to have an empty one, as part of a sentence.
    pub empty_one: &'static str,
    /// What to look after when it does not answer.
    pub advice: &'static str,
    /// Where the bytes of what was erased may stay for a while, as a sentence without the full stop.
    pub remains: &'static str,
}

/// Which keys sign players' cookies, without the keys themselves.
#[derive(Clone, Debug)]
pub struct KeySettings {
    /// The file beside the journal that a key made by the server is kept in.
    pub file: PathBuf,
    /// Whether `SECRET_KEY` or `SECRET_KEY_FILE` is set.
    pub is_set: bool,
    /// Every key that is there, the one that signs first.
    pub known: Vec<KnownKey>,
    /// What an operator should know of the file beside the journal.
    pub doubt: Option<String>,
}

/// A key, by where it comes from.
#[derive(Clone, Debug)]
pub struct KnownKey {
    /// What is done with it.
    pub role: KeyRole,
    /// The variable, or the path of the file.
    pub origin: String,
    /// A few digits that differ from key to key.
    pub fingerprint: String,
    /// Whether it is in the file beside the journal.
    pub is_file_beside: bool,
}

/// What is done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRole {
    /// It signs.
    Signs,
    /// What it has signed is accepted.
    Accepted,
    /// It is there and not believed.
    Ignored,
}

/// Opens what the settings name, with the adapters this build has.
#[async_trait]
pub trait Opener: Send + Sync + 'static {
    /// Opens the journal of `DATABASE_URL` or `DYNAMODB_TABLE`.
    async fn database(&self) -> Result<ServerJournal, CommandError>;

    /// Opens the journal in the table of `DynamoDB` that has this name.
    async fn table(&self, name: &str) -> Result<ServerJournal, CommandError>;

    /// Makes what the journal of the settings needs at its server before the first start, if that is not there, and
    /// returns a line for each thing, with what was made or found.
    async fn create_database(&self) -> Result<Vec<CreatedPart>, CommandError>;

    /// Checks more of the server of the settings than whether it answers: rights, clock, backups.
    async fn check_database(&self) -> Vec<Diagnosis>;

    /// Opens a bucket.
    async fn bucket(&self, place: &BucketUrl) -> Result<Arc<dyn Bucket>, CommandError>;

    /// Asks the public address, an origin that begins with `https://`, for a path, as a stranger would. No redirect is
    /// followed.
    async fn ask_public(&self, url: &str, path: &str) -> PublicAnswer;

    /// Starts the bus that instances meet at.
    async fn bus(&self) -> anyhow::Result<Bus>;

    /// Returns the settings to open a replica in `bucket` with, whose local journal is the file `path`.
    fn replica(
        &self,
        path: PathBuf,
        bucket: Arc<dyn Bucket>,
        place: &BucketUrl,
    ) -> replica::Settings;
}

/// A part of what a server needs to keep the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedPart {
    /// What it is.
    pub name: &'static str,
    /// What was made of it, or how it was found.
    pub state: String,
}

/// An open journal that a database server keeps: one journal, by each of its ports.
#[derive(Clone)]
pub struct ServerJournal {
    /// What an operator is told of the server.
    pub facts: DatabaseFacts,
    /// Answers whether the server reads and writes.
    pub journal: Arc<dyn Journal>,
    /// Reads the journal whole.
    pub export: Arc<dyn JournalExport>,
    /// Fills the journal, if it is empty.
    pub import: Arc<dyn JournalImport>,
}

impl fmt::Debug for ServerJournal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.facts.address)
    }
}
