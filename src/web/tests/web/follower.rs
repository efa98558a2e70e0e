//! A page that stays open: it reads a compressed stream and puts together what it shows, as the page's script does.

use std::io::Write as _;

use flate2::write::GzDecoder;
use game::TableId;
use serde_json::Value;

use crate::client::{Client, News, Stream};

/// What ends an event.
const BLANK: &str = "\n\n";

/// A page that stays open.
#[derive(Debug)]
pub(crate) struct Follower {
    stream: Stream,
    decoder: GzDecoder<Vec<u8>>,
    lines: Vec<String>,
    id: String,
    /// The bytes of each update after the first, as they were sent.
    updates: Vec<usize>,
    /// All bytes that were sent.
    total: usize,
}

impl Follower {
    /// Opens the page of a table.
    pub(crate) async fn follow(mut client: Client, table: &TableId) -> Self {
        let stream = client.compressed_stream(&format!("/t/{table}/live")).await;
        let mut follower = Self {
            stream,
            decoder: GzDecoder::new(Vec::new()),
            lines: Vec::new(),
            id: String::new(),
            updates: Vec::new(),
            total: 0,
        };
        follower.receive().await;
        follower.updates.clear();
        follower
    }

    /// The HTML it shows.
    pub(crate) fn page(&self) -> String {
        self.lines.join("\n")
    }

    /// Reads until it shows a version, and returns all that was sent.
    pub(crate) async fn come_to(&mut self, version: u64) -> String {
        let mut sent = String::new();
        while self.version() < version {
            sent += &self.receive().await;
        }
        sent
    }

    /// The number of updates, the bytes of the median one, and all bytes that were sent.
    pub(crate) fn received(&self) -> (usize, usize, usize) {
        let mut updates = self.updates.clone();
        updates.sort_unstable();
        let median = updates.get(updates.len() / 2).copied();
        (updates.len(), median.unwrap_or(0), self.total)
    }

    fn version(&self) -> u64 {
        let version = self.id.split('-').next().and_then(|id| id.parse().ok());
        version.expect("an id begins with a version")
    }

    /// Reads one event, shows it, and returns its text.
    async fn receive(&mut self) -> String {
        let bytes = self.stream.bytes().await;
        self.decoder.write_all(&bytes).unwrap();
        // The whole event is there as soon as its bytes are.
        self.decoder.flush().unwrap();
        let text = std::mem::take(self.decoder.get_mut());
        let text = String::from_utf8(text).unwrap();
        assert!(text.ends_with(BLANK), "{text}");
        let news = News::read(text.as_bytes());
        match news.event.as_str() {
            "page" => self.lines = news.data.split('\n').map(str::to_owned).collect(),
            "patch" => self.patch(&news.json()),
            other => assert_eq!(other, "beat"),
        }
        self.id = news.id;
        self.updates.push(bytes.len());
        self.total += bytes.len();
        text
    }

    fn patch(&mut self, patch: &Value) {
        let (_, mark) = self.id.split_once('-').expect("a page's id has its mark");
        assert_eq!(patch["from"], mark);
        self.lines = patched(std::mem::take(&mut self.lines), patch);
    }
}

/// The lines of a page after a patch.
pub(crate) fn patched(before: Vec<String>, patch: &Value) -> Vec<String> {
    let mut before = before.into_iter();
    let mut lines = Vec::new();
    for edit in patch["lines"].as_array().unwrap() {
        if let Some(come) = edit.as_str() {
            lines.extend(come.split('\n').map(str::to_owned));
            continue;
        }
        let edit = edit.as_i64().unwrap();
        let count = usize::try_from(edit.unsigned_abs()).unwrap();
        let old = before.by_ref().take(count);
        if edit > 0 {
            lines.extend(old);
        } else {
            assert_eq!(old.count(), count);
        }
    }
    assert_eq!(before.next(), None);
    lines
}
