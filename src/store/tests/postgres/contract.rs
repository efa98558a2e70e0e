//! A journal in `PostgreSQL` keeps the contract of every journal.

mod own_sessions {
    use std::sync::Arc;

    use store::conformance::{Subject, TamperedSubject, TransferSubject};
    use store::postgres::PostgresJournal;

    use crate::place::Place;

    async fn whole() -> (TransferSubject, Place) {
        let place = Place::new().await;
        let journal = PostgresJournal::open(place.settings("sslmode=disable")).await;
        (TransferSubject::new(journal.unwrap()), place)
    }

    store::transfer_conformance!(whole);

    async fn tampered() -> (TamperedSubject, ()) {
        let place = Arc::new(Place::new().await);
        let journal = PostgresJournal::open(place.settings("sslmode=disable")).await;
        let journal = Arc::new(journal.unwrap());
        let subject = TamperedSubject {
            journal: journal.clone(),
            export: journal,
            run: Box::new(move |statement| {
                let place = Arc::clone(&place);
                Box::pin(async move {
                    place.run(&statement.replace("{}", "arcane_codex.")).await;
                })
            }),
        };
        (subject, ())
    }

    store::tampering_conformance!(tampered);

    async fn journal() -> (Subject, Place) {
        let place = Place::new().await;
        (place.open().await, place)
    }

    store::conformance!(journal);
}

mod lent_sessions {
    use std::sync::Arc;

    use store::conformance::Subject;
    use store::postgres::{PostgresJournal, Sessions};

    use crate::place::Place;

    async fn journal() -> (Subject, Place) {
        let place = Place::new().await;
        let mut settings = place.settings("sslmode=disable");
        settings.sessions = Sessions::Lent;
        let journal = PostgresJournal::open(settings).await.unwrap();
        (Arc::new(journal), place)
    }

    store::conformance!(journal);
}

/// A role may be set to see only what was there when its transaction began, and to answer before the disk has it.
mod a_strange_role {
    use store::conformance::Subject;

    use crate::place::Place;

    async fn journal() -> (Subject, Place) {
        let place = Place::new().await;
        let database = &place.database;
        for setting in [
            "default_transaction_isolation = 'serializable'",
            "synchronous_commit = off",
            "search_path = nowhere",
        ] {
            let alter = format!("ALTER DATABASE {database} SET {setting}");
            place.run(&alter).await;
        }
        (place.open().await, place)
    }

    store::conformance!(journal);
}

/// A role that sees only what was there when its transaction began does not open more tables than there is room for.
mod a_role_that_reads_one_view {
    use store::conformance::Subject;

    use crate::place::Place;

    async fn journal() -> (Subject, Place) {
        let place = Place::new().await;
        let database = &place.database;
        let setting = "default_transaction_isolation = 'repeatable read'";
        let alter = format!("ALTER DATABASE {database} SET {setting}");
        place.run(&alter).await;
        (place.open().await, place)
    }

    store::conformance!(
        journal:
        a_table_opens_only_while_there_is_room,
        of_sixteen_tables_that_open_at_once_as_many_do_as_there_is_room_for,
        of_sixteen_tables_that_go_on_at_once_as_many_do_as_there_is_room_for,
    );
}
