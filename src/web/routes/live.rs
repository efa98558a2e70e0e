//! The event stream of a table: its page as it changes, and a heartbeat with the version it stands at.
//!
//! The id of every event is the table's version, so a client that lost its connection says what it has, to
//! any instance. Announcements may be lost: the version in each heartbeat comes from the journal.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use game::Version;
use http::header::{CACHE_CONTROL, HeaderName};
use http::request::Parts;
use serde::Deserialize;
use service::{Look, Subscription, Update};
use tokio::time::{Instant, sleep_until};

use crate::client_ip::client;
use crate::identity::AtTable;
use crate::stream_limit::StreamSlot;
use crate::wire::{BeatEvent, ByeEvent, ByeReason, TableAnswer};
use crate::{AppState, LifecycleStage, WebError};

/// How long a client waits before it connects again: between the first and the sum of both, so that not all
/// come at once.
const BYE_MS: (u64, u64) = (500, 1_000);
/// How long a client waits whose stream was replaced: it would end another stream of its seat.
const REPLACED_MS: u64 = 60_000;

/// One of this many parts of a stream's age is random, so that streams opened together do not end together.
const AGE_SPREAD: u32 = 10;

/// The version the client has already.
#[derive(Deserialize)]
pub(crate) struct Since {
    since: Option<u64>,
}

/// In which form the stream shows the table.
#[derive(Clone, Copy)]
enum StreamFormat {
    Page,
    Json,
}

/// Streams the table's page.
pub(crate) async fn page_stream(
    State(app): State<AppState>,
    at: AtTable,
    Query(since): Query<Since>,
    asked: Parts,
) -> Result<Response, WebError> {
    open(app, at, since.since, &asked, StreamFormat::Page).await
}

/// Streams the table's view as JSON.
pub(crate) async fn json_stream(
    State(app): State<AppState>,
    at: AtTable,
    Query(since): Query<Since>,
    asked: Parts,
) -> Result<Response, WebError> {
    open(app, at, since.since, &asked, StreamFormat::Json).await
}

async fn open(
    app: AppState,
    at: AtTable,
    since: Option<u64>,
    asked: &Parts,
    format: StreamFormat,
) -> Result<Response, WebError> {
    if app.lifecycle.stage() == LifecycleStage::Closing {
        return Err(WebError::Closing);
    }
    let client = client(app.settings.trusted_proxy_hops, asked);
    let seat = at.holder.map(|holder| (at.table.clone(), holder));
    let slot = app.stream_limit.take(client, seat)?;
    let updates = app.tables.feeds.watch(&at.table, at.holder).await?;
    let last_id = asked
        .headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let stream = EventStream {
        known: last_id.or(since).map(Version),
        shown: Version(0),
        base: crate::request::base_url(&app, &asked.uri, &asked.headers),
        ends: app.settings.stream_age_max.map(|age| ending(&app, age)),
        app,
        at,
        updates,
        format,
        over: false,
        slot,
    };
    let events = stream::unfold(stream, |mut stream| async move {
        let event = stream.next().await?;
        Some((Ok::<_, Infallible>(event), stream))
    });
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), "no");
    Ok(([(CACHE_CONTROL, "no-store"), unbuffered], Sse::new(events)).into_response())
}

/// Waits until a moment; for ever without one.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => pending().await,
    }
}

/// Returns when a stream ends that may last as long as `age`: up to a tenth earlier.
fn ending(app: &AppState, age: Duration) -> Instant {
    let mut byte = [0];
    (app.random)(&mut byte);
    Instant::now() + age - age * u32::from(byte[0]) / (AGE_SPREAD * 255)
}

struct EventStream {
    app: AppState,
    at: AtTable,
    updates: Subscription,
    base: String,
    /// The version the client says it has, until the first update.
    known: Option<Version>,
    shown: Version,
    format: StreamFormat,
    ends: Option<Instant>,
    over: bool,
    slot: StreamSlot,
}

impl EventStream {
    /// Returns the next event; `None` when the stream is over.
    async fn next(&mut self) -> Option<Event> {
        if self.over {
            return None;
        }
        // An end is never an error for the client: it connects again.
        let update = tokio::select! {
            () = self.app.lifecycle.closing() => return self.bye(ByeReason::Closing),
            () = until(self.ends) => return self.bye(ByeReason::Age),
            () = self.slot.replaced() => return self.bye(ByeReason::Replaced),
            update = self.updates.next() => update,
        };
        let known = self.known.take();
        match update {
            Update::Shown(look) if known == Some(look.version()) => {
                self.shown = look.version();
                self.beat(look.version())
            }
            Update::Shown(look) => self.show(&look).await,
            Update::Beat(version) => self.beat(version),
        }
    }

    async fn show(&mut self, look: &Look) -> Option<Event> {
        let version = look.version();
        let event = match self.format {
            StreamFormat::Page => {
                let fragment = super::table::fragment(&self.at, look, &self.base);
                Event::default().event("page").data(fragment.ok()?)
            }
            StreamFormat::Json => {
                let shown = TableAnswer::of(&self.at.table, look);
                Event::default().event("view").json_data(shown).ok()?
            }
        };
        self.shown = version;
        Some(event.id(version.to_string()))
    }

    fn beat(&self, version: Version) -> Option<Event> {
        Event::default()
            .event("beat")
            .id(self.shown.to_string())
            .json_data(BeatEvent { version })
            .ok()
    }

    /// Tells the client to connect again, to this instance or another, and ends the stream.
    fn bye(&mut self, reason: ByeReason) -> Option<Event> {
        self.over = true;
        let mut byte = [0];
        (self.app.random)(&mut byte);
        let least = match reason {
            ByeReason::Closing | ByeReason::Age => BYE_MS.0,
            ByeReason::Replaced => REPLACED_MS,
        };
        let retry_ms = least + u64::from(byte[0]) * BYE_MS.1 / 255;
        Event::default()
            .event("bye")
            .json_data(ByeEvent { retry_ms, reason })
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use service::HEARTBEAT_MS;

    /// The page counts its stream as lost after so many milliseconds of silence.
    const SILENCE: &str = "const SILENCE_MS = ";

    #[test]
    fn the_page_waits_for_more_than_two_heartbeats_and_fewer_than_three() {
        let script = include_str!("../assets/codex.js");
        let (_, after) = script.split_once(SILENCE).expect("the page has a limit");
        let (silence_ms, _) = after.split_once(';').expect("the line ends");
        let silence_ms: u64 = silence_ms.parse().expect("the limit is a number");
        assert!(silence_ms > 2 * HEARTBEAT_MS && silence_ms < 3 * HEARTBEAT_MS);
    }
}
