//! Sockets that a gateway holds open: who may open one, and what is posted to it.
//!
//! Nothing here waits. A gateway that hears of a connection or of a message asks, and posts the [`Frame`] that it is
//! given; after a commit it asks once for each [`SocketSeat`] that has connections at the table. A frame holds one event
//! of the event stream, and what it shows comes from the same renderings, for the same viewer.

mod frame;
mod seat;
mod ticket;

use game::Version;
use schemars::JsonSchema;
use serde::Deserialize;
use service::{Look, ServiceError};

use crate::catch_up::{CatchUp, KnownPage};
use crate::wire::ByeReason;
use crate::{AppState, WebError};

pub use frame::{FRAME_BYTES_MAX, Frame};
pub(crate) use seat::SocketShows;
pub use seat::{SocketSeat, SocketSeatError};
pub use ticket::TicketError;
pub(crate) use ticket::{TICKET_MS, issue};

/// The sockets of all tables.
#[derive(Clone, Debug)]
pub struct Sockets(AppState);

/// What a client sends, with the id of the event that it had last. Both are answered alike.
#[derive(Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "lowercase")]
pub(crate) enum SocketMessage {
    /// It has just come, or what it was sent does not fit what it has.
    Hello {
        /// The id of the event it had last; empty, or left out, if it has nothing.
        #[serde(default)]
        since: String,
    },
    /// It is still there.
    Beat {
        /// The id of the event it had last.
        #[serde(default)]
        since: String,
    },
}

impl Sockets {
    pub(crate) fn of(app: &AppState) -> Self {
        Self(app.clone())
    }

    /// Verifies the ticket that a connection comes with, and returns the seat it was issued to.
    ///
    /// Reads nothing but the clock. A ticket is taken as often as it comes within its minute: whoever has it was given
    /// it by the seat's holder, and learns no more by the second connection than by the first.
    pub fn admit(&self, ticket: &str) -> Result<SocketSeat, TicketError> {
        ticket::verify(&self.0.keys, self.0.tables.now_ms(), ticket)
    }

    /// Answers a message of a connection: with what leads from what the client has to the newest, or with a beat where it
    /// has that. A sign of life of the seat.
    ///
    /// Returns `None` for what is no message of ours, and while the journal is out of reach: the client asks again.
    pub async fn answer(&self, seat: &SocketSeat, message: &str) -> Option<Frame> {
        let message = serde_json::from_str(message).ok()?;
        let (SocketMessage::Hello { since } | SocketMessage::Beat { since }) = message;
        let look = self.0.tables.feeds.look(seat.table(), seat.holder());
        self.frame(seat, look.await, KnownPage::Id(&since))
    }

    /// Returns what is posted to the connections of a seat after its table has come to `version`: the difference from what
    /// this process has posted to the seat before. No sign of life, and no read where this process knows that version.
    ///
    /// Returns `None` where the seat sees nothing of what was done: that a frame comes would tell it that something was.
    pub async fn news(&self, seat: &SocketSeat, version: Version) -> Option<Frame> {
        let feeds = &self.0.tables.feeds;
        let look = feeds.known_look(seat.table(), seat.holder(), version).await;
        if matches!(&look, Ok(look) if !look.shows_news_since(version)) {
            return None;
        }
        self.frame(seat, look, KnownPage::SentLast)
    }

    fn frame(
        &self,
        seat: &SocketSeat,
        look: Result<Look, ServiceError>,
        known: KnownPage<'_>,
    ) -> Option<Frame> {
        let frame = match look {
            Ok(look) => self.shown(seat, &look, known),
            Err(ServiceError::Erased) => return Frame::bye(ByeReason::Erased),
            Err(error) => Err(error.into()),
        };
        frame
            .inspect_err(|error| {
                let error: &dyn std::error::Error = error;
                tracing::debug!(table = %seat.table(), error, "a socket was told nothing");
            })
            .ok()
    }

    fn shown(
        &self,
        seat: &SocketSeat,
        look: &Look,
        known: KnownPage<'_>,
    ) -> Result<Frame, WebError> {
        let news = match seat.shows() {
            SocketShows::Page { base_url } => {
                CatchUp::on_page(&self.0, seat.table(), look, base_url, known)?
            }
            SocketShows::View => CatchUp::on_view(&self.0, seat.table(), look, known)?,
        };
        Frame::fitted(&news, &self.0, look)
    }
}
