//! Three instances that share a journal, and nginx before them.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use servers::Nginx;
use tokio::time::sleep;

use crate::common::client::HttpClient;
use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::common::server::{PATIENCE, Server, Setup};
use crate::keeping::Keeping;

/// How many instances there are.
pub(crate) const INSTANCES: usize = 3;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);
/// Signs the cookies of all instances.
const KEY: &str = "a key of tests that all instances know and nobody else";

/// Three instances and nginx.
pub(crate) struct Site {
    pub(crate) keeping: Keeping,
    instances: [Option<Server>; INSTANCES],
    addresses: [SocketAddr; INSTANCES],
    nginx: Nginx,
}

impl Site {
    /// Starts three instances at once that meet at one Redis.
    pub(crate) async fn start(keeping: Keeping, redis: &str) -> Self {
        Self::start_with(keeping, [redis; INSTANCES], |setup| setup).await
    }

    /// The same where each has a way of its own to Redis, and more is set for all.
    pub(crate) async fn start_with(
        keeping: Keeping,
        redis: [&str; INSTANCES],
        more: impl Fn(Setup) -> Setup,
    ) -> Self {
        let setups = redis.map(|url| {
            let setup = fresh_setup()
                .with("SECRET_KEY", KEY)
                .with("REDIS_URL", url)
                .with("TRUSTED_PROXY_HOPS", &1)
                .with("MAX_CONCURRENT_GAMES", &1_000_000);
            more(keeping.set(setup))
        });
        let started: Vec<Server> = join_all(setups.iter().map(Setup::start)).await;
        let started: [Server; INSTANCES] = started.try_into().unwrap();
        let addresses = started.each_ref().map(Server::address);
        let site = Self {
            keeping,
            instances: started.map(Some),
            addresses,
            nginx: Nginx::before(&addresses).await,
        };
        site.all_are(Link::Connected).await;
        site
    }

    /// Where players come in.
    pub(crate) fn entry(&self) -> SocketAddr {
        self.nginx.address()
    }

    /// Where each instance is reached past nginx.
    pub(crate) fn instances(&self) -> [SocketAddr; INSTANCES] {
        self.addresses
    }

    /// Takes an instance away, to be ended as a test likes.
    pub(crate) fn take(&mut self, number: usize) -> Server {
        self.instances[number].take().expect("the instance runs")
    }

    /// Starts an instance again, where it was.
    pub(crate) async fn bring(&mut self, number: usize, setup: &Setup) {
        let server = setup.start().await;
        assert_eq!(server.address(), self.addresses[number]);
        self.instances[number] = Some(server);
    }

    /// Waits until every instance says so of its way to the others.
    pub(crate) async fn all_are(&self, link: Link) {
        for number in 0..INSTANCES {
            self.is(number, link).await;
        }
    }

    /// Waits until an instance says so of its way to the others. All the while it is ready.
    pub(crate) async fn is(&self, number: usize, link: Link) {
        let began = Instant::now();
        loop {
            let (health, ready) = (self.ask(number, "/health").await, self.ready(number).await);
            let health: Value = serde_json::from_str(&health).unwrap();
            assert_eq!(ready, Some(StatusCode::OK), "{health}");
            if health["checks"]["bus"]["link"] == link.word() {
                assert_eq!(health["status"], link.status(), "{health}");
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "never {}: {health}",
                link.word()
            );
            sleep(PAUSE).await;
        }
    }

    /// Waits until an instance is not ready for commands.
    pub(crate) async fn is_unready(&self, number: usize) {
        let began = Instant::now();
        while self.ready(number).await == Some(StatusCode::OK) {
            assert!(began.elapsed() < PATIENCE, "ready without its journal");
            sleep(PAUSE).await;
        }
    }

    /// The sum of a counter over all instances.
    pub(crate) async fn count(&self, counter: &str) -> u64 {
        let name = format!("arcane_{counter}_total ");
        let mut sum = 0;
        for number in 0..INSTANCES {
            let figures = self.figures(number).await;
            let value = figures.lines().find_map(|line| line.strip_prefix(&name));
            let value = value.unwrap_or_else(|| panic!("{name} is not among {figures}"));
            sum += value.parse::<u64>().unwrap();
        }
        sum
    }

    /// Ends every instance in order, and reads all that is kept.
    pub(crate) async fn end(mut self) -> JournalContents {
        for instance in &mut self.instances {
            if let Some(mut server) = instance.take() {
                server.terminate().await;
                let ended = server.ended().await;
                assert_eq!(ended.status.code(), Some(0), "{}", ended.text());
            }
        }
        self.keeping.kept().await
    }

    async fn ready(&self, number: usize) -> Option<StatusCode> {
        let client = HttpClient::new(self.addresses[number]);
        let asked = client.ask_once(Method::GET, "/health/ready", None).await;
        asked.ok().map(|answer| answer.status)
    }

    /// What an instance tells whoever gathers figures.
    async fn figures(&self, number: usize) -> String {
        let url = format!("http://{}/metrics", self.addresses[number]);
        let asked = Client::new().get(url).header("accept", "text/plain");
        asked.send().await.unwrap().text().await.unwrap()
    }

    async fn ask(&self, number: usize, path: &str) -> String {
        let client = HttpClient::new(self.addresses[number]);
        client.ask_once(Method::GET, path, None).await.unwrap().text
    }
}

/// Whether an instance hears the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    Connected,
    Away,
}

impl Link {
    fn word(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Away => "away",
        }
    }

    /// What the whole of the instance's health is by it.
    fn status(self) -> &'static str {
        match self {
            Self::Connected => "healthy",
            Self::Away => "degraded",
        }
    }
}

/// Another number for every run, told with the figures.
pub(crate) fn fresh_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs()
}

/// Past the test runner's capture: the figures are to be seen when a test passes, too.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
