//! Rate limits: a token bucket for each seat, else for each address.
//!
//! Where the bus has token buckets, all instances count together. Without them, and while they are out of reach, each
//! counts by itself.

mod local;

use std::fmt::{self, Display};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bus::{TokenBucket, TokenDecision};
use game::{SeatNo, TableId};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::AppState;
use crate::client_ip::client;
use crate::error::WebError;
use crate::identity::AtTable;
use local::LocalLimiter;

const MINUTE: Duration = Duration::from_mins(1);
/// How many times as many requests as a seat an address without one has: spectators and newcomers have only
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
/// How often the log says that clients are made to wait.
const LOG_EVERY: Duration = Duration::from_mins(1);
/// Bytes of a key's hash: nobody meets another's by chance.
const KEY_BYTES: usize = 16;

/// The rate limits an operator may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests of a seat in a minute, at once or spread. An address without a seat has ten times as many.
    pub requests_per_minute: u32,
}

/// The class of a request, by the token bucket it takes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitClass {
    /// A page, a view, a command.
    Ordinary,
    /// A table of one's own.
    ToOpen,
    /// A seat at somebody's table, or one's own again.
    ToJoin,
}

/// Refuses clients that ask too often, before anything of a body is read.
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
        LimitClass::ToOpen => app.limiter.take(&app.limiter.opening, &address).await,
        LimitClass::ToJoin => app.limiter.take(&app.limiter.joining, &address).await,
        LimitClass::Ordinary => match AtTable::from_request_parts(&mut parts, &app).await {
            Ok(AtTable {
                table,
                holder: Some(holder),
                ..
            }) => {
                let seat = SeatClient(table, holder.seat, holder.generation);
                app.limiter.take(&app.limiter.seat, &seat).await
            }
            _ => app.limiter.take(&app.limiter.address, &address).await,
        },
    };
    match taken {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(wait) => WebError::TooManyRequests { wait }.into_response(),
    }
}

/// A seat and its holder's generation, as a client.
#[derive(Clone, Debug, Hash)]
struct SeatClient(TableId, SeatNo, u32);

impl fmt::Display for SeatClient {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(table, seat, generation) = self;
        write!(to, "{table}:{seat}:{generation}")
    }
}

/// Token buckets of every class, of this process and of all instances together.
pub(crate) struct RateLimiter {
    /// The buckets that instances share, if they share any.
    shared: Option<Arc<dyn TokenBucket>>,
    seat: LimitBucket,
    address: LimitBucket,
    opening: LimitBucket,
    joining: LimitBucket,
    phrases: LimitBucket,
    refused: Family<LimitLabel, Counter>,
}

/// The buckets of one class: its limit, and what this process has counted of it.
#[derive(Debug)]
struct LimitBucket {
    name: &'static str,
    capacity: NonZeroU32,
    per: Duration,
    local: LocalLimiter,
    /// When a refusal was logged last, and how many there were since.
    logged: Mutex<(Option<Instant>, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabel {
    class: &'static str,
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("RateLimiter").finish_non_exhaustive()
    }
}

impl RateLimiter {
    pub(crate) fn new(
        limits: Option<RateLimits>,
        shared: Option<Arc<dyn TokenBucket>>,
        registry: &mut Registry,
    ) -> Self {
        let by_seat = limits.map_or(1, |limits| limits.requests_per_minute);
        let by_address = by_seat.saturating_mul(ADDRESS_FACTOR);
        let refused = Family::default();
        let help = "Requests refused because their client asked too often";
        registry.register("requests_limited", help, Family::clone(&refused));
        Self {
            shared,
            seat: LimitBucket::new("seat", by_seat, MINUTE),
            address: LimitBucket::new("address", by_address, MINUTE),
            opening: LimitBucket::new("opening", OPENING_MAX, OPENING_PER),
            joining: LimitBucket::new("joining", JOINING_MAX, JOINING_PER),
            phrases: LimitBucket::new("phrases", PHRASES_MAX, MINUTE),
            refused,
        }
    }

    /// Takes a try at a table's phrases, which are guarded whether or not requests are limited.
    ///
    /// # Errors
    ///
    /// The time until there is another.
    pub(crate) async fn try_phrase(&self, table: &TableId) -> Result<(), Duration> {
        self.take(&self.phrases, table).await
    }

    /// Takes a token, or says when there will be one.
    async fn take<C>(&self, bucket: &LimitBucket, client: &C) -> Result<(), Duration>
    where
        C: Hash + Display + Sync,
    {
        // Ask the local limiter first. It counts a subset of what the shared one counts, so a client it
        // refuses would be refused there too, without a round trip.
        let mut taken = bucket.local.take(client);
        if taken.is_ok()
            && let Some(shared) = &self.shared
        {
            let key = bucket.key(client);
            let decision = shared.take(&key, bucket.capacity.get(), bucket.per).await;
            if let TokenDecision::Refused { retry_after } = decision {
                taken = Err(retry_after);
            }
        }
        if taken.is_err() {
            let class = bucket.name;
            self.refused.get_or_create(&LimitLabel { class }).inc();
            bucket.log_now_and_then();
        }
        taken
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
            logged: Mutex::default(),
        }
    }

    /// Logs, at most once a minute, that clients are made to wait. Who they are is nobody's business.
    fn log_now_and_then(&self) {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        logged.1 += 1;
        if logged.0.is_none_or(|last| last.elapsed() >= LOG_EVERY) {
            tracing::warn!(
                class = self.name,
                refused = logged.1,
                "clients ask too often and are made to wait"
            );
            *logged = (Some(Instant::now()), 0);
        }
    }

    /// Returns a key for the shared limiter, of one form and length, from which nobody reads at a glance whose it is.
    fn key(&self, client: &impl Display) -> String {
        let hash = Sha256::new()
            .chain_update(self.name)
            .chain_update(b":")
            .chain_update(client.to_string())
            .finalize();
        format!("{}-{}", self.name, hex::encode(&hash[..KEY_BYTES]))
    }
}
