//! The part of a page that changes, and how it differs from what a client has.

use std::fmt;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use game::Version;

use super::cache::Weighed;
use crate::event_stream::EncodedEvent;
use crate::line_diff::{line_edits, lines};
use crate::wire::PatchEvent;

/// The part of a page that changes, as one viewer sees it.
#[derive(Debug)]
pub(crate) struct PageRendering {
    /// The version it shows.
    pub(crate) version: Version,
    /// What the browser's tab says.
    pub(crate) title: String,
    /// Its HTML. The forms have no ids.
    pub(crate) text: String,
    /// What streams keep of it.
    pub(crate) hashes: Arc<LineHashes>,
    whole: OnceLock<Arc<EncodedEvent>>,
    /// The difference that was asked for last. Streams of one viewer mostly come from the same page.
    patch: Mutex<Option<(PageMark, Arc<EncodedEvent>)>>,
}

/// Names a page by its text, in every process of this release that has the same keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageMark(u64);

/// All that a stream keeps of the page it has sent.
#[derive(Debug)]
pub(crate) struct LineHashes {
    mark: PageMark,
    lines: Box<[u64]>,
}

/// Hashes pages and their lines.
///
/// It begins with a key derived from the operator's secret. So every instance has the same hashes, and a client that
/// comes to another one says what it has; and nobody without the secret can choose two lines, or two pages, that have
/// the same: the hash alone is not made to withstand that.
#[derive(Clone, Debug)]
pub(crate) struct LineHasher(DefaultHasher);

impl LineHasher {
    pub(crate) fn keyed(key: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(key);
        Self(hasher)
    }

    fn hash(&self, text: &str) -> u64 {
        let mut hasher = self.0.clone();
        hasher.write(text.as_bytes());
        hasher.finish()
    }
}

impl LineHashes {
    /// Whether the page is the one of this id.
    pub(crate) fn is_of(&self, id: &str) -> bool {
        let mark = id.split_once('-').map(|(_, mark)| mark);
        mark == Some(self.mark.to_string().as_str())
    }

    /// Whether both are of one page.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.mark == other.mark
    }
}

impl PageRendering {
    pub(crate) fn new(version: Version, title: String, text: String, hasher: &LineHasher) -> Self {
        // An event stream would break the line here, and the client's lines would not be ours.
        let text = if text.contains('\r') {
            text.replace('\r', " ")
        } else {
            text
        };
        let lines = lines(&text).into_iter();
        let lines = lines.map(|line| hasher.hash(line)).collect();
        let mark = PageMark(hasher.hash(&text));
        Self {
            version,
            title,
            text,
            hashes: Arc::new(LineHashes { mark, lines }),
            whole: OnceLock::new(),
            patch: Mutex::default(),
        }
    }

    /// Returns what a client is to say that has this page: the version, and the page's mark.
    pub(crate) fn id(&self) -> String {
        format!("{}-{}", self.version, self.hashes.mark)
    }

    /// Returns the whole page as an event.
    pub(crate) fn whole(&self) -> Arc<EncodedEvent> {
        let whole = || Arc::new(EncodedEvent::new("page", &self.id(), &self.text));
        Arc::clone(self.whole.get_or_init(whole))
    }

    /// Returns an event that makes this page of one before; the whole page, if that is shorter.
    pub(crate) fn since(&self, before: &LineHashes) -> Arc<EncodedEvent> {
        let mut patch = self.patch.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((from, event)) = &*patch
            && *from == before.mark
        {
            return Arc::clone(event);
        }
        let event = self.patch(before).map_or_else(|| self.whole(), Arc::new);
        *patch = Some((before.mark, Arc::clone(&event)));
        event
    }

    fn patch(&self, before: &LineHashes) -> Option<EncodedEvent> {
        let data = self.patch_from(before)?;
        Some(EncodedEvent::new("patch", &self.id(), &data))
    }

    /// Returns the data of a `patch` event that makes this page of one before, if it is shorter than the page.
    pub(crate) fn patch_from(&self, before: &LineHashes) -> Option<String> {
        let patch = PatchEvent {
            from: before.mark.to_string(),
            lines: line_edits(&before.lines, &self.text, &self.hashes.lines),
        };
        let data = serde_json::to_string(&patch).ok()?;
        (data.len() < self.text.len()).then_some(data)
    }
}

impl fmt::Display for PageMark {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:016x}", self.0)
    }
}

impl Weighed for PageRendering {
    fn bytes(&self) -> usize {
        // Its text, and the event of that with what it is compressed to. Differences are short, or the same event.
        3 * self.text.len() + 8 * self.hashes.lines.len()
    }
}
