//! What `tables list` and `tables show` print.

use std::fmt::Write as _;

use serde_json::{Value, json};
use service::{InspectedSeat, InspectedTable, PlayersHeard, TableId};
use store::{Journal, TableSummary, megabytes};

use super::open::OpenJournal;
use super::unread;
use crate::CommandContext;
use crate::report::{CommandError, CommandReport};
use crate::timestamp::Timestamp;

/// Tables that are read at a time.
const PAGE: usize = 500;

pub(super) async fn list(journal: &dyn Journal) -> Result<CommandReport, CommandError> {
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

pub(super) async fn show(
    opened: &OpenJournal,
    context: &CommandContext,
    id: &TableId,
) -> Result<CommandReport, CommandError> {
    let (tables, _) = opened.tables(context).await?;
    let found = tables.inspect(id, PlayersHeard::No).await;
    let found = found.map_err(unread)?;
    let mut object = json!(found);
    // Who gave a sign of life is known to the server alone.
    for seat in object["state"]["seats"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        if let Some(seat) = seat.as_object_mut() {
            seat.remove("presence");
        }
    }
    object["seats"] = object["state"]["seats"].take();
    if let Some(state) = object["state"].as_object_mut() {
        state.remove("seats");
    }
    Ok(CommandReport::new(in_lines(&found), object))
}

fn in_lines(table: &InspectedTable) -> String {
    let at = |ms| Timestamp::of_ms(ms).to_sentence();
    let (id, code, commits) = (&table.table, &table.code, table.commits);
    let mut text = format!(
        "{id}, {commits} commits\ncode {code}, opened {}, the last commit {}, {}",
        at(table.opened_ms),
        at(table.last_commit_ms),
        megabytes(table.bytes)
    );
    let Some(state) = &table.state else {
        let fault = table.fault.unwrap_or("unknown");
        let _ = write!(text, "\nit cannot be read ({fault}): `verify` tells more");
        return text;
    };
    let _ = write!(
        text,
        "\n{:?}, rules of edition {}",
        state.phase, state.rules
    );
    if let Some(quest) = &state.quest {
        let _ = write!(text, ", {quest}");
    }
    if let Some((number, about)) = state.scene {
        let _ = write!(text, ", scene {number} of about {about}");
    }
    if let Some(deadline_ms) = state.deadline_ms {
        let _ = write!(text, ", waits until {}", at(deadline_ms));
    }
    if state.looks > 0 {
        let _ = write!(
            text,
            "\nlooked into {} times while it was live",
            state.looks
        );
    }
    for seat in &state.seats {
        let InspectedSeat {
            seat: number, name, ..
        } = seat;
        let host = if seat.host { " (host)" } else { "" };
        let left = if seat.present { "" } else { " (has left)" };
        let _ = write!(text, "\nseat {number}: {name}{host}{left}");
    }
    text
}
