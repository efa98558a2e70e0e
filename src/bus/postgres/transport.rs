//! The transport through `PostgreSQL`: listens, sends the outbox and probes the connection.

use std::sync::Arc;

use retry::error_chain;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::codec;
use super::connection::{PgConnection, PgConnector};
use super::error::PgLinkError;
use crate::remote::{LinkError, PROBE_EVERY, RemoteState, Transport};

/// The transport through `PostgreSQL`.
pub(super) struct PgTransport {
    pub(super) remote: Arc<RemoteState<()>>,
    pub(super) connector: PgConnector,
    /// A random number that tells the probes of this process from those of others.
    pub(super) instance: u64,
}

impl Transport for PgTransport {
    type Link = ();

    fn remote(&self) -> &RemoteState<()> {
        &self.remote
    }

    async fn serve(&self) -> Result<(), LinkError> {
        let served = self.serve_once().await;
        served.map_err(|error| LinkError::unreachable(error_chain(&error)))
    }
}

impl PgTransport {
    /// Connects, listens and tests the connection, then serves it until it fails or the bus is closing.
    async fn serve_once(&self) -> Result<(), PgLinkError> {
        let mut connection = self.connector.connect(&self.remote, self.instance).await?;
        // Listening first: a notification that comes before is lost.
        connection.listen().await?;
        self.test(&mut connection).await?;
        // Only now: subscribers that wake up and read the journal miss nothing that is published from here on.
        self.remote.set_connected((), &self.connector.address());
        // What was queued during the outage does not wait for the next message.
        self.publish_outbox(&mut connection).await?;
        let mut probe = interval_at(Instant::now() + PROBE_EVERY, PROBE_EVERY);
        // After a pause of the whole process one probe is enough, and not one for each tick that was missed.
        probe.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first one was sent by the test.
        let mut probes = 1;
        loop {
            tokio::select! {
                () = self.remote.outbox.filled() => self.publish_outbox(&mut connection).await?,
                () = self.remote.closing() => return self.publish_outbox(&mut connection).await,
                error = connection.ended() => return Err(error),
                // A connection may be half open, or its session another's: only an echo proves that it receives.
                _ = probe.tick() => {
                    probes += 1;
                    connection.notify(&[codec::encode_probe(self.instance, probes)]).await?;
                    connection.await_echo(probes).await?;
                }
            }
        }
    }

    /// Has a second connection notify this one. Behind a pooler in transaction mode a connection receives its own
    /// notifications and loses those of others.
    async fn test(&self, connection: &mut PgConnection) -> Result<(), PgLinkError> {
        match self.connector.connect(&self.remote, self.instance).await {
            Ok(mut other) => {
                other
                    .notify(&[codec::encode_probe(self.instance, 1)])
                    .await?;
            }
            // The server may be at its connection limit. Then skip the test and assume that this connection receives.
            Err(PgLinkError::Unreachable(..)) => return Ok(()),
            Err(error) => return Err(error),
        }
        connection.await_echo(1).await
    }

    /// Sends the outbox, batch after batch, until it is empty.
    async fn publish_outbox(&self, connection: &mut PgConnection) -> Result<(), PgLinkError> {
        loop {
            let batch = self.remote.outbox.next_batch();
            if batch.is_empty() {
                return Ok(());
            }
            // Whether the server has committed it is unknown after an error. Received twice, it does no harm.
            if let Err(error) = connection.notify(&codec::encode(&batch)).await {
                self.remote.outbox.put_back(batch);
                return Err(error);
            }
        }
    }
}
