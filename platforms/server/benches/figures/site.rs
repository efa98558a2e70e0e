//! An object store for the figures, and servers that keep their journal there.

use std::fs;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use bucket::s3::S3Bucket;
use bucket::{Bucket as _, BucketUrl, list_all};
use reqwest::Client;
use reqwest::header::ACCEPT;
use rustix::process::Signal;
use serde_json::Value;
use servers::S3;
use tokio::time::{Instant, sleep};

use crate::common::server::{Process, Setup};
use crate::measure::figure;

/// The bucket of all figures; each has a prefix of its own.
const BUCKET: &str = "codex";
/// The snapshots of a replica, below its prefix.
pub(crate) const SNAPSHOTS: &str = "snapshots/";
const SECRET_KEY: &str = "what-signs-the-cookies-of-all-figures";
/// How long a start may take that has a journal to move.
const PATIENCE: Duration = Duration::from_mins(10);
/// The program that is measured in place of the one built with the bench.
static PROGRAM: OnceLock<String> = OnceLock::new();
/// Between two questions whether something has come.
const PAUSE: Duration = Duration::from_millis(5);

/// An object store.
pub(crate) struct Site {
    /// What it is called in the figures.
    pub(crate) name: &'static str,
    store: S3,
}

/// Objects and their size.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held {
    pub(crate) objects: u64,
    pub(crate) bytes: u64,
}

impl Site {
    /// One that people run, and that checks signatures.
    pub(crate) async fn seaweed() -> Self {
        Self::of("SeaweedFS", S3::seaweed().await).await
    }

    /// One that answers out of a single small program.
    pub(crate) async fn ministack() -> Self {
        Self::of("ministack", S3::ministack().await).await
    }

    async fn of(name: &'static str, store: S3) -> Self {
        store.make_bucket(BUCKET).await;
        Self { name, store }
    }

    /// The objects below a prefix, past every server.
    pub(crate) async fn bucket(&self, prefix: &str) -> S3Bucket {
        let place: BucketUrl = self.store.place(BUCKET, prefix).parse().unwrap();
        let (key, secret) = self.store.keys();
        S3Bucket::open_as(&place, key, secret).await.unwrap()
    }

    /// A server with a disk of its own that keeps its journal below a prefix.
    pub(crate) fn setup(&self, prefix: &str) -> Setup {
        let setup = (self.store.settings().iter())
            .fold(fresh(), |setup, (name, value)| setup.with(name, value));
        setup.with("REPLICA_URL", &self.store.place(BUCKET, prefix))
    }
}

/// Has another program measured: a release before, say. To be called first.
pub(crate) fn measure_program(path: &str) {
    let path = fs::canonicalize(path).unwrap();
    PROGRAM.get_or_init(|| path.display().to_string());
}

/// A server with a disk of its own and no replica.
pub(crate) fn fresh() -> Setup {
    // Beside the build: the system's own folder for such files is often no disk at all.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let program = PROGRAM.get().map_or(crate::common::BINARY, String::as_str);
    Setup::within(program, folder)
        .with("MAX_CONCURRENT_GAMES", &1_000_000)
        .with("MAX_STREAMS", &1_000_000)
        .with("SECRET_KEY", SECRET_KEY)
}

/// Takes a server's disk away, and gives it an empty one.
pub(crate) fn wipe(setup: &Setup) {
    for entry in fs::read_dir(setup.folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }
}

/// What lies below a name in a bucket.
pub(crate) async fn held(bucket: &S3Bucket, name: &str) -> Held {
    let listed = list_all(bucket, name).await.unwrap();
    Held {
        objects: listed.len() as u64,
        bytes: listed.iter().map(|object| object.bytes).sum(),
    }
}

/// A server that may take its time until it is ready.
pub(crate) struct Started {
    process: Process,
    /// Its disk goes with the last of these.
    _setup: Setup,
    pub(crate) address: SocketAddr,
    /// Time from the start of the process to its being ready.
    pub(crate) ready_in: Duration,
}

/// Starts a server, however long that takes.
pub(crate) async fn start(setup: &Setup) -> Started {
    let began = Instant::now();
    let mut process = setup.launch(&[]);
    let address = process.address().await;
    let (client, url) = (Client::new(), format!("http://{address}/health/ready"));
    loop {
        let answer = client.get(&url).send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{error}: {:?}", process.log()));
        if answer.status().is_success() {
            break;
        }
        let log = process.log();
        assert!(began.elapsed() < PATIENCE, "never ready: {log:?}");
        sleep(PAUSE).await;
    }
    Started {
        process,
        _setup: setup.clone(),
        address,
        ready_in: began.elapsed(),
    }
}

impl Started {
    /// Kills it as a power cut would.
    pub(crate) async fn kill(self) {
        self.process.signal(Signal::KILL);
        self.process.ended().await;
    }

    /// Ends it in order.
    pub(crate) async fn end(self) {
        self.process.signal(Signal::TERM);
        let ended = self.process.ended().await;
        assert_eq!(ended.status.code(), Some(0), "{}", ended.text());
    }

    /// Waits until a snapshot is in the bucket and was restored on trial.
    pub(crate) async fn snapshot_is_made(&self) {
        let began = Instant::now();
        let name = "arcane_replica_last_verified_restore_timestamp_seconds";
        while metric(self.address, name).await == 0 {
            let log = self.process.log();
            assert!(began.elapsed() < PATIENCE, "no snapshot: {log:?}");
            sleep(PAUSE * 20).await;
        }
    }
}

/// One of a server's figures, summed over its labels; 0 if it has none of this name.
pub(crate) async fn metric(server: SocketAddr, name: &str) -> u64 {
    let url = format!("http://{server}/metrics");
    let asked = Client::new().get(url).header(ACCEPT, "text/plain").send();
    let text = asked.await.unwrap().text().await.unwrap();
    sum_of(&text, |line| line.starts_with(name))
}

/// The sum of the figures in the lines of a metrics page that are wanted.
pub(crate) fn sum_of(text: &str, wanted: impl Fn(&str) -> bool) -> u64 {
    let lines = text.lines().filter(|line| wanted(line));
    let values = lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok());
    // Counts, some of which a server writes as 1.5e+06.
    values
        .map(|value| format!("{value:.0}").parse().unwrap_or(0))
        .sum()
}

/// What a server says of its replica in `/health`.
pub(crate) async fn replica_health(server: SocketAddr) -> Value {
    let url = format!("http://{server}/health");
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["checks"]["replica"].take()
}

/// Takes every snapshot out of a replica.
pub(crate) async fn forget_snapshots(bucket: &S3Bucket) {
    for object in list_all(bucket, SNAPSHOTS).await.unwrap() {
        bucket.delete(&object.key).await.unwrap();
    }
}

/// A time in seconds, for people.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// A size in megabytes, for people.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", figure(bytes) / 1e6)
}

/// How many objects there are, and their size.
pub(crate) fn sized(held: Held) -> String {
    format!("{} in {} objects", megabytes(held.bytes), held.objects)
}
