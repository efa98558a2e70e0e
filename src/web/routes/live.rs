//! The event stream of a table: what it shows, as it changes, and a heartbeat with the version it stands at.
//!
//! The id of every event names what the client has then. A client that connects again says it, to any instance: if that
//! is the newest, it hears a heartbeat, and else it is sent the whole page or view. From then on a page comes as the lines
//! that changed, and a view whole, or as a merge patch for clients that ask for changes.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use game::Version;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, VARY};
use http::request::Parts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::{Look, Subscription, Update};
use tokio::time::{Instant, sleep_until};

use crate::client_ip::ClientAddress;
use crate::event_stream::{EncodedEvent, StreamEncoder};
use crate::identity::AtTable;
use crate::rendering::{self, LineHashes, ViewRendering};
use crate::request::{CheckedQuery, base_url};
use crate::stream_limit::StreamSlot;
use crate::stream_metrics::{StreamKind, StreamMeter};
use crate::wire::{BeatEvent, ByeEvent, ByeReason};
use crate::{AppState, LifecycleStage, WebError};

/// How long a client waits before it connects again: between the first and the sum of both, so that not all
/// come at once.
const BYE_MS: (u64, u64) = (500, 1_000);
/// How long a client waits whose stream was replaced: it would end another stream of its seat.
const REPLACED_MS: u64 = 60_000;

/// One of this many parts of a stream's age is random, so that streams opened together do not end together.
const AGE_SPREAD: u32 = 10;

/// What a client asks of a stream.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct StreamQuery {
    /// The id of the event it had last.
    since: Option<String>,
    /// How changes of a view are to come.
    #[serde(default)]
    changes: Changes,
}

/// How changes of a view come.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
enum Changes {
    /// Each as the whole view.
    #[default]
    Whole,
    /// As a JSON merge patch (RFC 7396) against what was sent before.
    Merge,
}

/// What a stream shows, and what it keeps of what it sent last.
enum Shows {
    /// The page.
    Page(Option<Arc<LineHashes>>),
    /// The view as JSON, whole each time.
    View,
    /// The view as JSON, once whole and then as patches.
    Changes(Option<Arc<ViewRendering>>),
}

impl Shows {
    fn kind(&self) -> StreamKind {
        match self {
            Self::Page(_) => StreamKind::Page,
            Self::View => StreamKind::View,
            Self::Changes(_) => StreamKind::Changes,
        }
    }
}

/// Streams the table's page.
pub(crate) async fn page_stream(
    State(app): State<AppState>,
    at: AtTable,
    CheckedQuery(query): CheckedQuery<StreamQuery>,
    asked: Parts,
) -> Result<Response, WebError> {
    open(app, at, query.since, &asked, Shows::Page(None)).await
}

/// Streams the table's view as JSON.
pub(crate) async fn json_stream(
    State(app): State<AppState>,
    at: AtTable,
    CheckedQuery(query): CheckedQuery<StreamQuery>,
    asked: Parts,
) -> Result<Response, WebError> {
    let shows = match query.changes {
        Changes::Whole => Shows::View,
        Changes::Merge => Shows::Changes(None),
    };
    open(app, at, query.since, &asked, shows).await
}

async fn open(
    app: AppState,
    at: AtTable,
    since: Option<String>,
    asked: &Parts,
    shows: Shows,
) -> Result<Response, WebError> {
    if !app.settings.news.may_wait() {
        return Err(WebError::NoStreams);
    }
    if app.lifecycle.stage() == LifecycleStage::Closing {
        return Err(WebError::Closing);
    }
    let hops = app.settings.trusted_proxy_hops;
    let client = ClientAddress::of(hops, &asked.headers, &asked.extensions);
    let kind = shows.kind();
    let seat = at.holder.map(|holder| (at.table.clone(), holder));
    let slot = app.stream_limit.take(client.network(), seat)?;
    let updates = app.tables.feeds.watch(&at.table, at.holder).await?;
    let last_id = asked.headers.get("last-event-id");
    let last_id = last_id.and_then(|id| id.to_str().ok()).map(str::to_owned);
    let encoder = StreamEncoder::accepted(&asked.headers);
    let encoding = encoder.name();
    let stream = EventStream {
        base_url: base_url(&app, &asked.uri, &asked.headers).into(),
        ends: app.settings.stream_age_max.map(|age| ending(&app, age)),
        known: last_id.or(since),
        id: String::new(),
        is_over: false,
        updates,
        shows,
        encoder,
        meter: app.stream_metrics.open(kind),
        app,
        slot,
    };
    let events = stream::unfold(stream, |mut stream| async move {
        let bytes = stream.next().await?;
        stream.meter.sent(bytes.len());
        Some((Ok::<_, Infallible>(bytes), stream))
    });
    Ok(answer(Body::from_stream(events), encoding))
}

fn answer(events: Body, encoding: Option<&'static str>) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        (VARY, "accept-encoding"),
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let mut response = (headers, events).into_response();
    if let Some(encoding) = encoding {
        let encoding = HeaderValue::from_static(encoding);
        response.headers_mut().insert(CONTENT_ENCODING, encoding);
    }
    response
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
    updates: Subscription,
    base_url: Arc<str>,
    /// What the client says it has, until the first update.
    known: Option<String>,
    shows: Shows,
    /// The id of what was sent last.
    id: String,
    encoder: StreamEncoder,
    ends: Option<Instant>,
    is_over: bool,
    meter: StreamMeter,
    slot: StreamSlot,
}

impl EventStream {
    /// Returns the bytes of the next event; `None` when the stream is over.
    async fn next(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        // An end is never an error for the client: it connects again.
        let update = tokio::select! {
            () = self.app.lifecycle.closing() => return Some(self.bye(ByeReason::Closing)),
            () = until(self.ends) => return Some(self.bye(ByeReason::Age)),
            () = self.slot.replaced() => return Some(self.bye(ByeReason::Replaced)),
            update = self.updates.next() => update,
        };
        let event = match update {
            Update::Shown(look) => self.show(&look).ok()?,
            Update::Beat(version) => self.beat(version),
            Update::Erased => return Some(self.bye(ByeReason::Erased)),
        };
        Some(self.encoder.encode(&event))
    }

    fn show(&mut self, look: &Look) -> Result<Arc<EncodedEvent>, WebError> {
        let table = self.updates.table();
        let known = self.known.take();
        let is_known = |id: &str| known.as_deref() == Some(id);
        match &mut self.shows {
            Shows::Page(sent) => {
                let page = rendering::page(&self.app, table, look, &self.base_url)?;
                self.id = page.id();
                match sent.replace(Arc::clone(&page.hashes)) {
                    Some(before) => return Ok(page.since(&before)),
                    None if !is_known(&self.id) => return Ok(page.whole()),
                    None => {}
                }
            }
            Shows::View => {
                let view = rendering::view(&self.app, table, look)?;
                self.id = view.id();
                if !is_known(&self.id) {
                    return Ok(view.whole());
                }
            }
            Shows::Changes(sent) => {
                let view = rendering::view(&self.app, table, look)?;
                self.id = view.id();
                return Ok(match sent.replace(Arc::clone(&view)) {
                    Some(before) => view.since(&before),
                    // What the client has is not known to the byte: a patch needs a view that was sent here.
                    None => view.whole(),
                });
            }
        }
        Ok(self.beat(look.version()))
    }

    fn beat(&self, version: Version) -> Arc<EncodedEvent> {
        let now_ms = self.app.tables.now_ms();
        let data = json(&BeatEvent { version, now_ms });
        Arc::new(EncodedEvent::new("beat", &self.id, &data))
    }

    /// Tells the client to connect again, to this instance or another, and ends the stream.
    fn bye(&mut self, reason: ByeReason) -> Bytes {
        self.is_over = true;
        let mut byte = [0];
        (self.app.random)(&mut byte);
        let least = match reason {
            ByeReason::Closing | ByeReason::Age | ByeReason::Erased => BYE_MS.0,
            ByeReason::Replaced => REPLACED_MS,
        };
        let retry_ms = least + u64::from(byte[0]) * BYE_MS.1 / 255;
        let data = json(&ByeEvent { retry_ms, reason });
        self.encoder.finish(&EncodedEvent::new("bye", "", &data))
    }
}

/// Writes the data of a small event.
fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use service::HEARTBEAT_MS;

    /// The page counts its stream as lost after so many milliseconds of silence.
    const SILENCE: &str = "const SILENCE_MS = ";

    #[test]
    fn the_page_waits_for_more_than_two_heartbeats_and_fewer_than_three() {
        let script = include_str!("../assets/transport.js");
        let (_, after) = script.split_once(SILENCE).expect("the page has a limit");
        let (silence_ms, _) = after.split_once(';').expect("the line ends");
        let silence_ms: u64 = silence_ms.parse().expect("the limit is a number");
        assert!(silence_ms > 2 * HEARTBEAT_MS && silence_ms < 3 * HEARTBEAT_MS);
    }
}
