//! A journal in `PostgreSQL`.

use std::sync::Arc;

use anyhow::Context as _;
use bus::Bus;
use store::postgres::{PgUrl, PostgresJournal, Sessions, Settings, Tls};

use crate::config::TlsVerification;
use crate::{Address, Config, Storage};

/// Opens a journal in a database.
pub(super) async fn open(
    config: &Config,
    address: &Address,
    bus: Arc<dyn Bus>,
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

/// How a journal in a database is opened, as the operator has set it.
pub(super) fn settings(config: &Config, address: &Address) -> anyhow::Result<Settings> {
    Ok(Settings {
        url: PgUrl::parse(address.reveal())?,
        pool: config.db_pool_size,
        timeout: config.db_timeout,
        tls: match config.database_tls {
            TlsVerification::Verify => Tls::Verify,
            TlsVerification::AnyCertificate => Tls::AnyCertificate,
        },
        sessions: if config.database_pooled {
            Sessions::Lent
        } else {
            Sessions::Own
        },
        app_name: "arcane-codex".to_owned(),
    })
}
