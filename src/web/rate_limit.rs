//! How often one client may ask: by seat, else by address.
//!
//! All instances share the count through the bus. While nobody can say what it is, each counts by itself.

mod local;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use game::TableId;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;
use service::Tables;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::client_ip::client;
use crate::error::WebError;
use crate::identity::AtTable;
use crate::{AppState, StateInner};
use local::LocalLimiter;

const MINUTE: Duration = Duration::from_mins(1);
/// How many seats' worth an address may ask for. Spectators, doors and whoever has no seat yet have only
/// their address, and one address may be a school's.
const ADDRESS_FACTOR: u32 = 10;
/// Tables one address may open at once, and again within [`OPENING_PER`]: a class of 300 in threes.
const OPENING_MAX: u32 = 100;
/// A flood opens ten a minute after that.
const OPENING_PER: Duration = Duration::from_mins(10);
/// Seats one address may take, or take again, at once and again within [`JOINING_PER`]: a class of 300.
const JOINING_MAX: u32 = 300;
/// A flood sits down once a second after that.
const JOINING_PER: Duration = Duration::from_mins(5);
/// Phrases that may be tried at a table at once and again within a minute: far too few to guess 40 bits.
const PHRASES_MAX: u32 = 20;
/// How often an operator is told that somebody was made to wait.
const TELL_EVERY: Duration = Duration::from_mins(1);
/// Bytes of a key's hash: nobody meets another's by chance.
const KEY_BYTES: usize = 16;

/// How often one client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests of a seat in a minute, at once or spread. An address without a seat has ten times as many.
    pub requests_per_minute: u32,
}

/// What a request asks for, as far as limits go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitClass {
    /// A page, a view, a command.
    Ordinary,
    /// A table of one's own.
    ToOpen,
    /// A seat at somebody's table, or one's own again.
    ToJoin,
}

/// Refuses whoever asks too often, before anything of a body is read.
pub(crate) async fn limit(
    State((app, class)): State<(AppState, LimitClass)>,
    request: Request,
    next: Next,
) -> Response {
    if app.settings.limits.is_none() {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let address = client(app.settings.trusted_proxy_hops, &parts);
    let taken = match class {
        LimitClass::ToOpen => app.take_by(&app.limiter.opening, address).await,
        LimitClass::ToJoin => app.take_by(&app.limiter.joining, address).await,
        LimitClass::Ordinary => match AtTable::from_request_parts(&mut parts, &app).await {
            Ok(AtTable {
                table,
                holder: Some(holder),
                ..
            }) => {
                let who = format!("{table}:{}:{}", holder.seat, holder.generation);
                app.limiter.take(&app.tables, &app.limiter.seat, &who).await
            }
            _ => app.take_by(&app.limiter.address, address).await,
        },
    };
    match taken {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(wait) => WebError::TooManyRequests { wait }.into_response(),
    }
}

impl StateInner {
    async fn take_by(&self, bucket: &LimitBucket, address: IpAddr) -> Result<(), Duration> {
        let who = address.to_string();
        self.limiter.take(&self.tables, bucket, &who).await
    }
}

/// What is left to everybody.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    seat: LimitBucket,
    address: LimitBucket,
    opening: LimitBucket,
    joining: LimitBucket,
    phrases: LimitBucket,
    refused: Family<LimitLabel, Counter>,
}

/// One kind of limit, and what this instance has counted of it.
#[derive(Debug)]
struct LimitBucket {
    name: &'static str,
    capacity: NonZeroU32,
    per: Duration,
    local: LocalLimiter,
    /// When an operator was told last, and how many were refused since.
    told: Mutex<(Option<Instant>, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabel {
    class: &'static str,
}

impl RateLimiter {
    pub(crate) fn new(limits: Option<RateLimits>) -> Self {
        let by_seat = limits.map_or(1, |limits| limits.requests_per_minute);
        Self {
            seat: LimitBucket::new("seat", by_seat, MINUTE),
            address: LimitBucket::new("address", by_seat.saturating_mul(ADDRESS_FACTOR), MINUTE),
            opening: LimitBucket::new("opening", OPENING_MAX, OPENING_PER),
            joining: LimitBucket::new("joining", JOINING_MAX, JOINING_PER),
            phrases: LimitBucket::new("phrases", PHRASES_MAX, MINUTE),
            refused: Family::default(),
        }
    }

    /// Takes a try at a table's phrases, which are guarded whether or not requests are limited.
    pub(crate) async fn try_phrase(
        &self,
        tables: &Tables,
        table: &TableId,
    ) -> Result<(), Duration> {
        self.take(tables, &self.phrases, table.as_str()).await
    }

    /// Takes one, or says when there will be one.
    async fn take(&self, tables: &Tables, bucket: &LimitBucket, who: &str) -> Result<(), Duration> {
        let key = bucket.key(who);
        // Whatever is taken from all instances is taken here, too, so nothing is left there when nothing is
        // left here: a flood costs others no more than this look.
        let mut taken = bucket.local.take(&key);
        if taken.is_ok() {
            let shared = tables.take(&key, bucket.capacity.get(), bucket.per).await;
            taken = shared.unwrap_or(Ok(()));
        }
        if taken.is_err() {
            let class = bucket.name;
            self.refused.get_or_create(&LimitLabel { class }).inc();
            bucket.tell();
        }
        taken
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        let what = "Requests refused because their client asked too often";
        registry.register("requests_limited", what, self.refused.clone());
    }
}

impl LimitBucket {
    fn new(name: &'static str, capacity: u32, per: Duration) -> Self {
        let capacity = NonZeroU32::new(capacity).unwrap_or(NonZeroU32::MIN);
        Self {
            name,
            capacity,
            per,
            local: LocalLimiter::new(capacity, per),
            told: Mutex::default(),
        }
    }

    /// Tells the log, now and then, that clients are made to wait. Who they are is nobody's business.
    fn tell(&self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.1 += 1;
        if told.0.is_none_or(|last| last.elapsed() >= TELL_EVERY) {
            tracing::warn!(
                class = self.name,
                refused = told.1,
                "clients ask too often and are made to wait"
            );
            *told = (Some(Instant::now()), 0);
        }
    }

    /// A key of one form and length, from which nobody reads at a glance who asked.
    fn key(&self, who: &str) -> String {
        let hash = Sha256::new()
            .chain_update(self.name)
            .chain_update(b":")
            .chain_update(who)
            .finalize();
        format!("{}-{}", self.name, hex::encode(&hash[..KEY_BYTES]))
    }
}
