//! Rate limits: token buckets for each seat, for each address without one, and for each address whatever it asks.
//!
//! Where the bus has token buckets, all instances count together. Without them, and while they are out of reach, each
//! counts by itself; so it does what is asked often, where each token of the bus is billed. The limit of all that an address asks is each instance's own: it protects the instance, and asking
//! others would cost every request a round trip.

mod guesses;
mod local;
mod settings;
mod terms;

use std::fmt::{self, Display};
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;
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

use crate::AppState;
use crate::client_ip::ClientAddress;
use crate::error::WebError;
use crate::identity::AtTable;
use guesses::GuessLimiter;
use local::LocalLimiter;
use terms::LimitTerms;

pub use settings::{GuessLimits, RateLimits};

const MINUTE: Duration = Duration::from_mins(1);
const FIVE_MINUTES: Duration = Duration::from_mins(5);
const TEN_MINUTES: Duration = Duration::from_mins(10);

/// The class of a request, by the token bucket it takes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitClass {
    /// A page, a view, a command, an event stream.
    Ordinary,
    /// A table of one's own.
    ToOpen,
    /// A seat at somebody's table, or one's own again.
    ToJoin,
}

/// Refuses clients that ask too often for one kind of thing, before anything of a body is read.
pub(crate) async fn limit(
    State((app, class)): State<(AppState, LimitClass)>,
    request: Request,
    next: Next,
) -> Response {
    if app.settings.limits.is_none() {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let hops = app.settings.trusted_proxy_hops;
    let client = ClientAddress::of(hops, &parts.headers, &parts.extensions);
    let limiter = &app.limiter;
    let taken = match class {
        LimitClass::ToOpen => limiter.take(&limiter.opening, &client.site()).await,
        LimitClass::ToJoin => limiter.take(&limiter.joining, &client.network()).await,
        LimitClass::Ordinary => match AtTable::from_request_parts(&mut parts, &app).await {
            Ok(AtTable {
                table,
                holder: Some(holder),
                ..
            }) => {
                let seat = SeatClient(table, holder.seat, holder.generation);
                limiter.take(&limiter.seat, &seat).await
            }
            _ => limiter.take(&limiter.unseated, &client.network()).await,
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
    unseated: LimitBucket,
    address: LimitBucket,
    probes: LimitBucket,
    opening: LimitBucket,
    joining: LimitBucket,
    codes: GuessLimiter,
    phrases: GuessLimiter,
    admin_tokens: GuessLimiter,
    refused: Family<LimitLabel, Counter>,
}

/// The buckets of one class: its terms, and what this process has counted of it.
#[derive(Debug)]
struct LimitBucket {
    terms: LimitTerms,
    local: LocalLimiter,
    frequency: TakeFrequency,
}

/// How often tokens of a class are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TakeFrequency {
    /// With every request.
    EveryRequest,
    /// Now and then.
    Rare,
}

/// What somebody may guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GuessKind {
    /// The code of a table.
    Code,
    /// The recovery phrase of a seat.
    Phrase,
    /// The operator's token.
    AdminToken,
}

/// One guess of a client. It costs nothing unless it is said to be wrong.
pub(crate) struct Guess<'a> {
    limiter: &'a RateLimiter,
    guesses: &'a GuessLimiter,
    client: IpAddr,
    is_wrong: bool,
}

/// The names of all limits.
const CLASSES: [&str; 8] = [
    "seat",
    "address",
    "address-in-all",
    "probes",
    "opening",
    "joining",
    "codes",
    "phrases",
];

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
        guesses: GuessLimits,
        shared: Option<Arc<dyn TokenBucket>>,
        registry: &mut Registry,
    ) -> Self {
        let limits = limits.unwrap_or(RateLimits::by_seat(1));
        let refused: Family<LimitLabel, Counter> = Family::default();
        // At zero from the start, so that the first refusal is a change.
        for class in CLASSES {
            drop(refused.get_or_create(&LimitLabel { class }));
        }
        let help = "Requests refused because their client asked too often";
        registry.register("requests_limited", help, Family::clone(&refused));
        let minutely =
            |name, capacity| LimitBucket::new(name, capacity, MINUTE, TakeFrequency::EveryRequest);
        let rarely =
            |name, capacity, per| LimitBucket::new(name, capacity, per, TakeFrequency::Rare);
        Self {
            shared,
            seat: minutely("seat", limits.seat_per_minute),
            unseated: minutely("address", limits.unseated_per_minute),
            address: minutely("address-in-all", limits.address_per_minute),
            probes: minutely("probes", limits.probes_per_minute),
            opening: rarely("opening", limits.openings_per_ten_minutes, TEN_MINUTES),
            joining: rarely("joining", limits.joinings_per_five_minutes, FIVE_MINUTES),
            codes: GuessLimiter::new("codes", guesses.codes_per_minute, MINUTE),
            phrases: GuessLimiter::new("phrases", guesses.phrases_per_minute, MINUTE),
            // As often as phrases: whoever mistypes one has the same patience.
            admin_tokens: GuessLimiter::new("admin-tokens", guesses.phrases_per_minute, MINUTE),
            refused,
        }
    }

    /// Takes a request of a client, whatever it asks for, at no more than the cost of a look into memory. Probes have
    /// tokens of their own: who floods one of both is answered by the other.
    ///
    /// # Errors
    ///
    /// The time until the client may ask again.
    pub(crate) fn admit(&self, client: ClientAddress, is_probe: bool) -> Result<(), Duration> {
        if client.is_proxy() {
            return Ok(());
        }
        let bucket = if is_probe {
            &self.probes
        } else {
            &self.address
        };
        let taken = bucket.local.take(&client.network());
        taken.inspect_err(|_| self.note_refusal(&bucket.terms))
    }

    /// Takes a guess.
    ///
    /// # Errors
    ///
    /// The time until the client may guess again: it was wrong too often.
    pub(crate) fn guess(
        &self,
        kind: GuessKind,
        client: ClientAddress,
    ) -> Result<Guess<'_>, Duration> {
        let guesses = match kind {
            GuessKind::Code => &self.codes,
            GuessKind::Phrase => &self.phrases,
            GuessKind::AdminToken => &self.admin_tokens,
        };
        let client = client.site();
        let taken = guesses.take(client);
        taken.inspect_err(|_| self.note_refusal(&guesses.terms))?;
        Ok(Guess {
            limiter: self,
            guesses,
            client,
            is_wrong: false,
        })
    }

    /// Takes a token, or says when there will be one.
    async fn take<C>(&self, bucket: &LimitBucket, client: &C) -> Result<(), Duration>
    where
        C: Hash + Display + Sync,
    {
        // Ask the local limiter first. It counts a subset of what the shared one counts, so a client it
        // refuses would be refused there too, without a round trip.
        let mut taken = bucket.local.take(client);
        if taken.is_ok() && self.is_shared(bucket.frequency) {
            taken = self.take_shared(&bucket.terms, client).await;
        }
        taken.inspect_err(|_| self.note_refusal(&bucket.terms))
    }

    /// Whether tokens that are taken this often are worth asking the other instances for.
    fn is_shared(&self, frequency: TakeFrequency) -> bool {
        let shared = self.shared.as_ref();
        frequency == TakeFrequency::Rare
            || shared.is_some_and(|shared| shared.suits_every_request())
    }

    /// Takes a token that all instances share; there is one where they share none, or cannot be reached.
    async fn take_shared<C>(&self, terms: &LimitTerms, client: &C) -> Result<(), Duration>
    where
        C: Display + Sync,
    {
        let Some(shared) = &self.shared else {
            return Ok(());
        };
        let key = terms.key(client);
        match shared.take(&key, terms.capacity.get(), terms.per).await {
            TokenDecision::Refused { retry_after } => Err(retry_after),
            TokenDecision::Allowed | TokenDecision::Unknown => Ok(()),
        }
    }

    fn note_refusal(&self, terms: &LimitTerms) {
        let class = terms.name;
        self.refused.get_or_create(&LimitLabel { class }).inc();
        terms.log_now_and_then();
    }
}

impl Guess<'_> {
    /// Says that it was wrong: then it counts, at every instance.
    pub(crate) async fn was_wrong(mut self) {
        self.is_wrong = true;
        let shared = self.limiter.take_shared(&self.guesses.terms, &self.client);
        if let Err(wait) = shared.await {
            self.guesses.bar(self.client, wait);
        }
    }
}

impl Drop for Guess<'_> {
    fn drop(&mut self) {
        if !self.is_wrong {
            self.guesses.give_back(self.client);
        }
    }
}

impl LimitBucket {
    fn new(name: &'static str, capacity: u32, per: Duration, frequency: TakeFrequency) -> Self {
        let terms = LimitTerms::new(name, capacity, per);
        Self {
            local: LocalLimiter::new(terms.capacity, per),
            terms,
            frequency,
        }
    }
}
