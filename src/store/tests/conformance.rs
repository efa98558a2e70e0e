//! Every adapter of this crate keeps the contract.

#![expect(
    clippy::unwrap_used,
    reason = "a step that cannot be taken fails its test"
)]

mod memory {
    use std::sync::Arc;

    use store::conformance::{Subject, TransferSubject};
    use store::memory::MemoryJournal;

    fn journal() -> impl Future<Output = (Subject, ())> {
        std::future::ready((Arc::new(MemoryJournal::default()) as Subject, ()))
    }

    store::conformance!(journal);

    fn whole() -> impl Future<Output = (TransferSubject, ())> {
        std::future::ready((TransferSubject::new(MemoryJournal::default()), ()))
    }

    store::transfer_conformance!(whole);

    #[tokio::test]
    async fn a_head_is_always_told_at_once() {
        let (journal, ()) = journal().await;
        let (table, _) = store::conformance::steps::open(&journal, 1).await;
        assert_eq!(journal.head_at_once(&table), Some(game::Version(1)));
    }
}

mod sqlite {
    use std::pin::Pin;
    use std::sync::Arc;
    use std::time::Duration;

    use rusqlite::Connection;
    use store::conformance::{Subject, TamperedSubject, TransferSubject};
    use store::sqlite::{Settings, SqliteJournal};
    use tempfile::TempDir;

    async fn journal() -> (Subject, TempDir) {
        let (journal, folder) = open().await;
        (Arc::new(journal), folder)
    }

    async fn whole() -> (TransferSubject, TempDir) {
        let (journal, folder) = open().await;
        (TransferSubject::new(journal), folder)
    }

    async fn open() -> (SqliteJournal, TempDir) {
        let folder = TempDir::new().unwrap();
        let settings = Settings {
            path: folder.path().join("codex.db"),
            readers: 4,
            timeout: Duration::from_secs(30),
        };
        (SqliteJournal::open(settings).await.unwrap(), folder)
    }

    async fn tampered() -> (TamperedSubject, TempDir) {
        let (journal, folder) = open().await;
        let (journal, path) = (Arc::new(journal), folder.path().join("codex.db"));
        let run = move |statement: String| -> Pin<Box<dyn Future<Output = ()> + Send>> {
            let database = Connection::open(&path).unwrap();
            database.pragma_update(None, "foreign_keys", false).unwrap();
            let statement = statement.replace("{}", "");
            database.execute_batch(&statement).unwrap();
            Box::pin(std::future::ready(()))
        };
        let subject = TamperedSubject {
            journal: journal.clone(),
            export: journal,
            run: Box::new(run),
        };
        (subject, folder)
    }

    store::conformance!(journal);
    store::transfer_conformance!(whole);
    store::tampering_conformance!(tampered);
}
