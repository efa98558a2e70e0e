//! The configuration: the settings of an operator in groups, read from the environment.
//!
//! Each group has a file with its struct, its defaults, a row for each variable and its contradictions. To add a
//! setting, add a field, a default and a row to its group, use the field, and run `make docs`. To add a group, also
//! add it to [`Config`], [`Config::defaults`] and [`GROUPS`].

mod bus;
mod cache;
mod database;
mod dynamodb;
mod journal;
mod limits;
mod logging;
mod operator;
mod quests;
mod replica;
mod secrets;
mod server;

mod detection;
mod help;
mod masked_url;
mod parse;
mod rate_limits;
pub mod reference;
mod setting;
mod source;
mod spelling;
mod useless;

use std::collections::BTreeMap;
use std::path::Path;

use mounts::Mount;

pub use bus::BusConfig;
pub use cache::CacheConfig;
pub use database::DatabaseConfig;
pub use dynamodb::DynamoDbConfig;
pub use journal::JournalConfig;
pub use limits::LimitsConfig;
pub use logging::LoggingConfig;
pub use masked_url::MaskedUrl;
pub use operator::OperatorConfig;
pub use quests::QuestsConfig;
pub use rate_limits::RateLimitsConfig;
pub use replica::ReplicaConfig;
pub use secrets::SecretsConfig;
pub use server::ServerConfig;
pub use source::Environment;

#[cfg(feature = "sqlite")]
pub(crate) use detection::volume_of_journal;

pub(crate) use help::help;
pub(crate) use logging::format_in;

use crate::{Platform, memory};
use setting::{Setting, SettingGroup};
use source::ValueSource;

/// Every group of settings, in the order of the reference.
const GROUPS: [&SettingGroup; 13] = [
    &server::GROUP,
    &secrets::GROUP,
    &operator::GROUP,
    &limits::GROUP,
    &rate_limits::GROUP,
    &logging::GROUP,
    &quests::GROUP,
    &journal::GROUP,
    &database::GROUP,
    &dynamodb::GROUP,
    &replica::GROUP,
    &bus::GROUP,
    &cache::GROUP,
];

/// The configuration in force. `docs/configuration.md` lists the variables that set it.
#[derive(Clone, Debug)]
pub struct Config {
    /// The platform and this instance's place on it.
    pub platform: PlatformConfig,
    /// The HTTP server.
    pub server: ServerConfig,
    /// The keys that sign players' cookies.
    pub secrets: SecretsConfig,
    /// The operator's page and API.
    pub operator: OperatorConfig,
    /// The limits of one instance.
    pub limits: LimitsConfig,
    /// How often each client may ask.
    pub rate_limits: RateLimitsConfig,
    /// The log.
    pub logging: LoggingConfig,
    /// The quests that tables may choose.
    pub quests: QuestsConfig,
    /// The journal.
    pub journal: JournalConfig,
    /// The database that may hold the journal.
    pub database: DatabaseConfig,
    /// The `DynamoDB` table that may hold the journal.
    pub dynamodb: DynamoDbConfig,
    /// The replica of the journal.
    pub replica: ReplicaConfig,
    /// The connection between instances.
    pub bus: BusConfig,
    /// The cache that instances share.
    pub cache: CacheConfig,
    /// Sentences about settings that others leave without effect.
    pub doubts: Vec<String>,
}

/// The platform's facts about this process. They are read from the platform's own variables, not from settings.
#[derive(Clone, Debug)]
pub struct PlatformConfig {
    /// The facts and defaults of the platform.
    pub profile: Platform,
    /// The name of this instance among others, if the platform gives it one.
    pub instance: Option<String>,
    /// The Google Cloud project that traces in log lines belong to.
    pub trace_project: Option<String>,
    /// Whether volumes here are as ephemeral as the disk.
    pub volumes_are_ephemeral: bool,
}

impl PlatformConfig {
    /// Returns whether what is mounted there is gone with the process, although it is a volume.
    fn is_ephemeral(&self, volume: &Mount) -> bool {
        let parts = self.profile.ephemeral_mounts;
        self.volumes_are_ephemeral || parts.iter().any(|part| volume.point == Path::new(part))
    }
}

/// A configuration that was read from the environment.
#[derive(Clone, Debug)]
pub struct LoadedConfig {
    /// The configuration in force.
    pub config: Config,
    /// Sentences about variables that may be misspelt, or may have to be set.
    pub warnings: Vec<String>,
    sources: BTreeMap<&'static str, ValueSource>,
}

/// The variables that are not valid, a sentence each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Returns the defaults of a platform.
    pub fn defaults(platform: &Platform) -> Self {
        Self {
            platform: PlatformConfig {
                profile: *platform,
                instance: None,
                trace_project: None,
                volumes_are_ephemeral: false,
            },
            server: ServerConfig::defaults(platform),
            secrets: SecretsConfig::default(),
            operator: OperatorConfig::default(),
            limits: LimitsConfig::defaults(platform),
            rate_limits: RateLimitsConfig::default(),
            logging: LoggingConfig::default(),
            quests: QuestsConfig::default(),
            journal: JournalConfig::defaults(platform),
            database: DatabaseConfig::defaults(platform),
            dynamodb: DynamoDbConfig::default(),
            replica: ReplicaConfig::default(),
            bus: BusConfig::defaults(platform),
            cache: CacheConfig::default(),
            doubts: Vec::new(),
        }
    }

    /// Reads the environment over the defaults of a platform.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] with a sentence for each variable that is not valid and each contradiction, all at once.
    pub fn read(
        platform: &Platform,
        environment: &Environment,
    ) -> Result<LoadedConfig, ConfigError> {
        let platform = platform.as_detected(environment);
        let mut defaults = Self::defaults(&platform);
        let variable = |name: &&str| environment.get(*name)?.to_str().map(str::to_owned);
        defaults.platform.instance = platform.instance.iter().find_map(variable);
        defaults.platform.trace_project = platform.trace_project.as_ref().and_then(variable);

        defaults.platform.volumes_are_ephemeral =
            detection::has_ephemeral_volumes(&platform, environment);
        let mapped = (platform.map_environment)(environment);
        defaults.replica.s3_credentials = mapped.s3_credentials;
        let mut environment = environment.clone();
        for (name, value) in mapped.variables {
            environment.insert(name.to_owned(), value);
        }

        let mut config = defaults.clone();
        let mut sources = BTreeMap::new();
        let mut faults = Vec::new();
        for setting in settings() {
            match setting.read(&environment, &defaults, &mut config) {
                Ok(Some(source)) => {
                    sources.insert(setting.name, source);
                }
                Ok(None) => {}
                Err(sentence) => faults.push(sentence),
            }
        }
        for group in GROUPS {
            faults.extend((group.contradictions)(&config));
        }
        if !faults.is_empty() {
            return Err(ConfigError(faults));
        }
        let mut warnings = spelling::warnings(&environment);
        warnings.extend(detection::withheld_trust(&config, &sources));
        let given = settings().filter(|setting| sources.contains_key(setting.name));
        config.doubts = useless::sentences(given, &config, &defaults);
        Ok(LoadedConfig {
            config,
            warnings,
            sources,
        })
    }

    /// Returns whether a server keeps the journal, in place of a file: a database, or `DynamoDB`. Several instances may
    /// share it, and no disk is needed.
    pub(crate) fn has_journal_server(&self) -> bool {
        self.database.url.is_some() || self.dynamodb.table.is_some()
    }
}

impl LoadedConfig {
    /// Fits the default of `MAX_STREAMS` to the memory that this process may take, if its container limits it, and warns
    /// of a value that does not fit.
    #[must_use]
    pub fn within(mut self, memory_bytes: Option<usize>) -> Self {
        let Some(bytes) = memory_bytes else {
            return self;
        };
        let limits = &mut self.config.limits;
        limits.memory_bytes = Some(bytes);
        let fitting = memory::streams_within(bytes);
        self.sources.entry(limits::STREAMS).or_insert_with(|| {
            limits.streams_max = fitting;
            ValueSource::MemoryLimit(bytes)
        });
        if limits.streams_max > fitting {
            let sentence = format!(
                "{}: {} streams may need more than the memory limit; {fitting} fit it",
                limits::STREAMS,
                limits.streams_max
            );
            self.warnings.push(sentence);
        }
        self
    }
}

impl LoadedConfig {
    /// Warns of a journal that lies where it is soon lost.
    #[must_use]
    pub fn on_this_disk(mut self) -> Self {
        self.warnings.extend(detection::soon_lost(&self.config));
        self
    }

    /// Logs what may be wrong with the settings, a line each.
    pub(crate) fn log_warnings(&self) {
        for warning in self.warnings.iter().chain(&self.config.doubts) {
            tracing::warn!("{warning}");
        }
    }

    /// Returns the variable that a value came from: its own, or that of a file with the file's path.
    #[cfg(feature = "sqlite")]
    pub(crate) fn origin(&self, name: &str) -> String {
        match self.sources.get(name) {
            Some(ValueSource::File(path)) => format!("{name}_FILE ({path})"),
            Some(ValueSource::Environment | ValueSource::MemoryLimit(_)) | None => name.to_owned(),
        }
    }
}

/// Returns every setting, in the order of the reference.
fn settings() -> impl Iterator<Item = &'static Setting> {
    GROUPS.iter().flat_map(|group| group.settings)
}
