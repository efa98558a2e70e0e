//! One message to a socket's client.

use std::sync::Arc;

use service::Look;

use crate::catch_up::CatchUp;
use crate::wire::{ByeEvent, ByeReason};
use crate::{AppState, WebError};

/// Bytes of a frame at most. API Gateway takes 32 KiB.
pub const FRAME_BYTES_MAX: usize = 32_000;

/// How long a client is to wait that is told to go, in milliseconds.
const BYE_MS: u64 = 1_000;

/// One message to a socket's client: an event of the event stream, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    text: Arc<str>,
    is_last: bool,
}

impl Frame {
    /// Returns what is posted. It has [`FRAME_BYTES_MAX`] at most.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the connection ends with it.
    pub fn is_last(&self) -> bool {
        self.is_last
    }

    /// Returns news as a frame. What is too long for one becomes a beat, whose id says that there is something else: the
    /// client fetches it.
    pub(super) fn fitted(news: &CatchUp, app: &AppState, look: &Look) -> Result<Self, WebError> {
        let mut text = news.json()?;
        if text.len() > FRAME_BYTES_MAX {
            text = CatchUp::beat(app, look, &news.id()).json()?;
        }
        Ok(Self {
            text: text.into(),
            is_last: false,
        })
    }

    /// Returns the last frame of a connection.
    pub(super) fn bye(reason: ByeReason) -> Option<Self> {
        let retry_ms = BYE_MS;
        let text = CatchUp::bye(&ByeEvent { retry_ms, reason }).json().ok()?;
        Some(Self {
            text: text.into(),
            is_last: true,
        })
    }
}
