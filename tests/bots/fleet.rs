//! Where bots meet: the tables they play, and what the server told them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use game::{Command, CommandId, Dice, Seed, TableId, Version};

use crate::bot::Bot;
use crate::client::{Answer, Caller, Whereabouts};

/// A command the server has acknowledged.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    /// Where.
    pub table: TableId,
    /// Which.
    pub id: CommandId,
    /// What its table came to by it.
    pub version: Version,
    /// Time from the asking that was answered to the answer.
    pub took: Duration,
}

/// Servers, the chance bots play there by, and what they were told.
#[derive(Debug)]
pub struct Hall {
    server: Whereabouts,
    seed: u64,
    /// How long somebody thinks before a command, about.
    thinks: Duration,
    admitted: AtomicU64,
    closing: AtomicBool,
    told: Mutex<Vec<Acknowledged>>,
}

impl Hall {
    /// A hall at one server, with chance that comes from `seed`.
    pub fn new(server: SocketAddr, seed: u64) -> Arc<Self> {
        Self::among(&[server], seed, Duration::ZERO)
    }

    /// A hall at several servers that have the same tables: everybody asks one after the other. Before each
    /// command they think for about so long.
    pub fn among(servers: &[SocketAddr], seed: u64, thinks: Duration) -> Arc<Self> {
        Arc::new(Self {
            server: Whereabouts::among(servers),
            seed,
            thinks,
            admitted: AtomicU64::new(0),
            closing: AtomicBool::new(false),
            told: Mutex::new(Vec::new()),
        })
    }

    /// Has every bot go on at another server, with the tables it has.
    pub fn move_to(&self, server: SocketAddr) {
        self.server.move_to(server);
    }

    /// Has every bot get up after the command in hand.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// Whether it closes.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// How long somebody thinks before a command, about.
    pub fn thinks(&self) -> Duration {
        self.thinks
    }

    /// Every command acknowledged so far.
    pub fn told(&self) -> Vec<Acknowledged> {
        self.told.lock().unwrap().clone()
    }

    /// Plays one table of `seats` bots. Returns its id when it came to its Chronicle, nothing when the hall
    /// was closed before.
    pub async fn play(self: &Arc<Self>, seats: u8) -> Option<TableId> {
        let mut party = vec![Bot::open(self).await];
        let table = party[0].table().clone();
        for _ in 1..seats {
            party.push(Bot::sit(self, &table).await);
        }
        party[0].play(&Command::Begin {}).await;
        join_all(party.iter_mut().map(Bot::play_on)).await;
        party[0].is_over().await.then_some(table)
    }

    /// Plays one table after another until the hall is closed. Returns how many came to their Chronicle.
    pub async fn play_on(self: Arc<Self>, seats: u8) -> usize {
        let mut ended = 0;
        while !self.is_closing() {
            ended += usize::from(self.play(seats).await.is_some());
        }
        ended
    }

    /// Lets somebody in: a number, chance and a browser of their own.
    pub fn admit(&self) -> (u64, Dice, Caller) {
        let number = self.admitted.fetch_add(1, Ordering::Relaxed);
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_be_bytes());
        let chance = Dice::new(Seed(key), Version(number));
        let caller = Caller::numbered(self.server.clone(), number);
        (number, chance, caller)
    }

    /// The id of somebody's command, never given twice on one server.
    pub fn command_id(&self, number: u64, command: u64) -> CommandId {
        let seed = self.seed;
        CommandId::parse(&format!("bot-{seed:016x}-{number}-{command}")).unwrap()
    }

    /// Takes down that a command was acknowledged.
    pub fn note(&self, table: &TableId, id: CommandId, answer: &Answer) {
        let version = answer.field("version").as_u64().map(Version);
        let version = version.unwrap_or_else(|| panic!("an answer without a version: {answer:?}"));
        let told = Acknowledged {
            table: table.clone(),
            id,
            version,
            took: answer.took,
        };
        self.told.lock().unwrap().push(told);
    }
}
