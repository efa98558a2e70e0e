//! `doctor`: everything a server needs, looked at from where it would run, with what to do.

mod diagnosis;
mod disk;
mod replica;
mod servers;

use std::fmt::Write as _;

use bucket::BucketUrl;
use serde_json::json;

use super::CommandContext;
use super::report::CommandReport;
use diagnosis::{Diagnosis, Severity};

/// The arguments of the subcommand `doctor`.
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// Replica to check. Default: `REPLICA_URL`
    place: Option<BucketUrl>,
    /// Prints the result as one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// Looks at everything there is to look at.
pub(super) async fn work(
    args: &DoctorArgs,
    context: Result<CommandContext, Vec<String>>,
) -> CommandReport {
    let mut checks = Vec::new();
    match context {
        Err(sentences) => checks.extend(sentences.into_iter().map(|sentence| {
            Diagnosis::fault("settings", sentence, "correct it; the other checks need it")
        })),
        Ok(context) => {
            let (settings, progress_bar) = (&context.settings, &context.progress_bar);
            checks.push(Diagnosis::fine("settings", "every variable can be read"));
            checks.extend(settings.warnings.iter().map(|sentence| {
                Diagnosis::warning("settings", sentence, "correct the variable, or unset it")
            }));
            progress_bar.begin("looking at the disk");
            checks.extend(disk::look(settings).await);
            if settings.has_bus {
                progress_bar.begin("asking the servers");
                checks.extend(servers::look(&context).await);
            }
            if let Some(place) = args.place.clone().or_else(|| settings.replica.clone()) {
                progress_bar.begin("asking the bucket");
                checks.extend(replica::look(&place, &context).await);
                checks.push(key(settings.has_secret_key));
            } else if settings.database.is_some() {
                checks.push(key(settings.has_secret_key));
            } else {
                let found = "REPLICA_URL is not set: the journal lies on this disk alone";
                checks.push(Diagnosis::skipped("replica", found));
            }
        }
    }
    told(&checks)
}

fn key(keyed: bool) -> Diagnosis {
    if keyed {
        return Diagnosis::fine("secret key", "it is set, and not lost with the disk");
    }
    Diagnosis::fault(
        "secret key",
        "SECRET_KEY is not set, and a key kept beside the journal is lost with the disk",
        "set SECRET_KEY to the key in use, or a new one (openssl rand -hex 32)",
    )
}

fn told(checks: &[Diagnosis]) -> CommandReport {
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
    let count = |state: Severity| checks.iter().filter(|check| check.state == state).count();
    let (faults, warnings) = (count(Severity::Fault), count(Severity::Warning));
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
    let report = CommandReport::new(text, object);
    if faults > 0 {
        report.found_wrong()
    } else {
        report
    }
}
