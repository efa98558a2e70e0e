//! Servers that speak `DynamoDB`.

mod proxy;

use std::env;
use std::fs::{self, File};
use std::net::Ipv4Addr;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use dynamo::DynamoTable;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};

use crate::free_port;
use crate::process::Process;
use crate::programs::{find, program};

pub use proxy::{DynamoCounts, DynamoFault, DynamoProxy};

/// How long a server may take until it answers, and how often it is asked.
const START_MAX: Duration = Duration::from_mins(1);
const ASK_EVERY: Duration = Duration::from_millis(50);
/// How often a server is started anew because another took its port before it did.
const STARTS_MAX: u32 = 5;
/// How long one request of a test may take, on a machine that builds beside it.
const ANSWER_MAX: Duration = Duration::from_secs(30);

const REGION: &str = "us-east-1";
const KEY: &str = "codex";
const SECRET: &str = "a-secret-of-tests";

/// The variable by which a run of the tests chooses the shared server.
const CHOICE: &str = "DYNAMODB_SERVER";

#[derive(Clone, Copy, Debug)]
enum Kind {
    Ministack,
    Dynoxide,
}

/// A server that speaks `DynamoDB`. It takes any credentials, and forgets everything when it ends.
#[derive(Debug)]
pub struct DynamoDb {
    kind: Kind,
    port: u16,
    // Before the folder: what is dropped first stops writing into it.
    process: Option<Process>,
    folder: TempDir,
    tables: AtomicU32,
}

impl DynamoDb {
    /// Starts `ministack`, which knows of Amazon's services what tests need.
    pub async fn ministack() -> Self {
        Self::new(Kind::Ministack).await
    }

    /// Starts `dynoxide`, a server of another make. `tests/install.sh dynoxide` builds it.
    pub async fn dynoxide() -> Self {
        Self::new(Kind::Dynoxide).await
    }

    /// Returns the one that the tests of a process share: `ministack`, or the one that `DYNAMODB_SERVER` names.
    ///
    /// # Panics
    ///
    /// When it names none of both.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<DynamoDb> = OnceCell::const_new();
        let start = || async {
            match env::var(CHOICE).as_deref() {
                Err(_) | Ok("" | "ministack") => Self::ministack().await,
                Ok("dynoxide") => Self::dynoxide().await,
                Ok(other) => panic!("{CHOICE} is {other}: write ministack or dynoxide"),
            }
        };
        SHARED.get_or_init(start).await
    }

    async fn new(kind: Kind) -> Self {
        let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
        let mut server = Self {
            kind,
            port: 0,
            process: None,
            folder,
            tables: AtomicU32::new(0),
        };
        for _ in 0..STARTS_MAX {
            server.port = free_port();
            if server.try_start().await {
                return server;
            }
        }
        panic!("{kind:?} ends as soon as it is started: {}", server.log());
    }

    /// Where it is reached.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The environment in which a client is let in, and asks no other server.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        [
            ("DYNAMODB_ENDPOINT", &*self.endpoint()),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_REGION", REGION),
            ("AWS_EC2_METADATA_DISABLED", "true"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into()
    }

    /// Names a table that is not there.
    pub fn no_table(&self) -> DynamoTable {
        let number = self.tables.fetch_add(1, Ordering::Relaxed);
        table_at(&self.endpoint(), &format!("codex-{number}"))
    }

    /// Makes a table in the shape that the game needs.
    ///
    /// # Panics
    ///
    /// When the server does not make it.
    pub async fn make_table(&self) -> DynamoTable {
        let table = self.no_table();
        let made = dynamo::create_table(&table).await;
        made.unwrap_or_else(|error| panic!("no table is made: {error:?}: {}", self.log()));
        table
    }

    /// Starts it and waits until it answers. Says no if it ends first: another has its port.
    async fn try_start(&mut self) -> bool {
        let process = Process::start(&mut self.command(), self.folder.path());
        self.process = Some(process);
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
            .await
            .is_err()
        {
            if self.process.as_mut().is_none_or(Process::has_ended) {
                self.process = None;
                return false;
            }
            let patient = begun.elapsed() < START_MAX;
            assert!(patient, "{:?} does not answer: {}", self.kind, self.log());
            sleep(ASK_EVERY).await;
        }
        true
    }

    fn command(&self) -> Command {
        let folder = self.folder.path();
        let mut command = match self.kind {
            Kind::Ministack => {
                let mut command = Command::new(find("ministack"));
                command.env_clear();
                command
                    .env("SERVICES", "dynamodb")
                    .env("BIND_HOST", "127.0.0.1")
                    .env("MINISTACK_HOST", "127.0.0.1")
                    .env("GATEWAY_PORT", self.port.to_string())
                    .env("LOG_LEVEL", "WARNING")
                    .env("STATE_DIR", folder.join("state"));
                command
            }
            Kind::Dynoxide => {
                let mut command = Command::new(program("dynoxide", "dynoxide"));
                command.env_clear();
                command
                    .args(["serve", "--host", "127.0.0.1", "--port"])
                    .arg(self.port.to_string())
                    .arg("--db-path")
                    .arg(folder.join("dynoxide.db"));
                command
            }
        };
        let log = File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"));
        let log = log.expect("the server's folder can be written");
        let same = log.try_clone().expect("a file can be shared");
        command
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .current_dir(folder)
            .stdout(log)
            .stderr(same);
        command
    }

    /// What it has said last.
    fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// A table at an address, by a client that a server of tests lets in.
fn table_at(endpoint: &str, name: &str) -> DynamoTable {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(REGION))
        .credentials_provider(Credentials::new(KEY, SECRET, None, None, "tests"))
        .endpoint_url(endpoint)
        .retry_config(RetryConfig::disabled())
        .timeout_config(
            TimeoutConfig::builder()
                .operation_timeout(ANSWER_MAX)
                .build(),
        )
        .build();
    DynamoTable {
        client: Client::from_conf(config),
        name: name.to_owned(),
    }
}
