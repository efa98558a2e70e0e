//! The journal of a server that has ended, and what must be true of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use game::content::World;
use game::{
    Actor, Command, CommandId, Event, Moment, Opening, Phase, SeatNo, Table, TableId, Version,
};
use store::sqlite::{Settings, SqliteJournal};
use store::{Journal, JournalExport as _, ProgressListener, READ_MAX, Record, chain};

use crate::fleet::Acknowledged;

/// Everything a journal holds.
#[derive(Debug)]
pub struct JournalContents(BTreeMap<TableId, Vec<Record>>);

impl JournalContents {
    /// Reads a journal to its end, checking what the journal itself knows to check.
    pub async fn read(path: &Path) -> Self {
        let settings = Settings {
            path: path.to_owned(),
            readers: 1,
            timeout: Duration::from_secs(30),
        };
        let journal = SqliteJournal::open(settings).await.unwrap();
        journal.verify(&ProgressListener::none()).await.unwrap();
        let kept = Self::of(&journal, journal.tables().await.unwrap()).await;
        journal.close().await.unwrap();
        kept
    }

    /// Reads these tables of any journal to their ends.
    pub async fn of(journal: &dyn Journal, listed: Vec<TableId>) -> Self {
        let mut tables = BTreeMap::new();
        for table in listed {
            let mut records: Vec<Record> = Vec::new();
            loop {
                let reached = records.last().map_or(Version(0), |record| record.version);
                let page = journal.read(&table, reached).await.unwrap();
                let more = page.len() >= READ_MAX;
                records.extend(page);
                if !more {
                    break;
                }
            }
            tables.insert(table, records);
        }
        Self(tables)
    }

    /// How many tables there are.
    pub fn tables(&self) -> usize {
        self.0.len()
    }

    /// Every table's journal.
    pub fn journals(&self) -> impl Iterator<Item = (&TableId, &[Record])> {
        self.0
            .iter()
            .map(|(table, records)| (table, records.as_slice()))
    }

    /// The version a table came to; 0 for one that is not there.
    pub fn head(&self, table: &TableId) -> Version {
        let last = self.0.get(table).and_then(|records| records.last());
        last.map_or(Version(0), |record| record.version)
    }

    /// The version of what a seat was shown at the end.
    pub fn shown_to(&self, table: &TableId, seat: SeatNo) -> Version {
        let mut folded = Table::default();
        for record in self.0.get(table).into_iter().flatten() {
            folded.fold(&record.events);
        }
        folded.version_for(Some(seat))
    }

    /// Every record of every table.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.0.values().flatten()
    }

    /// Asserts that every journal is whole: its chain verifies, no command stands in it twice, folding its
    /// events reaches its end, and deciding its commands again comes to the same events. Returns how many
    /// tables came to their Chronicle.
    pub fn assert_whole(&self, world: &World) -> usize {
        let ends = self.0.iter().map(|(table, records)| {
            chain::verify(table, records).unwrap();
            let ids: BTreeSet<_> = records.iter().map(|record| &record.command_id).collect();
            assert_eq!(
                ids.len(),
                records.len(),
                "table {table} holds a command twice"
            );
            replay(world, table, records)
        });
        ends.filter(|phase| *phase == Phase::Chronicle).count()
    }

    /// Asserts that every acknowledged command stands there, and led to the version that its seat was told.
    pub fn assert_holds(&self, told: &[Acknowledged]) {
        let tables: BTreeMap<&TableId, BTreeMap<&CommandId, Version>> = self
            .journals()
            .map(|(table, records)| (table, versions_shown(records)))
            .collect();
        for Acknowledged {
            table, id, version, ..
        } in told
        {
            let shown = tables.get(table).and_then(|shown| shown.get(id));
            assert_eq!(
                shown,
                Some(version),
                "table {table} was acknowledged version {version} of it"
            );
        }
    }
}

/// The version that each command's seat was shown after it.
fn versions_shown(records: &[Record]) -> BTreeMap<&CommandId, Version> {
    let mut table = Table::default();
    let mut shown = BTreeMap::new();
    for record in records {
        table.fold(&record.events);
        let newcomer = record.events.iter().find_map(|event| {
            if let Event::Sat { seat, .. } = event {
                Some(*seat)
            } else {
                None
            }
        });
        let viewer = match record.actor {
            Actor::Seat(seat) => Some(seat),
            Actor::Newcomer | Actor::Clock | Actor::Operator => newcomer,
        };
        shown.insert(&record.command_id, table.version_for(viewer));
    }
    shown
}

/// Folds and decides a journal again. Returns where that leaves its table.
fn replay(world: &World, id: &TableId, records: &[Record]) -> Phase {
    let mut table = Table::default();
    for record in records {
        let decided = decide(world, &table, record);
        assert_eq!(
            decided.as_ref(),
            Some(&record.events),
            "table {id}, version {}",
            record.version
        );
        table.fold(&record.events);
        assert_eq!(table.version(), record.version, "table {id}");
    }
    table.phase()
}

fn decide(world: &World, table: &Table, record: &Record) -> Option<Vec<Event>> {
    let moment = Moment {
        at_ms: record.at_ms,
    };
    let Command::Open { name, limit } = &record.command else {
        return table
            .decide(world, record.actor, &record.command, moment)
            .ok();
    };
    let Some(Event::Opened {
        code,
        seed,
        commitment,
        ..
    }) = record.events.first()
    else {
        return None;
    };
    let opening = Opening {
        code: code.clone(),
        seed: *seed,
        commitment: commitment.clone(),
    };
    Table::open(&opening, world, name, *limit, moment).ok()
}
