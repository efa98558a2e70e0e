//! The Codex put together: the world, the running tables, the pages.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use bus::Bus;
use http::HeaderName;
use service::Tables;
use store::Journal;
use tokio::task::JoinHandle;
use web::{Keys, Lifecycle, Routers};

use crate::config::Config;
use crate::secret::Secret;

/// Puts the tables of a journal behind a router, with a clock that runs until `life` is closing.
pub(crate) fn compose(
    journal: Arc<dyn Journal>,
    bus: Arc<dyn Bus>,
    config: &Config,
    key: &Secret,
    life: &Lifecycle,
) -> anyhow::Result<(Routers, JoinHandle<()>)> {
    let tables = Tables::new(service::ServiceParts {
        journal,
        bus,
        world: Arc::new(world::library().context("the written world cannot be read")?),
        now_ms,
        random,
        settings: service::Settings {
            tables_max: config.max_concurrent_games,
            away_after_ms: milliseconds(config.reconnect_timeout),
            cache_ttl: config.cache_enabled.then_some(config.cache_ttl),
        },
    });
    let clock = tokio::spawn({
        let (tables, life) = (tables.clone(), life.clone());
        async move { tables.run_clock(life.closing()).await }
    });
    let mut keys = Keys::derive(key.reveal().as_bytes());
    if let Some(previous) = &config.secret_key_previous {
        keys = keys.and_previous(previous.reveal().as_bytes());
    }
    let routers = web::router(web::WebParts {
        tables,
        keys,
        lifecycle: life.clone(),
        random,
        settings: web::Settings {
            public_url: config.public_url.clone(),
            cors_origins: config.cors_origins.clone(),
            trusted_proxy_hops: config.trusted_proxy_hops,
            request_id: Some(HeaderName::from_static(config.platform.request_id)),
            trace_project: config.trace_project.clone(),
            streams_max: config.max_streams,
            stream_age_max: config.stream_age,
            limits: config.rate_limit_enabled.then_some(web::RateLimits {
                requests_per_minute: config.requests_per_minute,
            }),
            metrics_apart: config.metrics_port.is_some(),
        },
    });
    Ok((routers, clock))
}

/// Checks an exported Chronicle against the written world. Returns what was found, or what is wrong.
#[cfg(not(feature = "sqlite"))]
pub(crate) fn verify(text: &str) -> anyhow::Result<String> {
    let world = world::library().context("the written world cannot be read")?;
    Ok(service::verify::verify(text, &world)?.to_string())
}

/// The clock: milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map(milliseconds)
        .unwrap_or_default()
}

fn milliseconds(time: std::time::Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}

/// Randomness of the operating system.
pub(crate) fn random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives randomness");
}
