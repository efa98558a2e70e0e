//! Where bots meet: the tables they play, and what the server told them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use game::{Command, CommandId, Dice, Seed, TableId, Version};

use super::bots::Bot;
use super::caller::{Answer, Caller, Whereabouts};

/// A command the server has acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Acknowledged {
    pub(crate) table: TableId,
    pub(crate) id: CommandId,
    pub(crate) version: Version,
    /// Time from the asking that was answered to the answer.
    pub(crate) took: Duration,
}

/// A server, the chance bots play there by, and what they were told.
#[derive(Debug)]
pub(crate) struct Hall {
    server: Whereabouts,
    seed: u64,
    admitted: AtomicU64,
    closing: AtomicBool,
    told: Mutex<Vec<Acknowledged>>,
}

impl Hall {
    pub(crate) fn new(server: SocketAddr, seed: u64) -> Arc<Self> {
        Arc::new(Self {
            server: Whereabouts::new(server),
            seed,
            admitted: AtomicU64::new(0),
            closing: AtomicBool::new(false),
            told: Mutex::new(Vec::new()),
        })
    }

    /// Has every bot go on at another server, with the tables it has.
    pub(crate) fn move_to(&self, server: SocketAddr) {
        self.server.move_to(server);
    }

    /// Has every bot get up after the command in hand.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Every command acknowledged so far.
    pub(crate) fn told(&self) -> Vec<Acknowledged> {
        self.told.lock().unwrap().clone()
    }

    /// Plays one table of `seats` bots. Returns its id when it came to its Chronicle, nothing when the hall
    /// was closed before.
    pub(crate) async fn play(self: &Arc<Self>, seats: u8) -> Option<TableId> {
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
    pub(crate) async fn play_on(self: Arc<Self>, seats: u8) -> usize {
        let mut ended = 0;
        while !self.is_closing() {
            ended += usize::from(self.play(seats).await.is_some());
        }
        ended
    }

    /// Lets somebody in: a number, chance and a browser of their own.
    pub(crate) fn admit(&self) -> (u64, Dice, Caller) {
        let number = self.admitted.fetch_add(1, Ordering::Relaxed);
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_be_bytes());
        let chance = Dice::new(Seed(key), Version(number));
        (number, chance, Caller::of(self.server.clone()))
    }

    /// The id of somebody's command, never given twice on one server.
    pub(crate) fn command_id(&self, number: u64, command: u64) -> CommandId {
        let seed = self.seed;
        CommandId::parse(&format!("bot-{seed:016x}-{number}-{command}")).unwrap()
    }

    /// Takes down that a command was acknowledged.
    pub(crate) fn note(&self, table: &TableId, id: CommandId, answer: &Answer) {
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
