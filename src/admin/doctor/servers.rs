//! The database and the Redis: whether they answer, and how quickly.

use std::time::Duration;

use bus::{LinkFailure, LinkState};
use tokio::time::{Instant, sleep, timeout};

use super::diagnosis::Diagnosis;
use crate::report::CommandError;
use crate::{CommandContext, DatabaseFacts};

/// How long a server may take to be reached.
const LIMIT: Duration = Duration::from_secs(10);
/// Between two looks whether it was.
const PAUSE: Duration = Duration::from_millis(50);

/// Looks at each server that is set.
pub(super) async fn look(context: &CommandContext) -> Vec<Diagnosis> {
    let mut checks = Vec::new();
    if let Some(facts) = &context.settings.database {
        checks.push(database(context, facts).await);
        checks.extend(context.opener.check_database().await);
    }
    if context.settings.has_bus {
        checks.push(bus(context).await);
    }
    checks
}

async fn database(context: &CommandContext, facts: &DatabaseFacts) -> Diagnosis {
    let DatabaseFacts {
        address, advice, ..
    } = facts;
    let began = Instant::now();
    let asked = timeout(LIMIT, async {
        let server = context.opener.database().await?;
        Ok::<_, CommandError>(server.journal.check().await?)
    });
    let fault = |said: String| Diagnosis::fault("database", format!("{address}: {said}"), *advice);
    match asked.await {
        Ok(Ok(())) => Diagnosis::fine(
            "database",
            format!(
                "{address} is read and written, {} ms",
                began.elapsed().as_millis()
            ),
        ),
        Ok(Err(error)) => fault(error.said()),
        Err(_) => fault(format!("no answer for {LIMIT:?}")),
    }
}

/// Without it the game goes on, so that it is away is a warning. That it answers and refuses is a fault: it will not
/// mend by itself.
async fn bus(context: &CommandContext) -> Diagnosis {
    let advice = "the game goes on without it: pages learn of changes by heartbeat, and each instance counts limits alone";
    let pubsub = match context.opener.bus().await {
        Ok(bus) => bus.pubsub,
        Err(error) => return Diagnosis::fault("bus", format!("{error:#}"), "correct the variable"),
    };
    let reached = timeout(LIMIT, async {
        while !is_decided(&pubsub.link()) {
            sleep(PAUSE).await;
        }
    });
    let reached = reached.await;
    let link = pubsub.link();
    pubsub.close().await;
    match (reached, link) {
        (
            _,
            LinkState::Disconnected {
                cause,
                failure: LinkFailure::Refused,
                ..
            },
        ) => Diagnosis::fault(
            "bus",
            cause,
            format!("correct REDIS_URL, or the server; {advice}"),
        ),
        (Ok(()), _) => Diagnosis::fine("bus", "instances meet"),
        (Err(_), LinkState::Disconnected { cause, .. }) => Diagnosis::warning("bus", cause, advice),
        (Err(_), LinkState::SingleProcess | LinkState::Connected) => {
            Diagnosis::warning("bus", format!("no answer for {LIMIT:?}"), advice)
        }
    }
}

/// Whether waiting on would change nothing.
fn is_decided(link: &LinkState) -> bool {
    let refused = |failure| failure == LinkFailure::Refused;
    match link {
        LinkState::Connected => true,
        LinkState::Disconnected { failure, .. } => refused(*failure),
        LinkState::SingleProcess => false,
    }
}
