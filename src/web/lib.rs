//! Pages, live updates, JSON, health and metrics: everything a browser or a program asks for.
//!
//! [`router()`] lists every address; platforms receive it and never rebuild it. Nothing leaves a table but
//! through the view of the seat that asks ([`game::Table::view`]). Problems are sentences for people and
//! problem+json with a stable code for programs.

mod address_limit;
pub mod art;
mod catch_up;
mod client_ip;
mod command_form;
mod compression;
mod content_encoding;
mod cross_site;
mod error;
mod event_stream;
mod forwarded;
mod guard;
mod http_metrics;
mod identity;
mod keys;
mod landing;
mod lifecycle;
mod line_diff;
mod log_throttle;
mod metrics_text;
mod metrics_token;
mod news;
mod old_seats;
mod openapi;
mod opening_log;
mod operator;
mod origin;
pub mod pages;
mod pasted;
pub mod paths;
mod problem;
mod qr_codes;
mod rate_limit;
mod rendering;
mod request;
mod request_id;
mod router;
mod routes;
mod say;
mod sockets;
mod startup;
mod story_link;
mod stream_limit;
mod stream_metrics;
#[cfg(test)]
#[path = "build/texts.rs"]
#[expect(dead_code, reason = "the build script uses the rest of it")]
mod texts;
mod token;
mod visitor;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bus::TokenBucket;
use http::header::{HeaderName, HeaderValue};
use prometheus_client::registry::Registry;
use service::Tables;

use error::WebError;
use rate_limit::RateLimiter;

pub use address_limit::{AddressLimit, AddressSlot, client_network};
pub use client_ip::Peer;
pub use keys::Keys;
pub use lifecycle::{Lifecycle, LifecycleStage};
pub use metrics_token::MetricsToken;
pub use news::{News, SocketUrl, SocketUrlError};
pub use openapi::openapi_text;
pub use operator::{OperatorAccess, OperatorToken};
pub use origin::{CorsOrigins, OriginError, SiteOrigin};
pub use rate_limit::{GuessLimits, RateLimits};
pub use router::{Routers, router};
pub use sockets::{FRAME_BYTES_MAX, Frame, SocketSeat, SocketSeatError, Sockets, TicketError};
pub use startup::{StartupProgress, startup_answer};

/// What the names of all metrics begin with that are not every process's.
pub const METRICS_PREFIX: &str = "arcane";

/// Settings of the pages and the API.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The URL players use; without it, the host that each request names.
    pub public_url: Option<SiteOrigin>,
    /// Where other devices of the network reach this server, where that is known: links of pages that were opened by a
    /// loopback address lead there.
    pub network_address: Option<SocketAddr>,
    /// Origins of other sites whose pages may use the JSON API.
    pub cors_origins: CorsOrigins,
    /// The number of reverse proxies in front of this server whose headers are trusted.
    pub trusted_proxy_hops: usize,
    /// The header in which trusted proxies send the request id, if it is not `X-Request-ID`.
    pub request_id: Option<HeaderName>,
    /// The project of Google Cloud whose traces log lines belong to, if they belong to one.
    pub trace_project: Option<String>,
    /// How news of a table come to those who have it open.
    pub news: News,
    /// Event streams open at once at most.
    pub streams_max: usize,
    /// How long an event stream lasts at most.
    pub stream_age_max: Option<Duration>,
    /// The rate limits; none switches them off.
    pub limits: Option<RateLimits>,
    /// How often codes and phrases may be wrong.
    pub guesses: GuessLimits,
    /// Whether metrics have a port of their own, and players' addresses have none.
    pub metrics_apart: bool,
    /// The token that scrapers must show; anybody may look without one.
    pub metrics_token: Option<MetricsToken>,
    /// From when on a request is slow, and worth a warning; `None` never.
    pub slow_after: Option<Duration>,
    /// What the operator may reach below `/admin`; without it there is nothing.
    pub operator: Option<OperatorAccess>,
    /// The number of settings that others leave without effect.
    pub useless_settings: usize,
}

/// The parts a router is made of.
pub struct WebParts {
    /// The tables.
    pub tables: Arc<Tables>,
    /// The token buckets that instances share, where they share any.
    pub token_bucket: Option<Arc<dyn TokenBucket>>,
    /// Every metric there is; the web registers its own, under [`METRICS_PREFIX`].
    pub registry: Registry,
    /// The keys that sign cookies and make phrases.
    pub keys: Keys,
    /// The stage the process is in.
    pub lifecycle: Lifecycle,
    /// Randomness of the operating system.
    pub random: fn(&mut [u8]),
    /// The settings of the pages and the API.
    pub settings: Settings,
}

/// The state that every request shares.
#[derive(Clone, Debug)]
pub(crate) struct AppState(Arc<StateInner>);

#[derive(Debug)]
pub(crate) struct StateInner {
    pub(crate) tables: Arc<Tables>,
    pub(crate) keys: Keys,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) random: fn(&mut [u8]),
    pub(crate) settings: Settings,
    /// What pages may load, for every answer.
    pub(crate) content_policy: HeaderValue,
    pub(crate) stream_limit: stream_limit::StreamLimit,
    pub(crate) stream_metrics: stream_metrics::StreamMetrics,
    pub(crate) qr_codes: qr_codes::QrCodes,
    pub(crate) renderings: rendering::Renderings,
    pub(crate) http_metrics: http_metrics::HttpMetrics,
    pub(crate) registry: Registry,
    pub(crate) limiter: RateLimiter,
    pub(crate) opening_log: opening_log::OpeningLog,
    pub(crate) request_ids: request_id::RequestIds,
    pub(crate) compressor: compression::Compressor,
    pub(crate) cross_site_log: log_throttle::LogThrottle,
    pub(crate) wrong_token_log: log_throttle::LogThrottle,
}

impl std::ops::Deref for AppState {
    type Target = StateInner;
    fn deref(&self) -> &StateInner {
        &self.0
    }
}
