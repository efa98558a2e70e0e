//! Every adapter of this crate keeps the contract.

#![expect(
    clippy::unwrap_used,
    reason = "a step that cannot be taken fails its test"
)]

mod memory {
    use std::sync::Arc;

    use store::{conformance::Subject, memory::MemoryJournal};

    fn journal() -> impl Future<Output = (Subject, ())> {
        std::future::ready((Arc::new(MemoryJournal::default()) as Subject, ()))
    }

    store::conformance!(journal);
}

mod sqlite {
    use std::sync::Arc;
    use std::time::Duration;

    use store::conformance::Subject;
    use store::sqlite::{Settings, SqliteJournal};
    use tempfile::TempDir;

    async fn journal() -> (Subject, TempDir) {
        let folder = TempDir::new().unwrap();
        let settings = Settings {
            path: folder.path().join("codex.db"),
            readers: 4,
            timeout: Duration::from_secs(30),
        };
        (
            Arc::new(SqliteJournal::open(settings).await.unwrap()),
            folder,
        )
    }

    store::conformance!(journal);
}
