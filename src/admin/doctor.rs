//! `doctor`: everything a server needs, looked at from where it would run, with what to do.

mod checkup;
mod disk;
mod replica;
mod servers;

use std::fmt::Write as _;

use bucket::BucketUrl;
use serde_json::json;

use super::outcome::Report;
use super::{Meter, is_keyed, with_some_key};
use crate::config::{Config, Environment, Misread};
use checkup::{Check, State};

#[derive(Debug, clap::Args)]
pub(crate) struct Asked {
    /// The replica to look at; that of `REPLICA_URL` if not said
    place: Option<BucketUrl>,
    /// Prints one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// Looks at everything there is to look at.
pub(super) async fn work(
    asked: &Asked,
    standard: Config,
    environment: Environment,
    meter: Meter,
) -> Report {
    let keyed = is_keyed(&environment);
    let mut checks = Vec::new();
    match standard.read(&with_some_key(environment)) {
        Err(Misread(sentences)) => checks.extend(sentences.into_iter().map(|sentence| {
            Check::fault(
                "settings",
                sentence,
                "set it as said; the rest waits for that",
            )
        })),
        Ok(reading) => {
            checks.push(Check::fine("settings", "every variable can be read"));
            checks.extend(
                reading.doubts.into_iter().map(|doubt| {
                    Check::warning("settings", doubt, "correct the name, or unset it")
                }),
            );
            let config = reading.config;
            meter.begin("looking at the disk");
            checks.extend(disk::look(&config).await);
            if config.redis.is_some() || config.database.is_some() {
                meter.begin("asking the servers");
                checks.extend(servers::look(&config).await);
            }
            if let Some(place) = asked.place.clone().or_else(|| config.replica.clone()) {
                meter.begin("asking the bucket");
                checks.extend(replica::look(&place, config.replica_ack).await);
                checks.push(key(keyed));
            } else if config.database.is_some() {
                checks.push(key(keyed));
            } else {
                let found = "REPLICA_URL is not set: the journal lies on this disk alone";
                checks.push(Check::skipped("replica", found));
            }
        }
    }
    told(&checks)
}

fn key(keyed: bool) -> Check {
    if keyed {
        return Check::fine("secret key", "it is set, and not lost with the disk");
    }
    Check::fault(
        "secret key",
        "SECRET_KEY is not set, and a key kept beside the journal is lost with the disk",
        "set SECRET_KEY to the key in use, or a new one (openssl rand -hex 32)",
    )
}

fn told(checks: &[Check]) -> Report {
    let mut text = String::new();
    for check in checks {
        let _ = writeln!(
            text,
            "{:<8} {:<16} {}",
            check.state.word(),
            check.name,
            check.found
        );
        if let Some(advice) = &check.advice {
            let _ = writeln!(text, "{:<25} -> {advice}", "");
        }
    }
    let count = |state: State| checks.iter().filter(|check| check.state == state).count();
    let (faults, warnings) = (count(State::Fault), count(State::Warning));
    let _ = write!(text, "{faults} faults, {warnings} warnings");
    let listed = checks.iter().map(|check| {
        json!({
            "check": check.name, "state": check.state.word(), "found": check.found,
            "advice": check.advice,
        })
    });
    let object = json!({
        "checks": listed.collect::<Vec<_>>(), "faults": faults, "warnings": warnings,
    });
    let report = Report::new(text, object);
    if faults > 0 {
        report.found_wrong()
    } else {
        report
    }
}
