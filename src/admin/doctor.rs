//! `doctor`: everything a server needs, looked at from where it would run, with what to do.

mod diagnosis;
mod disk;
mod production;
mod replica;
mod servers;

use std::fmt::Write as _;

use bucket::BucketUrl;
use serde_json::json;

use super::report::CommandReport;
use super::{AdminSettings, CommandContext};
use diagnosis::Severity;

pub use diagnosis::Diagnosis;

/// The arguments of the subcommand `doctor`.
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// Replica to check. Default: `REPLICA_URL`
    place: Option<BucketUrl>,
    /// Looks also at what a server needs that strangers reach: TLS, secrets, limits, closed doors, backups, updates
    #[arg(long)]
    production: bool,
    /// Place of the backups, for --production: a folder, s3://…, gs://… or file://…. Default: the folder `backups` beside
    /// the journal
    #[arg(long, value_name = "PLACE", requires = "production")]
    backups: Option<String>,
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
            checks.extend(settings.doubts.iter().map(|sentence| {
                let advice = "set what it needs, or unset it";
                Diagnosis::fault("settings", sentence, advice)
            }));
            progress_bar.begin("looking at the disk");
            checks.extend(disk::look(settings).await);
            if settings.database.is_some() || settings.has_bus {
                progress_bar.begin("asking the servers");
                checks.extend(servers::look(&context).await);
            }
            let place = args.place.clone().or_else(|| settings.replica.clone());
            if let Some(place) = &place {
                progress_bar.begin("asking the bucket");
                checks.extend(replica::look(place, &context).await);
            } else if settings.database.is_none() {
                let found = "REPLICA_URL is not set: the journal lies on this disk alone";
                checks.push(Diagnosis::skipped("replica", found));
            }
            checks.push(key(settings, place.is_some()));
            if args.production {
                progress_bar.begin("asking the server and its public address");
                checks.extend(production::look(&context, args.backups.as_deref()).await);
            }
        }
    }
    told(&checks)
}

/// Looks whether the key in use outlives the disk, and whether one from before it is still believed.
fn key(settings: &AdminSettings, has_replica: bool) -> Diagnosis {
    const NAME: &str = "secret key";
    let keys = &settings.keys;
    if let Some(sentence) = &keys.doubt {
        return Diagnosis::warning(
            NAME,
            sentence,
            "run `key` to see which keys are believed, and `key retire` when everybody has been back",
        );
    }
    if keys.is_set {
        return Diagnosis::fine(NAME, "it is set, and not lost with the disk");
    }
    if has_replica || settings.database.is_some() {
        return Diagnosis::fault(
            NAME,
            "SECRET_KEY is not set, and a key kept beside the journal is lost with the disk",
            "set SECRET_KEY to the key in use, or a new one (openssl rand -hex 32)",
        );
    }
    let file = keys.file.display();
    if !keys.known.is_empty() {
        return Diagnosis::fine(NAME, format!("it is kept beside the journal, in {file}"));
    }
    if settings.db_path.exists() {
        return Diagnosis::warning(
            NAME,
            "there is a journal and no key: the next start makes one, and seats of before are lost",
            format!("set SECRET_KEY to the key that was in use, or put {file} back"),
        );
    }
    Diagnosis::fine(
        NAME,
        format!("there is none yet; the first start makes {file}"),
    )
}

fn counted(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
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
    let _ = write!(
        text,
        "{}, {}",
        counted(faults, "fault"),
        counted(warnings, "warning")
    );
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
