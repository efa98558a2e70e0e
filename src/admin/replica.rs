//! `replica status`: what lies in a replica's bucket, from any machine, without writing anything.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::anyhow;
use bucket::BucketUrl;
use serde_json::json;
use store::megabytes;
use store::replica::{ReplicaOverview, overview};
use tokio::time::timeout;

use super::CommandContext;
use super::report::{CommandError, CommandReport};
use super::source::LEDGER;
use super::timestamp::{Timestamp, ago};

/// How long the bucket has to tell.
const LIMIT: Duration = Duration::from_mins(2);

/// The subcommands of `replica`.
#[derive(Debug, clap::Subcommand)]
pub enum ReplicaSubcommand {
    /// Shows which process writes the replica, its newest record, and when it was last restored on trial
    Status(ReplicaStatusArgs),
}

/// The arguments of the subcommand `replica status`.
#[derive(Debug, clap::Args)]
pub struct ReplicaStatusArgs {
    /// Replica to read. Default: `REPLICA_URL`
    place: Option<BucketUrl>,
    /// Prints the result as one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) async fn work(
    args: ReplicaSubcommand,
    context: &CommandContext,
) -> Result<CommandReport, CommandError> {
    let ReplicaSubcommand::Status(args) = args;
    let place = args.place.or_else(|| context.settings.replica.clone());
    let Some(place) = place else {
        return Err(CommandError::misused(anyhow!(
            "no replica is named: give its URL, or set REPLICA_URL"
        )));
    };
    // Looking must not make a folder.
    place.check_place()?;
    if let BucketUrl::Folder(path) = &place
        && !path.join(LEDGER).is_dir()
    {
        // A folder that is opened as a bucket has something put in it.
        return Err(CommandError::absent(anyhow!("{place} holds no replica")));
    }
    context.progress_bar.begin("asking the bucket");
    let found = timeout(LIMIT, async {
        let bucket = context.opener.bucket(&place).await?;
        Ok::<_, CommandError>(overview(&*bucket).await?)
    });
    let found = found
        .await
        .map_err(|_| CommandError::absent(anyhow!("{place} has not answered for {LIMIT:?}")))?;
    match found? {
        Some(overview) => Ok(told(&place, &overview, (context.now_ms)())),
        None => Err(CommandError::absent(anyhow!("{place} holds no replica"))),
    }
}

fn told(place: &BucketUrl, overview: &ReplicaOverview, now_ms: u64) -> CommandReport {
    let when = |ms: u64| {
        format!(
            "{} ({})",
            Timestamp::of_ms(ms).to_sentence(),
            ago(ms, now_ms)
        )
    };
    let rows = [
        ("place", place.to_string()),
        ("epoch", overview.epoch.to_string()),
        ("owner", overview.owner.clone()),
        ("since", when(overview.claimed_ms)),
        (
            "state",
            if overview.released {
                "ended in order: no process writes it".to_owned()
            } else {
                "open: its owner writes, or was cut off".to_owned()
            },
        ),
        (
            "newest segment",
            overview.newest_segment.map_or_else(
                || "none in this epoch".to_owned(),
                |first| format!("from position {first}"),
            ),
        ),
        (
            "log",
            format!(
                "{} objects, {}, kept from position {}",
                overview.log.objects,
                megabytes(overview.log.bytes),
                overview.floor + 1
            ),
        ),
        (
            "restored on trial",
            overview
                .last_verified_ms
                .map_or_else(|| "never".to_owned(), when),
        ),
        ("snapshots", overview.snapshots.len().to_string()),
    ];
    let mut text = String::new();
    for (name, value) in rows {
        let _ = writeln!(text, "{name:<18} {value}");
    }
    for snapshot in &overview.snapshots {
        let line = format!(
            "to position {}, {}, made {}",
            snapshot.position,
            megabytes(snapshot.bytes),
            when(snapshot.made_ms)
        );
        let _ = writeln!(text, "{:<18} {line}", "");
    }
    CommandReport::new(text, object(place, overview))
}

fn object(place: &BucketUrl, overview: &ReplicaOverview) -> serde_json::Value {
    let snapshots = overview.snapshots.iter().map(|snapshot| {
        json!({
            "name": snapshot.name, "position": snapshot.position, "made_ms": snapshot.made_ms,
            "bytes": snapshot.bytes,
        })
    });
    json!({
        "place": place.to_string(),
        "epoch": overview.epoch,
        "owner": overview.owner,
        "claimed_ms": overview.claimed_ms,
        "released": overview.released,
        "newest_segment": overview.newest_segment,
        "floor": overview.floor,
        "log": { "objects": overview.log.objects, "bytes": overview.log.bytes },
        "snapshots": snapshots.collect::<Vec<_>>(),
        "last_verified_ms": overview.last_verified_ms,
    })
}
