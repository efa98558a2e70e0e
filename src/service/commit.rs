//! The way of one command: load, decide, append, announce.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use game::{Actor, Command, CommandId, Decision, Moment, SeatNo, Table, TableId, Version};
use store::{Commit, NewCommit, Record, Standing, StoreError};

use crate::error::ServiceError;
use crate::seats::{Holder, holds};
use crate::tables::Tables;

/// How often a lost race is decided again.
const ATTEMPTS_MAX: usize = 16;

/// What room a commit takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Capacity {
    /// That of its table.
    Own,
    /// One more among the live tables, of which there are this many at most.
    Among(u64),
}

impl Tables {
    /// Plays one command of a seat and returns the version it led to. A repeat of the same command id
    /// returns the first answer.
    pub async fn play(
        self: &Arc<Self>,
        table: &TableId,
        holder: Holder,
        id: CommandId,
        command: Command,
    ) -> Result<Version, ServiceError> {
        let actor = Actor::Seat(holder.seat);
        let record = self.commit(table, actor, Some(holder), id, command);
        Ok(record.await?.version)
    }

    /// Decides and appends, again and again while others come first.
    pub(crate) async fn commit(
        self: &Arc<Self>,
        id: &TableId,
        actor: Actor,
        holder: Option<Holder>,
        command_id: CommandId,
        command: Command,
    ) -> Result<Record, ServiceError> {
        if actor != Actor::Clock && command_id.is_clocks() {
            return Err(ServiceError::ForeignCommand);
        }
        for _ in 0..ATTEMPTS_MAX {
            let table = self.in_time(id, actor).await?;
            let moment = Moment {
                at_ms: self.now_ms(),
            };
            let Decision { events, after } = match self
                .decide(id, &table, actor, holder, &command, moment)
                .await
            {
                Ok(decision) => decision,
                Err(error) => {
                    // What was done once may be refused now: then the first answer stands.
                    if let Some(first) = self.journal.find_command(id, &command_id).await? {
                        return self.same(first, actor, &command);
                    }
                    self.metrics
                        .commands_refused
                        .fetch_add(1, Ordering::Relaxed);
                    return Err(error);
                }
            };
            let commit = |standing| NewCommit {
                command_id: command_id.clone(),
                actor,
                command: command.clone(),
                at_ms: moment.at_ms,
                events: events.clone(),
                standing,
            };
            match self.append(id, after, Capacity::Own, commit).await {
                Ok(Some(Commit::Appended(version))) => {
                    self.metrics.commands_done.fetch_add(1, Ordering::Relaxed);
                    return Ok(Record::unchained(
                        version,
                        moment.at_ms,
                        command_id,
                        actor,
                        command,
                        events,
                    ));
                }
                Ok(Some(Commit::Repeated(first))) => return self.same(*first, actor, &command),
                Ok(None) => return Err(ServiceError::Full),
                // A table that goes on drew a code that a live table has: it draws another.
                Err(StoreError::CodeTaken { .. }) => {}
                Err(StoreError::Conflict { .. }) => {
                    self.metrics.races_lost.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::Busy)
    }

    /// The table as it stands; first with the consequence of a deadline that has passed, so that nobody's
    /// command overtakes it because the clock slept.
    async fn in_time(
        self: &Arc<Self>,
        id: &TableId,
        actor: Actor,
    ) -> Result<Arc<Table>, ServiceError> {
        let table = self.load(id).await?;
        let late = table
            .deadline_ms()
            .is_some_and(|deadline_ms| deadline_ms <= self.now_ms());
        if actor == Actor::Clock || !late {
            return Ok(table);
        }
        match self.pass_time(id).await {
            Ok(()) | Err(ServiceError::Refused(_)) => self.load(id).await,
            Err(error) => Err(error),
        }
    }

    /// What the rules say, and before them what only the service knows: who holds the seat now, and whether
    /// a player whose seat is to be freed has been away long enough.
    async fn decide(
        &self,
        id: &TableId,
        table: &Table,
        actor: Actor,
        holder: Option<Holder>,
        command: &Command,
        moment: Moment,
    ) -> Result<Decision, ServiceError> {
        if let Some(holder) = holder {
            if !holds(table, holder) {
                return Err(ServiceError::NotYourSeat);
            }
            self.note(id, holder.seat).await;
        }
        let decision = if *command == (Command::GoOn {}) {
            self.go_on(table, actor, moment).await?
        } else {
            table.consider(&self.world, actor, command, moment)?
        };
        if let Command::Vacate { seat } = command {
            self.check_away(id, *seat).await?;
        }
        Ok(decision)
    }

    /// Lets a party take up another quest, with a seed and a code of its own. Its table is live again, so
    /// there must be room for it.
    async fn go_on(
        &self,
        table: &Table,
        actor: Actor,
        moment: Moment,
    ) -> Result<Decision, ServiceError> {
        let decision = table.go_on(&self.draw_opening(), &self.world, actor, moment)?;
        if self.journal.count_live().await? >= self.settings.tables_max {
            return Err(ServiceError::Full);
        }
        Ok(decision)
    }

    /// Appends the commit that leads to `after`, and only then remembers and announces. None says that there
    /// is no room for it.
    ///
    /// It goes on when nobody waits for the answer any more: a client that hangs up in the middle must not
    /// keep the news from the others.
    pub(crate) async fn append(
        self: &Arc<Self>,
        id: &TableId,
        after: Table,
        capacity: Capacity,
        commit: impl FnOnce(Standing) -> NewCommit,
    ) -> Result<Option<Commit>, StoreError> {
        let standing = Standing::of(&after).ok_or_else(|| {
            StoreError::Unusable("a table without a code cannot be kept".to_owned())
        })?;
        let expected = Version(after.version().0.saturating_sub(1));
        let (tables, id) = (Arc::clone(self), id.clone());
        let commit = commit(standing);
        let appending = tokio::spawn(async move {
            let journal = &tables.journal;
            let appended = match capacity {
                Capacity::Own => Some(journal.append(&id, expected, commit).await?),
                Capacity::Among(live_max) => journal.open(&id, live_max, commit).await?,
            };
            if let Some(Commit::Appended(version)) = appended {
                let after = Arc::new(after);
                tables.cache.put(&id, Arc::clone(&after));
                tables.bus.publish(id.as_str(), version.0).await;
                tables.clock_wakeup.notify_one();
                // Nobody waits for a snapshot.
                tokio::spawn(async move { tables.keep_snapshot(&id, &after).await });
            }
            Ok(appended)
        });
        appending
            .await
            .unwrap_or_else(|error| Err(StoreError::Unavailable(Box::new(error))))
    }

    /// The first answer, if the repeat asks for the same.
    pub(crate) fn same(
        &self,
        first: Record,
        actor: Actor,
        command: &Command,
    ) -> Result<Record, ServiceError> {
        if first.actor != actor || first.command != *command {
            return Err(ServiceError::ForeignCommand);
        }
        self.metrics
            .commands_repeated
            .fetch_add(1, Ordering::Relaxed);
        Ok(first)
    }

    async fn check_away(&self, table: &TableId, seat: SeatNo) -> Result<(), ServiceError> {
        let presence = self.presence(table, &[seat]).await;
        if presence.get(&seat) == Some(&crate::SeatPresence::Absent) {
            return Ok(());
        }
        Err(ServiceError::StillHere {
            away_minutes: self.settings.away_after_ms.div_ceil(60_000),
        })
    }
}
