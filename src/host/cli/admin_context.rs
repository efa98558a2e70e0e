//! Makes the context of the operator's subcommands from the configuration.

use std::sync::Arc;

use admin::{AdminSettings, CommandContext};

use crate::memory::memory_limit;
use crate::process::config::{Config, ConfigError, Environment, LoadedConfig};
use crate::process::storage::ConfiguredStorage;
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
    let loaded = Config::read(platform, &environment);
    let LoadedConfig {
        config, warnings, ..
    } = loaded
        .map_err(|ConfigError(sentences)| sentences)?
        .within(memory_limit())
        .on_this_disk();
    let settings = AdminSettings {
        db_path: config.journal.path.clone(),
        key_path: config.journal.key_path(),
        has_secret_key,
        database: config.database.url.as_ref().map(ToString::to_string),
        has_bus: config.bus.redis_url.is_some() || config.database.url.is_some(),
        replica: config.replica.url.clone(),
        replica_ack: config.replica.ack,
        open_files_max: run::open_files_max(&config),
        warnings,
    };
    let opener = Arc::new(ConfiguredStorage(config));
    Ok(CommandContext::new(settings, opener, now_ms))
}
