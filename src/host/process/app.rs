//! The composition root: storage, services and pages put together into an application.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bus::{PubSub, PublishedVersions};
use http::HeaderName;
use prometheus_client::registry::Registry;
use service::{BackgroundWork, Tables};
use store::{Journal, Progress, TimedJournal};
use tokio::time::{Instant, timeout_at};
use web::{
    Keys, Lifecycle, METRICS_PREFIX, MetricsToken, News, OperatorAccess, OperatorToken, Routers,
};

use crate::front;
use crate::memory::connections_max;
use crate::process::config::Config;
use crate::process::logs;
use crate::process::process_metrics;
use crate::process::quests::open_world;
use crate::process::signing_keys::SigningKeys;
use crate::{Background, Closing, Opening, RequestSource, Storage, TakenOver};

/// The application: opened, put together and ready to answer.
///
/// Whoever serves its routers runs `background` meanwhile. At the end the lifecycle is closed first, then the background is
/// awaited, and `close` is run last.
pub struct App {
    /// The router for players, and the one for metrics if these have a port of their own.
    pub routers: Routers,
    /// What is done beside the requests.
    pub background: Background,
    /// The versions of tables that were published, where the platform's process brings them to players by itself.
    pub published: Option<Arc<PublishedVersions>>,
    /// Completes when another process has taken over the storage and this one must end.
    pub taken_over: TakenOver,
    /// Closes bus and storage.
    pub close: AppClose,
}

impl App {
    /// Opens the storage and puts the application together.
    ///
    /// A secret key that is not set is made or read after the storage is open, so that a start that is refused leaves
    /// no key behind. `network_address` is where other devices of the network reach the front, where that is known.
    pub async fn open(
        config: &Config,
        network_address: Option<SocketAddr>,
        open: impl FnOnce(Config, Progress) -> Opening,
        lifecycle: &Lifecycle,
        progress: Progress,
    ) -> anyhow::Result<Self> {
        let storage = open(config.clone(), progress).await?;
        let keys = SigningKeys::load(config)?;
        keys.warn_of_lost_seats(&*storage.journal).await;
        let settings = web_settings(config, network_address);
        compose(storage, config, settings, &keys, lifecycle)
    }
}

/// Closes the bus and the storage of an [`App`], once.
pub struct AppClose {
    pubsub: Arc<dyn PubSub>,
    close: Closing,
}

impl AppClose {
    /// Closes the bus, which sends what it still has to the other instances, and then the storage. Gives each up at
    /// `deadline`, and logs what fails: everything that was acknowledged is durable already.
    pub async fn run(self, deadline: Instant) {
        let _ = timeout_at(deadline, self.pubsub.close()).await;
        match timeout_at(deadline, (self.close)()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                let error: &dyn Error = &*error;
                tracing::error!(error, "the storage did not close well");
            }
            Err(_) => {
                tracing::error!("the storage did not close in time; what was acknowledged is kept");
            }
        }
    }
}

/// Puts the tables of a journal behind routers.
fn compose(
    storage: Storage,
    config: &Config,
    settings: web::Settings,
    keys: &SigningKeys,
    lifecycle: &Lifecycle,
) -> anyhow::Result<App> {
    let Storage {
        journal,
        mut bus,
        close,
        taken_over,
    } = storage;
    let (work, published) = match config.platform.profile.requests {
        RequestSource::Port => (BackgroundWork::Continuous, None),
        RequestSource::Invocations => {
            let published = Arc::new(PublishedVersions::over(Arc::clone(&bus.pubsub)));
            bus.pubsub = published.clone();
            (BackgroundWork::OnDemand, Some(published))
        }
    };
    // One registry, handed down: each crate registers its own metrics.
    let mut registry = Registry::default();
    process_metrics::register(&mut registry);
    let ours = registry.sub_registry_with_prefix(METRICS_PREFIX);
    process_metrics::register_program(ours);
    logs::register(ours);
    front::register(connections_max(config.limits.streams_max), ours);
    store::metrics::register(Arc::clone(&journal), now_ms, ours);
    let slow_after = config.logging.slow_after;
    let journal: Arc<dyn Journal> = Arc::new(TimedJournal::over(journal, slow_after, ours));
    bus::metrics::register(bus.clone(), ours);
    let parts = service::ServiceParts {
        journal,
        bus: bus.clone(),
        world: Arc::new(open_world(config.quests.folder.as_deref())?),
        now_ms,
        random,
        settings: service_settings(config, work, &settings.news),
    };
    let tables = Tables::new(parts, ours);
    let background = Background {
        tables: Arc::clone(&tables),
    };
    let routers = web::router(web::WebParts {
        tables,
        token_bucket: bus.token_bucket,
        registry,
        keys: derived(keys),
        lifecycle: lifecycle.clone(),
        random,
        settings,
    });
    Ok(App {
        routers,
        background,
        published,
        taken_over,
        close: AppClose {
            pubsub: bus.pubsub,
            close,
        },
    })
}

/// Derives the keys that sign cookies: new ones with the current key, and those of the key before are still accepted.
fn derived(keys: &SigningKeys) -> Keys {
    let derived = Keys::derive(keys.current.reveal().as_bytes());
    match &keys.previous {
        Some(previous) => derived.and_previous(previous.reveal().as_bytes()),
        None => derived,
    }
}

fn service_settings(config: &Config, background: BackgroundWork, news: &News) -> service::Settings {
    service::Settings {
        occupancy: service::OccupancyLimits {
            tables_max: config.limits.tables_max,
            share_percent: config.limits.client_share_percent,
            rests_after_ms: milliseconds(config.limits.rests_after),
        },
        away_after_ms: milliseconds(config.limits.away_after),
        heartbeat_ms: news.heartbeat_ms(),
        retention: config.journal.retention,
        cache_ttl: config.cache.enabled.then_some(config.cache.ttl),
        background,
        slow_after: config.logging.slow_after,
    }
}

fn web_settings(config: &Config, network_address: Option<SocketAddr>) -> web::Settings {
    web::Settings {
        public_url: config.server.public_url.clone(),
        network_address,
        cors_origins: config.server.cors_origins.clone(),
        trusted_proxy_hops: config.server.trusted_proxy_hops,
        request_id: Some(HeaderName::from_static(config.platform.profile.request_id)),
        trace_project: config.platform.trace_project.clone(),
        news: news(config),
        streams_max: config.limits.streams_max,
        stream_age_max: config.limits.stream_age_max,
        limits: config.rate_limits.requests(),
        guesses: config.rate_limits.guesses(),
        metrics_apart: config.server.metrics_port.is_some(),
        metrics_token: metrics_token(config),
        slow_after: config.logging.slow_after,
        operator: operator_access(config),
        useless_settings: config.doubts.len(),
    }
}

fn metrics_token(config: &Config) -> Option<MetricsToken> {
    let token = config.server.metrics_token.as_ref();
    token.map(|token| MetricsToken::new(token.reveal()))
}

/// Returns what the operator may reach, if a token opens it.
fn operator_access(config: &Config) -> Option<OperatorAccess> {
    let token = config.operator.token.as_ref()?;
    Some(OperatorAccess {
        token: OperatorToken::new(token.reveal()),
        has_own_port: config.operator.port.is_some(),
        storage: storage_address(config),
        log_level: logs::level,
    })
}

/// Names where the journal is kept, without a password.
fn storage_address(config: &Config) -> String {
    match (&config.dynamodb.table, &config.database.url) {
        (Some(table), _) => format!("dynamodb://{table}"),
        (None, Some(url)) => url.to_string(),
        (None, None) => config.journal.path.display().to_string(),
    }
}

/// Returns how news of a table come to those who have it open.
fn news(config: &Config) -> News {
    match (&config.server.socket_url, config.platform.profile.requests) {
        // No gateway asks a process that listens itself.
        (_, RequestSource::Port) => News::Stream,
        (Some(url), RequestSource::Invocations) => News::Socket { url: url.clone() },
        // An environment that waits is paid for.
        (None, RequestSource::Invocations) => News::Ask,
    }
}

/// Returns the time in milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map(milliseconds)
        .unwrap_or_default()
}

fn milliseconds(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}

/// Fills a buffer with randomness of the operating system.
pub(crate) fn random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives randomness");
}
