//! A provider that starts, deploys, crashes and ends processes on its terms.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bots::fleet::Acknowledged;
use bots::journal::JournalContents;
use bots::server::{Ended, PATIENCE, Process, Setup};
use game::TableId;
use rustix::process::Signal;
use servers::free_port;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::proxy::{Backend, probe};
use crate::{
    Disk, ExitCodes, JournalLocation, PlatformTerms, ProviderProxy, Rollout, Routes, stores,
};

/// Between two questions whether something has come.
const PAUSE: Duration = Duration::from_millis(5);
/// The file of the journal, if nobody says otherwise.
const JOURNAL: &str = "arcane_codex.db";

/// A provider with one service on it.
#[derive(Debug)]
pub struct Simulator {
    terms: PlatformTerms,
    proxy: ProviderProxy,
    disk: Setup,
    releases: u32,
    naps: u32,
    life: Option<RunningProcess>,
}

/// What a process that has ended leaves.
#[derive(Debug)]
pub struct EndedProcess {
    /// Its disk.
    setup: Setup,
    /// Time from its being asked to its end.
    pub took: Duration,
}

/// A process from its start to its end.
#[derive(Debug)]
pub struct RunningProcess {
    /// The process.
    pub process: Process,
    /// When it was started.
    pub began: Instant,
    setup: Setup,
    exit_codes: ExitCodes,
    backend: Arc<Backend>,
}

impl RunningProcess {
    /// Where it is to listen.
    pub fn address(&self) -> SocketAddr {
        self.backend.address()
    }

    /// Waits until its port is bound.
    pub async fn is_bound(&self) {
        while TcpStream::connect(self.address()).await.is_err() {
            self.is_waited_for();
            sleep(PAUSE).await;
        }
    }

    /// Waits until it says that it is ready.
    pub async fn is_ready(&self) {
        loop {
            let told = probe(self.address(), "/health/ready").await;
            if told.is_ok_and(|told| told.status().is_success()) {
                return;
            }
            self.is_waited_for();
            sleep(PAUSE).await;
        }
    }

    fn is_waited_for(&self) {
        let log = self.process.log();
        assert!(self.began.elapsed() < PATIENCE, "not there: {log:#?}");
    }

    /// Asks it to end, and asserts that it does in time and with the right word.
    pub async fn ends(self, grace: Duration) -> EndedProcess {
        self.backend.wake_for_good();
        self.process.signal(Signal::TERM);
        let asked = Instant::now();
        let Ended { status, log } = self.process.ended().await;
        let took = asked.elapsed();
        let log = log.join("\n");
        assert!(took <= grace, "would have been killed, {took:?}: {log}");
        let taken_over = log.contains("has taken over the replica");
        let code = status.code();
        let right = code == Some(self.exit_codes.asked)
            || (taken_over && code == Some(self.exit_codes.taken_over));
        assert!(right, "ended with {status}: {log}");
        EndedProcess {
            setup: self.setup,
            took,
        }
    }
}

impl EndedProcess {
    /// What the journal on its disk holds.
    async fn journal(&self) -> JournalContents {
        stores::in_file(&self.setup.folder().join(JOURNAL)).await
    }
}

impl Simulator {
    /// Deploys the first release, and waits until it is ready.
    pub async fn begin(terms: PlatformTerms) -> Self {
        let mut simulator = Self::idle(terms).await;
        let life = simulator.launch();
        simulator.goes_live(life).await;
        simulator
    }

    /// A provider on which nothing runs yet.
    pub async fn idle(terms: PlatformTerms) -> Self {
        Self {
            proxy: ProviderProxy::start(terms.proxy).await,
            disk: terms.setup(),
            terms,
            releases: 0,
            naps: 0,
            life: None,
        }
    }

    /// The proxy in front of the process.
    pub fn proxy(&self) -> &ProviderProxy {
        &self.proxy
    }

    /// The process that serves.
    pub fn life(&self) -> &RunningProcess {
        self.life.as_ref().expect("something runs")
    }

    /// The process that serves, for whoever listens to it.
    pub fn life_mut(&mut self) -> &mut RunningProcess {
        self.life.as_mut().expect("something runs")
    }

    /// How often the processor stood still.
    pub fn naps(&self) -> u32 {
        let now = self.life.as_ref().map_or(0, |life| life.backend.naps());
        self.naps + now
    }

    /// Starts a process on the disk there is, and waits for nothing.
    pub fn launch(&mut self) -> RunningProcess {
        if self.terms.disk == Disk::IsWiped {
            self.disk = self.terms.setup();
        }
        self.releases += 1;
        let port = free_port();
        let mut setup = self.disk.clone().with(self.terms.port, &port);
        if let Some(name) = self.terms.release {
            setup = setup.with(name, &format!("arcane-codex-{:05}", self.releases));
        }
        let process = setup.launch(&[]);
        let backend = Backend::new((Ipv4Addr::LOCALHOST, port).into(), process.id());
        RunningProcess {
            process,
            began: Instant::now(),
            setup,
            exit_codes: self.terms.exit_codes,
            backend,
        }
    }

    /// Sends requests to a process as soon as the provider does, and waits until it is ready.
    async fn goes_live(&mut self, life: RunningProcess) {
        if self.terms.routes == Routes::WhenBound {
            life.is_bound().await;
            self.proxy.route(Some(&life.backend));
        }
        life.is_ready().await;
        self.proxy.route(Some(&life.backend));
        if self.terms.proxy.sleeps {
            life.backend.let_sleep();
        }
        self.life = Some(life);
    }

    /// Puts a new release in the old one's place.
    pub async fn deploy(&mut self) {
        let old = self.life.take().expect("something runs");
        self.naps += old.backend.naps();
        let grace = self.terms.grace;
        match self.terms.rollout {
            Rollout::StopFirst => {
                self.proxy.route(None);
                old.ends(grace).await;
                let new = self.launch();
                self.goes_live(new).await;
            }
            Rollout::AtOnce => {
                let new = self.launch();
                tokio::join!(old.ends(grace), self.goes_live(new));
            }
            Rollout::StartFirst => {
                let new = self.launch();
                self.goes_live(new).await;
                old.ends(grace).await;
            }
        }
    }

    /// Asks the process to end with requests in its hand, and starts another when it has.
    pub async fn restart(&mut self) {
        let old = self.life.take().expect("something runs");
        self.naps += old.backend.naps();
        old.ends(self.terms.grace).await;
        self.proxy.route(None);
        let new = self.launch();
        self.goes_live(new).await;
    }

    /// Loses the process as if its machine had lost power, and starts another.
    pub async fn crash(&mut self) {
        let old = self.life.take().expect("something runs");
        self.naps += old.backend.naps();
        old.backend.wake_for_good();
        old.process.signal(Signal::KILL);
        old.process.ended().await;
        self.proxy.route(None);
        let new = self.launch();
        self.goes_live(new).await;
    }

    /// Ends everything, and returns what is kept of what was acknowledged.
    pub async fn end(mut self, told: &[Acknowledged]) -> JournalContents {
        let life = self.life.take().expect("something runs");
        let grace = self.terms.grace;
        let left = life.ends(grace).await;
        match self.terms.store.location.clone() {
            JournalLocation::Disk => left.journal().await,
            JournalLocation::Replica => {
                // All that anybody has who has nothing but the replica.
                let last = self.launch();
                last.is_ready().await;
                let back = last.ends(grace).await;
                back.journal().await
            }
            JournalLocation::Database(url) => stores::in_database(&url, tables_of(told)).await,
            JournalLocation::Table(table) => stores::in_table(table, tables_of(told)).await,
        }
    }
}

/// The tables at which something was acknowledged.
pub(crate) fn tables_of(told: &[Acknowledged]) -> Vec<TableId> {
    let mut tables: Vec<TableId> = told.iter().map(|it| it.table.clone()).collect();
    tables.sort();
    tables.dedup();
    tables
}
