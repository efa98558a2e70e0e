//! The commit loop of one command: load, decide, append, announce.

use std::sync::Arc;
use std::time::Duration;

use bus::PubSub;
use game::content::World;
use game::{Actor, Command, CommandId, Decision, Moment, Refusal, SeatNo, Table, TableId, Version};
use store::{
    AppendOutcome, Journal, NewCommit, OpenOutcome, OpenerTag, Record, StoreError, TableIndex,
};

use crate::clock_alarm::ClockAlarm;
use crate::deadlines::{Deadlines, TableWait};
use crate::error::ServiceError;
use crate::feeds::FeedRegistry;
use crate::holder::Holder;
use crate::issuer::Issuer;
use crate::journal_health::WriteFailure;
use crate::loading::TableLoader;
use crate::metrics::{CommandStage, ServiceMetrics, StageTimes};
use crate::names;
use crate::occupancy::Occupancy;
use crate::opening::draw_opening;
use crate::presence::PresenceTracker;
use crate::snapshots::Snapshots;

/// How often a lost race is decided again.
const ATTEMPTS_MAX: usize = 16;

/// The limit a commit is appended under.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Capacity {
    /// None: its table is counted already.
    Counted,
    /// One more table in use, opened by this client, if it is known by which.
    OneMoreOf(Option<OpenerTag>),
}

/// What a command led to, now or when it was first sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Committed {
    /// The version that whoever sent it is shown.
    pub(crate) version: Version,
    /// The holder of the seat it gave, if it gave one.
    pub(crate) seated: Option<Holder>,
    /// Whether it was done before.
    pub(crate) is_repeat: bool,
}

/// The commit loop: loads a table, has the rules decide a command, appends the events, and only then announces.
pub struct Commits {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) pubsub: Arc<dyn PubSub>,
    pub(crate) world: Arc<World>,
    pub(crate) loader: Arc<TableLoader>,
    pub(crate) presence: Arc<PresenceTracker>,
    pub(crate) metrics: ServiceMetrics,
    pub(crate) now_ms: fn() -> u64,
    pub(crate) random: fn(&mut [u8]),
    pub(crate) occupancy: Arc<Occupancy>,
    pub(crate) feeds: Arc<FeedRegistry>,
    pub(crate) alarm: Arc<ClockAlarm>,
    pub(crate) deadlines: Arc<Deadlines>,
    pub(crate) write_failure: WriteFailure,
    /// From when on a command is slow.
    pub(crate) slow_after: Option<Duration>,
}

impl Commits {
    /// Plays one command of a seat and returns the version that the seat is shown after it. A repeat of the same command
    /// id returns the first answer.
    pub async fn play(
        self: &Arc<Self>,
        table: &TableId,
        holder: Holder,
        id: CommandId,
        command: Command,
    ) -> Result<Version, ServiceError> {
        self.play_as(table, holder, id, command, None).await
    }

    /// Does the same for a client, if it is known which: a table that goes on is one more that it opened.
    pub async fn play_as(
        self: &Arc<Self>,
        table: &TableId,
        holder: Holder,
        id: CommandId,
        command: Command,
        client: Option<OpenerTag>,
    ) -> Result<Version, ServiceError> {
        // A table that goes on was over, so nobody counts it yet.
        let capacity = if command == (Command::GoOn {}) {
            Capacity::OneMoreOf(client)
        } else {
            Capacity::Counted
        };
        let committed = self.commit(table, Issuer::Seat(holder), id, command, capacity);
        Ok(committed.await?.version)
    }

    /// Decides and appends in the table's turn, again while others come first.
    pub(crate) async fn commit(
        self: &Arc<Self>,
        id: &TableId,
        issuer: Issuer,
        command_id: CommandId,
        command: Command,
        capacity: Capacity,
    ) -> Result<Committed, ServiceError> {
        let reserved = matches!(issuer, Issuer::Clock | Issuer::Operator);
        if !reserved && command_id.is_reserved() {
            return Err(ServiceError::ForeignCommand);
        }
        let (times, kind) = (StageTimes::begin(), command.kind());
        let in_turn = async {
            let feed = self.feeds.of(id);
            let _turn = times.time(CommandStage::Queue, feed.turn()).await?;
            self.decide_and_append(id, issuer, command_id, command, capacity, &times)
                .await
        };
        let committed = in_turn.await;
        self.note_command(id, kind, &times, &committed);
        committed
    }

    /// Decides on the newest state this process knows, in the table's turn: the append says whether there is a newer one.
    pub(crate) async fn decide_and_append(
        self: &Arc<Self>,
        id: &TableId,
        issuer: Issuer,
        command_id: CommandId,
        command: Command,
        capacity: Capacity,
        times: &StageTimes,
    ) -> Result<Committed, ServiceError> {
        let actor = issuer.actor();
        let loading = self.loader.known_or_load(id, Version(0));
        let mut table = times.time(CommandStage::Load, loading).await?;
        for _ in 0..ATTEMPTS_MAX {
            table = self.in_time(id, table, issuer).await?;
            let moment = self.moment(id, &table, issuer);
            // On the version at hand: if somebody else appended, this decision is thrown away.
            let deciding = self.decide(id, &table, issuer, &command, moment);
            let decided = times.time(CommandStage::Decide, deciding).await;
            let Decision { events, after } = match decided {
                Ok(decision) => decision,
                Err(error) => {
                    // What was done once may be refused now: then the first answer stands.
                    if let Some(first) = self.journal.find_command(id, &command_id).await? {
                        return self.first_answer(id, &first, actor, &command).await;
                    }
                    let newest = self.loader.load(id).await?;
                    if newest.version() > table.version() {
                        table = newest;
                        continue;
                    }
                    return Err(error);
                }
            };
            let seated = Holder::seated_by(&events);
            let seen = after.version_for(viewer_of(actor, seated));
            let commit = NewCommit {
                command_id: command_id.clone(),
                actor,
                command: command.clone(),
                at_ms: moment.at_ms,
                events,
                index: index_of(&after)?,
            };
            match self.append(id, after, capacity, commit, times).await {
                Ok(Ok(AppendOutcome::Appended(_))) => {
                    self.note_lateness(id, &table, issuer);
                    return Ok(Committed {
                        version: seen,
                        seated,
                        is_repeat: false,
                    });
                }
                Ok(Ok(AppendOutcome::Repeated(first))) => {
                    return self.first_answer(id, &first, actor, &command).await;
                }
                Ok(Err(why)) => return Err(self.occupancy.refusal(why)),
                // A table that goes on drew a code that a live table has: it draws another.
                Err(StoreError::CodeTaken { .. }) => {}
                Err(StoreError::Conflict { .. }) => {
                    self.metrics.races_lost.inc();
                    let loading = self.loader.load(id);
                    table = times.time(CommandStage::Load, loading).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ServiceError::Busy)
    }

    /// Returns the moment of a decision. Time passes at a table by the clock that set its deadline, though that clock was
    /// ahead of this one.
    fn moment(&self, id: &TableId, table: &Table, issuer: Issuer) -> Moment {
        let ahead_ms = match issuer {
            Issuer::Clock => {
                let deadline = self.deadlines.of(id, TableWait::of(table));
                deadline.map_or(0, |deadline| deadline.ahead_ms)
            }
            Issuer::Newcomer | Issuer::Seat(_) | Issuer::Operator => 0,
        };
        Moment {
            at_ms: (self.now_ms)().saturating_add(ahead_ms),
        }
    }

    /// Whether a deadline of the table has passed without its consequence, or it is to end because its rules are no longer
    /// decided.
    pub(crate) fn is_late(&self, id: &TableId, table: &Table) -> bool {
        if table.is_outdated() && table.phase().is_live() {
            return true;
        }
        let deadline = self.deadlines.of(id, TableWait::of(table));
        deadline.is_some_and(|deadline| deadline.at_ms <= (self.now_ms)())
    }

    /// Returns the table with the consequence of a deadline that has passed, so that nobody's command overtakes
    /// it because the clock slept.
    async fn in_time(
        self: &Arc<Self>,
        id: &TableId,
        table: Arc<Table>,
        issuer: Issuer,
    ) -> Result<Arc<Table>, ServiceError> {
        if issuer == Issuer::Clock || !self.is_late(id, &table) {
            return Ok(table);
        }
        match self.pass_time_in_turn(id, table.version()).await {
            Ok(()) | Err(ServiceError::Refused(_)) => self.loader.load(id).await,
            Err(error) => Err(error),
        }
    }

    /// Asks the rules, and checks what only the service knows: who holds the seat now, whether a player whose seat is
    /// to be freed or skipped has been away long enough, and what a name looks like.
    async fn decide(
        &self,
        id: &TableId,
        table: &Table,
        issuer: Issuer,
        command: &Command,
        moment: Moment,
    ) -> Result<Decision, ServiceError> {
        if let Issuer::Seat(holder) = issuer {
            if !holder.has_seat_at(table) {
                return Err(ServiceError::NotYourSeat);
            }
            // A command is a sign of life, also one that is refused.
            self.presence.note(id, holder.seat).await;
        }
        let decision = if *command == (Command::GoOn {}) {
            // With a seed and a code of its own, drawn anew for each attempt: a live table may have the code.
            let opening = draw_opening(self.random);
            table.go_on(&opening, &self.world, issuer.actor(), moment)?
        } else {
            table.consider(&self.world, issuer.actor(), command, moment)?
        };
        // An operator who frees a seat has been asked to, though somebody sits there.
        if let (Issuer::Seat(_), Command::Vacate { seat }) = (issuer, command) {
            self.presence.check_absent(id, *seat).await?;
        }
        if let Command::Skip { seat } = command {
            self.presence.check_skippable(id, *seat).await?;
        }
        if let Command::Sit { name } = command {
            let seated = table.seats().values().map(|seat| seat.name.as_str());
            names::check(name, &self.world, seated)?;
        }
        if let Command::Say { text } = command
            && !names::shows(text)
        {
            return Err(Refusal::NothingSaid.into());
        }
        Ok(decision)
    }

    /// Appends the commit that leads to `after`, and only then remembers and announces it. The inner error says why there
    /// is no room for it.
    pub(crate) async fn append(
        self: &Arc<Self>,
        id: &TableId,
        after: Table,
        capacity: Capacity,
        commit: NewCommit,
        times: &StageTimes,
    ) -> Result<OpenOutcome, StoreError> {
        let (this, times) = (Arc::clone(self), times.clone());
        let appending = this.append_and_announce(id.clone(), after, capacity, commit, times);
        // In a task of its own, so that it goes on when nobody waits for the answer any more: a client that
        // hangs up in the middle must not keep the news from the others.
        tokio::spawn(appending)
            .await
            .unwrap_or_else(|error| Err(StoreError::Unavailable(Box::new(error))))
    }

    async fn append_and_announce(
        self: Arc<Self>,
        id: TableId,
        after: Table,
        capacity: Capacity,
        commit: NewCommit,
        times: StageTimes,
    ) -> Result<OpenOutcome, StoreError> {
        let expected = Version(after.version().0.saturating_sub(1));
        let head = self.loader.heads.after(&id, expected, &commit);
        // A player's commit is a use, which the journal notes by itself.
        let used_ms = (!commit.command_id.is_reserved()).then_some(commit.at_ms);
        let appending = async {
            match capacity {
                Capacity::Counted => {
                    let appended = self.journal.append(&id, expected, commit).await;
                    appended.map(Ok)
                }
                Capacity::OneMoreOf(opener) => {
                    let admission = self.occupancy.admission(opener);
                    self.journal.open(&id, expected, &admission, commit).await
                }
            }
        };
        let appended = times.time(CommandStage::Append, appending).await;
        self.write_failure.note(&appended);
        let appended = appended?;
        if let Ok(AppendOutcome::Appended(version)) = appended {
            if let Some(used_ms) = used_ms {
                self.feeds.of(&id).use_is_noted(used_ms);
            }
            let after = Arc::new(after);
            if let Some(head) = head {
                self.loader.heads.note(&id, version, head);
            }
            // Cached before it is announced: who looks because of the announcement finds it here.
            self.loader.cache.put(&id, Arc::clone(&after));
            let publishing = self.pubsub.publish(id.as_str(), version.0);
            times.time(CommandStage::Announce, publishing).await;
            let deadline = self.deadlines.of(&id, TableWait::of(&after));
            self.alarm
                .deadline_is(deadline.map(|deadline| deadline.at_ms));
            if Snapshots::are_due_at(version) {
                self.loader.snapshots.keep_soon(&id, &after, None);
            }
        }
        Ok(appended)
    }

    /// Returns the first answer to a command id, if the repeat is the same command of the same actor.
    pub(crate) async fn first_answer(
        &self,
        id: &TableId,
        first: &Record,
        actor: Actor,
        command: &Command,
    ) -> Result<Committed, ServiceError> {
        if first.actor != actor || !names::is_repeat(&first.command, command) {
            return Err(ServiceError::ForeignCommand);
        }
        let seated = Holder::seated_by(&first.events);
        let then = self.loader.load_at(id, first.version).await?;
        Ok(Committed {
            version: then.version_for(viewer_of(actor, seated)),
            seated,
            is_repeat: true,
        })
    }
}

/// Returns who is shown what a command of `actor` led to: its seat, or the one it was given.
fn viewer_of(actor: Actor, seated: Option<Holder>) -> Option<SeatNo> {
    match actor {
        Actor::Seat(seat) => Some(seat),
        Actor::Newcomer => seated.map(|holder| holder.seat),
        Actor::Clock | Actor::Operator => None,
    }
}

/// Returns the columns a journal finds `table` by.
pub(crate) fn index_of(table: &Table) -> Result<TableIndex, StoreError> {
    TableIndex::of(table)
        .ok_or_else(|| StoreError::Unusable("a table without a code cannot be kept".to_owned()))
}
