//! Makes the context of the operator's subcommands from the configuration.

use std::sync::Arc;

use admin::{AdminSettings, CommandContext, KeyRole, KeySettings, KnownKey, ProductionFacts};

use crate::front::listener;
use crate::memory::memory_limit;
use crate::process::config::{Config, ConfigError, Environment, LoadedConfig};
use crate::process::secret::Secret;
use crate::process::signing_keys::{KeptKey, fingerprint};
use crate::process::storage::{ConfiguredStorage, facts};
use crate::process::{now_ms, random};
use crate::{Platform, run};

/// Reads the settings, or returns a sentence for each that is wrong.
pub(super) fn read(
    platform: &Platform,
    mut environment: Environment,
) -> Result<CommandContext, Vec<String>> {
    let has_secret_key = ["SECRET_KEY", "SECRET_KEY_FILE"].iter().any(|name| {
        let value = environment.get(*name);
        value.is_some_and(|value| !value.is_empty())
    });
    if !has_secret_key {
        // A machine that restores a journal and serves nothing need not have the key that signs players' cookies.
        let mut key = [0; 32];
        random(&mut key);
        environment.insert("SECRET_KEY".to_owned(), hex::encode(key).into());
    }
    let loaded = Config::read(platform, &environment)
        .map_err(|ConfigError(sentences)| sentences)?
        .within(memory_limit())
        .on_this_disk();
    let keys = keys(&loaded, has_secret_key);
    let LoadedConfig {
        config, warnings, ..
    } = loaded;
    let settings = AdminSettings {
        db_path: config.journal.path.clone(),
        keys,
        database: facts::of_config(&config),
        has_bus: config.bus.redis_url.is_some() || config.database.url.is_some(),
        replica: config.replica.url.clone(),
        replica_ack: config.replica.ack,
        open_files_max: run::open_files_max(&config),
        production: production(&config),
        warnings,
        doubts: config.doubts.clone(),
    };
    let opener = Arc::new(ConfiguredStorage(config));
    Ok(CommandContext::new(settings, opener, now_ms))
}

/// Returns what matters where strangers reach the server.
fn production(config: &Config) -> ProductionFacts {
    let server = &config.server;
    ProductionFacts {
        version: env!("CARGO_PKG_VERSION"),
        public_url: server.public_url.as_ref().map(ToString::to_string),
        proxies: server.trusted_proxy_hops,
        host: server.host,
        port: server.port,
        metrics_port: server.metrics_port,
        has_admin_token: config.operator.token.is_some(),
        admin_port: config.operator.port,
        cors_origins: server.cors_origins.to_string(),
        limits_requests: config.rate_limits.enabled,
        tables_max: config.limits.tables_max,
        redis: config.bus.redis_url.as_ref().map(ToString::to_string),
        log_level: config.logging.level().to_owned(),
        is_in_container: listener::is_in_container(),
    }
}

/// Returns which keys a server with these settings believes.
fn keys(loaded: &LoadedConfig, is_set: bool) -> KeySettings {
    let config = &loaded.config;
    let file = config.journal.key_path();
    let (mut known, mut doubt) = (Vec::new(), None);
    let mut add = |role, origin: String, key: &Secret, is_file_beside| {
        known.push(KnownKey {
            role,
            origin,
            fingerprint: fingerprint(key),
            is_file_beside,
        });
    };
    let beside = file.display().to_string();
    let kept = KeptKey::find(config);
    if let (true, Some(key)) = (is_set, &config.secrets.key) {
        add(KeyRole::Signs, loaded.origin("SECRET_KEY"), key, false);
        doubt = kept.sentence(&file);
    }
    match &kept {
        // Without SECRET_KEY, whatever the file holds is the key in use.
        KeptKey::Previous(key) | KeptKey::Superseded(key) if !is_set => {
            add(KeyRole::Signs, beside, key, true);
        }
        KeptKey::Previous(key) => add(KeyRole::Accepted, beside, key, true),
        KeptKey::Superseded(key) => add(KeyRole::Ignored, beside, key, true),
        KeptKey::Absent | KeptKey::Same | KeptKey::Unreadable(_) => {}
    }
    if let Some(key) = &config.secrets.previous_key {
        add(
            KeyRole::Accepted,
            loaded.origin("SECRET_KEY_PREVIOUS"),
            key,
            false,
        );
    }
    KeySettings {
        file,
        is_set,
        known,
        doubt,
    }
}
