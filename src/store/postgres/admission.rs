//! Which tables are in use, and whether one more may be opened: each in one statement.

use game::{TableId, Version};
use tokio_postgres::types::Type;

use super::connections::{Connections, Value};
use super::queries::{get, table_id};
use super::writes::{AppendStatement, outcome};
use super::{integer, natural, unavailable};
use crate::{Admission, NewCommit, NoRoom, OpenOutcome, OpenerTag, StoreError, UseWindow};

/// Terms of admission as the database takes them.
struct AdmissionValues {
    numbers: [i64; 6],
    opener: Option<Vec<u8>>,
}

impl AdmissionValues {
    fn of(admission: &Admission) -> Self {
        let share = admission.share;
        Self {
            numbers: [
                admission.tables_max,
                admission.share_binds_from,
                admission.counted_of_one,
                admission.window.after_ms,
                admission.window.before_ms,
                share.map_or(0, |share| share.tables_max),
            ]
            .map(integer),
            opener: share.map(|share| share.opener.0.to_vec()),
        }
    }

    /// Returns the parameters in the order of the functions.
    fn values(&self) -> [Value<'_>; 7] {
        let [
            tables_max,
            binds_from,
            counted_of_one,
            after,
            before,
            share_max,
        ] = &self.numbers;
        [
            (tables_max, Type::INT8),
            (binds_from, Type::INT8),
            (counted_of_one, Type::INT8),
            (after, Type::INT8),
            (before, Type::INT8),
            (&self.opener, Type::BYTEA),
            (share_max, Type::INT8),
        ]
    }
}

/// Says why no table could be opened now.
pub(super) async fn check_room(
    connections: &Connections,
    admission: &Admission,
) -> Result<Option<NoRoom>, StoreError> {
    let select = "SELECT arcane_codex.refusal($1, $2, $3, $4, $5, $6, $7)";
    let values = AdmissionValues::of(admission);
    let rows = connections.ask(select, &values.values()).await?;
    let row = rows.first().ok_or_else(|| unavailable("no answer"))?;
    let refusal: Option<&str> = get(row, 0)?;
    Ok(refusal.and_then(no_room))
}

/// Reads why there is no room; none for any other outcome.
fn no_room(outcome: &str) -> Option<NoRoom> {
    match outcome {
        "full" => Some(NoRoom::Full),
        "share" => Some(NoRoom::ShareTaken),
        _ => None,
    }
}

/// Appends a commit that makes a table live, if there is room for one more.
pub(super) async fn open(
    connections: &Connections,
    table: &TableId,
    expected: Version,
    admission: &Admission,
    commit: NewCommit,
) -> Result<OpenOutcome, StoreError> {
    let code = commit.index.code.clone();
    let prepared = AppendStatement::of(table, expected, commit, None);
    let terms = AdmissionValues::of(admission);
    let mut values: Vec<Value<'_>> = vec![(&prepared.reached, Type::INT8)];
    values.extend(prepared.values());
    values.extend(terms.values());
    let rows = connections.ask(ADMIT, &values).await?;
    let row = rows.first().ok_or_else(|| unavailable("no answer"))?;
    if let Some(why) = no_room(get(row, 0)?) {
        return Ok(Err(why));
    }
    outcome(row, table, expected, code).map(Ok)
}

const ADMIT: &str = "SELECT outcome, (kept).version, (kept).body, (kept).before, (kept).hash
     FROM arcane_codex.admit_in_use($10, $11, $12, $13, $14, $15, $16, $2, $3, $1, $4, $5, $6, $7, $8, $9)";

/// Notes that tables are used at this moment. Those that somebody writes just now are left to that: their rows are not
/// waited for, so that two who note the same tables never wait for each other.
pub(super) async fn note_use(
    connections: &Connections,
    tables: &[TableId],
    at_ms: u64,
) -> Result<(), StoreError> {
    let ids: Vec<&str> = tables.iter().map(TableId::as_str).collect();
    let update = "UPDATE arcane_codex.tables SET used_ms = $2
         WHERE id IN (
             SELECT id FROM arcane_codex.tables WHERE id = ANY($1) AND live FOR UPDATE SKIP LOCKED
         )";
    let values: [Value<'_>; 2] = [(&ids, Type::TEXT_ARRAY), (&integer(at_ms), Type::INT8)];
    connections.ask(update, &values).await?;
    Ok(())
}

/// Counts the tables in use.
pub(super) async fn count_in_use(
    connections: &Connections,
    window: &UseWindow,
) -> Result<u64, StoreError> {
    let select = "SELECT arcane_codex.count_in_use($1, $2, NULL)";
    let (after, before) = (integer(window.after_ms), integer(window.before_ms));
    let values: [Value<'_>; 2] = [(&after, Type::INT8), (&before, Type::INT8)];
    let rows = connections.ask(select, &values).await?;
    let row = rows.first().ok_or_else(|| unavailable("no answer"))?;
    get(row, 0).map(natural)
}

/// Counts the tables in use by who opened them.
pub(super) async fn count_by_opener(
    connections: &Connections,
    window: &UseWindow,
    limit: usize,
) -> Result<Vec<(Option<OpenerTag>, u64)>, StoreError> {
    let select = "SELECT opened_by, count(*) FROM arcane_codex.tables
         WHERE live AND used_ms > $1 AND used_ms < $2
         GROUP BY opened_by ORDER BY count(*) DESC, opened_by LIMIT $3";
    let (after, before) = (integer(window.after_ms), integer(window.before_ms));
    let values: [Value<'_>; 3] = [
        (&after, Type::INT8),
        (&before, Type::INT8),
        (&integer(limit as u64), Type::INT8),
    ];
    let rows = connections.ask(select, &values).await?;
    let counted = rows.iter().map(|row| {
        let opener: Option<&[u8]> = get(row, 0)?;
        let opener = opener.map(|tag| tag.try_into().map(OpenerTag).map_err(unavailable));
        Ok((opener.transpose()?, natural(get(row, 1)?)))
    });
    counted.collect()
}

/// Lists the tables that were opened and then left alone.
pub(super) async fn unattended(
    connections: &Connections,
    opened_ms: u64,
    limit: usize,
) -> Result<Vec<TableId>, StoreError> {
    let select = "SELECT id FROM arcane_codex.tables
         WHERE live AND used_ms < opened_ms + 600000 AND opened_ms <= $1 AND version = 1
         ORDER BY opened_ms, id LIMIT $2";
    let values: [Value<'_>; 2] = [
        (&integer(opened_ms), Type::INT8),
        (&integer(limit as u64), Type::INT8),
    ];
    let rows = connections.ask(select, &values).await?;
    rows.iter().map(|row| table_id(get(row, 0)?)).collect()
}
