//! The default: one process and a journal on a local disk.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bus::memory::MemoryBus;
use host::{Config, Platform, Storage};
use store::sqlite::{Settings, SqliteJournal};

fn main() -> ExitCode {
    host::main(Platform {
        name: "server",
        port: 5_000,
        // What a container runtime waits before it kills.
        drain: Duration::from_secs(10),
        open: |config| Box::pin(open(config)),
    })
}

async fn open(config: Config) -> anyhow::Result<Storage> {
    let path = config.db_path;
    let context = format!("DB_PATH: cannot open the journal {}", path.display());
    let settings = Settings {
        path,
        readers: config.db_pool_size,
        timeout: config.db_timeout,
    };
    let journal = Arc::new(SqliteJournal::open(settings).await.context(context)?);
    Ok(Storage {
        journal: journal.clone(),
        bus: Arc::new(MemoryBus::default()),
        close: Box::new(|| Box::pin(async move { Ok(journal.close().await?) })),
    })
}
