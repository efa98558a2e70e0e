//! What every process does: configuration, logs, listener, drain, the operator's subcommands.
//!
//! An entry point gives [`main`] its [`Platform`], which is facts and defaults, and says how its [`Storage`] is
//! opened. From there on all platforms are alike. The port is bound before the
//! storage is opened; until then a [`Door`] answers. [`Config`] is read from the environment once, by one
//! table, and every variable that cannot be understood is named before anything is opened.

mod cli;
mod start;

mod config;
mod platform;
mod secret;

mod codex;
mod door;
mod listener;
mod serve;
#[cfg(feature = "sqlite")]
pub mod storage;

mod healthcheck;
mod keyfile;
mod logs;

use std::pin::Pin;
use std::sync::Arc;

pub use cli::main;
pub use config::{Address, Config, Environment, LogFormat, Misread, Reading, TlsVerification};
pub use door::Door;
pub use platform::{MappedVariable, Platform};
pub use secret::Secret;
pub use serve::{Limits, serve};
pub use store::Progress;

/// Opens what the tables are kept in.
pub type Open = fn(Config, Progress) -> Opening;

/// A storage that is being opened.
pub type Opening = Pin<Box<dyn Future<Output = anyhow::Result<Storage>> + Send>>;

/// What the tables are kept in, opened.
pub struct Storage {
    /// The journal of every table.
    pub journal: Arc<dyn store::Journal>,
    /// How instances tell each other the news.
    pub bus: Arc<dyn bus::Bus>,
    /// Closes both, after the last command.
    pub close: Closing,
    /// Is done when another process has taken over the storage, and this one must end. Never, where several
    /// may share it.
    pub taken_over: TakenOver,
}

/// What is done when a storage has been taken over.
pub type TakenOver = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What closes a storage.
pub type Closing = Box<dyn FnOnce() -> Closed + Send>;

/// A storage that is being closed.
pub type Closed = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;
