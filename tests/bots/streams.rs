//! A reader of event streams, and a watcher that reopens the stream of its table as a page does.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use game::{TableId, Version};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::client::HttpClient;

/// What ends an event.
const BLANK: &[u8] = b"\n\n";
/// How long a page waits that lost its stream without a word, at first and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));

/// An open stream.
#[derive(Debug)]
pub struct Stream {
    response: Response,
    read: Vec<u8>,
}

/// One server-sent event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamEvent {
    /// What kind it is.
    pub event: String,
    /// The version it shows.
    pub id: Option<u64>,
    /// What it says.
    pub data: String,
}

impl Stream {
    /// Reads the events of an answer.
    pub fn of(response: Response) -> Self {
        Self {
            response,
            read: Vec::new(),
        }
    }

    /// The next event; none when the stream has ended, however that was.
    pub async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            let blank = self.read.windows(BLANK.len()).position(|at| at == BLANK);
            if let Some(end) = blank {
                let event: Vec<u8> = self.read.drain(..end + BLANK.len()).collect();
                return Some(StreamEvent::read(&String::from_utf8_lossy(&event)));
            }
            let more = self.response.chunk().await.ok()??;
            self.read.extend_from_slice(&more);
        }
    }
}

impl StreamEvent {
    /// Reads the lines of one event.
    pub(crate) fn read(event: &str) -> Self {
        let mut told = Self::default();
        for line in event.lines() {
            match line.split_once(": ") {
                Some(("event", event)) => event.clone_into(&mut told.event),
                // A page's mark may follow the version.
                Some(("id", id)) => told.id = id.split('-').next().and_then(|id| id.parse().ok()),
                Some(("data", data)) => told.data.push_str(data),
                _ => {}
            }
        }
        told
    }
}

/// Somebody who watches a table as a page does: whenever the stream ends, it is opened again.
#[derive(Debug)]
pub struct Watcher {
    /// The table that is watched.
    pub table: TableId,
    shown: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

/// How long watchers were without a stream, each time: from its end to the next event.
pub type Reconnects = Arc<Mutex<Vec<Duration>>>;

impl Watcher {
    /// Begins to watch, and tells how long coming back takes.
    pub fn follow(client: HttpClient, table: &TableId, returns: &Reconnects) -> Self {
        let returns = Arc::clone(returns);
        Self::by(table, |table, newest| {
            follow(client, table, newest, returns)
        })
    }

    /// Begins to watch in a way of its own, which tells the newest version that it shows.
    pub fn by<F>(table: &TableId, follow: impl FnOnce(TableId, watch::Sender<u64>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let newest = watch::Sender::new(0);
        let shown = newest.subscribe();
        let task = tokio::spawn(follow(table.clone(), newest));
        Self {
            table: table.clone(),
            shown,
            task,
        }
    }

    /// The version it shows.
    pub fn shown(&self) -> Version {
        Version(*self.shown.borrow())
    }

    /// Waits until it shows this version or a newer one.
    ///
    /// # Panics
    ///
    /// When it does not in time.
    pub async fn shows(&mut self, version: Version, within: Duration) {
        let comes = self.shown.wait_for(|shown| *shown >= version.0);
        let came = timeout(within, comes).await.is_ok_and(|came| came.is_ok());
        let (table, shown) = (&self.table, self.shown());
        assert!(
            came,
            "table {table} is shown at {shown}, not at {version}, {within:?} after it came to it"
        );
    }

    /// Stops watching.
    ///
    /// # Panics
    ///
    /// When it was ever shown less than before.
    pub async fn stop(self) {
        self.task.abort();
        if let Err(error) = self.task.await {
            assert!(error.is_cancelled(), "a watcher fails: {error}");
        }
    }
}

async fn follow(
    client: HttpClient,
    table: TableId,
    newest: watch::Sender<u64>,
    returns: Reconnects,
) {
    let mut ended: Option<Instant> = None;
    let mut failures = 0;
    loop {
        let since = *newest.borrow();
        let path = format!("/api/tables/{table}/events?since={since}");
        let mut wait = (BACK_OFF.0 * 2_u32.saturating_pow(failures)).min(BACK_OFF.1);
        failures += 1;
        if let Ok(response) = client.try_open(&path).await
            && response.status() == StatusCode::OK
        {
            let mut stream = Stream::of(response);
            while let Some(told) = stream.next().await {
                if told.event == "bye" {
                    wait = retry(&told);
                    break;
                }
                failures = 0;
                if let Some(ended) = ended.take() {
                    returns.lock().unwrap().push(ended.elapsed());
                }
                let id = told
                    .id
                    .unwrap_or_else(|| panic!("without a version: {told:?}"));
                assert!(id >= since, "table {table} goes back to {id} from {since}");
                newest.send_if_modified(|shown| {
                    let newer = id > *shown;
                    *shown = id.max(*shown);
                    newer
                });
            }
        }
        ended.get_or_insert_with(Instant::now);
        sleep(wait).await;
    }
}

/// When a watcher who was told to come back does.
fn retry(bye: &StreamEvent) -> Duration {
    let said: Value = serde_json::from_str(&bye.data).unwrap_or_default();
    let retry_ms = said["retry_ms"].as_u64();
    Duration::from_millis(retry_ms.unwrap_or_else(|| panic!("come back when? {bye:?}")))
}
