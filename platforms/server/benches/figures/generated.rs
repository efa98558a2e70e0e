//! Journals of very many tables, written by the store's own import.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use game::content::World;
use game::{Actor, Code, Command, CommandId, Moment, Opening, SeatNo, Seed, Table, TableId};
use game::{Event, TimeLimit, Version};
use store::memory::MemoryJournal;
use store::sqlite::SqliteFile;
use store::{
    Journal as _, JournalExport as _, JournalImport as _, NewCommit, ProgressListener,
    RecordSender, RecordStream, StoreError, TableIndex, chain,
};

/// Tables that are held in memory at a time.
const CHUNK: u64 = 500;

/// How many tables a journal has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GeneratedTables {
    /// Tables that gather, each with its host.
    pub(crate) live: u64,
    /// Tables whose host left.
    pub(crate) ended: u64,
}

impl GeneratedTables {
    /// What most of them are.
    pub(crate) fn name(self) -> String {
        if self.ended > self.live {
            format!("{} ended", self.ended)
        } else {
            format!("{} live", self.live)
        }
    }
}

/// Writes a new journal, and returns the bytes of its file.
pub(crate) async fn generate(path: &Path, tables: GeneratedTables) -> u64 {
    let records = RecordStream::from_task(async move |sender| write_all(sender, tables).await);
    let file = SqliteFile::new(path);
    file.import(records, &ProgressListener::none())
        .await
        .unwrap();
    fs::metadata(path).unwrap().len()
}

async fn write_all(sender: RecordSender, tables: GeneratedTables) -> Result<(), StoreError> {
    let world = world::library().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let at_ms = u64::try_from(now.as_millis()).unwrap();
    let all = tables.ended + tables.live;
    for first in (0..all).step_by(usize::try_from(CHUNK).unwrap()) {
        let journal = MemoryJournal::default();
        for number in first..all.min(first + CHUNK) {
            let ends = number < tables.ended;
            write(&journal, &world, number, at_ms, ends).await?;
        }
        let mut records = journal.export();
        while let Some(batch) = records.next().await? {
            sender.send(batch).await?;
        }
    }
    Ok(())
}

/// Writes one table.
async fn write(
    journal: &MemoryJournal,
    world: &World,
    number: u64,
    at_ms: u64,
    ends: bool,
) -> Result<(), StoreError> {
    let id = TableId::from_random(digits(number));
    let moment = Moment { at_ms };
    let limit = TimeLimit::Off;
    let opened = Table::open(&opening(number), world, "Anna", limit, moment).unwrap();
    let mut table = Table::default();
    table.fold(&opened);
    let name = "Anna".to_owned();
    let open = (Actor::Newcomer, Command::Open { name, limit });
    journal
        .append(&id, Version(0), commit("open", open, at_ms, opened, &table))
        .await?;
    if ends {
        let leave = (Actor::Seat(SeatNo(1)), Command::Leave {});
        let left = table.decide(world, leave.0, &leave.1, moment).unwrap();
        table.fold(&left);
        assert!(!table.phase().is_live(), "a table without seats is over");
        let commit = commit("leave", leave, at_ms, left, &table);
        journal.append(&id, Version(1), commit).await?;
    }
    Ok(())
}

fn commit(
    id: &str,
    (actor, command): (Actor, Command),
    at_ms: u64,
    events: Vec<Event>,
    table: &Table,
) -> NewCommit {
    NewCommit {
        command_id: CommandId::parse(&format!("generated-table-{id}")).unwrap(),
        actor,
        command,
        at_ms,
        events,
        index: TableIndex::of(table).unwrap(),
    }
}

fn opening(number: u64) -> Opening {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    let seed = Seed(seed);
    Opening {
        code: Code::from_random(digits(number)),
        commitment: chain::commit_to(&seed),
        seed,
    }
}

/// A number as digits of five bits, the lowest first.
fn digits<const N: usize>(number: u64) -> [u8; N] {
    let mut rest = number;
    [0; N].map(|_: u8| {
        let digit = u8::try_from(rest % 32).unwrap();
        rest /= 32;
        digit
    })
}
