//! The process: configuration, logs and storage, put together into an application that can be served and closed.
//!
//! It knows nothing of the front. A platform whose provider accepts the connections takes an [`App`] and serves its
//! routers itself.

mod start;

mod app;
mod background;

pub(crate) mod config;
pub(crate) mod platform;
pub(crate) mod secret;
pub(crate) mod tls_verification;

mod key_file;
pub(crate) mod logs;
#[cfg(feature = "sqlite")]
mod metrics_reference;
pub(crate) mod process_metrics;
mod quests;
pub(crate) mod signing_keys;
#[cfg(any(feature = "sqlite", feature = "dynamodb"))]
pub mod storage;

use std::pin::Pin;
use std::sync::Arc;

use store::Progress;

use crate::Config;

#[cfg(any(feature = "sqlite", feature = "dynamodb"))]
pub(crate) use app::now_ms;
#[cfg(feature = "sqlite")]
pub(crate) use app::random;
pub use app::{App, AppClose};
pub use background::Background;
#[cfg(feature = "sqlite")]
pub use metrics_reference::metrics_table;
pub use start::{Process, StartError, process_environment};

/// Opens the storage of the tables, and reports the progress of a long opening.
pub type Open = fn(Config, Progress) -> Opening;

/// A storage that is being opened.
pub type Opening = Pin<Box<dyn Future<Output = anyhow::Result<Storage>> + Send>>;

/// An open storage: the journal, and the ports to the other instances that use it.
pub struct Storage {
    /// The journal of every table.
    pub journal: Arc<dyn store::Journal>,
    /// The ports between instances.
    pub bus: bus::Bus,
    /// Closes the journal, after the last command.
    pub close: Closing,
    /// Completes when another process has taken over the storage and this one must end. Never, where several may
    /// share it.
    pub taken_over: TakenOver,
}

/// Completes when a storage has been taken over.
pub type TakenOver = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Closes a storage.
pub type Closing = Box<dyn FnOnce() -> Closed + Send>;

/// A storage that is being closed.
pub type Closed = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;
