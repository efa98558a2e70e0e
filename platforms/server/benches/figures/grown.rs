//! Journals grown by generated play to the size that is asked for.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use game::content::World;
use game::{Actor, Command, CommandId, Event, TableId, TimeLimit, Version};
use store::sqlite::{Settings, SqliteJournal};
use store::{AppendOutcome, Journal as _, NewCommit, Record, TableIndex};
use tokio::task::JoinSet;
use world::play::Play;

/// Tables that are played at a time.
const TABLES: u64 = 64;
/// Steps one table may take.
const STEPS_MAX: u32 = 2_000;
/// When generated tables open.
const OPENED_AT_MS: u64 = 1_800_000_000_000;
/// What stands in a record as JSON without its two hashes, and not in what is hashed.
const MARKS: usize = r#","before":"","hash":"""#.len();

/// What a journal came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grown {
    pub(crate) records: u64,
    /// Bytes of the records' bodies.
    pub(crate) bytes: u64,
}

/// Fills a new journal with tables that were played, until their records have so many bytes.
pub(crate) async fn grow(path: &Path, bytes_min: u64) -> Grown {
    let settings = Settings {
        path: path.to_owned(),
        readers: 1,
        timeout: Duration::from_secs(30),
    };
    let growing = Arc::new(Growing {
        journal: SqliteJournal::open(settings).await.unwrap(),
        world: world::library().unwrap(),
        bytes_min,
        tables: AtomicU64::new(0),
        records: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
    });
    let mut tables = JoinSet::new();
    for _ in 0..TABLES {
        tables.spawn(Arc::clone(&growing).play_on());
    }
    tables.join_all().await;
    growing.journal.close().await.unwrap();
    Grown {
        records: growing.records.load(Ordering::Relaxed),
        bytes: growing.bytes.load(Ordering::Relaxed),
    }
}

/// The size of what the journal hashes of a record.
pub(crate) fn body_bytes(record: &Record) -> u64 {
    let text = serde_json::to_string(record).unwrap();
    (text.len() - MARKS - record.before.len() - record.hash.len()) as u64
}

/// The size of what the journal will hash of a commit: the same fields, so the same length.
fn new_body_bytes(version: Version, commit: &NewCommit) -> u64 {
    let body = serde_json::json!({
        "version": version,
        "at_ms": commit.at_ms,
        "command_id": commit.command_id,
        "actor": commit.actor,
        "command": commit.command,
        "events": commit.events,
    });
    body.to_string().len() as u64
}

struct Growing {
    journal: SqliteJournal,
    world: World,
    bytes_min: u64,
    tables: AtomicU64,
    records: AtomicU64,
    bytes: AtomicU64,
}

impl Growing {
    async fn play_on(self: Arc<Self>) {
        while !self.is_grown() {
            self.play().await;
        }
    }

    fn is_grown(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) >= self.bytes_min
    }

    /// Plays one table until it is over. The last tables are left in the middle of their story, as in any journal.
    async fn play(&self) {
        let number = self.tables.fetch_add(1, Ordering::Relaxed);
        let id = id_of(number);
        let mut play = Play::new(&self.world, number);
        let (open, opened) = (opening(play.opened()), play.opened().to_vec());
        self.keep(&id, &play, Actor::Newcomer, open, OPENED_AT_MS, opened)
            .await;
        for _ in 0..STEPS_MAX {
            if play.is_over() || self.is_grown() {
                return;
            }
            let step = play.step();
            let (attempt, Ok(events)) = (step.attempt, step.answer) else {
                continue;
            };
            let (actor, command, at_ms) = (attempt.actor, attempt.command, attempt.at_ms);
            self.keep(&id, &play, actor, command, at_ms, events).await;
        }
    }

    /// Appends the commit that led to where a play stands.
    async fn keep(
        &self,
        id: &TableId,
        play: &Play<'_>,
        actor: Actor,
        command: Command,
        at_ms: u64,
        events: Vec<Event>,
    ) {
        let version = play.table().version();
        let expected = Version(version.0 - 1);
        let command_id = match actor {
            Actor::Clock => CommandId::of_clock(expected),
            Actor::Operator => CommandId::of_operator(expected),
            Actor::Newcomer | Actor::Seat(_) => {
                CommandId::parse(&format!("grown-{id}-{version}")).unwrap()
            }
        };
        let commit = NewCommit {
            command_id,
            actor,
            command,
            at_ms,
            events,
            index: TableIndex::of(play.table()).unwrap(),
        };
        self.records.fetch_add(1, Ordering::Relaxed);
        self.bytes
            .fetch_add(new_body_bytes(version, &commit), Ordering::Relaxed);
        let kept = self.journal.append(id, expected, commit).await.unwrap();
        assert_eq!(kept, AppendOutcome::Appended(version));
    }
}

/// The command that led to a table's first events.
fn opening(events: &[Event]) -> Command {
    let limit = events.iter().find_map(|event| {
        if let Event::Opened { limit, .. } = event {
            return Some(*limit);
        }
        None
    });
    Command::Open {
        name: "Anna".to_owned(),
        limit: limit.unwrap_or(TimeLimit::Off),
    }
}

fn id_of(number: u64) -> TableId {
    let mut rest = number;
    let digits = [0; TableId::LEN].map(|_: u8| {
        let digit = u8::try_from(rest % 32).unwrap();
        rest /= 32;
        digit
    });
    TableId::from_random(digits)
}
