//! `tables`: lists the tables of the journal, shows one, and does to it what the operator's page does, also while the
//! server runs.

mod downloaded;
mod open;
mod shown;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::anyhow;
use bus::Bus;
use serde_json::json;
use service::{SeatNo, ServiceError, TableId, TableOperation};
use tokio::time::timeout;

use super::CommandContext;
use super::report::{CommandError, CommandReport};
use open::{Access, OpenJournal};

/// How long the bus has to send what was announced.
const NEWS_WAIT: Duration = Duration::from_secs(3);

/// The subcommands of `tables`.
#[derive(Debug, clap::Subcommand)]
pub enum TablesSubcommand {
    /// Lists every table of which the journal still tells something
    List(TablesListArgs),
    /// Shows where a table stands, and who sits, or sat, there
    Show(OneTableArgs),
    /// Ends a table that is being played, for everybody who sits there
    Close(OneTableArgs),
    /// Frees a seat, though its player may be there
    Vacate(OneSeatArgs),
    /// Gives the open scene its whole limit once more
    Extend(OneTableArgs),
    /// Makes another seat host
    HandOver(OneSeatArgs),
    /// Erases all that a table tells, for good
    Delete(TablesDeleteArgs),
    /// Takes back the name of a seat's players and what they said; the table plays on
    Forget(OneSeatArgs),
    /// Writes the Chronicle of a table that is over to a file, for anybody to check
    Export(TablesFileArgs),
    /// Writes what happened at a table so far to a file, secrets included; its players are shown that this was done
    Look(TablesFileArgs),
}

/// The arguments of the subcommand `tables list`.
#[derive(Debug, clap::Args)]
pub struct TablesListArgs {
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of subcommands that take a table.
#[derive(Debug, clap::Args)]
pub struct OneTableArgs {
    /// The table: what stands after `/t/` in its address
    table: String,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of subcommands that take a seat of a table.
#[derive(Debug, clap::Args)]
pub struct OneSeatArgs {
    /// The table: what stands after `/t/` in its address
    table: String,
    /// The number of the seat, as `tables show` prints it
    seat: u8,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of the subcommand `tables delete`.
#[derive(Debug, clap::Args)]
pub struct TablesDeleteArgs {
    /// The table: what stands after `/t/` in its address
    table: String,
    /// Also if the table is being played, or cannot be read
    #[arg(long)]
    force: bool,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of subcommands that write what a table tells to a file.
#[derive(Debug, clap::Args)]
pub struct TablesFileArgs {
    /// The table: what stands after `/t/` in its address
    table: String,
    /// File to write, which must not be there. Default: one named after the table, in the current folder
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

impl TablesSubcommand {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::List(args) => args.json,
            Self::Show(args) | Self::Close(args) | Self::Extend(args) => args.json,
            Self::Vacate(args) | Self::HandOver(args) | Self::Forget(args) => args.json,
            Self::Delete(args) => args.json,
            Self::Export(args) | Self::Look(args) => args.json,
        }
    }

    fn access(&self) -> Access {
        match self {
            Self::List(_) | Self::Show(_) | Self::Export(_) => Access::Read,
            Self::Close(_)
            | Self::Vacate(_)
            | Self::Extend(_)
            | Self::HandOver(_)
            | Self::Delete(_)
            | Self::Forget(_)
            | Self::Look(_) => Access::Write,
        }
    }
}

pub(super) async fn work(
    args: TablesSubcommand,
    context: &CommandContext,
) -> Result<CommandReport, CommandError> {
    let opened = OpenJournal::of(context, args.access()).await?;
    let done = work_on(&opened, context, &args).await;
    opened.close().await?;
    done
}

async fn work_on(
    opened: &OpenJournal,
    context: &CommandContext,
    args: &TablesSubcommand,
) -> Result<CommandReport, CommandError> {
    let (table, operation) = match args {
        TablesSubcommand::List(_) => return shown::list(&*opened.journal).await,
        TablesSubcommand::Show(args) => {
            return shown::show(opened, context, &named(&args.table)?).await;
        }
        TablesSubcommand::Export(args) => {
            return downloaded::export(opened, context, (&args.table, args.to.as_deref())).await;
        }
        TablesSubcommand::Look(args) => {
            return downloaded::look(opened, context, (&args.table, args.to.as_deref())).await;
        }
        TablesSubcommand::Close(args) => (&args.table, TableOperation::Close {}),
        TablesSubcommand::Extend(args) => (&args.table, TableOperation::Extend {}),
        TablesSubcommand::Vacate(args) => {
            (&args.table, TableOperation::Vacate { seat: args.seat() })
        }
        TablesSubcommand::HandOver(args) => {
            (&args.table, TableOperation::HandOver { seat: args.seat() })
        }
        TablesSubcommand::Forget(args) => {
            (&args.table, TableOperation::Forget { seat: args.seat() })
        }
        TablesSubcommand::Delete(args) => {
            let force = args.force;
            (&args.table, TableOperation::Delete { force })
        }
    };
    operate(opened, context, &named(table)?, operation).await
}

impl OneSeatArgs {
    fn seat(&self) -> SeatNo {
        SeatNo(self.seat)
    }
}

async fn operate(
    opened: &OpenJournal,
    context: &CommandContext,
    id: &TableId,
    operation: TableOperation,
) -> Result<CommandReport, CommandError> {
    let (tables, bus) = opened.tables(context).await?;
    let done = tables.operate(id, operation).await;
    done.map_err(|error| unserved(id, operation, error))?;
    send_news(&bus).await;
    let seat = operation.seat().unwrap_or(SeatNo(0));
    let (sentence, object) = match operation {
        TableOperation::Close {} => (
            "closed: nobody plays there any more, its Chronicle is open if its story had begun, and its place is free"
                .to_owned(),
            json!({ "closed": id }),
        ),
        TableOperation::Vacate { .. } => (
            format!("seat {seat} is free"),
            json!({ "table": id, "vacated": seat }),
        ),
        TableOperation::Extend {} => (
            "extended: the scene has its whole limit once more".to_owned(),
            json!({ "extended": id }),
        ),
        TableOperation::HandOver { .. } => (
            format!("seat {seat} is host"),
            json!({ "table": id, "host": seat }),
        ),
        TableOperation::Forget { .. } => (
            format!("seat {seat} is forgotten: its players' names and what they said are gone"),
            json!({ "table": id, "forgotten": seat }),
        ),
        TableOperation::Delete { .. } => (
            "erased: nothing that was told there is left in the journal".to_owned(),
            json!({ "deleted": id }),
        ),
    };
    let report = CommandReport::new(format!("{id}\n{sentence}"), object);
    let takes_back = matches!(
        operation,
        TableOperation::Forget { .. } | TableOperation::Delete { .. }
    );
    Ok(if takes_back {
        with_copies(report, context)
    } else {
        report
    })
}

/// Sends the announcements that wait. Who misses them learns of the change from the next heartbeat.
async fn send_news(bus: &Bus) {
    let _ = timeout(NEWS_WAIT, bus.pubsub.close()).await;
}

/// Says where copies may be that still tell what was erased.
fn with_copies(mut report: CommandReport, context: &CommandContext) -> CommandReport {
    report.note("backups that were made before still hold it: delete them, or let `backup --keep-days` do so");
    if context.settings.replica.is_some() {
        report
            .note("the replica's older objects still hold it, for REPLICA_RETENTION_DAYS at most");
    }
    if let Some(facts) = &context.settings.database {
        report.note(facts.remains);
    }
    report
}

fn named(id: &str) -> Result<TableId, CommandError> {
    TableId::parse(id).ok_or_else(|| {
        CommandError::misused(anyhow!(
            "{id} is no table's id: give the {} letters and digits that stand after /t/ in its address",
            TableId::LEN
        ))
    })
}

/// Sorts why an operation was not done.
fn unserved(id: &TableId, operation: TableOperation, error: ServiceError) -> CommandError {
    let why = match (operation, &error) {
        (TableOperation::Delete { .. }, ServiceError::StillPlayed) => "is being played".to_owned(),
        (
            TableOperation::Delete { force: false },
            ServiceError::Store(_) | ServiceError::NewerRelease(_),
        ) => format!("cannot be read ({error})"),
        _ => return unread(error),
    };
    CommandError::misused(anyhow!("{id} {why}: erase it all the same with --force"))
}

/// Sorts why the service did not do what was asked for.
fn unread(error: ServiceError) -> CommandError {
    match error {
        ServiceError::Store(error) | ServiceError::Damaged(error) => CommandError::from(error),
        ServiceError::Busy => CommandError::absent(error),
        ServiceError::Refused(_)
        | ServiceError::NoSuchTable
        | ServiceError::Erased
        | ServiceError::NotYourSeat
        | ServiceError::StillHere { .. }
        | ServiceError::ForeignCommand
        | ServiceError::Full
        | ServiceError::ShareTaken { .. }
        | ServiceError::StillPlayed
        | ServiceError::NotOver
        | ServiceError::NewerRelease(_) => CommandError::misused(error),
    }
}
