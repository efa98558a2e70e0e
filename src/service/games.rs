//! Opening, joining and playing tables.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bus::Bus;
use game::content::World;
use game::{
    Actor, Code, Command, CommandId, Event, Moment, Opening, SeatNo, Seed, Table, TableId,
    TimeLimit, Version, View,
};
use sha2::{Digest, Sha256};
use store::{Commit, Journal, NewCommit, READ_MAX, Readers, Record, Standing, StoreError, chain};
use tokio::sync::{Mutex, Notify, watch};

use crate::cache::Cache;
use crate::error::GameError;

/// How often a lost race is decided again.
const ATTEMPTS_MAX: usize = 16;
/// How many codes are tried before giving up; a thousand live tables take one code in a million.
const CODES_MAX: usize = 8;
/// Commits between two snapshots of a table.
const SNAPSHOT_EVERY: u64 = 64;
/// The form in which this release keeps snapshots; one of another form is ignored.
const SNAPSHOT_FORMAT: u32 = 1;

/// What [`Games`] is put together from.
pub struct Parts {
    /// Where everything is kept.
    pub journal: Arc<dyn Journal>,
    /// How news travel.
    pub bus: Arc<dyn Bus>,
    /// The written world.
    pub world: Arc<World>,
    /// The clock: milliseconds since the Unix epoch.
    pub now_ms: fn() -> u64,
    /// Randomness of the operating system.
    pub random: fn(&mut [u8]),
    /// What an operator may choose.
    pub settings: Settings,
}

/// What an operator may choose.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Tables that are live at once at most.
    pub tables_max: u64,
    /// How long a player must be away before the seat may be freed, in milliseconds.
    pub away_after_ms: u64,
}

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

/// What has happened here since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each counts what its name says")]
pub struct Counts {
    pub tables_opened: u64,
    pub seats_taken: u64,
    pub commands_done: u64,
    pub commands_refused: u64,
    pub commands_repeated: u64,
    pub races_lost: u64,
    pub deadlines_passed: u64,
    pub cache_hits: u64,
    pub cache_misses: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    tables_opened: AtomicU64,
    seats_taken: AtomicU64,
    commands_done: AtomicU64,
    commands_refused: AtomicU64,
    commands_repeated: AtomicU64,
    races_lost: AtomicU64,
    pub(crate) deadlines_passed: AtomicU64,
}

/// All tables of this server.
pub struct Games {
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) world: Arc<World>,
    pub(crate) settings: Settings,
    pub(crate) started_ms: u64,
    pub(crate) tally: Tally,
    /// Told when a deadline may have come nearer.
    pub(crate) hurry: Notify,
    now_ms: fn() -> u64,
    random: fn(&mut [u8]),
    cache: Cache,
    /// Held while a table opens, so that the limit on live tables is exact within this process.
    opening: Mutex<()>,
}

impl fmt::Debug for Games {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Games")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Games {
    /// Puts the service together.
    pub fn new(parts: Parts) -> Arc<Self> {
        Arc::new(Self {
            started_ms: (parts.now_ms)(),
            journal: parts.journal,
            bus: parts.bus,
            world: parts.world,
            settings: parts.settings,
            tally: Tally::default(),
            hurry: Notify::new(),
            now_ms: parts.now_ms,
            random: parts.random,
            cache: Cache::default(),
            opening: Mutex::new(()),
        })
    }

    /// The clock: milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> u64 {
        (self.now_ms)()
    }

    /// Milliseconds since this server started.
    pub fn uptime_ms(&self) -> u64 {
        self.now_ms().saturating_sub(self.started_ms)
    }

    /// The written world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Opens a table and seats its host. A repeat of the same command id finds the same table.
    ///
    /// # Errors
    ///
    /// [`GameError::Full`] when as many tables are live as the operator allows.
    pub async fn open(
        &self,
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
        &self,
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

    /// Plays one command of a seat and returns the version it led to. A repeat of the same command id
    /// returns the first answer.
    pub async fn play(
        &self,
        table: &TableId,
        holder: Holder,
        id: CommandId,
        command: Command,
    ) -> Result<Version, GameError> {
        self.note(table, holder.seat).await;
        if let Command::Vacate { seat } = &command {
            self.check_away(table, *seat).await?;
        }
        let actor = Actor::Seat(holder.seat);
        Ok(self
            .commit(table, actor, Some(holder), id, command)
            .await?
            .version)
    }

    /// Finds the live table of a code.
    pub async fn find(&self, code: &Code) -> Result<Option<TableId>, GameError> {
        Ok(self.journal.find_code(code).await?)
    }

    /// Loads a table as the journal has it now.
    ///
    /// # Errors
    ///
    /// [`GameError::NoSuchTable`] when nobody opened it.
    pub async fn load(&self, id: &TableId) -> Result<Arc<Table>, GameError> {
        let mut table = match self.cache.get(id) {
            Some(table) => table,
            None => Arc::new(self.snapshot(id).await?),
        };
        loop {
            let news = self.journal.read(id, table.version()).await?;
            let more = news.len() >= READ_MAX;
            if !news.is_empty() {
                let changed = Arc::make_mut(&mut table);
                for record in &news {
                    changed.fold(&record.events);
                }
            }
            if !more {
                break;
            }
        }
        if table.version() == Version(0) {
            return Err(GameError::NoSuchTable);
        }
        self.cache.put(id, Arc::clone(&table));
        Ok(table)
    }

    /// Shows a table to a holder of a seat, or to a spectator. A former holder sees what spectators see.
    pub async fn view(&self, id: &TableId, holder: Option<Holder>) -> Result<View, GameError> {
        let table = self.load(id).await?;
        let you = holder
            .filter(|holder| holds(&table, *holder))
            .map(|holder| holder.seat);
        Ok(table.view(&self.world, you))
    }

    /// Returns the version a table stands at, without loading it.
    pub async fn head(&self, id: &TableId) -> Result<Version, GameError> {
        Ok(self.journal.head(id).await?)
    }

    /// Watches a table: the receiver holds the newest version announced.
    pub fn watch(&self, id: &TableId) -> watch::Receiver<u64> {
        self.bus.watch(id.as_str())
    }

    /// Checks that the journal can be read and written.
    pub async fn check(&self) -> Result<(), GameError> {
        Ok(self.journal.check().await?)
    }

    /// Counts the live tables.
    pub async fn count_live(&self) -> Result<u64, GameError> {
        Ok(self.journal.count_live().await?)
    }

    /// Returns how many readers the journal has, and how many are busy.
    pub fn readers(&self) -> Readers {
        self.journal.readers()
    }

    /// Returns what has happened here since the start.
    pub fn counts(&self) -> Counts {
        let (cache_hits, cache_misses) = self.cache.hits_and_misses();
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            tables_opened: of(&self.tally.tables_opened),
            seats_taken: of(&self.tally.seats_taken),
            commands_done: of(&self.tally.commands_done),
            commands_refused: of(&self.tally.commands_refused),
            commands_repeated: of(&self.tally.commands_repeated),
            races_lost: of(&self.tally.races_lost),
            deadlines_passed: of(&self.tally.deadlines_passed),
            cache_hits,
            cache_misses,
        }
    }

    /// Decides and appends, again and again while others come first.
    pub(crate) async fn commit(
        &self,
        id: &TableId,
        actor: Actor,
        holder: Option<Holder>,
        command_id: CommandId,
        command: Command,
    ) -> Result<Record, GameError> {
        for _ in 0..ATTEMPTS_MAX {
            let table = self.load(id).await?;
            if holder.is_some_and(|holder| !holds(&table, holder)) {
                return Err(GameError::NotYourSeat);
            }
            let moment = Moment {
                at_ms: self.now_ms(),
            };
            let events = match table.decide(&self.world, actor, &command, moment) {
                Ok(events) => events,
                Err(refusal) => {
                    // What was done once may be refused now: then the first answer stands.
                    if let Some(first) = self.journal.find_command(id, &command_id).await? {
                        return self.same(first, actor, &command);
                    }
                    self.tally.commands_refused.fetch_add(1, Ordering::Relaxed);
                    return Err(refusal.into());
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
            match self.append(id, &table, &events, commit).await {
                Ok(Commit::Appended(version)) => {
                    self.tally.commands_done.fetch_add(1, Ordering::Relaxed);
                    return Ok(Record::unchained(
                        version,
                        moment.at_ms,
                        command_id,
                        actor,
                        command,
                        events,
                    ));
                }
                Ok(Commit::Repeated(first)) => return self.same(*first, actor, &command),
                Err(StoreError::Conflict { .. }) => {
                    self.tally.races_lost.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(GameError::Busy)
    }

    /// Appends, and only then remembers and announces.
    async fn append(
        &self,
        id: &TableId,
        table: &Table,
        events: &[Event],
        commit: impl FnOnce(Standing) -> NewCommit,
    ) -> Result<Commit, StoreError> {
        let mut after = table.clone();
        after.fold(events);
        let standing = Standing::of(&after).ok_or_else(|| {
            StoreError::Unusable("a table without a code cannot be kept".to_owned())
        })?;
        let appended = self
            .journal
            .append(id, table.version(), commit(standing))
            .await?;
        if let Commit::Appended(version) = appended {
            let after = Arc::new(after);
            self.cache.put(id, Arc::clone(&after));
            self.bus.announce(id.as_str(), version.0).await;
            self.hurry.notify_one();
            if version.0 % SNAPSHOT_EVERY == 0 {
                self.keep_snapshot(id, &after).await;
            }
        }
        Ok(appended)
    }

    /// A snapshot is a cache: failing to keep one is worth a line in the log and nothing more.
    async fn keep_snapshot(&self, id: &TableId, table: &Table) {
        let state = match serde_json::to_string(table) {
            Ok(state) => state,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a snapshot could not be made"
                );
                return;
            }
        };
        let kept = self
            .journal
            .keep_snapshot(id, SNAPSHOT_FORMAT, table.version(), state)
            .await;
        if let Err(error) = kept {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a snapshot could not be kept"
            );
        }
    }

    /// The table as its newest snapshot has it; as nobody opened it, if there is none that can be read.
    async fn snapshot(&self, id: &TableId) -> Result<Table, GameError> {
        let snapshot = self.journal.snapshot(id, SNAPSHOT_FORMAT).await?;
        let table = snapshot.and_then(|(version, state)| {
            let table: Table = serde_json::from_str(&state).ok()?;
            (table.version() == version).then_some(table)
        });
        Ok(table.unwrap_or_default())
    }

    async fn check_away(&self, table: &TableId, seat: SeatNo) -> Result<(), GameError> {
        let presence = self.presence(table, &[seat]).await;
        if presence.get(&seat) == Some(&crate::Presence::Absent) {
            return Ok(());
        }
        Err(GameError::StillHere {
            away_minutes: self.settings.away_after_ms.div_ceil(60_000),
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

    /// The first answer, if the repeat asks for the same.
    fn same(&self, first: Record, actor: Actor, command: &Command) -> Result<Record, GameError> {
        if first.actor != actor || first.command != *command {
            return Err(GameError::ForeignCommand);
        }
        self.tally.commands_repeated.fetch_add(1, Ordering::Relaxed);
        Ok(first)
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

fn holds(table: &Table, holder: Holder) -> bool {
    table
        .seats()
        .get(&holder.seat)
        .is_some_and(|seat| seat.present && seat.generation == holder.generation)
}

fn holder_in(events: &[Event]) -> Option<Holder> {
    events.iter().find_map(|event| match event {
        Event::Sat {
            seat, generation, ..
        } => Some(Holder {
            seat: *seat,
            generation: *generation,
        }),
        _ => None,
    })
}
