//! A place in an object store, and servers that keep their journal there.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use bucket::BucketUrl;
use bucket::s3::S3Bucket;
use game::{Command, CommandId};
use serde_json::{Value, json};
use servers::S3;

use crate::common::fresh_setup;
use crate::common::journal::JournalContents;
use crate::common::server::{Server, Setup};
use crate::proxy::Proxy;

/// The bucket of all tests; each has a prefix of its own.
const BUCKET: &str = "codex";
/// Every server has the same, so that players are known at each.
const SECRET_KEY: &str = "what-signs-the-cookies-of-all-these-tests";

/// A place nobody else uses.
#[derive(Debug)]
pub(crate) struct Site {
    store: &'static S3,
    prefix: String,
}

impl Site {
    /// In a store that people run, and that checks signatures.
    pub(crate) async fn seaweed() -> Self {
        Self::new(S3::shared_seaweed().await).await
    }

    /// In a store that takes any signature.
    pub(crate) async fn ministack() -> Self {
        Self::new(S3::shared_ministack().await).await
    }

    async fn new(store: &'static S3) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        store.make_bucket(BUCKET).await;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            store,
            prefix: format!("site-{number}"),
        }
    }

    /// Its address.
    pub(crate) fn place(&self) -> String {
        self.store.place(BUCKET, &self.prefix)
    }

    /// Where the store itself is reached.
    pub(crate) fn endpoint(&self) -> String {
        self.store.endpoint()
    }

    /// A server with a disk of its own.
    pub(crate) fn setup(&self) -> Setup {
        let setup = (self.store.settings().iter()).fold(fresh_setup(), |setup, (name, value)| {
            setup.with(name, value)
        });
        setup
            .with("SECRET_KEY", SECRET_KEY)
            .with("REPLICA_URL", &self.place())
            // A bot takes another table the moment its own is lost or has heard enough of it.
            .with("MAX_CONCURRENT_GAMES", "1000000")
    }

    /// The same, which reaches the store through a proxy.
    pub(crate) fn setup_through(&self, proxy: &Proxy) -> Setup {
        let place = self.place().replace(&self.endpoint(), &proxy.endpoint());
        self.setup().with("REPLICA_URL", &place)
    }

    /// Its objects, past every server.
    pub(crate) async fn bucket(&self) -> S3Bucket {
        let place: BucketUrl = self.place().parse().unwrap();
        let (key, secret) = self.store.keys();
        S3Bucket::open_as(&place, key, secret).await.unwrap()
    }

    /// What somebody has who has nothing but the replica.
    pub(crate) async fn restored(&self) -> JournalContents {
        let setup = self.setup();
        let server = setup.start().await;
        end(server).await;
        JournalContents::read(&setup.journal()).await
    }
}

/// Ends a server in order.
pub(crate) async fn end(mut server: Server) {
    server.terminate().await;
    let ended = server.ended().await;
    assert_eq!(ended.status.code(), Some(0), "{}", ended.text());
}

/// Takes a server's disk away, and gives it an empty one.
pub(crate) fn wipe(setup: &Setup) {
    for file in files(setup) {
        fs::remove_file(file).unwrap();
    }
}

/// Every file on a server's disk.
pub(crate) fn files(setup: &Setup) -> Vec<PathBuf> {
    let entries = fs::read_dir(setup.folder()).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Something to say, as a command's body.
pub(crate) fn said(id: &CommandId) -> Value {
    json!({ "command_id": id, "command": line() })
}

/// Something to say.
pub(crate) fn line() -> Command {
    Command::Say {
        text: "Is anybody there?".to_owned(),
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
