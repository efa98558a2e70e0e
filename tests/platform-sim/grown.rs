//! A journal of many megabytes, made in a moment: few records, and long ones.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use game::content::World;
use game::{Actor, Command, CommandId, Event, SeatNo, Table, TableId, TimeLimit};
use store::sqlite::{Settings, SqliteJournal};
use store::{Journal as _, NewCommit, TableIndex};
use tokio::task::JoinSet;
use world::play::Play;

/// Tables that grow at a time.
const TABLES: u64 = 32;
/// Letters of a line. No rule would let one pass that is so long; what keeps them does not ask.
const LETTERS: usize = 16_000;
/// What lines are made of: letters that JSON leaves as they are, and so many that they hardly shrink.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// When the tables open.
const OPENED_AT_MS: u64 = 1_800_000_000_000;

/// Fills a new journal with at least so many bytes of records. Returns how many records there are.
pub(crate) async fn grow(path: &Path, bytes_min: u64) -> u64 {
    let settings = Settings {
        path: path.to_owned(),
        readers: 1,
        timeout: Duration::from_secs(30),
    };
    let journal = Arc::new(SqliteJournal::open(settings).await.unwrap());
    let world = Arc::new(world::library().unwrap());
    // Each line stands in its command and in its event.
    let lines = bytes_min.div_ceil(TABLES * 2 * LETTERS as u64);
    let mut tables = JoinSet::new();
    for number in 0..TABLES {
        tables.spawn(talk(
            Arc::clone(&journal),
            Arc::clone(&world),
            number,
            lines,
        ));
    }
    tables.join_all().await;
    journal.close().await.unwrap();
    TABLES * (lines + 1)
}

/// A table at which somebody talks and nothing else happens.
async fn talk(journal: Arc<SqliteJournal>, world: Arc<World>, number: u64, lines: u64) {
    let id = id_of(number);
    let opened = Play::new(&world, number).opened().to_vec();
    let mut chance = Chance(number + 1);
    let mut table = Table::default();
    let open = Command::Open {
        name: "Anna".to_owned(),
        limit: TimeLimit::Off,
    };
    keep(&journal, &id, &mut table, (Actor::Newcomer, open, opened)).await;
    let seat = SeatNo(1);
    for _ in 0..lines {
        let text = line(&mut chance);
        let said = vec![Event::Said {
            seat,
            text: text.clone(),
        }];
        let say = (Actor::Seat(seat), Command::Say { text }, said);
        keep(&journal, &id, &mut table, say).await;
    }
}

async fn keep(
    journal: &SqliteJournal,
    id: &TableId,
    table: &mut Table,
    (actor, command, events): (Actor, Command, Vec<Event>),
) {
    let expected = table.version();
    table.fold(&events);
    let commit = NewCommit {
        command_id: CommandId::parse(&format!("grown-{id}-{expected}")).unwrap(),
        actor,
        command,
        at_ms: OPENED_AT_MS,
        events,
        index: TableIndex::of(table).unwrap(),
    };
    journal.append(id, expected, commit).await.unwrap();
}

fn line(chance: &mut Chance) -> String {
    (0..LETTERS).map(|_| chance.letter()).collect()
}

/// Many letters in a short time (xorshift): the dice of a table are made for fewer and better.
struct Chance(u64);

impl Chance {
    fn letter(&mut self) -> char {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let at = usize::try_from(self.0 >> 58).unwrap_or_default();
        char::from(ALPHABET[at])
    }
}

fn id_of(number: u64) -> TableId {
    let mut digits = [0; TableId::LEN];
    digits[0] = u8::try_from(number % TABLES).unwrap();
    TableId::from_random(digits)
}
