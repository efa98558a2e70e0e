//! A whole journal out of the database, and into it: each in one transaction.

use std::sync::Arc;

use deadpool_postgres::Transaction;
use game::{Code, TableId, Version};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::connections::{Connections, Value};
use super::errors::unusable;
use super::{integer, natural, queries, unavailable};
use crate::chain::BodyHeader;
use crate::transfer::{
    BATCH_RECORDS_MAX, ChainCheck, CheckedRecord, JournalSummary, RecordSender, RecordStream,
    TableHeads, TransferRecord, bytes_of,
};
use crate::withholding::is_erased;
use crate::{ProgressListener, ProgressStep, StoreError, TableIndex, Withholding};

/// Streams the journal as it is when the transaction begins.
pub(super) fn export(connections: Arc<Connections>) -> RecordStream {
    RecordStream::from_task(|sender| async move { send_all(&connections, &sender).await })
}

async fn send_all(connections: &Connections, sender: &RecordSender) -> Result<(), StoreError> {
    connections
        .transact_at_length(async |transaction| {
            let judge = |error| connections.judge(error);
            // One view for all of it. The position is no order of commits, but it is one of each table's.
            let declare = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
                DECLARE exported NO SCROLL CURSOR FOR
                SELECT table_id, code, records.deadline_ms, records.live, records.version, body,
                       before, hash
                FROM arcane_codex.records JOIN arcane_codex.tables ON tables.id = table_id
                ORDER BY position";
            transaction.batch_execute(declare).await.map_err(judge)?;
            let fetch = format!("FETCH {BATCH_RECORDS_MAX} FROM exported");
            let mut heads = TableHeads::default();
            loop {
                let rows = transaction.query_typed(&fetch, &[]).await.map_err(judge)?;
                let batch: Vec<_> = rows.iter().map(record).collect::<Result<_, _>>()?;
                if batch.is_empty() {
                    let stands = stands(transaction).await.map_err(judge)??;
                    return heads.compare(stands);
                }
                heads.note(&batch);
                sender.send(batch).await?;
            }
        })
        .await
}

/// Fills the journal, which must be empty.
pub(super) async fn import(
    connections: &Connections,
    mut records: RecordStream,
    progress: &ProgressListener,
) -> Result<JournalSummary, StoreError> {
    // The source may take minutes before its first batch, and the server ends transactions that idle.
    let mut next = records.next().await?;
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
            let mut check = ChainCheck::default();
            while let Some(batch) = next {
                let bytes = bytes_of(&batch);
                let checked = batch.into_iter().map(|record| check.follow(record));
                let checked: Vec<_> = checked.collect::<Result<_, _>>()?;
                let headers = checked.iter().map(|it| it.stored.header(&it.table));
                let headers: Vec<_> = headers.collect::<Result<_, _>>()?;
                let stored = store_all(transaction, &checked, &headers).await;
                stored.map_err(judge)?;
                progress.report(&ProgressStep::Taken { bytes });
                next = records.next().await?;
            }
            let sum_up = "SELECT arcane_codex.sum_up_live_changes()";
            transaction.batch_execute(sum_up).await.map_err(judge)?;
            let summary = check.summary();
            let stands = stands(transaction).await.map_err(judge)??;
            check.heads.compare(stands)?;
            Ok(summary)
        })
        .await
}

/// Stores records in their order, each of which follows those before.
async fn store_all(
    transaction: &Transaction<'_>,
    records: &[CheckedRecord],
    headers: &[BodyHeader],
) -> Result<(), tokio_postgres::Error> {
    let store_all = "SELECT arcane_codex.import(
            table_id, command_id, version, body, before, hash, at_ms, code, deadline_ms, live, erased_ms
        )
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS record
            (table_id, command_id, version, body, before, hash, at_ms, code, deadline_ms, live, erased_ms)";
    let texts = |of: fn(&CheckedRecord) -> &str| records.iter().map(of).collect::<Vec<_>>();
    let commands: Vec<&str> = headers.iter().map(|it| it.command_id.as_str()).collect();
    let times: Vec<i64> = headers.iter().map(|it| integer(it.at_ms)).collect();
    let versions = records.iter().map(|it| integer(it.stored.version.0));
    let versions: Vec<i64> = versions.collect();
    let before = records.iter().map(|it| &it.stored.before[..]);
    let before: Vec<&[u8]> = before.collect();
    let hashes: Vec<&[u8]> = records.iter().map(|it| &it.stored.hash[..]).collect();
    let deadlines = records.iter().map(|it| it.index.deadline_ms.map(integer));
    let deadlines: Vec<Option<i64>> = deadlines.collect();
    let live: Vec<bool> = records.iter().map(|it| it.index.live).collect();
    let erased = records.iter().zip(headers).map(|(it, header)| {
        let is_erased = header.withholds == Some(Withholding::Everything)
            || is_erased(it.stored.version, &header.command_id);
        is_erased.then_some(integer(header.at_ms))
    });
    let erased: Vec<Option<i64>> = erased.collect();
    let values: [Value<'_>; 11] = [
        (&texts(|it| it.table.as_str()), Type::TEXT_ARRAY),
        (&commands, Type::TEXT_ARRAY),
        (&versions, Type::INT8_ARRAY),
        (&texts(|it| &it.stored.body), Type::TEXT_ARRAY),
        (&before, Type::BYTEA_ARRAY),
        (&hashes, Type::BYTEA_ARRAY),
        (&times, Type::INT8_ARRAY),
        (&texts(|it| it.index.code.as_str()), Type::TEXT_ARRAY),
        (&deadlines, Type::INT8_ARRAY),
        (&live, Type::BOOL_ARRAY),
        (&erased, Type::INT8_ARRAY),
    ];
    transaction.query_typed(store_all, &values).await?;
    Ok(())
}

/// Where a table stands: its version, and the hash of its last record.
type Stand = (TableId, Version, [u8; 32]);

/// Reads where every table stands. The inner error says that a row is none of ours.
async fn stands(
    transaction: &Transaction<'_>,
) -> Result<Result<Vec<Stand>, StoreError>, tokio_postgres::Error> {
    let select = "SELECT id, version, head FROM arcane_codex.tables ORDER BY id";
    let rows = transaction.query_typed(select, &[]).await?;
    Ok(rows.iter().map(stand).collect())
}

fn stand(row: &Row) -> Result<Stand, StoreError> {
    let head: &[u8] = queries::get(row, 2)?;
    Ok((
        queries::table_id(queries::get(row, 0)?)?,
        Version(natural(queries::get(row, 1)?)),
        head.try_into().map_err(unavailable)?,
    ))
}

fn record(row: &Row) -> Result<TransferRecord, StoreError> {
    let code: String = queries::get(row, 1)?;
    let (before, hash): (&[u8], &[u8]) = (queries::get(row, 6)?, queries::get(row, 7)?);
    Ok(TransferRecord {
        table: queries::table_id(queries::get(row, 0)?)?,
        index: TableIndex {
            code: Code::try_from(code).map_err(unavailable)?,
            deadline_ms: queries::get::<Option<i64>>(row, 2)?.map(natural),
            live: queries::get(row, 3)?,
        },
        version: Version(natural(queries::get(row, 4)?)),
        body: queries::get(row, 5)?,
        before: before.try_into().map_err(unavailable)?,
        hash: hash.try_into().map_err(unavailable)?,
    })
}
