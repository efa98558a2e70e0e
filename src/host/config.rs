//! What an operator may set, and how it is read from the environment.

mod parse;
mod settings;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use bucket::Place;
use store::Ack;

use crate::Platform;
use crate::secret::Secret;
use settings::{SETTINGS, Setting};

/// Why a replica needs a key from outside.
const KEYLESS_REPLICA: &str = "SECRET_KEY: must be set when REPLICA_URL is: a key kept beside the journal is lost with \
     the disk, and every player's seat with it (openssl rand -hex 32)";

/// What is in force. The variables that set it are listed by `arcane-codex --help`.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on: all of them.
    pub host: IpAddr,
    /// The port to listen on: the platform's; 0 takes a free one.
    pub port: u16,
    /// The file of the journal: `arcane_codex.db`.
    pub db_path: PathBuf,
    /// Readers of the journal at a time: 20.
    pub db_pool_size: usize,
    /// How long one read or write of the journal may take: 30 seconds.
    pub db_timeout: Duration,
    /// What signs the players' cookies: made at the first start and kept beside the journal.
    pub secret_key: Option<Secret>,
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
    /// How many of our own proxies stand in front: none. With any, `X-Forwarded-Proto` is believed, and one
    /// address may have any number of connections.
    pub trusted_proxy_hops: usize,
    /// Origins other than our own whose pages may ask us: none.
    pub cors_origins: Vec<String>,
    /// How long the platform lets a process end: the platform's.
    pub drain: Duration,
    /// The address players see: that of each request.
    pub public_url: Option<String>,
    /// Live streams at a time: 10000.
    pub max_streams: usize,
    /// Where the journal is replicated to: nowhere.
    pub replica: Option<Place>,
    /// Whether a command is answered when the replica has it, or when the disk has it: the replica.
    pub replica_ack: Ack,
    /// The time between two writes to the replica that commands do not wait for: 500 milliseconds.
    pub replica_interval: Duration,
    /// The time between two snapshots of the journal in the replica: a day.
    pub replica_snapshot: Duration,
    /// How long the replica keeps what a newer snapshot covers: 30 days.
    pub replica_retention: Duration,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// Lines for people.
    Text,
    /// Lines for programs.
    Json,
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
            host: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            port: platform.port,
            db_path: PathBuf::from("arcane_codex.db"),
            db_pool_size: 20,
            db_timeout: Duration::from_secs(30),
            secret_key: None,
            log_level: "info".to_owned(),
            log_format: LogFormat::Auto,
            debug: false,
            max_concurrent_games: 100,
            reconnect_timeout: Duration::from_mins(10),
            trusted_proxy_hops: 0,
            cors_origins: Vec::new(),
            drain: platform.drain,
            public_url: None,
            max_streams: 10_000,
            replica: None,
            replica_ack: Ack::Strict,
            replica_interval: Duration::from_millis(500),
            replica_snapshot: Duration::from_hours(24),
            replica_retention: Duration::from_hours(30 * 24),
        }
    }

    /// Reads the environment over these defaults.
    ///
    /// # Errors
    ///
    /// [`Misread`] with a sentence for each variable that cannot be understood.
    pub fn read(mut self, environment: &Environment) -> Result<Reading, Misread> {
        let standard = self.clone();
        let mut origins = BTreeMap::new();
        let mut wrong = Vec::new();
        for setting in SETTINGS {
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
        if self.replica.is_some() && self.secret_key.is_none() {
            wrong.push(KEYLESS_REPLICA.to_owned());
        }
        if wrong.is_empty() {
            Ok(Reading {
                config: self,
                doubts: doubts(environment),
                origins,
            })
        } else {
            Err(Misread(wrong))
        }
    }

    /// Returns the file a key of our own making is kept in.
    pub fn key_path(&self) -> PathBuf {
        let mut path = self.db_path.clone().into_os_string();
        path.push(".key");
        path.into()
    }
}

impl Reading {
    /// Lists all that is in force, a variable a line, secrets masked.
    pub fn listing(&self) -> String {
        let mut listing = String::new();
        for setting in SETTINGS {
            let value = format!("{}={}", setting.name, (setting.show)(&self.config));
            let origin = self
                .origins
                .get(setting.name)
                .map_or("default".to_owned(), Origin::to_string);
            let _ = writeln!(listing, "{value:<48} # {origin}");
        }
        listing
    }
}

/// Lists every variable, what it is and its default, for the help text.
pub(crate) fn manual(standard: &Config) -> String {
    let mut manual = String::from("Environment variables:\n");
    for setting in SETTINGS {
        let Setting { name, what, .. } = setting;
        let default = setting.default(standard);
        let also = if setting.is_secret() {
            format!(" Also read from the file that {name}_FILE names.")
        } else {
            String::new()
        };
        let _ = writeln!(manual, "  {name}\n      {what}. Default: {default}.{also}");
    }
    manual
}

/// Names the variables that look like one of ours and are not.
fn doubts(environment: &Environment) -> Vec<String> {
    let ours: Vec<String> = SETTINGS.iter().flat_map(Setting::names).collect();
    let unknown = environment.keys().filter(|name| !ours.contains(name));
    unknown
        .filter_map(|name| {
            let meant = ours
                .iter()
                .find(|known| parse::one_letter_apart(name, known))?;
            Some(format!(
                "{name} is not a variable of ours; is {meant} meant?"
            ))
        })
        .collect()
}
