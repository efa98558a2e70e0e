//! What a viewer is shown at one version, rendered once for all streams and requests of that viewer.
//!
//! A rendering's key holds everything that it depends on: the table with its version and presence (by the serial number
//! of [`Look::serial`]), the viewer, and the public address that its links name. Two viewers share no rendering, so a
//! whisper cannot come from one to the other; spectators of one public address share theirs.

mod cache;
mod page;
mod sent;
mod view;

use std::sync::Arc;

use game::{SeatNo, TableId};
use service::Look;

use crate::keys::Keys;
use crate::pages::{Invitation, Main, Template};
use crate::request::leads_to_loopback;
use crate::routes::{self, invitation};
use crate::story_link::StoryLink;
use crate::wire::TableAnswer;
use crate::{AppState, WebError};

use cache::RenderingCache;
use page::LineHasher;
pub(crate) use page::{LineHashes, PageRendering};
pub(crate) use sent::PageViewer;
use sent::SentPages;
pub(crate) use view::ViewRendering;

/// Bytes of pages, and of views, kept at most.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bytes that most pages have at most: their text is written without growing.
const PAGE_BYTES: usize = 20 * 1024;

/// The renderings used last.
#[derive(Debug)]
pub(crate) struct Renderings {
    pages: RenderingCache<PageKey, PageRendering>,
    views: RenderingCache<ViewKey, ViewRendering>,
    /// What was sent last to those who are told of one event at a time.
    pub(crate) sent: SentPages,
    hasher: LineHasher,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ViewKey {
    /// Stands for the table, what the viewer saw of it last, and its presence.
    shown: u64,
    viewer: Option<SeatNo>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PageKey {
    view: ViewKey,
    base_url: Arc<str>,
}

impl Renderings {
    /// Renderings whose ids are the same in all processes with these keys.
    pub(crate) fn new(keys: &Keys) -> Self {
        Self {
            pages: RenderingCache::new(BYTES_MAX),
            views: RenderingCache::new(BYTES_MAX),
            sent: SentPages::default(),
            hasher: LineHasher::keyed(&keys.of_lines()),
        }
    }
}

impl ViewKey {
    fn of(look: &Look) -> Self {
        Self {
            shown: look.serial(),
            viewer: look.seat,
        }
    }
}

/// Returns the part of a table's page that changes, as the viewer of `look` sees it.
pub(crate) fn page(
    app: &AppState,
    table: &TableId,
    look: &Look,
    base_url: &Arc<str>,
) -> Result<Arc<PageRendering>, WebError> {
    let key = PageKey {
        view: ViewKey::of(look),
        base_url: Arc::clone(base_url),
    };
    app.renderings.pages.get_or_render(key, || {
        let view = look.view();
        let code = view.code.as_ref();
        let link = code.map(|code| invitation::link(base_url, code));
        let story = look.published().and_then(|published| {
            let table = table.clone();
            app.keys.seal_story(&StoryLink { table, published })
        });
        let story = story.map(|sealed| routes::story::path(&sealed));
        let main = Main {
            table,
            view: &view,
            presence: &look.shown.presence,
            proof: &look.proof(),
            holder: look.holder(),
            invitation: link.as_deref().map(|link| Invitation {
                link,
                is_drawn: invitation::is_drawn(base_url, link),
                only_here: leads_to_loopback(base_url),
            }),
            story: story.as_deref(),
        };
        let mut text = String::with_capacity(PAGE_BYTES);
        main.render_into(&mut text)?;
        let title = main.stage_title();
        Ok(PageRendering::new(
            view.version,
            title,
            text,
            &app.renderings.hasher,
        ))
    })
}

/// Returns a table's view as JSON, as the viewer of `look` sees it.
pub(crate) fn view(
    app: &AppState,
    table: &TableId,
    look: &Look,
) -> Result<Arc<ViewRendering>, WebError> {
    app.renderings.views.get_or_render(ViewKey::of(look), || {
        let proof = look.proof();
        let answer = TableAnswer {
            table,
            view: &look.view(),
            presence: &look.shown.presence,
            fingerprint: proof.fingerprint.as_deref(),
            head: proof.head.as_deref(),
        };
        let json = serde_json::to_vec(&answer);
        let json = json.map_err(|error| WebError::Internal(Box::new(error)))?;
        Ok(ViewRendering::new(look.version(), json.into()))
    })
}
