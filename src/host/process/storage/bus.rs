//! Chooses the bus: a Redis, the database or the table of the journal, or the memory of this process.

use bus::Bus;
#[cfg(feature = "sqlite")]
use bus::memory::MemoryBus;

use crate::Config;
#[cfg(feature = "dynamodb")]
use crate::process::now_ms;

/// Starts the bus of the configuration.
#[cfg(feature = "sqlite")]
#[cfg_attr(
    not(feature = "dynamodb"),
    expect(
        clippy::unused_async,
        reason = "a client of DynamoDB looks for credentials"
    )
)]
pub(crate) async fn start(config: &Config) -> anyhow::Result<Bus> {
    #[cfg(feature = "dynamodb")]
    if let Some(table) = super::dynamodb::table(config).await {
        return at_table(config, &table);
    }
    #[cfg(feature = "redis")]
    if let Some(address) = &config.bus.redis_url {
        return redis::start(config, address);
    }
    #[cfg(feature = "postgres")]
    if let Some(address) = &config.database.url {
        return postgres::start(config, address);
    }
    let _ = config;
    Ok(MemoryBus::default().into())
}

/// Starts the bus of instances whose journal is in a table of `DynamoDB`: at a Redis if there is one, else at the table.
#[cfg(feature = "dynamodb")]
#[cfg_attr(
    not(feature = "redis"),
    expect(clippy::unnecessary_wraps, reason = "a server may be set wrong")
)]
pub(super) fn at_table(config: &Config, table: &dynamo::DynamoTable) -> anyhow::Result<Bus> {
    #[cfg(feature = "redis")]
    if let Some(address) = &config.bus.redis_url {
        return redis::start(config, address);
    }
    let _ = config;
    let bus = bus::dynamodb::DynamoBus::new(table.clone(), now_ms);
    tracing::info!(
        table = table.name,
        "instances share presence and limits by their table"
    );
    Ok(bus.into())
}

#[cfg(feature = "redis")]
mod redis {
    use std::fs;

    use anyhow::{Context as _, anyhow};
    use bus::Bus;
    use bus::redis::{RedisBus, RedisUrl, Settings, TrustPolicy};

    use crate::Config;
    use crate::TlsVerification;

    pub(super) fn start(config: &Config, address: &crate::MaskedUrl) -> anyhow::Result<Bus> {
        let wrong = |why: &dyn std::fmt::Display| anyhow!("REDIS_URL: {why}");
        let parsed: RedisUrl = address.reveal().parse().map_err(|error| wrong(&error))?;
        let settings = Settings {
            prefix: config.bus.prefix.clone(),
            trust: trust(config)?,
        };
        let bus = RedisBus::start(parsed, &settings).map_err(|error| wrong(&error))?;
        tracing::info!(place = %address, "connected to Redis, by which instances share news, presence and limits");
        Ok(bus.into())
    }

    fn trust(config: &Config) -> anyhow::Result<TrustPolicy> {
        Ok(match (&config.bus.redis_ca_file, config.bus.redis_tls) {
            (Some(path), _) => {
                let pem = fs::read(path);
                let context = || format!("REDIS_CA_FILE: cannot read {}", path.display());
                TrustPolicy::Roots(pem.with_context(context)?)
            }
            (None, TlsVerification::Verify) => TrustPolicy::SystemRoots,
            (None, TlsVerification::AnyCertificate) => TrustPolicy::AnyCertificate,
        })
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use anyhow::anyhow;
    use bus::Bus;
    use bus::postgres::{PgBus, Settings};

    use crate::Config;
    use crate::process::storage::postgres;

    pub(super) fn start(config: &Config, address: &crate::MaskedUrl) -> anyhow::Result<Bus> {
        let journal = postgres::settings(config, address)?;
        let settings = Settings {
            url: journal.url,
            tls: journal.tls,
            prefix: config.bus.prefix.clone(),
            app_name: journal.app_name,
        };
        let bus = PgBus::start(&settings).map_err(|error| anyhow!("DATABASE_URL: {error}"))?;
        tracing::info!(place = %address, "instances share news and presence by their database");
        Ok(bus.into())
    }
}
