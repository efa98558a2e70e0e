//! What an operator reads of tables: what a spectator may see, and how much of the journal it takes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use game::{Code, Command, Phase, SeatNo, Stage, Table, TableId, TimeLimit, Version, View};
use serde::Serialize;
use store::{Journal, READ_MAX, Record, TableSummary};

use crate::error::ServiceError;
use crate::presence::SeatPresence;
use crate::tables::Tables;

/// Tables that one page of a listing has at most.
pub const INSPECTED_MAX: usize = 100;

/// A table as its operator sees it: nothing that one of its seats alone may know.
#[derive(Clone, Debug, Serialize)]
pub struct InspectedTable {
    /// The table.
    pub table: TableId,
    /// The code that players join, or joined, by.
    pub code: Code,
    /// Whether further commands are possible.
    pub live: bool,
    /// The number of its commits. It counts what is done in secret, too, and does not say by whom.
    pub commits: Version,
    /// When it opened, in milliseconds since the Unix epoch.
    pub opened_ms: u64,
    /// The time of its last commit, in milliseconds since the Unix epoch.
    pub last_commit_ms: u64,
    /// Bytes of what its records tell.
    pub bytes: u64,
    /// Where it stands; none if it cannot be read.
    pub state: Option<InspectedState>,
    /// Why it cannot be read: the code of the error.
    pub fault: Option<&'static str>,
}

/// Where a table stands, as a spectator may see it.
#[derive(Clone, Debug, Serialize)]
pub struct InspectedState {
    /// What it is at.
    pub phase: Phase,
    /// The edition of the rules that it opened under.
    pub rules: u32,
    /// How long its scenes wait.
    pub limit: TimeLimit,
    /// Until when the table waits, in milliseconds since the Unix epoch.
    pub deadline_ms: Option<u64>,
    /// The quest that is played.
    pub quest: Option<String>,
    /// The number of the open scene, and about how many there are.
    pub scene: Option<(usize, usize)>,
    /// How often an operator has looked into it while it was live.
    pub looks: u32,
    /// Everybody who sits, or sat, there.
    pub seats: Vec<InspectedSeat>,
}

/// A seat, as everybody sees it.
#[derive(Clone, Debug, Serialize)]
pub struct InspectedSeat {
    /// Its number.
    pub seat: SeatNo,
    /// The name of its player.
    pub name: String,
    /// Whether the player has not left.
    pub present: bool,
    /// Whether it is the host's.
    pub host: bool,
    /// How long ago it gave a sign of life; none if the player has left, or this process hears no players.
    pub presence: Option<SeatPresence>,
}

/// Whether signs of life of players reach this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayersHeard {
    /// They do: it serves them, or hears who does.
    Yes,
    /// They do not: it is a subcommand beside the server.
    No,
}

impl Tables {
    /// Lists tables in the order of their ids, after one of them, at most `limit` and at most [`INSPECTED_MAX`]. Those that
    /// were erased are left out.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`] while the journal cannot be read. A table that cannot be read is listed as such.
    pub async fn inspect_page(
        &self,
        after: Option<&TableId>,
        limit: usize,
        heard: PlayersHeard,
    ) -> Result<Vec<InspectedTable>, ServiceError> {
        let limit = limit.min(INSPECTED_MAX);
        let summaries = self.commits.journal.list_tables(after, limit).await?;
        let mut found = Vec::with_capacity(summaries.len());
        for summary in summaries {
            found.push(self.inspected(summary, heard).await);
        }
        Ok(found)
    }

    /// Returns one table.
    ///
    /// # Errors
    ///
    /// [`ServiceError::NoSuchTable`] when nobody opened it, and [`ServiceError::Erased`] when it was erased.
    pub async fn inspect(
        &self,
        id: &TableId,
        heard: PlayersHeard,
    ) -> Result<InspectedTable, ServiceError> {
        let before = before(id);
        let journal = &self.commits.journal;
        let listed = journal.list_tables(before.as_ref(), 1).await?;
        let Some(summary) = listed.into_iter().find(|summary| summary.id == *id) else {
            // It says which of the two it is.
            self.loader.load(id).await?;
            return Err(ServiceError::NoSuchTable);
        };
        Ok(self.inspected(summary, heard).await)
    }

    async fn inspected(&self, summary: TableSummary, heard: PlayersHeard) -> InspectedTable {
        let read = self.loader.load(&summary.id).await;
        let (state, fault) = match read {
            Ok(table) => (Some(self.state_of(&summary.id, &table, heard).await), None),
            Err(error) => (None, Some(error.code())),
        };
        InspectedTable {
            table: summary.id,
            code: summary.code,
            live: summary.live,
            commits: summary.version,
            opened_ms: summary.opened_ms,
            last_commit_ms: summary.committed_ms,
            bytes: summary.bytes,
            state,
            fault,
        }
    }

    async fn state_of(&self, id: &TableId, table: &Table, heard: PlayersHeard) -> InspectedState {
        let view = table.view(&self.world, None);
        let present: Vec<SeatNo> = table.present().map(|(seat, _)| seat).collect();
        let presence = match heard {
            PlayersHeard::Yes => self.presence.of_seats(id, &present).await,
            PlayersHeard::No => BTreeMap::new(),
        };
        let quest = table.quest().and_then(|(id, _)| self.world.quests.get(id));
        InspectedState {
            phase: view.phase,
            rules: table.rules(),
            limit: view.limit,
            deadline_ms: view.deadline_ms,
            quest: quest.map(|quest| quest.title.clone()),
            scene: scene_of(&view),
            looks: view.operator_looks,
            seats: view
                .seats
                .into_iter()
                .map(|seat| InspectedSeat {
                    presence: presence.get(&seat.seat).copied(),
                    seat: seat.seat,
                    name: seat.name,
                    present: seat.present,
                    host: seat.is_host,
                })
                .collect(),
        }
    }

    /// Looks into a table: records that it was done, which its players are shown, and only then returns its records so far
    /// as JSON lines. Of one that is over, nothing need be recorded.
    ///
    /// The lines hold every secret of the story so far, but neither the seed, which tells what comes, nor what gives power
    /// over a seat: the ids of commands. Without these no line can be checked; [`crate::Chronicles::export`] has lines that
    /// can.
    ///
    /// # Errors
    ///
    /// Those of loading the table.
    pub async fn look_into(&self, id: &TableId) -> Result<InsideLook, ServiceError> {
        if self.loader.load(id).await?.phase().is_live() {
            self.commits.operate(id, Command::Look {}).await?;
        }
        Ok(InsideLook {
            journal: Arc::clone(&self.commits.journal),
            table: id.clone(),
            after: Version(0),
            over: false,
        })
    }
}

/// Returns the id that comes right before another in their order; none if it is the first.
fn before(id: &TableId) -> Option<TableId> {
    let mut letters = id.as_str().as_bytes().to_vec();
    for letter in letters.iter_mut().rev() {
        match *letter {
            // The last of those before: counting goes on at the letter to the left.
            b'0' => *letter = b'z',
            b'a' => {
                *letter = b'9';
                return TableId::parse(std::str::from_utf8(&letters).ok()?);
            }
            _ => {
                *letter -= 1;
                return TableId::parse(std::str::from_utf8(&letters).ok()?);
            }
        }
    }
    None
}

fn scene_of(view: &View) -> Option<(usize, usize)> {
    match &view.stage {
        Stage::Scene(scene) => Some((scene.number, scene.about)),
        Stage::Gathering
        | Stage::Question(_)
        | Stage::Waiting
        | Stage::QuestChoice { .. }
        | Stage::Naming(_)
        | Stage::Chronicle(_)
        | Stage::Closed
        | Stage::Unknown => None,
    }
}

/// A look into a table, read part by part.
pub struct InsideLook {
    journal: Arc<dyn Journal>,
    table: TableId,
    after: Version,
    over: bool,
}

impl InsideLook {
    /// Returns the next lines; `None` when all were read.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Store`] while the journal cannot be read.
    pub async fn next(&mut self) -> Result<Option<String>, ServiceError> {
        if self.over {
            return Ok(None);
        }
        let records = self.journal.read(&self.table, self.after).await?;
        if let Some(last) = records.last() {
            self.after = last.version;
        }
        self.over = records.len() < READ_MAX;
        let mut lines = String::new();
        for record in &records {
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "{}", line_of(record));
        }
        Ok(Some(lines))
    }
}

/// Writes a record without its command's id, its hashes and the seed.
fn line_of(record: &Record) -> serde_json::Value {
    let mut events = serde_json::json!(record.events);
    let listed = events.as_array_mut().into_iter().flatten();
    for event in listed.filter_map(serde_json::Value::as_object_mut) {
        event.remove("seed");
    }
    serde_json::json!({
        "version": record.version, "at_ms": record.at_ms, "actor": record.actor,
        "command": record.command, "events": events,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_lies_between_an_id_and_the_one_before_it() {
        for (id, expected) in [
            ("bbbbbbbbbbbbbbbbbbbb", Some("bbbbbbbbbbbbbbbbbbba")),
            ("bbbbbbbbbbbbbbbbbbba", Some("bbbbbbbbbbbbbbbbbbb9")),
            ("bbbbbbbbbbbbbbbbbb00", Some("bbbbbbbbbbbbbbbbbazz")),
            ("a0000000000000000000", Some("9zzzzzzzzzzzzzzzzzzz")),
            ("00000000000000000000", None),
        ] {
            let id = TableId::parse(id).unwrap();
            assert_eq!(before(&id).as_ref().map(TableId::as_str), expected);
        }
    }
}
