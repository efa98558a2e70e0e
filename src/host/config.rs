//! What an operator may set, and how it is read from the environment.

mod listing;
mod parse;
mod settings;
mod values;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use bucket::BucketUrl;
use store::Ack;

use crate::Platform;
use crate::secret::Secret;
use settings::settings;

pub(crate) use listing::manual;
pub use values::{Address, LogFormat, TlsVerification};

/// Why a replica needs a key from outside.
const KEYLESS_REPLICA: &str = "SECRET_KEY: must be set when REPLICA_URL is: a key kept beside the journal is lost with \
     the disk, and every player's seat with it (openssl rand -hex 32)";

/// Why a database needs a key from outside.
const KEYLESS_DATABASE: &str = "SECRET_KEY: must be set when DATABASE_URL is: every instance must know the players that \
     another has seated (openssl rand -hex 32)";

/// Why a journal is in one place.
const TWO_JOURNALS: &str = "REPLICA_URL: is set beside DATABASE_URL, and only a journal in a file has a replica; keep one \
     of the two";

/// What is in force. The variables that set it are listed by `arcane-codex --help`.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a variable of its own"
)]
pub struct Config {
    /// Where the process runs, as far as its entry point knows.
    pub platform: Platform,
    /// The project of Google Cloud whose traces log lines belong to.
    pub trace_project: Option<String>,
    /// Who this instance is among others, if the platform says so.
    pub instance: Option<String>,
    /// The address to listen on: all of them.
    pub host: IpAddr,
    /// The port to listen on: the platform's; 0 takes a free one.
    pub port: u16,
    /// A port for metrics and health alone: none, they are answered on the other.
    pub metrics_port: Option<u16>,
    /// The file of the journal: `arcane_codex.db`.
    pub db_path: PathBuf,
    /// Readers of the journal, or connections to its database, at a time: the platform's.
    pub db_pool_size: usize,
    /// How long one read or write of the journal may take: 30 seconds.
    pub db_timeout: Duration,
    /// The database of the journal, in place of the file: none.
    pub database: Option<Address>,
    /// Whether a journal may be kept on a disk that is gone with the process, and nowhere else: no.
    pub ephemeral: bool,
    /// Which database is believed: the platform's.
    pub database_tls: TlsVerification,
    /// Whether a pooler lends the database's sessions by the transaction: no.
    pub database_pooled: bool,
    /// What signs the players' cookies: made at the first start and kept beside the journal.
    pub secret_key: Option<Secret>,
    /// The key before it, which is still believed: none.
    pub secret_key_previous: Option<Secret>,
    /// What is logged, as a level or as filter directives: `info`.
    pub log_level: String,
    /// The form of a log line: text on a terminal, else JSON.
    pub log_format: LogFormat,
    /// Whether the default log level is `debug`: no.
    pub debug: bool,
    /// Tables that may be open at a time: 100.
    pub max_concurrent_games: u64,
    /// How long a seat may be gone before the host of its table may vacate it: 10 minutes.
    pub reconnect_timeout: Duration,
    /// How many of our own proxies stand in front: the platform's, where it is itself. With any, the client is
    /// who the last of them names, `X-Forwarded-Proto` is believed, and one address may have any number of
    /// connections.
    pub trusted_proxy_hops: usize,
    /// Whether who asks too often is told to wait: yes.
    pub rate_limit_enabled: bool,
    /// Requests of one seat in a minute: 60.
    pub requests_per_minute: u32,
    /// Origins other than our own whose pages may ask us: none.
    pub cors_origins: Vec<String>,
    /// How long the platform lets a process end: the platform's.
    pub drain: Duration,
    /// The address players see: that of each request.
    pub public_url: Option<String>,
    /// Live streams at a time: 10000.
    pub max_streams: usize,
    /// How long a live stream lasts before its page is asked to come back: the platform's.
    pub stream_age: Option<Duration>,
    /// Where the journal is replicated to: nowhere.
    pub replica: Option<BucketUrl>,
    /// Whether a command is answered when the replica has it, or when the disk has it: the replica.
    pub replica_ack: Ack,
    /// The time between two writes to the replica that commands do not wait for: 500 milliseconds.
    pub replica_interval: Duration,
    /// The time between two snapshots of the journal in the replica: a day.
    pub replica_snapshot: Duration,
    /// How long the replica keeps what a newer snapshot covers: 30 days.
    pub replica_retention: Duration,
    /// Where instances meet: nowhere.
    pub redis: Option<Address>,
    /// Which Redis is believed: the platform's.
    pub redis_tls: TlsVerification,
    /// The authorities that are trusted with Redis: the machine's.
    pub redis_authorities: Option<PathBuf>,
    /// What instances that belong together are called where they meet: `codex`.
    pub prefix: String,
    /// Whether tables are remembered for other instances: yes.
    pub cache_enabled: bool,
    /// How long they are: 5 minutes.
    pub cache_ttl: Duration,
}

/// The variables of a process, by name.
pub type Environment = BTreeMap<String, OsString>;

/// A configuration that was read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What is in force.
    pub config: Config,
    /// Sentences about variables that may be misspelt.
    pub doubts: Vec<String>,
    origins: BTreeMap<&'static str, Origin>,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    Environment,
    File(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("environment"),
            Self::File(path) => write!(f, "file {path}"),
        }
    }
}

/// The variables that cannot be understood, a sentence each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Misread(pub Vec<String>);

impl Config {
    /// Returns the defaults of a platform.
    pub fn standard(platform: &Platform) -> Self {
        Self {
            platform: *platform,
            trace_project: None,
            instance: None,
            host: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            port: platform.port,
            metrics_port: None,
            db_path: PathBuf::from("arcane_codex.db"),
            db_pool_size: platform.pool,
            db_timeout: Duration::from_secs(30),
            database: None,
            ephemeral: false,
            database_tls: platform.tls_verification,
            database_pooled: false,
            secret_key: None,
            secret_key_previous: None,
            log_level: "info".to_owned(),
            log_format: LogFormat::Auto,
            debug: false,
            max_concurrent_games: 100,
            reconnect_timeout: Duration::from_mins(10),
            trusted_proxy_hops: platform.proxies,
            rate_limit_enabled: true,
            requests_per_minute: 60,
            cors_origins: Vec::new(),
            drain: platform.drain,
            public_url: None,
            max_streams: 10_000,
            stream_age: platform.stream_age,
            replica: None,
            replica_ack: Ack::Strict,
            replica_interval: Duration::from_millis(500),
            replica_snapshot: Duration::from_hours(24),
            replica_retention: Duration::from_hours(30 * 24),
            redis: None,
            redis_tls: platform.tls_verification,
            redis_authorities: None,
            prefix: "codex".to_owned(),
            cache_enabled: true,
            cache_ttl: Duration::from_mins(5),
        }
    }

    /// Reads the environment over these defaults.
    ///
    /// # Errors
    ///
    /// [`Misread`] with a sentence for each variable that cannot be understood.
    pub fn read(mut self, environment: &Environment) -> Result<Reading, Misread> {
        let variable = |name: &&str| environment.get(*name).and_then(|value| value.to_str());
        self.instance = (self.platform.instance.iter().find_map(variable)).map(str::to_owned);
        self.trace_project =
            (self.platform.trace_project.as_ref().and_then(variable)).map(str::to_owned);
        let here = self.platform.is_here(environment);
        if !here {
            // Without its proxies, anybody could say where a request comes from; without its add-ons, whoever
            // stands in between who they are.
            self.trusted_proxy_hops = 0;
            self.database_tls = TlsVerification::Verify;
            self.redis_tls = TlsVerification::Verify;
        }
        let standard = self.clone();
        let mut origins = BTreeMap::new();
        let mut wrong = Vec::new();
        for setting in settings() {
            match setting.read(environment, &standard, &mut self) {
                Ok(Some(origin)) => {
                    origins.insert(setting.name, origin);
                }
                Ok(None) => {}
                Err(sentence) => wrong.push(sentence),
            }
        }
        if self.debug && !origins.contains_key("LOG_LEVEL") {
            "debug".clone_into(&mut self.log_level);
        }
        wrong.extend(self.contradictions().map(str::to_owned));
        if here {
            wrong.extend(self.ephemeral_advice());
        }
        if wrong.is_empty() {
            Ok(Reading {
                config: self,
                doubts: listing::doubts(environment),
                origins,
            })
        } else {
            Err(Misread(wrong))
        }
    }

    /// What is wrong with settings that are right each by itself.
    fn contradictions(&self) -> impl Iterator<Item = &'static str> {
        let (replica, database) = (self.replica.is_some(), self.database.is_some());
        let keyless = self.secret_key.is_none();
        [
            (replica && database, TWO_JOURNALS),
            (replica && keyless, KEYLESS_REPLICA),
            (database && keyless, KEYLESS_DATABASE),
        ]
        .into_iter()
        .filter_map(|(wrong, sentence)| wrong.then_some(sentence))
    }

    /// What is wrong with a journal on a disk that does not last.
    fn ephemeral_advice(&self) -> Option<String> {
        let advice = self.platform.ephemeral_advice?;
        let kept = self.replica.is_some() || self.database.is_some() || self.ephemeral;
        (!kept).then(|| {
            format!(
                "DATABASE_URL, REPLICA_URL: neither is set, and the disk of a process on {} is gone with it: {advice}. \
                 To play on tables that are lost at every restart: ALLOW_EPHEMERAL_JOURNAL=true",
                self.platform.name
            )
        })
    }

    /// Returns the file a key of our own making is kept in.
    pub fn key_path(&self) -> PathBuf {
        let mut path = self.db_path.clone().into_os_string();
        path.push(".key");
        path.into()
    }
}
