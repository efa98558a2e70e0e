//! The port for announcements: versions by topic, and the connection they come through.

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

/// Publish/subscribe of versions by topic, which is a table's id.
#[async_trait]
pub trait PubSub: Send + Sync + 'static {
    /// Publishes to all subscribers of `topic`, here and in other instances, that it has come to `version`.
    async fn publish(&self, topic: &str, version: u64);

    /// Subscribes to `topic`: the receiver holds the newest version published, 0 before the first.
    ///
    /// The receiver may be marked as changed while the version is the same. Then messages may have been lost, and
    /// the subscriber should read the journal.
    fn subscribe(&self, topic: &str) -> watch::Receiver<u64>;

    /// Returns the state of the connection to other instances, which all ports of an adapter share.
    fn link(&self) -> LinkState;

    /// Returns how many versions were published here and dropped before other instances received them, because the
    /// outbox was full.
    fn dropped(&self) -> u64;

    /// Sends what is still queued, for a second at most, and closes the connection. Afterwards every port of the
    /// adapter works as one of a process whose server is unreachable.
    async fn close(&self);
}

/// The connection of an adapter to other instances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LinkState {
    /// There is nothing to connect to: the adapter is of a single process.
    #[default]
    SingleProcess,
    /// Messages of other instances are received.
    Connected,
    /// They are not. Each instance works by itself, and the adapter is reconnecting.
    Disconnected {
        /// For how long.
        duration: Duration,
        /// Why the last attempt failed, for an operator. It holds no password.
        cause: String,
        /// Whether waiting may mend it.
        failure: LinkFailure,
    },
}

/// Why an attempt to connect failed, by who can mend it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkFailure {
    /// The server cannot be reached, or is not ready: it may come back by itself.
    #[default]
    Unreachable,
    /// The server answers and will go on refusing: a setting of this process, or of the server, has to be changed.
    Refused,
}
