//! `verify`: whatever holds a journal is restored on trial, and every chain in it checked.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use serde_json::json;
use service::verify::{SeenHash, VerifyError, verify};
use store::replica;

use super::CommandContext;
use super::report::{CommandError, CommandReport};
use super::scratch_dir::ScratchDir;
use super::source::JournalSource;

/// The arguments of the subcommand `verify`.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// A database file, `database` for that of `DATABASE_URL` or `DYNAMODB_TABLE`, `dynamodb://TABLE`, a backup, a folder or
    /// bucket of backups (the newest is checked), a replica, or an exported Chronicle
    what: String,
    /// A hash that the table showed, its seal, its head or a fingerprint: checks whether it is of the Chronicle's story
    #[arg(long, value_name = "HASH")]
    seen: Vec<SeenHash>,
    /// Prints the result as one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

impl VerifyArgs {
    /// The Chronicle that is meant, if one is: a file that is called so or begins like one.
    pub(super) fn chronicle(&self) -> Option<PathBuf> {
        let path = Path::new(&self.what);
        let called = path
            .extension()
            .is_some_and(|extension| extension == "jsonl");
        let begins = || {
            let mut first = [0];
            let read = File::open(path).and_then(|mut file| file.read(&mut first));
            matches!(read, Ok(1)) && first == *b"{"
        };
        (called || (path.is_file() && begins())).then(|| path.to_owned())
    }
}

/// Replays an exported Chronicle and checks its hashes, seed, rolls and decisions.
pub(super) fn chronicle(path: &Path, args: &VerifyArgs) -> Result<CommandReport, CommandError> {
    let read = || -> anyhow::Result<_> {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let world = world::library().context("the written world cannot be read")?;
        Ok((text, world))
    };
    let (text, world) = read().map_err(CommandError::wrong)?;
    let found = verify(&text, &args.seen, &world).map_err(|error| {
        if matches!(error, VerifyError::NewerRelease { .. }) {
            CommandError::unchecked(error)
        } else {
            CommandError::wrong(error)
        }
    })?;
    let object = json!({
        "kind": "chronicle", "verified": path, "found": found.to_string(),
        "seals": found.seals, "head": found.head, "commits": found.commits, "rolls": found.rolls,
        "unchecked": found.unchecked(),
        "seen": found.seen.iter().map(|shown| &shown.hash).collect::<Vec<_>>(),
    });
    let report = CommandReport::new(found.to_string(), object);
    Ok(match found.unchecked() {
        0 => report,
        _ => report.unchecked(),
    })
}

pub(super) async fn work(
    args: &VerifyArgs,
    context: &CommandContext,
) -> Result<CommandReport, CommandError> {
    if !args.seen.is_empty() {
        return Err(CommandError::misused(anyhow!(
            "--seen compares with an exported Chronicle, and {} is none",
            args.what
        )));
    }
    let source = JournalSource::find(&args.what, context).await?;
    let scratch = ScratchDir::near(&context.settings.db_path)?;
    let (_, holding) = source.restore(&scratch, &context.progress_bar).await?;
    let (kind, name) = (source.kind(), source.name());
    let (records, tables) = (holding.records, holding.tables);
    let withheld = holding.withheld;
    let mut text = format!(
        "The {kind} {name} is whole: {records} records of {tables} tables, every chain followed from its first \
         record to where its table stands."
    );
    if withheld > 0 {
        let _ = write!(
            text,
            " What {withheld} of the records told is withheld: it was erased, and its hashes stay."
        );
    }
    let object = json!({
        "kind": kind, "verified": name, "records": records, "tables": tables, "withheld": withheld,
        "hash": String::from(holding.hash),
    });
    let mut report = CommandReport::new(text, object);
    let unfit = source.unfit_snapshots().await?;
    report.json["unfit_snapshots"] = json!(unfit);
    if unfit > 0 {
        report.note(&format!(
            "{unfit} of the snapshots beside the records were changed, or are of another journal. They are a cache: the \
             server throws them away and makes them anew from the records. But something has written to this database"
        ));
        report = report.found_wrong();
    }
    if let JournalSource::Replica { bucket, .. } = &source {
        let snapshots = replica::overview(&**bucket).await?;
        let newest = snapshots.and_then(|overview| overview.snapshots.into_iter().next());
        let newest = newest.map_or_else(|| "none".to_owned(), |snapshot| snapshot.name);
        // Who may only read can still verify.
        if let Err(error) = replica::note_verified(&**bucket, (context.now_ms)(), &newest).await {
            let said = CommandError::from(error).said();
            report.note(&format!(
                "the result could not be stored with the replica: {said}"
            ));
        }
    }
    Ok(report)
}
