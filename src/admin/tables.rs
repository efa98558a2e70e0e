//! `tables`: lists the tables of the journal, closes or erases one, and forgets a player of one, also while the server
//! runs.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bus::Bus;
use serde_json::{Value, json};
use service::{OccupancyLimits, SeatNo, ServiceError, ServiceParts, TableId, Tables};
use store::sqlite::{self, SqliteJournal};
use store::{Journal, TableSummary, backup, megabytes};
use tokio::time::timeout;

use super::CommandContext;
use super::report::{CommandError, CommandReport};
use super::timestamp::Timestamp;

/// Tables that are read at a time.
const PAGE: usize = 500;
/// How long one read or write of the journal may take.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// How long the bus has to send what was announced.
const NEWS_WAIT: Duration = Duration::from_secs(3);

/// The subcommands of `tables`.
#[derive(Debug, clap::Subcommand)]
pub enum TablesSubcommand {
    /// Lists every table of which the journal still tells something
    List(TablesListArgs),
    /// Shows who sits, or sat, at a table
    Show(TablesShowArgs),
    /// Ends a table that is being played, for everybody who sits there
    Close(TablesCloseArgs),
    /// Erases all that a table tells, for good
    Delete(TablesDeleteArgs),
    /// Takes back the name of a seat's players and what they said; the table plays on
    Forget(TablesForgetArgs),
}

/// The arguments of the subcommand `tables list`.
#[derive(Debug, clap::Args)]
pub struct TablesListArgs {
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of the subcommand `tables show`.
#[derive(Debug, clap::Args)]
pub struct TablesShowArgs {
    /// The table: what stands after `/t/` in its address
    table: String,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

/// The arguments of the subcommand `tables close`.
#[derive(Debug, clap::Args)]
pub struct TablesCloseArgs {
    /// The table: what stands after `/t/` in its address
    table: String,
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

/// The arguments of the subcommand `tables forget`.
#[derive(Debug, clap::Args)]
pub struct TablesForgetArgs {
    /// The table: what stands after `/t/` in its address
    table: String,
    /// The number of the seat, as `tables show` prints it
    seat: u8,
    /// Prints the result as one JSON object
    #[arg(long)]
    json: bool,
}

impl TablesSubcommand {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::List(args) => args.json,
            Self::Show(args) => args.json,
            Self::Close(args) => args.json,
            Self::Delete(args) => args.json,
            Self::Forget(args) => args.json,
        }
    }
}

pub(super) async fn work(
    args: TablesSubcommand,
    context: &CommandContext,
) -> Result<CommandReport, CommandError> {
    let access = match &args {
        TablesSubcommand::List(_) | TablesSubcommand::Show(_) => Access::Read,
        TablesSubcommand::Close(_) | TablesSubcommand::Delete(_) | TablesSubcommand::Forget(_) => {
            Access::Write
        }
    };
    let opened = OpenJournal::of(context, access).await?;
    let done = match &args {
        TablesSubcommand::List(_) => list(&*opened.journal).await,
        TablesSubcommand::Show(args) => show(&opened, context, &args.table).await,
        TablesSubcommand::Close(args) => close(&opened, context, &args.table).await,
        TablesSubcommand::Delete(args) => delete(&opened, context, args).await,
        TablesSubcommand::Forget(args) => forget(&opened, context, args).await,
    };
    opened.close().await?;
    done
}

/// What is done with the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

/// The journal of the settings, open.
struct OpenJournal {
    journal: Arc<dyn Journal>,
    file: Option<Arc<SqliteJournal>>,
}

impl OpenJournal {
    async fn of(context: &CommandContext, access: Access) -> Result<Self, CommandError> {
        let settings = &context.settings;
        if settings.database.is_some() {
            let server = context.opener.database().await?;
            return Ok(Self {
                journal: server.journal,
                file: None,
            });
        }
        let path = settings.db_path.clone();
        if !path.is_file() {
            return Err(CommandError::absent(anyhow!(
                "there is no journal at {}: set DB_PATH",
                path.display()
            )));
        }
        let is_served = backup::holder(&path).map_err(CommandError::absent)?;
        let is_alone = settings.replica.is_some() && is_served.is_none();
        if access == Access::Write && is_alone {
            // Alone this process would write what the replica does not know, and another machine may be the one in use.
            return Err(CommandError::absent(anyhow!(
                "REPLICA_URL is set and no server has {} open: run this beside the server",
                path.display()
            )));
        }
        let file = SqliteJournal::open(sqlite::Settings {
            path,
            readers: 1,
            timeout: WAIT_MAX,
        });
        let file = Arc::new(file.await?);
        Ok(Self {
            journal: file.clone(),
            file: Some(file),
        })
    }

    /// Returns the service over the journal, and the bus by which it tells other processes what is done.
    async fn tables(&self, context: &CommandContext) -> Result<(Arc<Tables>, Bus), CommandError> {
        let bus = context.opener.bus().await.map_err(CommandError::misused)?;
        let world = world::library().context("the written world cannot be read");
        let tables = Tables::unmeasured(ServiceParts {
            journal: Arc::clone(&self.journal),
            bus: bus.clone(),
            world: Arc::new(world.map_err(CommandError::wrong)?),
            now_ms: context.now_ms,
            random: |bytes| getrandom::fill(bytes).expect("the operating system gives randomness"),
            settings: service::Settings {
                // Nobody opens or goes on with a table here.
                occupancy: OccupancyLimits {
                    tables_max: 0,
                    share_percent: 100,
                    rests_after_ms: 0,
                },
                away_after_ms: 0,
                heartbeat_ms: service::HEARTBEAT_MS,
                retention: None,
                cache_ttl: Some(WAIT_MAX),
                background: service::BackgroundWork::Continuous,
                slow_after: None,
            },
        });
        Ok((tables, bus))
    }

    async fn close(self) -> Result<(), CommandError> {
        if let Some(file) = &self.file {
            file.close().await?;
        }
        Ok(())
    }
}

async fn list(journal: &dyn Journal) -> Result<CommandReport, CommandError> {
    let mut found: Vec<TableSummary> = Vec::new();
    loop {
        let after = found.last().map(|last| last.id.clone());
        let page = journal.list_tables(after.as_ref(), PAGE).await?;
        let is_last = page.len() < PAGE;
        found.extend(page);
        if is_last {
            break;
        }
    }
    let mut text = format!("{} tables", found.len());
    for table in &found {
        let state = if table.live { "live" } else { "over" };
        let last = Timestamp::of_ms(table.committed_ms).to_sentence();
        let (id, code, commits) = (&table.id, &table.code, table.version);
        let size = megabytes(table.bytes);
        let _ = write!(
            text,
            "\n{id}  {code}  {state}  {commits} commits, the last {last}, {size}"
        );
    }
    let tables: Vec<Value> = found.iter().map(summary).collect();
    Ok(CommandReport::new(text, json!({ "tables": tables })))
}

fn summary(table: &TableSummary) -> Value {
    json!({
        "table": table.id, "code": table.code, "live": table.live, "commits": table.version,
        "opened_ms": table.opened_ms, "last_commit_ms": table.committed_ms, "bytes": table.bytes,
    })
}

async fn show(
    opened: &OpenJournal,
    context: &CommandContext,
    id: &str,
) -> Result<CommandReport, CommandError> {
    let id = named(id)?;
    let (tables, _) = opened.tables(context).await?;
    let table = tables.loader.load(&id).await.map_err(unserved)?;
    let mut text = format!("{id}, {} commits", table.version());
    for (number, seat) in table.seats() {
        let left = if seat.present { "" } else { " (has left)" };
        let _ = write!(text, "\nseat {number}: {}{left}", seat.name);
    }
    let seats = table.seats().iter();
    let seats = seats.map(
        |(number, seat)| json!({ "seat": number, "name": seat.name, "present": seat.present }),
    );
    let object = json!({
        "table": id, "commits": table.version(), "seats": seats.collect::<Vec<_>>(),
    });
    Ok(CommandReport::new(text, object))
}

async fn close(
    opened: &OpenJournal,
    context: &CommandContext,
    id: &str,
) -> Result<CommandReport, CommandError> {
    let id = named(id)?;
    let (tables, bus) = opened.tables(context).await?;
    tables.commits.close(&id).await.map_err(unserved)?;
    send_news(&bus).await;
    let text = format!(
        "{id}\nclosed: nobody plays there any more, its Chronicle is open if its story had begun, and its place is free"
    );
    Ok(CommandReport::new(text, json!({ "closed": id })))
}

async fn delete(
    opened: &OpenJournal,
    context: &CommandContext,
    args: &TablesDeleteArgs,
) -> Result<CommandReport, CommandError> {
    let id = named(&args.table)?;
    let (tables, bus) = opened.tables(context).await?;
    if !args.force {
        let why = match tables.loader.load(&id).await {
            Ok(table) if table.phase().is_live() => Some("is being played".to_owned()),
            Ok(_) => None,
            Err(error @ (ServiceError::Store(_) | ServiceError::NewerRelease(_))) => {
                Some(format!("cannot be read ({error})"))
            }
            Err(error) => return Err(unserved(error)),
        };
        if let Some(why) = why {
            return Err(CommandError::misused(anyhow!(
                "{id} {why}: erase it all the same with --force"
            )));
        }
    }
    tables.erasures.erase(&id).await.map_err(unserved)?;
    send_news(&bus).await;
    let text = format!("{id}\nerased: nothing that was told there is left in the journal");
    let report = CommandReport::new(text, json!({ "deleted": id }));
    Ok(with_copies(report, context))
}

async fn forget(
    opened: &OpenJournal,
    context: &CommandContext,
    args: &TablesForgetArgs,
) -> Result<CommandReport, CommandError> {
    let (id, seat) = (named(&args.table)?, SeatNo(args.seat));
    let (tables, bus) = opened.tables(context).await?;
    tables.erasures.forget(&id, seat).await.map_err(unserved)?;
    send_news(&bus).await;
    let text =
        format!("{id}\nseat {seat} is forgotten: its players' names and what they said are gone");
    let report = CommandReport::new(text, json!({ "table": id, "forgotten": seat }));
    Ok(with_copies(report, context))
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

/// Sorts why the service did not do it.
fn unserved(error: ServiceError) -> CommandError {
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
        | ServiceError::NotOver
        | ServiceError::NewerRelease(_) => CommandError::misused(error),
    }
}
