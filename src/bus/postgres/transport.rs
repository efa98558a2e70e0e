//! Keeping the connection: telling, and noticing that nobody is heard any more.

use std::sync::Arc;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::codec;
use super::connection::{Connection, Place};
use super::error::Away;
use crate::remote::{Line, PROBE_EVERY, Remote, sentence};

/// The way to the others, by a database.
pub(super) struct ByPostgres {
    pub(super) remote: Arc<Remote<()>>,
    pub(super) place: Place,
    /// Tells our probes from those of others.
    pub(super) instance: u64,
}

impl Line for ByPostgres {
    type Link = ();

    fn remote(&self) -> &Remote<()> {
        &self.remote
    }

    async fn serve(&self) -> Result<(), String> {
        self.keep_one().await.map_err(|away| sentence(&away))
    }
}

impl ByPostgres {
    /// Connects, and serves until the connection is none any more, or the bus is closing.
    async fn keep_one(&self) -> Result<(), Away> {
        let mut connection = self.place.open(&self.remote, self.instance).await?;
        connection.listen().await?;
        self.try_out(&mut connection).await?;
        self.remote.connected((), &self.place.name());
        self.tell(&mut connection).await?;
        let mut beat = interval_at(Instant::now() + PROBE_EVERY, PROBE_EVERY);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first was told to try the connection out.
        let mut probes = 1;
        loop {
            tokio::select! {
                () = self.remote.outbox.filled() => self.tell(&mut connection).await?,
                () = self.remote.closing() => return self.tell(&mut connection).await,
                away = connection.ended() => return Err(away),
                _ = beat.tick() => {
                    probes += 1;
                    connection.tell(&[codec::probe(self.instance, probes)]).await?;
                    connection.hears(probes).await?;
                }
            }
        }
    }

    /// Has another connection tell something. Behind a pooler, what this one tells itself would come back, and
    /// yet nothing of what others tell.
    async fn try_out(&self, connection: &mut Connection) -> Result<(), Away> {
        match self.place.open(&self.remote, self.instance).await {
            Ok(mut other) => other.tell(&[codec::probe(self.instance, 1)]).await?,
            // The server may have no second place for us. Then this one is believed.
            Err(Away::Unreached(..)) => return Ok(()),
            Err(away) => return Err(away),
        }
        connection.hears(1).await
    }

    /// Tells all that waits.
    async fn tell(&self, connection: &mut Connection) -> Result<(), Away> {
        loop {
            let batch = self.remote.outbox.next();
            if batch.is_empty() {
                return Ok(());
            }
            if let Err(away) = connection.tell(&codec::write(&batch)).await {
                self.remote.outbox.put_back(batch);
                return Err(away);
            }
        }
    }
}
