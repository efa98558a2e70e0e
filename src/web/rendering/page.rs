//! The part of a page that changes, and how it differs from what a client has.

use std::hash::{BuildHasher, DefaultHasher, Hasher, RandomState};
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

/// Names a page by its text, in every process of this release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageMark(u64);

/// All that a stream keeps of the page it has sent.
#[derive(Debug)]
pub(crate) struct LineHashes {
    mark: PageMark,
    lines: Box<[u64]>,
}

impl PageRendering {
    pub(crate) fn new(version: Version, title: String, text: String, salt: &RandomState) -> Self {
        // An event stream would break the line here, and the client's lines would not be ours.
        let text = if text.contains('\r') {
            text.replace('\r', " ")
        } else {
            text
        };
        let lines = lines(&text).into_iter();
        let lines = lines.map(|line| salt.hash_one(line)).collect();
        let hashes = Arc::new(LineHashes {
            mark: PageMark::of(&text),
            lines,
        });
        Self {
            version,
            title,
            text,
            hashes,
            whole: OnceLock::new(),
            patch: Mutex::default(),
        }
    }

    /// Returns what a client is to say that has this page: the version, and the page's mark.
    pub(crate) fn id(&self) -> String {
        format!("{}-{:016x}", self.version, self.hashes.mark.0)
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
        let patch = PatchEvent {
            from: format!("{:016x}", before.mark.0),
            lines: line_edits(&before.lines, &self.text, &self.hashes.lines),
        };
        let data = serde_json::to_string(&patch).ok()?;
        let shorter = data.len() < self.text.len();
        shorter.then(|| EncodedEvent::new("patch", &self.id(), &data))
    }
}

impl PageMark {
    fn of(text: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(text.as_bytes());
        Self(hasher.finish())
    }
}

impl Weighed for PageRendering {
    fn bytes(&self) -> usize {
        // Its text, and the event of that with what it is compressed to. Differences are short, or the same event.
        3 * self.text.len() + 8 * self.hashes.lines.len()
    }
}
