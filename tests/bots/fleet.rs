//! The bots of a test: the servers they play on, their randomness, and every command that was acknowledged.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use game::{CommandId, Dice, SeatNo, Seed, Sitting, TableId, Version};
use reqwest::Certificate;

use crate::bot::Bot;
use crate::client::{Answer, HttpClient, ServerAddresses};

/// How long [`BotFleet::acknowledges`] waits.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_mins(1);

/// A command the server has acknowledged.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    /// The table it changed.
    pub table: TableId,
    /// The seat that gave it.
    pub seat: SeatNo,
    /// Its id.
    pub id: CommandId,
    /// The version of what the seat was shown after it.
    pub version: Version,
    /// Time from sending the request that was answered to its response; earlier tries do not count.
    pub took: Duration,
}

/// The bots of one test.
#[derive(Debug)]
pub struct BotFleet {
    server: ServerAddresses,
    /// The servers, where bots are to cost little CPU.
    direct: Option<Vec<SocketAddr>>,
    seed: u64,
    /// The mean pause of a bot before a command.
    think_time: Duration,
    bots: AtomicU64,
    stopping: AtomicBool,
    acknowledged: Mutex<Vec<Acknowledged>>,
}

impl BotFleet {
    /// A fleet on one server, with randomness from `seed`.
    pub fn new(server: SocketAddr, seed: u64) -> Arc<Self> {
        Self::among(&[server], seed, Duration::ZERO)
    }

    /// A fleet on several servers that share their tables: each request of a bot goes to the next server. Before each
    /// command a bot pauses for about `think_time`.
    pub fn among(servers: &[SocketAddr], seed: u64, think_time: Duration) -> Arc<Self> {
        Self::of(ServerAddresses::among(servers), None, seed, think_time)
    }

    /// A fleet that plays through a proxy which speaks TLS, with this certificate alone.
    pub fn behind(base_url: &str, certificate: Certificate, seed: u64) -> Arc<Self> {
        let server = ServerAddresses::behind(base_url, certificate);
        Self::of(server, None, seed, Duration::ZERO)
    }

    /// A fleet of bots that cost little CPU, for a bench on the cores of the servers: see [`HttpClient::direct`].
    pub fn direct(servers: &[SocketAddr], seed: u64) -> Arc<Self> {
        let direct = Some(servers.to_vec());
        Self::of(
            ServerAddresses::among(servers),
            direct,
            seed,
            Duration::ZERO,
        )
    }

    fn of(
        server: ServerAddresses,
        direct: Option<Vec<SocketAddr>>,
        seed: u64,
        think_time: Duration,
    ) -> Arc<Self> {
        Arc::new(Self {
            server,
            direct,
            seed,
            think_time,
            bots: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            acknowledged: Mutex::new(Vec::new()),
        })
    }

    /// Moves every bot to another server, with the tables it has.
    pub fn move_to(&self, server: SocketAddr) {
        self.server.move_to(server);
    }

    /// Stops every bot after the command in flight.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether it was stopped.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// The mean pause of a bot before a command.
    pub fn think_time(&self) -> Duration {
        self.think_time
    }

    /// Every command acknowledged so far.
    pub fn acknowledged(&self) -> Vec<Acknowledged> {
        self.acknowledged.lock().unwrap().clone()
    }

    /// Waits until `more` commands are acknowledged beyond those before the call, so that a machine under load has
    /// something to show as well.
    pub async fn acknowledges(&self, more: usize) {
        let count = || self.acknowledged.lock().unwrap().len();
        let goal = count() + more;
        let reached = async {
            while count() < goal {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(ACKNOWLEDGED_WITHIN, reached)
            .await
            .expect("the server acknowledges no more commands");
    }

    /// Plays one table of `seats` bots. Returns its id when it came to its Chronicle, nothing when the fleet
    /// was stopped before.
    pub async fn play(self: &Arc<Self>, seats: u8) -> Option<TableId> {
        let mut party = vec![Bot::open(self).await];
        let table = party[0].table().clone();
        for _ in 1..seats {
            party.push(Bot::sit(self, &table).await);
        }
        // Tables of one come to their end soon, also where servers die all the time.
        let sitting = match seats {
            1 => Sitting::Short,
            _ => Sitting::Long,
        };
        party[0].begin_sitting(sitting).await;
        join_all(party.iter_mut().map(Bot::play_on)).await;
        party[0].is_over().await.then_some(table)
    }

    /// Plays one table after another until the fleet is stopped. Returns how many came to their Chronicle.
    pub async fn play_on(self: Arc<Self>, seats: u8) -> usize {
        let mut ended = 0;
        while !self.is_stopping() {
            ended += usize::from(self.play(seats).await.is_some());
        }
        ended
    }

    /// Lets somebody in: a number, chance and a browser of their own.
    pub fn add_bot(&self) -> (u64, Dice, HttpClient) {
        let number = self.bots.fetch_add(1, Ordering::Relaxed);
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_be_bytes());
        let chance = Dice::new(Seed(key), Version(number));
        let client = match &self.direct {
            Some(servers) => HttpClient::direct(servers, number),
            None => HttpClient::numbered(self.server.clone(), number),
        };
        (number, chance, client)
    }

    /// The newest version that each seat was told of.
    pub fn newest(&self) -> BTreeMap<(TableId, SeatNo), Version> {
        let mut newest: BTreeMap<_, Version> = BTreeMap::new();
        for told in self.acknowledged() {
            let version = newest
                .entry((told.table, told.seat))
                .or_insert(told.version);
            *version = told.version.max(*version);
        }
        newest
    }

    /// The id of somebody's command, never given twice on one server.
    pub fn command_id(&self, number: u64, command: u64) -> CommandId {
        let seed = self.seed;
        CommandId::parse(&format!("bot-{seed:016x}-{number}-{command}")).unwrap()
    }

    /// Takes down that a seat's command was acknowledged, and returns the version it led to.
    pub fn note(
        &self,
        (table, seat): (&TableId, SeatNo),
        id: CommandId,
        answer: &Answer,
    ) -> Version {
        let version = answer.field("version").as_u64().map(Version);
        let version = version.unwrap_or_else(|| panic!("an answer without a version: {answer:?}"));
        let told = Acknowledged {
            table: table.clone(),
            seat,
            id,
            version,
            took: answer.took,
        };
        self.acknowledged.lock().unwrap().push(told);
        version
    }
}
