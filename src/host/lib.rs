//! What every process does: configuration, logs, storage, listener, drain.
//!
//! An entry point gives [`main`] its [`Platform`], which is facts and defaults, those of the other platforms, and says
//! how its [`Storage`] is opened. From there on all platforms are alike. The *process* reads the [`Config`] from the environment once, names
//! every variable that cannot be understood before anything is opened, and puts an [`App`] together. The *front* binds
//! the port before the storage is opened, answers by a [`StartupGate`] until the `App` is there, and drains at the
//! end. A platform that brings its own runtime begins a [`Process`] on it, and one that brings its own front takes the
//! `App` alone.

mod cli;
mod healthcheck;
mod memory;
mod run;
mod signals;

mod process;

mod front;

/// The allocator of every binary with a front of its own. Its threads give memory back to the system some seconds after it was
/// freed. A function has the system's: nothing of it runs between two requests, and a smaller program starts sooner.
#[cfg(feature = "sqlite")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

pub use bucket::S3Credentials;
pub use cli::main;
pub use front::{ConnectionLimits, StartupGate, serve};
pub use process::config::{
    BusConfig, CacheConfig, Config, ConfigError, DatabaseConfig, DynamoDbConfig, Environment,
    JournalConfig, LimitsConfig, LoadedConfig, LoggingConfig, MaskedUrl, OperatorConfig,
    PlatformConfig, QuestsConfig, RateLimitsConfig, ReplicaConfig, SecretsConfig, ServerConfig,
    reference,
};
pub use process::logs::{LogFormat, flush as flush_log};
#[cfg(feature = "sqlite")]
pub use process::metrics_table;
pub use process::platform::{MappedEnvironment, Platform, RequestSource, WithheldTrust};
pub use process::secret::Secret;
#[cfg(any(feature = "sqlite", feature = "dynamodb"))]
pub use process::storage;
pub use process::tls_verification::TlsVerification;
pub use process::{
    App, AppClose, Background, Closed, Closing, Open, Opening, Process, StartError, Storage,
    TakenOver, process_environment,
};
pub use run::ExitReason;
pub use store::Progress;
pub use web::openapi_text;
