//! Servers that speak S3.

mod commands;

use std::fs;
use std::net::Ipv4Addr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Client;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};

use crate::free_port;
use crate::process::Process;

/// How long a server may take until it answers, and how often it is asked.
const START_MAX: Duration = Duration::from_mins(1);
const ASK_EVERY: Duration = Duration::from_millis(50);
/// How often a server is started anew because others took its ports before it did.
const STARTS_MAX: u32 = 5;
/// `SeaweedFS` wants the most: S3, filer, volumes and master, each with a second one for gRPC.
const PORTS: usize = 8;

const REGION: &str = "us-east-1";
const KEY: &str = "codex";
const SECRET: &str = "a-secret-of-tests";

#[derive(Clone, Copy, Debug)]
enum Kind {
    Ministack,
    /// The same, with every request judged by the policies of whoever makes it.
    Guarded,
    Seaweed,
}

/// A server that speaks S3, with what it keeps.
#[derive(Debug)]
pub struct S3 {
    kind: Kind,
    ports: [u16; PORTS],
    // Before the folder: what is dropped first stops writing into it.
    process: Mutex<Option<Process>>,
    folder: TempDir,
}

impl S3 {
    /// Starts `ministack`, which knows of Amazon's services what tests need. It takes any credentials.
    pub async fn ministack() -> Self {
        Self::new(Kind::Ministack).await
    }

    /// Starts `ministack` as an account in which a role may do what its policies say. [`S3::keys`] are the owner's.
    pub async fn guarded_ministack() -> Self {
        Self::new(Kind::Guarded).await
    }

    /// Starts `SeaweedFS`, which people run. It checks signatures.
    pub async fn seaweed() -> Self {
        Self::new(Kind::Seaweed).await
    }

    /// Returns the one `ministack` that the tests of a process share. Nobody may stop it.
    pub async fn shared_ministack() -> &'static Self {
        static SHARED: OnceCell<S3> = OnceCell::const_new();
        SHARED.get_or_init(Self::ministack).await
    }

    /// Returns the one `SeaweedFS` that the tests of a process share. Nobody may stop it.
    pub async fn shared_seaweed() -> &'static Self {
        static SHARED: OnceCell<S3> = OnceCell::const_new();
        SHARED.get_or_init(Self::seaweed).await
    }

    async fn new(kind: Kind) -> Self {
        let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
        let mut server = Self {
            kind,
            ports: [(); PORTS].map(|()| free_port()),
            process: Mutex::default(),
            folder,
        };
        for _ in 0..STARTS_MAX {
            if server.try_start().await {
                return server;
            }
            server.ports = [(); PORTS].map(|()| free_port());
        }
        panic!("{kind:?} ends as soon as it is started: {}", server.log());
    }

    /// Where it is reached.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[0])
    }

    /// The address of a bucket in it, with all that is to be known but the credentials.
    pub fn place(&self, bucket: &str, prefix: &str) -> String {
        let endpoint = self.endpoint();
        format!("s3://{bucket}/{prefix}?endpoint={endpoint}&region={REGION}&style=path")
    }

    /// The key that is let in, and its secret.
    pub fn keys(&self) -> (&'static str, &'static str) {
        (KEY, SECRET)
    }

    /// The environment in which any S3 client is let in, and asks no other.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let (key, secret) = self.keys();
        [
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_REGION", REGION),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into()
    }

    /// Makes a bucket. One that is there stays as it is.
    ///
    /// # Panics
    ///
    /// When the server does not make it.
    pub async fn make_bucket(&self, name: &str) {
        let request = match self.kind {
            Kind::Ministack | Kind::Guarded => client().put(format!("{}/{name}", self.endpoint())),
            // Its buckets are folders of its filer, which asks for no signature.
            Kind::Seaweed => client().post(format!("{}/buckets/{name}/", self.filer())),
        };
        let answer = request.send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{name} cannot be made: {error}"));
        let status = answer.status();
        assert!(
            status.is_success() || status.as_u16() == 409,
            "{name} cannot be made: {status}"
        );
    }

    /// The number of its process.
    ///
    /// # Panics
    ///
    /// When it is stopped.
    pub fn pid(&self) -> u32 {
        let process = self.process();
        process.as_ref().expect("the server runs").pid()
    }

    /// Ends it at once, as a failing machine would. What it has acknowledged stays.
    ///
    /// # Panics
    ///
    /// When it goes on answering.
    pub async fn stop(&self) {
        drop(self.process().take());
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.ports[0]))
            .await
            .is_ok()
        {
            assert!(begun.elapsed() < START_MAX, "a killed server still answers");
            sleep(ASK_EVERY).await;
        }
    }

    /// Starts it again after [`S3::stop`], where it was and over what it kept.
    ///
    /// # Panics
    ///
    /// When it ends or does not answer in time.
    pub async fn start(&self) {
        for _ in 0..STARTS_MAX {
            if self.try_start().await {
                return;
            }
        }
        panic!("{:?} does not start again: {}", self.kind, self.log());
    }

    /// Starts it and waits until it answers. Says no if it ends first: somebody has one of its ports.
    async fn try_start(&self) -> bool {
        let process = Process::start(&mut self.command(), self.folder.path());
        *self.process() = Some(process);
        let begun = Instant::now();
        while !self.answers().await {
            if self.process().as_mut().is_none_or(Process::has_ended) {
                *self.process() = None;
                return false;
            }
            let patient = begun.elapsed() < START_MAX;
            assert!(patient, "{:?} does not answer: {}", self.kind, self.log());
            sleep(ASK_EVERY).await;
        }
        true
    }

    async fn answers(&self) -> bool {
        let client = client();
        if client.get(self.endpoint()).send().await.is_err() {
            return false;
        }
        let written = match self.kind {
            Kind::Ministack | Kind::Guarded => return true,
            // All its parts have found each other when a file can be written.
            Kind::Seaweed => client.put(format!("{}/ready", self.filer())).body("ready"),
        };
        matches!(written.send().await, Ok(answer) if answer.status().is_success())
    }

    fn filer(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[2])
    }

    /// What it has said last.
    fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client that goes straight to its server, and waits for no answer for long.
fn client() -> Client {
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(5));
    client.build().expect("a client without TLS can be made")
}
