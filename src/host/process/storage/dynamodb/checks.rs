//! What `doctor` finds of a table: rights, conditions, speed, clock, and what protects what is in it.

use std::time::Duration;

use admin::Diagnosis;
use dynamo::probe::{
    KeptConditions, TableProperties, clock_difference, expires_items, properties, recovery_days,
    time_trips, try_conditions, try_rights,
};
use dynamo::{DynamoError, DynamoTable};
use tokio::time::timeout;

use crate::process::now_ms;

/// How long the table may take for one check.
const LIMIT: Duration = Duration::from_secs(20);
/// A round trip that players notice.
const TRIP_LONG: Duration = Duration::from_millis(100);
/// A difference of clocks, in milliseconds, at which deadlines pass too early or too late for people.
const CLOCK_WARN_MS: u64 = 5_000;
/// One at which Amazon refuses every request: its signature is from another time.
const CLOCK_FAULT_MS: u64 = 4 * 60_000;

/// Looks at a table, one thing after the other.
pub(crate) async fn check(table: &DynamoTable) -> Vec<Diagnosis> {
    vec![
        limited("rights", rights(table)).await,
        limited("conditions", conditions(table)).await,
        limited("round trip", trips(table)).await,
        limited("clock", clock(table)).await,
        limited("capacity", capacity(table)).await,
        limited("time to live", expiry(table)).await,
        limited("recovery", recovery(table)).await,
    ]
}

async fn limited(name: &'static str, check: impl Future<Output = Diagnosis>) -> Diagnosis {
    let found = timeout(LIMIT, check).await;
    found.unwrap_or_else(|_| {
        Diagnosis::fault(
            name,
            format!("no answer for {LIMIT:?}"),
            "look after the network between here and the region",
        )
    })
}

async fn rights(table: &DynamoTable) -> Diagnosis {
    const NAME: &str = "rights";
    let tried = try_rights(table).await;
    let count = tried.len();
    let mut denied = Vec::new();
    for (action, tried) in tried {
        match tried {
            Ok(()) => {}
            Err(DynamoError::AccessDenied(_)) => denied.push(format!("dynamodb:{action}")),
            Err(error) => return failed(NAME, error),
        }
    }
    if denied.is_empty() {
        return Diagnosis::fine(
            NAME,
            format!("these credentials may do all {count} things that the game needs"),
        );
    }
    Diagnosis::fault(
        NAME,
        format!("these credentials may not {}", denied.join(", ")),
        "allow it on the table, and on index/* of it (docs/operations/dynamodb.md has the policy)",
    )
}

async fn conditions(table: &DynamoTable) -> Diagnosis {
    const NAME: &str = "conditions";
    match try_conditions(table).await {
        Ok(KeptConditions {
            of_writes: true,
            of_transactions: true,
        }) => Diagnosis::fine(
            NAME,
            "a write and a transaction whose conditions do not hold change nothing",
        ),
        Ok(KeptConditions { .. }) => Diagnosis::fault(
            NAME,
            "the server writes although a condition does not hold, so two processes could overwrite each other",
            "use Amazon's DynamoDB, or a server that keeps conditions",
        ),
        Err(error) => failed(NAME, error),
    }
}

/// Times what a command and a look wait for.
async fn trips(table: &DynamoTable) -> Diagnosis {
    const NAME: &str = "round trip";
    let found = match time_trips(table, now_ms()).await {
        Ok(found) => found,
        Err(error) => return failed(NAME, error),
    };
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let said = format!(
        "a small write takes {:.1} ms, a consistent read {:.1} ms (medians)",
        ms(found.write),
        ms(found.read)
    );
    if found.write > TRIP_LONG {
        let advice = "use a table in the server's region: every command waits for a transaction";
        return Diagnosis::warning(NAME, said, advice);
    }
    Diagnosis::fine(NAME, said)
}

async fn clock(table: &DynamoTable) -> Diagnosis {
    const NAME: &str = "clock";
    let ahead_ms = match clock_difference(table, now_ms).await {
        Ok(Some(ahead_ms)) => ahead_ms,
        Ok(None) => {
            return Diagnosis::skipped(NAME, "the server does not tell its time");
        }
        Err(error) => return failed(NAME, error),
    };
    let direction = if ahead_ms < 0 { "behind" } else { "ahead of" };
    let said = format!(
        "this clock is {:.1} s {direction} the server's, give or take a second",
        Duration::from_millis(ahead_ms.unsigned_abs()).as_secs_f64()
    );
    let advice = "set the clock by the network (NTP)";
    match ahead_ms.unsigned_abs() {
        CLOCK_FAULT_MS.. => Diagnosis::fault(
            NAME,
            format!("{said}; Amazon refuses requests that are five minutes off"),
            advice,
        ),
        CLOCK_WARN_MS.. => {
            Diagnosis::warning(NAME, format!("{said}; deadlines pass by it"), advice)
        }
        _ => Diagnosis::fine(NAME, said),
    }
}

async fn capacity(table: &DynamoTable) -> Diagnosis {
    const NAME: &str = "capacity";
    match properties(table).await {
        Ok(TableProperties {
            is_on_demand: false,
            ..
        }) => Diagnosis::warning(
            NAME,
            "the table has provisioned capacity, and requests beyond it are throttled: players then wait",
            "set its billing to PAY_PER_REQUEST, unless you watch its throttled requests",
        ),
        Ok(TableProperties {
            is_protected: false,
            ..
        }) => Diagnosis::warning(
            NAME,
            "the table is paid for by the request, and is not protected from being deleted",
            "turn deletion protection on: `store create` does",
        ),
        Ok(TableProperties { .. }) => Diagnosis::fine(
            NAME,
            "the table is paid for by the request, and protected from being deleted",
        ),
        Err(error) => unread(NAME, error, "dynamodb:DescribeTable"),
    }
}

async fn expiry(table: &DynamoTable) -> Diagnosis {
    const NAME: &str = "time to live";
    match expires_items(table).await {
        Ok(true) => Diagnosis::fine(NAME, "what is kept for a time only is deleted by the table"),
        Ok(false) => Diagnosis::warning(
            NAME,
            "it is off: presence, limits and connections of before stay in the table and are paid for",
            "run `store create`, which turns it on",
        ),
        Err(error) => unread(NAME, error, "dynamodb:DescribeTimeToLive"),
    }
}

async fn recovery(table: &DynamoTable) -> Diagnosis {
    const NAME: &str = "recovery";
    match recovery_days(table).await {
        Ok(Some(days)) => Diagnosis::fine(
            NAME,
            format!("the table can be restored as of any second of the last {days} days"),
        ),
        Ok(None) => Diagnosis::warning(
            NAME,
            "point-in-time recovery is off: nothing brings back what a mistake deletes",
            "run `store create`, which turns it on, and make backups as well",
        ),
        Err(error) => unread(NAME, error, "dynamodb:DescribeContinuousBackups"),
    }
}

/// What a server needs no right to read, an operator may lack.
fn unread(name: &'static str, error: DynamoError, right: &str) -> Diagnosis {
    match error {
        DynamoError::AccessDenied(_) => Diagnosis::skipped(
            name,
            format!("these credentials lack {right}, which the server does not need"),
        ),
        DynamoError::Unsupported => {
            Diagnosis::skipped(name, "the server does not know the question")
        }
        other @ (DynamoError::ConditionFailed
        | DynamoError::Canceled(_)
        | DynamoError::Conflict
        | DynamoError::TokenReused
        | DynamoError::Throttled(_)
        | DynamoError::TableMissing
        | DynamoError::InUse
        | DynamoError::Unfit(_)
        | DynamoError::Unavailable(_)) => failed(name, other),
    }
}

/// Says why a check came to no end.
fn failed(name: &'static str, error: DynamoError) -> Diagnosis {
    let advice = match &error {
        DynamoError::TableMissing => {
            "check the table's name and the region (AWS_REGION), or run `store create`"
        }
        DynamoError::AccessDenied(_) => {
            "check the credentials, and their policy (docs/operations/dynamodb.md)"
        }
        DynamoError::Throttled(_) => {
            "set the table's billing to PAY_PER_REQUEST, or ask Amazon for a higher quota"
        }
        DynamoError::ConditionFailed
        | DynamoError::Canceled(_)
        | DynamoError::Conflict
        | DynamoError::TokenReused
        | DynamoError::InUse
        | DynamoError::Unsupported
        | DynamoError::Unfit(_)
        | DynamoError::Unavailable(_) => {
            "check DYNAMODB_ENDPOINT, the region (AWS_REGION) and the network"
        }
    };
    Diagnosis::fault(name, format!("{:#}", anyhow::Error::new(error)), advice)
}
