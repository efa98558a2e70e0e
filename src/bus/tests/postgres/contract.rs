//! The contracts of announcements and presence, with `PostgreSQL` there and with it unreachable.

use bus::postgres::PgBus;

use crate::common;

mod at_postgres {
    use super::{PgBus, common};

    async fn make() -> (PgBus, ()) {
        let server = servers::Postgres::shared().await;
        let url = server.url(common::DATABASE, "sslmode=disable");
        (common::connect(&common::at(&url)).await, ())
    }

    bus::pubsub_conformance!(make);
    bus::presence_conformance!(make);
}

mod without_postgres {
    use super::{PgBus, common};

    #[expect(clippy::unused_async, reason = "the suite awaits it")]
    async fn make() -> (PgBus, ()) {
        (common::start(&common::at(common::NOWHERE)), ())
    }

    bus::pubsub_conformance!(make);
    bus::presence_conformance!(make);
    bus::conformance!(make: announcements_beyond_the_outbox_are_dropped_and_counted);
}

mod meeting {
    use super::common::AtPostgres;

    bus::meeting_conformance!(AtPostgres::shared, AtPostgres::own);
}
