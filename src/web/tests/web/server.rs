//! A whole server behind its router, with a clock the test moves and chance the test may script.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use bus::Bus;
use bus::memory::MemoryBus;
use game::content::World;
use http::HeaderName;
use prometheus_client::registry::Registry;
use service::{ServiceParts, Tables};
use store::Journal;
use store::memory::MemoryJournal;
use store::sqlite::SqliteJournal;
use web::{
    CorsOrigins, GuessLimits, Keys, Lifecycle, LifecycleStage, METRICS_PREFIX, MetricsToken, News,
    OperatorAccess, OperatorToken, RateLimits, SiteOrigin, Sockets,
};

/// The moment generated tables open, and every test begins.
pub(crate) const BEGUN_AT_MS: u64 = 1_800_000_000_000;
/// Minutes a player must be away before the seat may be freed, in milliseconds.
pub(crate) const AWAY_AFTER_MS: u64 = 600_000;

thread_local! {
    // Each test has a thread, and so a time and a chance, of its own.
    static NOW_MS: Cell<u64> = const { Cell::new(BEGUN_AT_MS) };
    static DRAWN: Cell<u64> = const { Cell::new(0) };
    static NEXT_SEED: RefCell<Option<[u8; 32]>> = const { RefCell::new(None) };
}

fn now_ms() -> u64 {
    NOW_MS.get()
}

/// Lets time pass for every server of this test.
pub(crate) fn pass(ms: u64) {
    NOW_MS.set(NOW_MS.get() + ms);
}

/// Sets the clock of every server of this test.
pub(crate) fn come_to(at_ms: u64) {
    NOW_MS.set(at_ms);
}

/// Gives the next table that opens its seed.
pub(crate) fn next_seed(seed: [u8; 32]) {
    NEXT_SEED.set(Some(seed));
}

/// A number this test has not had yet.
pub(crate) fn fresh_number() -> u64 {
    DRAWN.set(DRAWN.get() + 1);
    DRAWN.get()
}

fn random(bytes: &mut [u8]) {
    if bytes.len() == 32
        && let Some(seed) = NEXT_SEED.take()
    {
        bytes.copy_from_slice(&seed);
        return;
    }
    let mixed = fresh_number().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for (at, (byte, mixed)) in bytes
        .iter_mut()
        .zip(mixed.to_le_bytes().into_iter().cycle())
        .enumerate()
    {
        *byte = mixed.wrapping_add(u8::try_from(at).unwrap_or(u8::MAX));
    }
}

/// How long a table is in use after it was used last, in milliseconds.
const RESTS_AFTER_MS: u64 = 3 * 60 * 60 * 1_000;

/// How a server under test differs from the usual one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) tables_max: u64,
    pub(crate) share_percent: u64,
    pub(crate) streams_max: usize,
    pub(crate) away_after_ms: u64,
    pub(crate) secret: &'static str,
    pub(crate) previous_secret: Option<&'static str>,
    pub(crate) public_url: Option<&'static str>,
    pub(crate) network_address: Option<&'static str>,
    pub(crate) cors_origins: &'static [&'static str],
    pub(crate) trusted_proxy_hops: usize,
    pub(crate) limits: Option<RateLimits>,
    pub(crate) metrics_apart: bool,
    pub(crate) metrics_token: Option<&'static str>,
    /// The operator's token.
    pub(crate) operator: Option<&'static str>,
    pub(crate) request_id: Option<&'static str>,
    pub(crate) trace_project: Option<&'static str>,
    pub(crate) stream_age_max: Option<Duration>,
    pub(crate) brings_news: Brings,
}

/// What brings news to pages.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Brings {
    Streams,
    /// Sockets at this address.
    Sockets(&'static str),
    Answers,
}

impl Options {
    fn news(&self) -> News {
        match self.brings_news {
            Brings::Streams => News::Stream,
            Brings::Sockets(url) => News::Socket {
                url: url.parse().expect("tests name addresses of sockets"),
            },
            Brings::Answers => News::Ask,
        }
    }

    /// The usual server.
    pub(crate) const USUAL: Self = Self {
        tables_max: 1_000,
        share_percent: 20,
        streams_max: 100,
        away_after_ms: AWAY_AFTER_MS,
        secret: "a secret of the operator, of 32 bytes or more",
        previous_secret: None,
        public_url: None,
        network_address: None,
        cors_origins: &[],
        trusted_proxy_hops: 0,
        limits: None,
        metrics_apart: false,
        metrics_token: None,
        operator: None,
        request_id: None,
        trace_project: None,
        stream_age_max: None,
        brings_news: Brings::Streams,
    };
}

impl Default for Options {
    fn default() -> Self {
        Self::USUAL
    }
}

fn origin(text: &str) -> SiteOrigin {
    text.parse().expect("tests name origins")
}

/// A journal on disk.
pub(crate) async fn sqlite(folder: &Path) -> Arc<SqliteJournal> {
    let settings = store::sqlite::Settings {
        path: folder.join("codex.db"),
        readers: 2,
        timeout: Duration::from_secs(30),
    };
    let journal = SqliteJournal::open(settings).await;
    Arc::new(journal.expect("a new folder takes a database"))
}

/// A whole server.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) router: Router,
    /// What is served on a port of its own.
    pub(crate) apart: Option<Router>,
    pub(crate) sockets: Sockets,
    brings_news: Brings,
    pub(crate) tables: Arc<Tables>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) world: Arc<World>,
}

impl Server {
    /// The usual server, over a journal in memory.
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    /// Whether news come to pages by sockets.
    pub(crate) fn has_sockets(&self) -> bool {
        matches!(self.brings_news, Brings::Sockets(_))
    }

    /// A server over a journal in memory.
    pub(crate) fn with(options: Options) -> Self {
        Self::over(Arc::new(MemoryJournal::default()), options)
    }

    /// A server over any journal.
    pub(crate) fn over(journal: Arc<dyn Journal>, options: Options) -> Self {
        Self::between(journal, MemoryBus::default().into(), options)
    }

    /// A server over any journal that hears of others by any bus.
    pub(crate) fn between(journal: Arc<dyn Journal>, bus: Bus, options: Options) -> Self {
        let world = Arc::new(world::library().expect("the library is sound"));
        let mut registry = Registry::default();
        let ours = registry.sub_registry_with_prefix(METRICS_PREFIX);
        store::metrics::register(Arc::clone(&journal), now_ms, ours);
        bus::metrics::register(bus.clone(), ours);
        let parts = ServiceParts {
            journal,
            bus: bus.clone(),
            world: Arc::clone(&world),
            now_ms,
            random,
            settings: service::Settings {
                occupancy: service::OccupancyLimits {
                    tables_max: options.tables_max,
                    share_percent: options.share_percent,
                    rests_after_ms: RESTS_AFTER_MS,
                },
                away_after_ms: options.away_after_ms,
                heartbeat_ms: options.news().heartbeat_ms(),
                retention: None,
                cache_ttl: None,
                background: service::BackgroundWork::Continuous,
                slow_after: None,
            },
        };
        let tables = Tables::new(parts, ours);
        let lifecycle = Lifecycle::begin();
        lifecycle.come_to(LifecycleStage::Open);
        let keys = keys(&options);
        let routers = web::router(web::WebParts {
            tables: Arc::clone(&tables),
            token_bucket: bus.token_bucket,
            registry,
            keys,
            lifecycle: lifecycle.clone(),
            random,
            settings: web_settings(&options),
        });
        Self {
            router: routers.players,
            apart: routers.metrics,
            sockets: routers.sockets,
            brings_news: options.brings_news,
            tables,
            lifecycle,
            world,
        }
    }
}

/// The keys that sign cookies.
fn keys(options: &Options) -> Keys {
    let keys = Keys::derive(options.secret.as_bytes());
    match options.previous_secret {
        Some(previous) => keys.and_previous(previous.as_bytes()),
        None => keys,
    }
}

/// The settings of the pages and the API that these options mean.
fn web_settings(options: &Options) -> web::Settings {
    web::Settings {
        public_url: options.public_url.map(origin),
        network_address: options
            .network_address
            .map(|address| address.parse().expect("an address with a port")),
        cors_origins: if options.cors_origins == ["*"] {
            CorsOrigins::Any
        } else {
            CorsOrigins::Listed(options.cors_origins.iter().copied().map(origin).collect())
        },
        trusted_proxy_hops: options.trusted_proxy_hops,
        news: options.news(),
        streams_max: options.streams_max,
        limits: options.limits,
        guesses: GuessLimits::default(),
        metrics_apart: options.metrics_apart,
        operator: options.operator.map(|token| OperatorAccess {
            token: OperatorToken::new(token),
            has_own_port: false,
            storage: "memory".to_owned(),
            log_level: || "info".to_owned(),
        }),
        metrics_token: options.metrics_token.map(MetricsToken::new),
        slow_after: None,
        useless_settings: 0,
        request_id: options.request_id.map(HeaderName::from_static),
        trace_project: options.trace_project.map(str::to_owned),
        stream_age_max: options.stream_age_max,
    }
}
