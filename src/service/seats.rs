//! Taking a seat: opening a table and joining one.

use std::iter;
use std::sync::Arc;

use game::{Actor, Command, CommandId, Moment, Refusal, Table, TableId, TimeLimit, Version};
use sha2::{Digest, Sha256};
use store::{AppendOutcome, NewCommit, OpenerTag, StoreError};

use crate::commit::{Capacity, Commits, Committed, index_of};
use crate::error::ServiceError;
use crate::holder::Holder;
use crate::issuer::Issuer;
use crate::metrics::StageTimes;
use crate::names;
use crate::opening::draw_opening;

/// How many codes are tried before giving up; a thousand live tables take one code in a million.
const CODES_MAX: usize = 8;

/// A seat just taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seated {
    /// The table.
    pub table: TableId,
    /// The seat, and which holder of it.
    pub holder: Holder,
    /// The version that the seat was shown once it was taken.
    pub version: Version,
}

/// Opens tables and seats newcomers.
pub struct Seats {
    pub(crate) commits: Arc<Commits>,
}

impl Seats {
    /// Opens a table for a client, if it is known which, and seats its host. A repeat of the same command id finds the
    /// same table.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Full`] when as many tables are in use as the operator allows, and [`ServiceError::ShareTaken`] when
    /// this client has opened as many of them as one may.
    pub async fn open(
        &self,
        id: CommandId,
        name: &str,
        limit: TimeLimit,
        opener: Option<OpenerTag>,
    ) -> Result<Seated, ServiceError> {
        if id.is_reserved() {
            return Err(ServiceError::ForeignCommand);
        }
        let table = table_of(&id);
        let name = names::composed(name);
        let command = Command::Open {
            name: name.clone(),
            limit,
        };
        let times = StageTimes::begin();
        let committed = self
            .open_table(&table, &id, &command, (&name, limit), opener, &times)
            .await;
        let kind = command.kind();
        self.commits.note_command(&table, kind, &times, &committed);
        self.seated(&table, committed?).await
    }

    /// Opens a table, if there is room for one more.
    async fn open_table(
        &self,
        table: &TableId,
        id: &CommandId,
        command: &Command,
        (name, limit): (&str, TimeLimit),
        opener: Option<OpenerTag>,
        times: &StageTimes,
    ) -> Result<Committed, ServiceError> {
        let journal = &self.commits.journal;
        // A flood is refused here without waiting for the writer; the writer counts again, exactly, and knows a repeat.
        let admission = self.commits.occupancy.admission(opener);
        let no_room = journal.check_room(&admission).await?;
        let refusal = match names::check(name, &self.commits.world, iter::empty()) {
            Err(refusal) => Some(ServiceError::Refused(refusal)),
            Ok(()) => no_room.map(|why| self.commits.occupancy.refusal(why)),
        };
        if let Some(refusal) = refusal {
            let known = journal.find_command(table, id).await?;
            let first = known.ok_or(refusal)?;
            return self
                .commits
                .first_answer(table, &first, Actor::Newcomer, command)
                .await;
        }
        for _ in 0..CODES_MAX {
            let attempt = self.open_once(table, id, command, (name, limit), opener, times);
            match attempt.await {
                Err(ServiceError::Store(StoreError::CodeTaken { .. })) => {}
                committed => return committed,
            }
        }
        Err(ServiceError::Busy)
    }

    /// Opens a table under one code; another is drawn when a live table has it.
    async fn open_once(
        &self,
        table: &TableId,
        id: &CommandId,
        command: &Command,
        (name, limit): (&str, TimeLimit),
        opener: Option<OpenerTag>,
        times: &StageTimes,
    ) -> Result<Committed, ServiceError> {
        let moment = Moment {
            at_ms: (self.commits.now_ms)(),
        };
        let events = Table::open(
            &draw_opening(self.commits.random),
            &self.commits.world,
            name,
            limit,
            moment,
        )?;
        let mut after = Table::default();
        after.fold(&events);
        let seated = Holder::seated_by(&events);
        let commit = NewCommit {
            command_id: id.clone(),
            actor: Actor::Newcomer,
            command: command.clone(),
            at_ms: moment.at_ms,
            events,
            index: index_of(&after)?,
        };
        let capacity = Capacity::OneMoreOf(opener);
        let admitted = self
            .commits
            .append(table, after, capacity, commit, times)
            .await;
        if let Err(StoreError::Conflict { .. }) = admitted {
            // The table was opened under this id before, and the command is known no more: it was erased.
            self.commits.loader.load(table).await?;
            return Err(ServiceError::Busy);
        }
        let appended = admitted?.map_err(|why| self.commits.occupancy.refusal(why))?;
        match appended {
            AppendOutcome::Repeated(first) => {
                self.commits
                    .first_answer(table, &first, Actor::Newcomer, command)
                    .await
            }
            AppendOutcome::Appended(version) => {
                self.commits.metrics.tables_opened.inc();
                Ok(Committed {
                    version,
                    seated,
                    is_repeat: false,
                })
            }
        }
    }

    /// Sits down at a table that gathers. A repeat of the same command id finds the same seat.
    pub async fn sit(
        &self,
        table: &TableId,
        id: CommandId,
        name: &str,
    ) -> Result<Seated, ServiceError> {
        let command = Command::Sit {
            name: names::composed(name),
        };
        let committed = self
            .commits
            .commit(table, Issuer::Newcomer, id, command, Capacity::Counted)
            .await?;
        self.commits.metrics.seats_taken.inc();
        self.seated(table, committed).await
    }

    /// Returns the seat a commit gave. A repeat gets it again while the table lives and the seat is still theirs; of a
    /// table that is over the record, its id included, is for anybody to read in the Chronicle.
    async fn seated(&self, table: &TableId, committed: Committed) -> Result<Seated, ServiceError> {
        let holder = committed.seated.ok_or(ServiceError::ForeignCommand)?;
        let now = self.commits.loader.load(table).await?;
        if !now.phase().is_live() {
            return Err(Refusal::Closed.into());
        }
        // Somebody else may hold it by now, and would be taken for present.
        if !holder.has_seat_at(&now) {
            return Err(ServiceError::NotYourSeat);
        }
        self.commits.presence.note(table, holder.seat).await;
        Ok(Seated {
            table: table.clone(),
            holder,
            version: committed.version,
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
