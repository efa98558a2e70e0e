//! Taking a seat: opening a table, joining one, and who holds which.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use game::{
    Actor, Code, Command, CommandId, Event, Moment, Opening, SeatNo, Seed, Table, TableId,
    TimeLimit, Version,
};
use sha2::{Digest, Sha256};
use store::{Commit, NewCommit, Record, StoreError, chain};

use crate::error::GameError;
use crate::games::Games;

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

impl Games {
    /// Opens a table and seats its host. A repeat of the same command id finds the same table.
    ///
    /// # Errors
    ///
    /// [`GameError::Full`] when as many tables are live as the operator allows.
    pub async fn open(
        self: &Arc<Self>,
        id: CommandId,
        name: &str,
        limit: TimeLimit,
    ) -> Result<Seated, GameError> {
        let table = table_of(&id);
        let command = Command::Open {
            name: name.to_owned(),
            limit,
        };
        let _opening = self.opening.lock().await;
        if let Some(first) = self.journal.find_command(&table, &id).await? {
            return self.again(&table, &first, Actor::Newcomer, &command);
        }
        if self.journal.count_live().await? >= self.settings.tables_max {
            return Err(GameError::Full);
        }
        for _ in 0..CODES_MAX {
            let opening = self.draw_opening();
            let moment = Moment {
                at_ms: self.now_ms(),
            };
            let events = Table::open(&opening, &self.world, name, limit, moment)?;
            let commit = |standing| NewCommit {
                command_id: id.clone(),
                actor: Actor::Newcomer,
                command: command.clone(),
                at_ms: moment.at_ms,
                events: events.clone(),
                standing,
            };
            match self
                .append(&table, &Table::default(), &events, commit)
                .await
            {
                Ok(Commit::Appended(version)) => {
                    self.tally.tables_opened.fetch_add(1, Ordering::Relaxed);
                    let holder = Holder {
                        seat: SeatNo(1),
                        generation: 1,
                    };
                    return Ok(Seated {
                        table,
                        holder,
                        version,
                    });
                }
                Ok(Commit::Repeated(first)) => {
                    return self.again(&table, &first, Actor::Newcomer, &command);
                }
                Err(StoreError::CodeTaken { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(GameError::Busy)
    }

    /// Sits down at a table that gathers. A repeat of the same command id finds the same seat.
    pub async fn sit(
        self: &Arc<Self>,
        table: &TableId,
        id: CommandId,
        name: &str,
    ) -> Result<Seated, GameError> {
        let command = Command::Sit {
            name: name.to_owned(),
        };
        let record = self
            .commit(table, Actor::Newcomer, None, id, command)
            .await?;
        self.tally.seats_taken.fetch_add(1, Ordering::Relaxed);
        let holder = holder_in(&record.events).ok_or(GameError::ForeignCommand)?;
        Ok(Seated {
            table: table.clone(),
            holder,
            version: record.version,
        })
    }

    fn draw_opening(&self) -> Opening {
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

    fn again(
        &self,
        table: &TableId,
        first: &Record,
        actor: Actor,
        command: &Command,
    ) -> Result<Seated, GameError> {
        let first = self.same(first.clone(), actor, command)?;
        let holder = holder_in(&first.events).ok_or(GameError::ForeignCommand)?;
        Ok(Seated {
            table: table.clone(),
            holder,
            version: first.version,
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
