//! The event that leads a client from what it has to the newest, for those who are told of one event at a time: by a
//! socket, or as the answer to a question.

use std::sync::Arc;

use game::TableId;
use service::Look;

use crate::rendering::{self, PageRendering, PageViewer, ViewRendering};
use crate::wire::{BeatEvent, ByeEvent, NewsAnswer};
use crate::{AppState, WebError};

/// The page that a client has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KnownPage<'a> {
    /// The one of this id, as the client says.
    Id(&'a str),
    /// The one that this process has sent to the same viewer last: the client checks that.
    SentLast,
}

/// One event, as streams send it.
#[derive(Debug)]
pub(crate) enum CatchUp {
    /// The whole page.
    Page(Arc<PageRendering>),
    /// The lines of a page that differ from those of one before.
    Patch { id: String, data: String },
    /// The whole view.
    View(Arc<ViewRendering>),
    /// Nothing is new.
    Beat { id: String, data: String },
    /// The client is to go.
    Bye { data: String },
}

impl CatchUp {
    /// Returns what leads to the newest page: nothing, the lines that differ from a page that this process has sent to the
    /// same viewer, or the whole.
    pub(crate) fn on_page(
        app: &AppState,
        table: &TableId,
        look: &Look,
        base_url: &Arc<str>,
        known: KnownPage<'_>,
    ) -> Result<Self, WebError> {
        let page = rendering::page(app, table, look, base_url)?;
        let id = page.id();
        let viewer = PageViewer::new(table, look, base_url);
        let sent = &app.renderings.sent;
        let before = match known {
            KnownPage::Id(known) if known == id => None,
            KnownPage::Id(known) => sent.find(&viewer, known),
            KnownPage::SentLast => sent.last(&viewer),
        };
        sent.note(viewer, &page.hashes);
        if matches!(known, KnownPage::Id(known) if known == id) {
            return Ok(Self::beat(app, look, &id));
        }
        let patch = before.and_then(|before| page.patch_from(&before));
        Ok(match patch {
            Some(data) => Self::Patch { id, data },
            None => Self::Page(page),
        })
    }

    /// Returns the newest view, or a beat where the client has it.
    pub(crate) fn on_view(
        app: &AppState,
        table: &TableId,
        look: &Look,
        known: KnownPage<'_>,
    ) -> Result<Self, WebError> {
        let view = rendering::view(app, table, look)?;
        if let KnownPage::Id(known) = known
            && known == view.id()
        {
            return Ok(Self::beat(app, look, known));
        }
        Ok(Self::View(view))
    }

    /// Returns the beat of a client that has what has this id.
    pub(crate) fn beat(app: &AppState, look: &Look, id: &str) -> Self {
        let beat = BeatEvent {
            version: look.version(),
            now_ms: app.tables.now_ms(),
        };
        Self::Beat {
            id: id.to_owned(),
            data: serde_json::to_string(&beat).unwrap_or_default(),
        }
    }

    pub(crate) fn bye(bye: &ByeEvent) -> Self {
        Self::Bye {
            data: serde_json::to_string(bye).unwrap_or_default(),
        }
    }

    /// Returns what the client has then.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Page(page) => page.id(),
            Self::View(view) => view.id(),
            Self::Patch { id, .. } | Self::Beat { id, .. } => id.clone(),
            Self::Bye { .. } => String::new(),
        }
    }

    /// Returns the event as JSON.
    pub(crate) fn json(&self) -> Result<String, WebError> {
        let view;
        let (event, data): (_, &str) = match self {
            Self::Page(page) => ("page", &page.text),
            Self::Patch { data, .. } => ("patch", data),
            Self::View(whole) => {
                view = String::from_utf8_lossy(&whole.json);
                ("view", &view)
            }
            Self::Beat { data, .. } => ("beat", data),
            Self::Bye { data } => ("bye", data),
        };
        let id = &self.id();
        let json = serde_json::to_string(&NewsAnswer { event, id, data });
        json.map_err(|error| WebError::Internal(Box::new(error)))
    }
}
