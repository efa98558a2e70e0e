//! Taking a seat: opening a table, joining one, and who holds which.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use game::{
    Actor, Code, Command, CommandId, Event, Moment, Opening, Refusal, SeatNo, Seed, Table, TableId,
    TimeLimit, Version,
};
use sha2::{Digest, Sha256};
use store::{Commit, NewCommit, Record, StoreError, chain};

use crate::commit::Capacity;
use crate::error::ServiceError;
use crate::tables::Tables;

/// How many codes are tried before giving up; a thousand live tables take one code in a million.
const CODES_MAX: usize = 8;

/// Who holds a seat: the number, and how often it had been taken when they sat down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Which seat.
    pub seat: SeatNo,
    /// Tells holders of the same seat apart.
    pub generation: u32,
}

/// A seat just taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seated {
    /// At which table.
    pub table: TableId,
    /// Which seat, and which holder of it.
    pub holder: Holder,
    /// The version that led to.
    pub version: Version,
}

impl Tables {
    /// Opens a table and seats its host. A repeat of the same command id finds the same table.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Full`] when as many tables are live as the operator allows.
    pub async fn open(
        self: &Arc<Self>,
        id: CommandId,
        name: &str,
        limit: TimeLimit,
    ) -> Result<Seated, ServiceError> {
        if id.is_clocks() {
            return Err(ServiceError::ForeignCommand);
        }
        let table = table_of(&id);
        let command = Command::Open {
            name: name.to_owned(),
            limit,
        };
        if let Some(first) = self.journal.find_command(&table, &id).await? {
            let first = self.same(first, Actor::Newcomer, &command)?;
            return self.seated(&table, &first).await;
        }
        // Who can be told at once need not wait for the writer; that says it exactly.
        if self.journal.count_live().await? >= self.settings.tables_max {
            return Err(ServiceError::Full);
        }
        for _ in 0..CODES_MAX {
            match self.open_once(&table, &id, &command, name, limit).await {
                Err(ServiceError::Store(StoreError::CodeTaken { .. })) => {}
                opened => return opened,
            }
        }
        Err(ServiceError::Busy)
    }

    /// Opens a table under one code; another is drawn when a live table has it.
    async fn open_once(
        self: &Arc<Self>,
        table: &TableId,
        id: &CommandId,
        command: &Command,
        name: &str,
        limit: TimeLimit,
    ) -> Result<Seated, ServiceError> {
        let moment = Moment {
            at_ms: self.now_ms(),
        };
        let events = Table::open(&self.draw_opening(), &self.world, name, limit, moment)?;
        let mut after = Table::default();
        after.fold(&events);
        let commit = |standing| NewCommit {
            command_id: id.clone(),
            actor: Actor::Newcomer,
            command: command.clone(),
            at_ms: moment.at_ms,
            events: events.clone(),
            standing,
        };
        let capacity = Capacity::Among(self.settings.tables_max);
        let opened = self.append(table, after, capacity, commit).await?;
        let record = match opened.ok_or(ServiceError::Full)? {
            Commit::Repeated(first) => self.same(*first, Actor::Newcomer, command)?,
            Commit::Appended(version) => {
                self.metrics.tables_opened.fetch_add(1, Ordering::Relaxed);
                let (id, command) = (id.clone(), command.clone());
                Record::unchained(version, moment.at_ms, id, Actor::Newcomer, command, events)
            }
        };
        self.seated(table, &record).await
    }

    /// Sits down at a table that gathers. A repeat of the same command id finds the same seat.
    pub async fn sit(
        self: &Arc<Self>,
        table: &TableId,
        id: CommandId,
        name: &str,
    ) -> Result<Seated, ServiceError> {
        let command = Command::Sit {
            name: name.to_owned(),
        };
        let record = self
            .commit(table, Actor::Newcomer, None, id, command)
            .await?;
        self.metrics.seats_taken.fetch_add(1, Ordering::Relaxed);
        self.seated(table, &record).await
    }

    pub(crate) fn draw_opening(&self) -> Opening {
        let mut seed = [0; 32];
        (self.random)(&mut seed);
        let mut code = [0; Code::LEN];
        (self.random)(&mut code);
        let seed = Seed(seed);
        Opening {
            code: Code::from_random(code),
            seed,
            commitment: chain::commit_to(&seed),
        }
    }

    /// The seat a record gave. A repeat gets it again while the table lives; afterwards the record, its id
    /// included, is for anybody to read in the Chronicle.
    async fn seated(&self, table: &TableId, record: &Record) -> Result<Seated, ServiceError> {
        let holder = holder_in(&record.events).ok_or(ServiceError::ForeignCommand)?;
        if !self.load(table).await?.phase().is_live() {
            return Err(Refusal::Closed.into());
        }
        self.note(table, holder.seat).await;
        Ok(Seated {
            table: table.clone(),
            holder,
            version: record.version,
        })
    }
}

/// The id of the table an opening leads to: derived from the command's id, so that a repeated opening finds
/// the first one's table.
fn table_of(id: &CommandId) -> TableId {
    let hash = Sha256::new()
        .chain_update(b"arcane-codex table\n")
        .chain_update(id.as_str())
        .finalize();
    let mut bytes = [0; TableId::LEN];
    for (byte, hashed) in bytes.iter_mut().zip(hash) {
        *byte = hashed;
    }
    TableId::from_random(bytes)
}

pub(crate) fn holds(table: &Table, holder: Holder) -> bool {
    table
        .seats()
        .get(&holder.seat)
        .is_some_and(|seat| seat.present && seat.generation == holder.generation)
}

fn holder_in(events: &[Event]) -> Option<Holder> {
    events.iter().find_map(|event| {
        let Event::Sat {
            seat, generation, ..
        } = event
        else {
            return None;
        };
        Some(Holder {
            seat: *seat,
            generation: *generation,
        })
    })
}
