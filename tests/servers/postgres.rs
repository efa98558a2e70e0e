//! A `PostgreSQL` server with one user, and a certificate it has signed itself.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{env, thread};

use rustix::process::{Pid, Signal, getuid, kill_process};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};

use crate::free_port;
use crate::process::Process;

/// How long the server may take until it answers or has ended, and how often it is asked.
const WAIT_MAX: Duration = Duration::from_mins(1);
const ASK_EVERY: Duration = Duration::from_millis(50);

const USER: &str = "codex";
const PASSWORD: &str = "s3cret-of-tests";

/// Where Debian keeps the programs of each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A running `PostgreSQL`, with what it keeps.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    owner: Option<(u32, u32)>,
    port: u16,
    databases: AtomicU32,
    /// Whether what it has acknowledged is on the disk.
    syncs: bool,
    // Before the folder: what is dropped first stops writing into it.
    process: Mutex<Option<Process>>,
    folder: TempDir,
}

impl Postgres {
    /// Starts a server. It encrypts for whoever asks it to.
    ///
    /// # Panics
    ///
    /// When it does not answer in time.
    pub async fn new() -> Self {
        Self::with(false).await
    }

    /// Starts a server that syncs what it acknowledges, for a bench. [`Postgres::new`] does not: tests end processes and
    /// not machines, and what the system has been given is safe.
    ///
    /// # Panics
    ///
    /// When it does not answer in time.
    pub async fn durable() -> Self {
        Self::with(true).await
    }

    async fn with(syncs: bool) -> Self {
        let folder = TempDir::with_prefix("arcane-codex-").expect("a temporary folder can be made");
        let server = Self {
            programs: programs(),
            owner: owner(),
            port: free_port(),
            databases: AtomicU32::new(0),
            syncs,
            process: Mutex::default(),
            folder,
        };
        server.prepare();
        server.start().await;
        server
    }

    /// Returns the one server that the tests of a process share. Nobody may stop it.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Postgres> = OnceCell::const_new();
        SHARED.get_or_init(Self::new).await
    }

    /// Makes an empty database, and returns its name.
    ///
    /// # Panics
    ///
    /// When the server does not make it.
    pub async fn make_database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("codex_{number}");
        self.run("postgres", &format!("CREATE DATABASE {name}"))
            .await;
        name
    }

    /// The address of a database in it. `query` follows the question mark.
    pub fn url(&self, database: &str, query: &str) -> String {
        let port = self.port;
        format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{port}/{database}?{query}")
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The number of the process that has started all others of it.
    ///
    /// # Panics
    ///
    /// When it is stopped.
    pub fn id(&self) -> u32 {
        let process = self.process();
        process.as_ref().expect("the server runs").pid()
    }

    /// The password of its one user.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// The certificate it shows, for 127.0.0.1.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("server.crt")
    }

    /// Runs a statement and returns what it prints.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub async fn run(&self, database: &str, statement: &str) -> String {
        let mut psql = self.command("psql");
        psql.args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-c", statement])
            .arg(self.url(database, ""));
        let done = tokio::task::spawn_blocking(move || succeed(&mut psql)).await;
        done.expect("a statement is run")
    }

    /// Ends it at once, as a failing machine would: it writes nothing more, and recovers at its next start.
    ///
    /// # Panics
    ///
    /// When it goes on running.
    pub async fn stop(&self) {
        self.signal(Signal::QUIT);
        let begun = Instant::now();
        while self.process().as_mut().is_some_and(|it| !it.has_ended()) {
            assert!(begun.elapsed() < WAIT_MAX, "PostgreSQL goes on running");
            sleep(ASK_EVERY).await;
        }
        drop(self.process().take());
    }

    /// Starts it again after [`Postgres::stop`], where it was and over what it kept.
    ///
    /// # Panics
    ///
    /// When it ends or does not answer in time.
    pub async fn start(&self) {
        let mut postgres = self.command("postgres");
        let fsync = if self.syncs { "fsync=on" } else { "fsync=off" };
        for setting in [fsync, "ssl=on", "listen_addresses=127.0.0.1"] {
            postgres.args(["-c", setting]);
        }
        for (setting, name) in [
            ("unix_socket_directories", ""),
            ("ssl_cert_file", "server.crt"),
            ("ssl_key_file", "server.key"),
        ] {
            let path = self.folder.path().join(name);
            postgres.args(["-c", &format!("{setting}={}", path.display())]);
        }
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .expect("a log can be written");
        postgres
            .args(["-p", &self.port.to_string(), "-D"])
            .arg(self.data())
            .stdout(log.try_clone().expect("a log has two writers"))
            .stderr(log);
        let process = Process::start(&mut postgres, self.folder.path());
        *self.process() = Some(process);
        let begun = Instant::now();
        while !self.answers() {
            let ended = self.process().as_mut().is_none_or(Process::has_ended);
            let patient = !ended && begun.elapsed() < WAIT_MAX;
            assert!(patient, "PostgreSQL does not answer: {}", self.log());
            sleep(ASK_EVERY).await;
        }
    }

    /// Has it hang, with every process of its own, until [`Postgres::resume`].
    pub fn pause(&self) {
        self.signal_all(Signal::STOP);
    }

    /// Has it go on.
    pub fn resume(&self) {
        self.signal_all(Signal::CONT);
    }

    /// Makes what the server keeps, and its certificate.
    fn prepare(&self) {
        let folder = self.folder.path();
        if let Some((user, group)) = self.owner {
            chown(folder, Some(user), Some(group)).expect("root may give a folder away");
        }
        let secret = folder.join("password");
        fs::write(&secret, PASSWORD).expect("a password can be written");
        let mut initdb = self.command("initdb");
        initdb
            .args(["--no-sync", "--encoding=UTF8", "--locale=C"])
            .args(["--auth=scram-sha-256", "--username", USER])
            .arg(argument("--pwfile=", &secret))
            .arg(argument("--pgdata=", &self.data()));
        succeed(&mut initdb);
        let mut openssl = self.command_at(PathBuf::from("openssl"));
        openssl
            .args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"])
            .args(["-pkeyopt", "ec_paramgen_curve:P-256"])
            .args(["-subj", "/CN=arcane-codex-tests"])
            .args(["-addext", "subjectAltName=IP:127.0.0.1"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .args(["-keyout", "server.key", "-out", "server.crt"]);
        succeed(&mut openssl);
    }

    fn answers(&self) -> bool {
        let mut ask = self.command("pg_isready");
        ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        ask.status().is_ok_and(|status| status.success())
    }

    fn signal(&self, signal: Signal) {
        let process = self.process();
        let pid = process.as_ref().map(|it| it.pid().cast_signed());
        if let Some(pid) = pid.and_then(Pid::from_raw) {
            // An error says that it has ended already.
            let _ = kill_process(pid, signal);
        }
    }

    /// Signals the server, and then whom it has started, each of which leads a group of its own.
    fn signal_all(&self, signal: Signal) {
        self.signal(signal);
        let pid = self.process().as_ref().map(|it| it.pid().to_string());
        for child in children(&pid.expect("the server runs")) {
            // An error says that it has ended already.
            let _ = kill_process(child, signal);
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What it has said last.
    fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn command(&self, program: &str) -> Command {
        self.command_at(self.programs.join(program))
    }

    fn command_at(&self, program: PathBuf) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path());
        command.env("LC_ALL", "C").env_remove("PGOPTIONS");
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }

    fn process(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Killed, it would leave a piece of shared memory behind for ever.
        self.signal(Signal::QUIT);
        let begun = Instant::now();
        while self.process().as_mut().is_some_and(|it| !it.has_ended())
            && begun.elapsed() < WAIT_MAX
        {
            thread::sleep(ASK_EVERY);
        }
    }
}

/// The processes that a process has started.
fn children(parent: &str) -> Vec<Pid> {
    let processes = fs::read_dir("/proc").expect("the processes can be listed");
    let child = |process: fs::DirEntry| {
        let stat = fs::read_to_string(process.path().join("stat")).ok()?;
        // The name in brackets may hold anything; after it come the state and the parent.
        let (_, rest) = stat.rsplit_once(')')?;
        let is_child = rest.split_whitespace().nth(1) == Some(parent);
        let number = process.file_name().to_str()?.parse().ok()?;
        Pid::from_raw(number).filter(|_| is_child)
    };
    processes.flatten().filter_map(child).collect()
}

fn argument(name: &str, path: &Path) -> String {
    format!("{name}{}", path.display())
}

fn succeed(command: &mut Command) -> String {
    let done = command.output();
    let done = done.unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?} fails: {said}");
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

/// The folder of the server's programs: one on the path, or the newest Debian has.
fn programs() -> PathBuf {
    let on_path = env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<_> = fs::read_dir(DEBIAN)
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    debian.sort();
    let found = env::split_paths(&on_path)
        .chain(debian.into_iter().rev())
        .map(|folder| folder.join("initdb"))
        .find_map(|initdb| fs::canonicalize(initdb).ok());
    let found = found.as_deref().and_then(Path::parent).unwrap_or_else(|| {
        panic!("the tests need PostgreSQL, which is not there; please run: tests/install.sh rust")
    });
    found.to_owned()
}

/// Who runs the server when root would: it refuses root. The user Debian has for it, or nobody.
fn owner() -> Option<(u32, u32)> {
    if !getuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("the users can be read");
    let find = |name: &str| {
        let line = users
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    Some(
        find("postgres")
            .or_else(|| find("nobody"))
            .expect("there is a user besides root"),
    )
}
