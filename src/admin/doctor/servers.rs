//! The database and the Redis: whether they answer, and how quickly.

use std::time::Duration;

use bus::LinkState;
use tokio::time::{sleep, timeout};

use super::checkup::Check;
use crate::Config;
use crate::storage;

/// How long a server may take to be reached.
const LIMIT: Duration = Duration::from_secs(10);
/// Between two looks whether it was.
const PAUSE: Duration = Duration::from_millis(50);

/// Looks at each server that is set.
pub(super) async fn look(config: &Config) -> Vec<Check> {
    let mut checks = Vec::new();
    #[cfg(feature = "postgres")]
    if let Some(address) = &config.database {
        checks.push(database(config, address).await);
    }
    if config.redis.is_some() || config.database.is_some() {
        checks.push(meeting(config).await);
    }
    checks
}

#[cfg(feature = "postgres")]
async fn database(config: &Config, address: &crate::Address) -> Check {
    use store::Journal as _;
    use store::postgres::PostgresJournal;
    use tokio::time::Instant;

    let began = Instant::now();
    let asked = timeout(LIMIT, async {
        let settings = storage::database_settings(config, address)?;
        let journal = PostgresJournal::open(settings).await?;
        let checked = journal.check().await;
        journal.close();
        Ok::<_, anyhow::Error>(checked?)
    });
    let fault = |said: String| {
        Check::fault(
            "database",
            format!("{address}: {said}"),
            "see to it that the server runs, lets this machine in, and knows user, password and database",
        )
    };
    match asked.await {
        Ok(Ok(())) => Check::fine(
            "database",
            format!(
                "{address} is read and written, {} ms",
                began.elapsed().as_millis()
            ),
        ),
        Ok(Err(error)) => fault(format!("{error:#}")),
        Err(_) => fault(format!("no answer for {LIMIT:?}")),
    }
}

/// Without it the game goes on, so it is never more than a warning.
async fn meeting(config: &Config) -> Check {
    let advice =
        "the game goes on without: news come by heartbeat, and limits are counted by each instance";
    let bus = match storage::meeting(config) {
        Ok(bus) => bus,
        Err(error) => return Check::fault("bus", format!("{error:#}"), "correct the variable"),
    };
    let reached = timeout(LIMIT, async {
        while bus.state().link != LinkState::Connected {
            sleep(PAUSE).await;
        }
    });
    let reached = reached.await;
    let link = bus.state().link;
    bus.close().await;
    match (reached, link) {
        (Ok(()), _) => Check::fine("bus", "instances meet"),
        (Err(_), LinkState::Disconnected { cause, .. }) => Check::warning("bus", cause, advice),
        (Err(_), LinkState::SingleProcess | LinkState::Connected) => {
            Check::warning("bus", format!("no answer for {LIMIT:?}"), advice)
        }
    }
}
