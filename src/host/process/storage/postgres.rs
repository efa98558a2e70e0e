//! A journal in `PostgreSQL`.

use std::sync::Arc;

use anyhow::Context as _;
use bus::Bus;
use store::postgres::{PgUrl, PostgresJournal, Sessions, Settings, Tls};

use crate::{Config, MaskedUrl, Storage, TlsVerification};

/// Opens a journal in a database.
pub(super) async fn open(
    config: &Config,
    address: &MaskedUrl,
    bus: Bus,
) -> anyhow::Result<Storage> {
    let settings = settings(config, address)?;
    let context = || format!("DATABASE_URL: cannot open the journal {address}");
    let journal = PostgresJournal::open(settings)
        .await
        .with_context(context)?;
    let journal = Arc::new(journal);
    Ok(Storage {
        journal: journal.clone(),
        bus,
        close: Box::new(|| {
            Box::pin(async move {
                journal.close();
                Ok(())
            })
        }),
        taken_over: Box::pin(std::future::pending()),
    })
}

/// Returns the settings of the journal in `PostgreSQL` from the configuration.
pub(super) fn settings(config: &Config, address: &MaskedUrl) -> anyhow::Result<Settings> {
    Ok(Settings {
        url: PgUrl::parse(address.reveal())?,
        pool: config.journal.pool_size,
        timeout: config.journal.timeout,
        tls: match config.database.tls {
            TlsVerification::Verify => Tls::Verify,
            TlsVerification::AnyCertificate => Tls::AnyCertificate,
        },
        sessions: if config.database.pooled {
            Sessions::Lent
        } else {
            Sessions::Own
        },
        app_name: "arcane-codex".to_owned(),
    })
}
