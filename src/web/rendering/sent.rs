//! The pages that were sent last to those who are told of one event at a time, so that they are sent what changed.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use game::{SeatNo, TableId};
use lru::LruCache;
use service::Look;

use super::LineHashes;

/// Viewers of whom it is known what they were sent. One has some ten kilobytes.
const VIEWERS_MAX: NonZeroUsize = NonZeroUsize::new(512).expect("512 is not zero");
/// Pages of one viewer: each of their tabs may have another.
const PAGES_MAX: usize = 4;

/// Who sees one and the same page: what one of them has may be said to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PageViewer {
    table: TableId,
    seat: Option<SeatNo>,
    base_url: Arc<str>,
}

impl PageViewer {
    /// The viewer of a look. Whoever lost the seat since sees what spectators see.
    pub(crate) fn new(table: &TableId, look: &Look, base_url: &Arc<str>) -> Self {
        Self {
            table: table.clone(),
            seat: look.seat,
            base_url: Arc::clone(base_url),
        }
    }
}

/// The pages that were sent last, by viewer.
#[derive(Debug)]
pub(crate) struct SentPages(Mutex<LruCache<PageViewer, VecDeque<Arc<LineHashes>>>>);

impl Default for SentPages {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(VIEWERS_MAX)))
    }
}

impl SentPages {
    /// Returns the page that was sent to a viewer last.
    pub(crate) fn last(&self, viewer: &PageViewer) -> Option<Arc<LineHashes>> {
        self.lock().get(viewer)?.back().cloned()
    }

    /// Returns the page of this id, if it was sent to this viewer. Another viewer's is not looked for: how a page differs
    /// from another seat's would tell what stands there.
    pub(crate) fn find(&self, viewer: &PageViewer, id: &str) -> Option<Arc<LineHashes>> {
        let mut sent = self.lock();
        let pages = sent.get(viewer)?;
        pages.iter().rfind(|page| page.is_of(id)).cloned()
    }

    /// Remembers what a viewer is sent now.
    pub(crate) fn note(&self, viewer: PageViewer, page: &Arc<LineHashes>) {
        let mut sent = self.lock();
        let pages = sent.get_or_insert_mut(viewer, VecDeque::new);
        pages.retain(|other| !other.is_same(page));
        if pages.len() == PAGES_MAX {
            pages.pop_front();
        }
        pages.push_back(Arc::clone(page));
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<PageViewer, VecDeque<Arc<LineHashes>>>> {
        // Every state of the map is a sound one, also after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use game::Version;

    use super::super::page::LineHasher;
    use super::*;
    use crate::rendering::PageRendering;

    fn page(text: &str) -> PageRendering {
        let hasher = LineHasher::keyed(&[1; 32]);
        PageRendering::new(Version(1), String::new(), text.to_owned(), &hasher)
    }

    fn viewer(seat: u8) -> PageViewer {
        PageViewer {
            table: TableId::from_random([7; TableId::LEN]),
            seat: Some(SeatNo(seat)),
            base_url: "https://codex.test".into(),
        }
    }

    #[test]
    fn a_viewer_is_sent_changes_of_their_own_pages_alone() {
        let sent = SentPages::default();
        let pages: Vec<_> = (0..=PAGES_MAX)
            .map(|number| page(&number.to_string()))
            .collect();
        for page in &pages {
            sent.note(viewer(1), &page.hashes);
        }
        let is_found = |seat, page: &PageRendering| sent.find(&viewer(seat), &page.id()).is_some();
        assert!(!is_found(1, &pages[0]), "the oldest made way");
        assert!(pages[1..].iter().all(|page| is_found(1, page)));
        assert!(!pages.iter().any(|page| is_found(2, page)));
        assert!(sent.last(&viewer(2)).is_none());
        sent.note(viewer(1), &pages[1].hashes);
        assert!(sent.last(&viewer(1)).unwrap().is_same(&pages[1].hashes));
        for nonsense in ["", "1", "1-", "1-00"] {
            assert!(sent.find(&viewer(1), nonsense).is_none());
        }
    }

    #[test]
    fn there_is_an_end_to_what_is_remembered() {
        let sent = SentPages::default();
        for number in 0..2 * VIEWERS_MAX.get() {
            let base_url = format!("https://{number}.test").into();
            let viewer = PageViewer {
                base_url,
                ..viewer(1)
            };
            sent.note(viewer, &page("a").hashes);
        }
        assert_eq!(sent.lock().len(), VIEWERS_MAX.get());
    }

    #[test]
    fn a_page_has_one_id_wherever_the_key_is_known_and_another_where_it_is_not() {
        let hashed = |key: u8| {
            let hasher = LineHasher::keyed(&[key; 32]);
            PageRendering::new(Version(1), String::new(), "one\ntwo".to_owned(), &hasher)
        };
        assert_eq!(hashed(1).id(), hashed(1).id());
        assert_ne!(hashed(1).id(), hashed(2).id());
    }
}
