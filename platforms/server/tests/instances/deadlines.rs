//! Time limits that pass under three clocks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use game::content::World;
use game::{
    Actor, Code, Command, CommandId, Moment, Opening, SeatNo, Seed, Table, TableId, TimeLimit,
    Version,
};
use servers::Redis;
use store::{Journal, NewCommit, TableIndex, chain};

use crate::common::client::{HttpClient, ServerAddresses};
use crate::common::streams::{Reconnects, Watcher};
use crate::keeping::Keeping;
use crate::site::{Site, say};

const TABLES: u8 = 60;
/// From the making of the tables to their deadlines: the instances start in it.
const DUE_IN: Duration = Duration::from_secs(6);
/// From the deadlines to the last page that shows what followed.
const LATE_MAX: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_passes_once_under_three_clocks_in_postgresql() {
    pass(Keeping::database().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_passes_once_under_three_clocks_in_one_file() {
    pass(Keeping::file()).await;
}

/// All tables are due in the same millisecond, and every instance has a clock.
async fn pass(keeping: Keeping) {
    let redis = Redis::plain().await;
    let world = world::library().unwrap();
    let journal = keeping.journal().await;
    let due_ms = now_ms() + u64::try_from(DUE_IN.as_millis()).unwrap();
    let mut tables = Vec::new();
    for number in 0..TABLES {
        tables.push(make(&*journal, &world, number, due_ms).await);
    }
    drop(journal);
    let site = Site::start(keeping, &redis.url()).await;
    let returns = Reconnects::default();
    let mut watchers: Vec<_> = (0..)
        .zip(&tables)
        .map(|(number, (table, _))| {
            let client = HttpClient::numbered(ServerAddresses::new(site.entry()), number);
            Watcher::follow(client, table, &returns)
        })
        .collect();
    let seeing = (watchers.iter_mut().zip(&tables))
        .map(|(watcher, (_, before))| watcher.shows(before.next(), DUE_IN + LATE_MAX));
    join_all(seeing).await;
    let last_ms = now_ms().saturating_sub(due_ms);
    for watcher in watchers {
        watcher.stop().await;
    }
    let (name, races) = (site.keeping.name(), site.count("races_lost").await);
    // In order: every clock has finished what it had begun.
    let kept = site.end().await;
    kept.assert_whole(&world);
    assert_eq!(kept.tables(), usize::from(TABLES));
    for (table, records) in kept.journals() {
        let before = tables.iter().find(|(made, _)| made == table).unwrap().1;
        let passed: Vec<_> = (records.iter())
            .filter(|record| record.actor == Actor::Clock)
            .map(|record| (record.version, record.at_ms >= due_ms))
            .collect();
        assert_eq!(passed, [(before.next(), true)], "table {table}");
        assert_eq!(kept.head(table), before.next(), "table {table}");
    }
    say(&format!(
        "{name}: {TABLES} deadlines in one millisecond passed once, the last shown {last_ms} ms later, {races} \
         races lost"
    ));
}

/// Makes a table that is due then: one half gathers, which ends it, the other is questioned, which goes on.
async fn make(journal: &dyn Journal, world: &World, number: u8, due_ms: u64) -> (TableId, Version) {
    let table = TableId::from_random(std::array::from_fn(|at| digit(number, at)));
    let gathers = number.is_multiple_of(2);
    let waits_ms = if gathers {
        TimeLimit::gathering_ms()
    } else {
        TimeLimit::Minute.interrogation_ms()
    };
    let moment = Moment {
        at_ms: due_ms - waits_ms,
    };
    let mut maker = Maker {
        journal,
        id: &table,
        state: Table::default(),
        moment,
    };
    maker.open(world, number).await;
    for name in ["Ben", "Cleo"] {
        let name = name.to_owned();
        maker
            .play(world, Actor::Newcomer, Command::Sit { name })
            .await;
    }
    if !gathers {
        let host = Actor::Seat(SeatNo(1));
        maker
            .play(
                world,
                host,
                Command::Begin {
                    sitting: game::Sitting::Long,
                },
            )
            .await;
    }
    assert_eq!(maker.state.deadline_ms(), Some(due_ms));
    let version = maker.state.version();
    (table, version)
}

/// Writes a table's journal as if it had been played at another time.
struct Maker<'a> {
    journal: &'a dyn Journal,
    id: &'a TableId,
    state: Table,
    moment: Moment,
}

impl Maker<'_> {
    async fn open(&mut self, world: &World, number: u8) {
        let seed = Seed([number; 32]);
        let opening = Opening {
            code: Code::from_random(std::array::from_fn(|at| digit(number, at))),
            seed,
            commitment: chain::commit_to(&seed),
        };
        let (name, limit) = ("Anna".to_owned(), TimeLimit::Minute);
        let events = Table::open(&opening, world, &name, limit, self.moment).unwrap();
        self.keep(Actor::Newcomer, Command::Open { name, limit }, events)
            .await;
    }

    async fn play(&mut self, world: &World, actor: Actor, command: Command) {
        let events = self
            .state
            .decide(world, actor, &command, self.moment)
            .unwrap();
        self.keep(actor, command, events).await;
    }

    async fn keep(&mut self, actor: Actor, command: Command, events: Vec<game::Event>) {
        let before = self.state.version();
        self.state.fold(&events);
        let commit = NewCommit {
            command_id: CommandId::parse(&format!("made-for-a-test-{before}")).unwrap(),
            actor,
            command,
            at_ms: self.moment.at_ms,
            events,
            index: TableIndex::of(&self.state).unwrap(),
        };
        self.journal.append(self.id, before, commit).await.unwrap();
    }
}

/// A digit of a number in base 32, which is that of ids and codes.
fn digit(number: u8, at: usize) -> u8 {
    if at == 0 { number / 32 } else { number % 32 }
}

fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_millis()).unwrap()
}
