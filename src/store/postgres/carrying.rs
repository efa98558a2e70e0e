//! A whole journal carried into a SQLite file, and out of one.
//!
//! Files are what backups, replicas and checks are made of: by them a journal moves between databases.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deadpool_postgres::Transaction;
use game::{Code, TableId, Version};
use tokio::task::spawn_blocking;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::connections::{Connections, Value};
use super::faults::unusable;
use super::{finding, integer, natural, unavailable};
use crate::databases::Carried;
use crate::replica::Step;
use crate::sqlite::files::{discard, make_private};
use crate::sqlite::{Database, Holding};
use crate::{Standing, StoreError, backup, chain};

/// Records carried at a time.
const CARRIED_AT_ONCE: u64 = 500;
/// How long anybody else may keep a SQLite file from being read.
const BUSY: Duration = Duration::from_secs(10);

/// Carries the journal as it is at this moment into a SQLite file that is not there yet, and checks every chain
/// there.
pub(super) async fn out(
    connections: &Connections,
    into: PathBuf,
    tell: impl Fn(&Step) + Send + 'static,
) -> Result<Holding, StoreError> {
    make_private(&into).map_err(unavailable)?;
    let carried = match write(connections, &into, &tell).await {
        Ok(()) => {
            let file = into.clone();
            let checked = spawn_blocking(move || backup::check(&file, tell)).await;
            checked.map_err(unavailable).flatten()
        }
        Err(error) => Err(error),
    };
    if carried.is_err() {
        discard(&into);
    }
    carried
}

async fn write(
    connections: &Connections,
    into: &Path,
    tell: &impl Fn(&Step),
) -> Result<(), StoreError> {
    let into = into.to_owned();
    let opened = spawn_blocking(move || Database::open(&into, BUSY)).await;
    let mut database = opened.map_err(unavailable)??;
    connections
        .transact_at_length(async |transaction| {
            let judge = |error| connections.judge(error);
            // One view for all of it. The position is no order of commits, but it is one of each table's.
            let declare = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
                DECLARE carried NO SCROLL CURSOR FOR
                SELECT table_id, code, records.deadline_ms, records.live, body, hash,
                       records.version, command_id, at_ms
                FROM arcane_codex.records JOIN arcane_codex.tables ON tables.id = table_id
                ORDER BY position";
            transaction.batch_execute(declare).await.map_err(judge)?;
            let fetch = format!("FETCH {CARRIED_AT_ONCE} FROM carried");
            let mut heads = Heads::new();
            loop {
                let rows = transaction.query_typed(&fetch, &[]).await.map_err(judge)?;
                let records: Vec<Carried> = rows.iter().map(carried).collect::<Result<_, _>>()?;
                if records.is_empty() {
                    return compare(transaction, heads).await.map_err(judge)?;
                }
                tell(&taken(&records));
                heads.extend(records.iter().map(head));
                let taking = spawn_blocking(move || {
                    let taken = database.take_carried(records);
                    (database, taken)
                });
                let (back, taken) = taking.await.map_err(unavailable)?;
                database = back;
                taken?;
            }
        })
        .await
}

/// Carries the journal of a SQLite file into this one, which must be empty: all of it, or nothing.
pub(super) async fn fill(
    connections: &Connections,
    from: PathBuf,
    tell: impl Fn(&Step),
) -> Result<(), StoreError> {
    let opened = spawn_blocking(move || Database::open_to_read(&from, BUSY)).await;
    let mut database = opened.map_err(unavailable)??;
    connections
        .transact_at_length(async |transaction| {
            let judge = |error| connections.judge(error);
            let alone = "LOCK TABLE arcane_codex.tables IN EXCLUSIVE MODE";
            transaction.batch_execute(alone).await.map_err(judge)?;
            let any = "SELECT FROM arcane_codex.tables LIMIT 1";
            let any = transaction.query_typed(any, &[]).await.map_err(judge)?;
            if !any.is_empty() {
                let why = "holds a journal already, and nothing is written over: name another";
                return Err(unusable(connections.url(), why));
            }
            let (mut position, mut heads) = (0, Heads::new());
            loop {
                let reading = spawn_blocking(move || {
                    let read = database.carried_after(position, CARRIED_AT_ONCE);
                    (database, read)
                });
                let (back, read) = reading.await.map_err(unavailable)?;
                database = back;
                let records = read?;
                if records.is_empty() {
                    break;
                }
                append_all(transaction, &records).await.map_err(judge)?;
                position += records.len() as u64;
                tell(&taken(&records));
                heads.extend(records.iter().map(head));
            }
            compare(transaction, heads).await.map_err(judge)?
        })
        .await
}

/// Appends records in their order, each of which sees those before. Whether they are what they were shows
/// where their tables stand afterwards.
async fn append_all(
    transaction: &Transaction<'_>,
    records: &[Carried],
) -> Result<(), tokio_postgres::Error> {
    let append_all = "SELECT arcane_codex.append(
            table_id, command_id, version - 1, root, body, at_ms, code, deadline_ms, live
        )
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            AS carried (table_id, command_id, version, root, body, at_ms, code, deadline_ms, live)";
    let texts = |of: fn(&Carried) -> &str| records.iter().map(of).collect::<Vec<_>>();
    let numbers = |of: fn(&Carried) -> u64| {
        let numbers = records.iter().map(|it| integer(of(it)));
        numbers.collect::<Vec<_>>()
    };
    let roots: Vec<Vec<u8>> = records
        .iter()
        .map(|it| chain::root(&it.table).to_vec())
        .collect();
    let deadlines: Vec<Option<i64>> = records
        .iter()
        .map(|it| it.standing.deadline_ms.map(integer))
        .collect();
    let live: Vec<bool> = records.iter().map(|it| it.standing.live).collect();
    let values: [Value<'_>; 9] = [
        (&texts(|it| it.table.as_str()), Type::TEXT_ARRAY),
        (&texts(|it| &it.command_id), Type::TEXT_ARRAY),
        (&numbers(|it| it.version), Type::INT8_ARRAY),
        (&roots, Type::BYTEA_ARRAY),
        (&texts(|it| &it.body), Type::TEXT_ARRAY),
        (&numbers(|it| it.at_ms), Type::INT8_ARRAY),
        (&texts(|it| it.standing.code.as_str()), Type::TEXT_ARRAY),
        (&deadlines, Type::INT8_ARRAY),
        (&live, Type::BOOL_ARRAY),
    ];
    transaction.query_typed(append_all, &values).await?;
    Ok(())
}

/// Where each table was carried to: a version, and the hash of the record, which stands for all before it.
type Heads = BTreeMap<TableId, (u64, [u8; 32])>;

fn head(record: &Carried) -> (TableId, (u64, [u8; 32])) {
    (record.table.clone(), (record.version, record.hash))
}

/// Checks that every table stands where it was carried to. The inner error names the first that does not.
async fn compare(
    transaction: &Transaction<'_>,
    mut heads: Heads,
) -> Result<Result<(), StoreError>, tokio_postgres::Error> {
    let stand = "SELECT id, head FROM arcane_codex.tables ORDER BY id";
    for row in transaction.query_typed(stand, &[]).await? {
        let id: String = row.try_get(0)?;
        let head: &[u8] = row.try_get(1)?;
        let Some(table) = TableId::parse(&id) else {
            return Ok(Err(unavailable(format!("{id} names no table of ours"))));
        };
        let (version, hash) = heads
            .remove(&table)
            .unwrap_or_else(|| (0, chain::root(&table)));
        if hash != head {
            return Ok(Err(otherwise(table, version)));
        }
    }
    Ok(match heads.pop_first() {
        Some((table, (version, _))) => Err(otherwise(table, version)),
        None => Ok(()),
    })
}

fn otherwise(table: TableId, version: u64) -> StoreError {
    StoreError::Damaged {
        table,
        version: Version(version),
        source: "the table does not stand where its records lead".into(),
    }
}

fn taken(records: &[Carried]) -> Step {
    let bytes = records.iter().map(|it| it.body.len() as u64).sum();
    Step::Taken { bytes }
}

fn carried(row: &Row) -> Result<Carried, StoreError> {
    let (code, hash): (String, &[u8]) = (finding::get(row, 1)?, finding::get(row, 5)?);
    Ok(Carried {
        table: finding::table_id(finding::get(row, 0)?)?,
        standing: Standing {
            code: Code::try_from(code).map_err(unavailable)?,
            deadline_ms: finding::get::<Option<i64>>(row, 2)?.map(natural),
            live: finding::get(row, 3)?,
        },
        body: finding::get(row, 4)?,
        hash: hash.try_into().map_err(unavailable)?,
        version: natural(finding::get(row, 6)?),
        command_id: finding::get(row, 7)?,
        at_ms: natural(finding::get(row, 8)?),
    })
}
