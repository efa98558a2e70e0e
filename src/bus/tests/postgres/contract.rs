//! The contract of a bus, with `PostgreSQL` there and with it unreachable.

use std::sync::Arc;

use bus::conformance::Subject;

use crate::common;

mod at_postgres {
    use super::{Arc, Subject, common};

    async fn make() -> (Subject, ()) {
        let server = servers::Postgres::shared().await;
        let url = server.url(common::DATABASE, "sslmode=disable");
        (Arc::new(common::connect(&common::at(&url)).await), ())
    }

    bus::conformance!(make);
}

mod without_postgres {
    use super::{Arc, Subject, common};

    #[expect(clippy::unused_async, reason = "the suite awaits it")]
    async fn make() -> (Subject, ()) {
        let bus = common::start(&common::at(common::NOWHERE));
        (Arc::new(bus), ())
    }

    bus::conformance!(make);
    bus::conformance!(make: announcements_beyond_the_outbox_are_dropped_and_counted);
}

mod meeting {
    use super::common::AtPostgres;

    bus::meeting_conformance!(AtPostgres::shared, AtPostgres::own);
}
