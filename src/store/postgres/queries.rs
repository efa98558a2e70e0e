//! The queries of a journal, each in one statement.

use std::collections::HashMap;

use game::{Code, CommandId, TableId, Version};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use super::connections::{Connections, Value};
use super::{integer, natural, unavailable};
use crate::chain::StoredRecord;
use crate::read_check::{self, TableHead};
use crate::sealed_state::{KeptSnapshot, is_sealed};
use crate::{READ_MAX, Record, StoreError, TableSummary};

pub(super) async fn records(
    connections: &Connections,
    table: &TableId,
    after: Version,
) -> Result<Vec<Record>, StoreError> {
    // A row of its own says where a table stands that has no such records.
    let rows = connections
        .ask(
            "SELECT records.version, body, before, hash, tables.version, head
             FROM arcane_codex.tables
             LEFT JOIN arcane_codex.records ON table_id = id AND records.version > $2
             WHERE id = $1 ORDER BY records.version LIMIT $3",
            &[
                (&table.as_str(), Type::TEXT),
                (&integer(after.0), Type::INT8),
                (&integer(READ_MAX as u64), Type::INT8),
            ],
        )
        .await?;
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let head = TableHead {
        version: Version(natural(get(first, 4)?)),
        hash: hash(first, 5)?,
    };
    let is_there = |row: &&Row| !matches!(row.try_get::<_, Option<i64>>(0), Ok(None));
    let found = rows.iter().filter(is_there).map(|row| kept(row, 0));
    let found: Vec<StoredRecord> = found.collect::<Result<_, _>>()?;
    read_check::records(table, after, head, &found)
}

pub(super) async fn head(
    connections: &Connections,
    table: &TableId,
) -> Result<Version, StoreError> {
    let select = "SELECT version FROM arcane_codex.tables WHERE id = $1";
    let found = first::<i64>(connections, select, &[(&table.as_str(), Type::TEXT)]).await?;
    Ok(Version(found.map_or(0, natural)))
}

pub(super) async fn heads(
    connections: &Connections,
    tables: &[TableId],
) -> Result<Vec<Version>, StoreError> {
    let select = "SELECT id, version FROM arcane_codex.tables WHERE id = ANY($1)";
    let ids: Vec<&str> = tables.iter().map(TableId::as_str).collect();
    let rows = connections.ask(select, &[(&ids, Type::TEXT_ARRAY)]).await?;
    let known = rows.iter().map(|row| Ok((get(row, 0)?, get(row, 1)?)));
    let known: HashMap<&str, i64> = known.collect::<Result<_, StoreError>>()?;
    let version = |id: &&str| Version(known.get(id).copied().map_or(0, natural));
    Ok(ids.iter().map(version).collect())
}

pub(super) async fn command(
    connections: &Connections,
    table: &TableId,
    command: &CommandId,
) -> Result<Option<Record>, StoreError> {
    let rows = connections
        .ask(
            "SELECT version, body, before, hash FROM arcane_codex.records
             WHERE table_id = $1 AND command_id = $2",
            &[
                (&table.as_str(), Type::TEXT),
                (&command.as_str(), Type::TEXT),
            ],
        )
        .await?;
    let found = rows.first().map(|row| kept(row, 0)?.record(table));
    found.transpose()
}

pub(super) async fn code(
    connections: &Connections,
    code: &Code,
) -> Result<Option<TableId>, StoreError> {
    let select = "SELECT id FROM arcane_codex.tables WHERE live AND code = $1";
    let found = first::<String>(connections, select, &[(&code.as_str(), Type::TEXT)]).await?;
    found.map(table_id).transpose()
}

/// Returns the bytes of the database, what others keep in it included.
pub(super) async fn database_bytes(connections: &Connections) -> Result<u64, StoreError> {
    let select = "SELECT pg_database_size(current_database())";
    let bytes = first::<i64>(connections, select, &[]).await?;
    Ok(bytes.map_or(0, natural))
}

pub(super) async fn count_live(connections: &Connections) -> Result<u64, StoreError> {
    let select = "SELECT live FROM arcane_codex.count_live()";
    let live = first::<i64>(connections, select, &[]).await?;
    Ok(live.map_or(0, natural))
}

pub(super) async fn due(
    connections: &Connections,
    now_ms: u64,
    limit: usize,
) -> Result<Vec<TableId>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = connections
        .ask(
            "SELECT id FROM arcane_codex.tables WHERE live AND deadline_ms <= $1
             ORDER BY deadline_ms, id LIMIT $2",
            &[(&integer(now_ms), Type::INT8), (&limit, Type::INT8)],
        )
        .await?;
    rows.iter().map(|row| table_id(get(row, 0)?)).collect()
}

pub(super) async fn next_due(connections: &Connections) -> Result<Option<u64>, StoreError> {
    let select = "SELECT min(deadline_ms) FROM arcane_codex.tables WHERE live";
    let deadline_ms = first::<Option<i64>>(connections, select, &[]).await?;
    Ok(deadline_ms.flatten().map(natural))
}

pub(super) async fn snapshot(
    connections: &Connections,
    table: &TableId,
    format: u32,
) -> Result<Option<KeptSnapshot>, StoreError> {
    let rows = connections
        .ask(
            "SELECT snapshots.version, state, hash FROM arcane_codex.snapshots
             LEFT JOIN arcane_codex.records USING (table_id, version)
             WHERE table_id = $1 AND format = $2",
            &[
                (&table.as_str(), Type::TEXT),
                (&i64::from(format), Type::INT8),
            ],
        )
        .await?;
    rows.first().map(|row| kept_snapshot(row, 0)).transpose()
}

/// Counts the snapshots that were changed, or do not stand at a record that is there.
pub(super) async fn unfit_snapshots(connections: &Connections) -> Result<u64, StoreError> {
    let mut unfit = 0;
    let mut after = String::new();
    // One at a time: a state may be large.
    loop {
        let rows = connections
            .ask(
                "SELECT table_id, format, snapshots.version, state, hash FROM arcane_codex.snapshots
                 LEFT JOIN arcane_codex.records USING (table_id, version)
                 WHERE table_id > $1 ORDER BY table_id LIMIT 1",
                &[(&after, Type::TEXT)],
            )
            .await?;
        let Some(row) = rows.first() else {
            return Ok(unfit);
        };
        after = get(row, 0)?;
        let table = table_id(after.clone())?;
        let format = u32::try_from(get::<i64>(row, 1)?).unwrap_or(0);
        let kept = kept_snapshot(row, 2)?;
        if is_sealed(&kept.sealed) && kept.state(&table, format).is_none() {
            unfit += 1;
        }
    }
}

/// Takes a snapshot out of three columns from `start`.
fn kept_snapshot(row: &Row, start: usize) -> Result<KeptSnapshot, StoreError> {
    let record: Option<&[u8]> = get(row, start + 2)?;
    Ok(KeptSnapshot {
        version: Version(natural(get(row, start)?)),
        sealed: get(row, start + 1)?,
        record: record
            .map(<[u8; 32]>::try_from)
            .transpose()
            .map_err(unavailable)?,
    })
}

pub(super) async fn list(
    connections: &Connections,
    after: Option<&TableId>,
    limit: usize,
) -> Result<Vec<TableSummary>, StoreError> {
    let after = after.map_or("", TableId::as_str);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = connections
        .ask(
            "SELECT id, code, version, live, opened_ms, touched_ms,
                    (SELECT coalesce(sum(octet_length(body)), 0)::bigint
                     FROM arcane_codex.records WHERE table_id = tables.id)
             FROM arcane_codex.tables WHERE id > $1 AND erased_ms IS NULL ORDER BY id LIMIT $2",
            &[(&after, Type::TEXT), (&limit, Type::INT8)],
        )
        .await?;
    rows.iter().map(summary).collect()
}

fn summary(row: &Row) -> Result<TableSummary, StoreError> {
    let number = |column| get::<i64>(row, column).map(natural);
    Ok(TableSummary {
        id: table_id(get(row, 0)?)?,
        code: Code::try_from(get::<String>(row, 1)?).map_err(unavailable)?,
        version: Version(number(2)?),
        live: get(row, 3)?,
        opened_ms: number(4)?,
        committed_ms: number(5)?,
        bytes: number(6)?,
    })
}

pub(super) async fn over_before(
    connections: &Connections,
    before_ms: u64,
    limit: usize,
) -> Result<Vec<(TableId, Version)>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = connections
        .ask(
            "SELECT id, version FROM arcane_codex.tables
             WHERE NOT live AND erased_ms IS NULL AND touched_ms < $1 ORDER BY touched_ms, id LIMIT $2",
            &[(&integer(before_ms), Type::INT8), (&limit, Type::INT8)],
        )
        .await?;
    let found = rows
        .iter()
        .map(|row| Ok((table_id(get(row, 0)?)?, Version(natural(get(row, 1)?)))));
    found.collect()
}

pub(super) async fn tables(connections: &Connections) -> Result<Vec<TableId>, StoreError> {
    let select = "SELECT id FROM arcane_codex.tables ORDER BY id";
    let rows = connections.ask(select, &[]).await?;
    rows.iter().map(|row| table_id(get(row, 0)?)).collect()
}

/// Takes a record out of four columns from `start`.
pub(super) fn kept(row: &Row, start: usize) -> Result<StoredRecord, StoreError> {
    Ok(StoredRecord {
        version: Version(natural(get(row, start)?)),
        body: get(row, start + 1)?,
        before: hash(row, start + 2)?,
        hash: hash(row, start + 3)?,
    })
}

fn hash(row: &Row, column: usize) -> Result<[u8; 32], StoreError> {
    get::<&[u8]>(row, column)?.try_into().map_err(unavailable)
}

/// The first column of the first row.
async fn first<T: for<'a> FromSql<'a>>(
    connections: &Connections,
    select: &str,
    values: &[Value<'_>],
) -> Result<Option<T>, StoreError> {
    let rows = connections.ask(select, values).await?;
    rows.first().map(|row| get(row, 0)).transpose()
}

pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, StoreError> {
    row.try_get(column).map_err(unavailable)
}

pub(super) fn table_id(text: String) -> Result<TableId, StoreError> {
    TableId::try_from(text).map_err(unavailable)
}
