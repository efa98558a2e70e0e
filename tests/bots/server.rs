//! The server's binary, started in a folder of its own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader,
};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// What anything is waited for at most that must come.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// Between two questions whether something has come.
const PAUSE: Duration = Duration::from_millis(5);

/// Where a server runs and what is set for it. It can be started again and again.
#[derive(Clone, Debug)]
pub struct Setup {
    folder: Arc<TempDir>,
    program: Vec<String>,
    settings: Vec<(String, String)>,
}

impl Setup {
    /// The server of a binary on a free port of the loopback, with a journal in a fresh folder.
    pub fn of(binary: &str) -> Self {
        Self::within(binary, tempfile::tempdir().unwrap())
    }

    /// The same in a folder that was chosen, for its disk say.
    pub fn within(binary: &str, folder: TempDir) -> Self {
        let folder = Arc::new(folder);
        let setup = Self {
            folder,
            program: vec![binary.to_owned()],
            settings: Vec::new(),
        };
        let journal = setup.journal().display().to_string();
        setup
            .with("HOST", &Ipv4Addr::LOCALHOST)
            .with("PORT", &0)
            .with("DB_PATH", &journal)
            .with("LOG_FORMAT", "json")
            // Bots are quicker than people.
            .with("RATE_LIMIT_ENABLED", "false")
    }

    /// The same with one variable set, or set otherwise.
    #[must_use]
    pub fn with(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.settings.retain(|(set, _)| set != name);
        self.settings.push((name.to_owned(), value.to_string()));
        self
    }

    /// The same started through another program, which is given the binary's path last.
    #[must_use]
    pub fn through(mut self, program: &[&str]) -> Self {
        let program = program.iter().map(ToString::to_string);
        self.program.splice(0..0, program);
        self
    }

    /// The folder everything lies in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The file of the journal, unless `DB_PATH` was set otherwise.
    pub fn journal(&self) -> PathBuf {
        self.folder().join("codex.db")
    }

    /// Starts the server and waits until it is ready.
    pub async fn start(&self) -> Server {
        let began = Instant::now();
        let mut process = self.launch(&[]);
        let address = process.address().await;
        let ready = timeout(PATIENCE, async {
            while !is_ready(address).await {
                sleep(PAUSE).await;
            }
        });
        ready
            .await
            .unwrap_or_else(|_| panic!("never ready: {:?}", process.log()));
        let setup = self.clone().with("PORT", &address.port());
        Server {
            process,
            address,
            setup,
            started_in: began.elapsed(),
        }
    }

    /// Runs the binary with arguments, or to its failure to start, and returns how it ended.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        self.launch(arguments).ended().await
    }

    /// Starts the process, and waits for nothing.
    pub fn launch(&self, arguments: &[&str]) -> Process {
        let (program, before) = self.program.split_first().unwrap();
        let mut child = Command::new(program)
            .args(before)
            .args(arguments)
            .env_clear()
            .envs(self.settings.iter().cloned())
            .current_dir(self.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let log = watch::Sender::new(Vec::new());
        let readers = [
            tokio::spawn(gather(child.stdout.take().unwrap(), log.clone())),
            tokio::spawn(gather(child.stderr.take().unwrap(), log.clone())),
        ];
        Process {
            child,
            log,
            readers,
        }
    }
}

/// Gathers lines until the other end is closed.
async fn gather(from: impl AsyncRead + Unpin, into: watch::Sender<Vec<String>>) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        into.send_modify(|log| log.push(line));
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream
            .write_all(b"GET /health/ready HTTP/1.1\r\nhost: codex\r\nconnection: close\r\n\r\n")
            .await?;
        let mut status = [0; 12];
        stream.read_exact(&mut status).await?;
        Ok::<_, io::Error>(&status == b"HTTP/1.1 200")
    };
    ask.await.unwrap_or(false)
}

/// A process that was started. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: watch::Sender<Vec<String>>,
    readers: [JoinHandle<()>; 2],
}

impl Process {
    /// All it has said so far.
    pub fn log(&self) -> Vec<String> {
        self.log.borrow().clone()
    }

    /// Waits until it says something that `finds` finds something in.
    pub async fn hears<T>(&mut self, finds: impl Fn(&str) -> Option<T>) -> T {
        let mut log = self.log.subscribe();
        let find = |lines: &Vec<String>| lines.iter().find_map(|line| finds(line));
        let heard = timeout(PATIENCE, log.wait_for(|lines| find(lines).is_some())).await;
        let found = heard
            .ok()
            .and_then(|lines| lines.ok().and_then(|lines| find(&lines)));
        found.unwrap_or_else(|| panic!("never said: {:?}", self.log()))
    }

    /// Where it listens, once it has said so.
    pub async fn address(&mut self) -> SocketAddr {
        let address = |line: &str| {
            let line: Value = serde_json::from_str(line).ok()?;
            line.get("addr")?
                .as_str()?
                .strip_prefix("http://")?
                .parse()
                .ok()
        };
        self.hears(address).await
    }

    /// Whether it has ended. Afterwards it has no number.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it has not been waited for")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.id())
            .ok()
            .and_then(Pid::from_raw)
            .unwrap();
        kill_process(id, signal).unwrap();
    }

    /// Waits for its end.
    pub async fn ended(mut self) -> Ended {
        let status = timeout(PATIENCE, self.child.wait()).await;
        let status = status
            .unwrap_or_else(|_| panic!("does not end: {:?}", self.log()))
            .unwrap();
        for reader in &mut self.readers {
            reader.await.unwrap();
        }
        Ended {
            status,
            log: self.log(),
        }
    }
}

/// How a process ended and all it said.
#[derive(Debug)]
pub struct Ended {
    /// What it exited with.
    pub status: ExitStatus,
    /// All it said, by lines.
    pub log: Vec<String>,
}

impl Ended {
    /// What it said, in one text.
    pub fn text(&self) -> String {
        self.log.join("\n")
    }
}

/// A server that is ready.
#[derive(Debug)]
pub struct Server {
    process: Process,
    address: SocketAddr,
    setup: Setup,
    started_in: Duration,
}

impl Server {
    /// Waits until it says something that `finds` finds something in.
    pub async fn hears<T>(&mut self, finds: impl Fn(&str) -> Option<T>) -> T {
        self.process.hears(finds).await
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Time from the start of the process to its being ready.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// The setup to start it again with: the same folder and the same port.
    pub fn setup(&self) -> Setup {
        self.setup.clone()
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Kills it as a power cut would.
    pub async fn kill(self) -> Setup {
        self.process.signal(Signal::KILL);
        self.process.ended().await;
        self.setup
    }

    /// Asks it to end, and waits until it has heard.
    pub async fn terminate(&mut self) {
        self.process.signal(Signal::TERM);
        self.process
            .hears(|line| line.contains("SIGTERM").then_some(()))
            .await;
    }

    /// Sends its process a signal.
    pub fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Waits until it says something that has this word.
    pub async fn says(&mut self, word: &str) {
        let has_word = |line: &str| line.contains(word).then_some(());
        self.process.hears(has_word).await;
    }

    /// Asks it to end and waits for nothing.
    pub fn hurry(&self) {
        self.process.signal(Signal::TERM);
    }

    /// Has it stand still, as a machine does that is moved or out of memory, and not know it.
    pub fn freeze(&self) {
        self.process.signal(Signal::STOP);
    }

    /// Has it go on.
    pub fn thaw(&self) {
        self.process.signal(Signal::CONT);
    }

    /// All it has said so far, in one text. A line comes a moment after what it tells of: to wait for one, see
    /// [`Server::says`].
    pub fn text(&self) -> String {
        self.process.log().join("\n")
    }

    /// Waits for its end.
    pub async fn ended(self) -> Ended {
        self.process.ended().await
    }
}
