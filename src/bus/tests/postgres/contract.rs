//! The contract of a bus, kept with its server there and with it away.

use std::sync::Arc;

use bus::conformance::Subject;

use crate::common;

mod at_postgres {
    use super::{Arc, Subject, common};

    async fn make() -> (Subject, ()) {
        let server = servers::Postgres::shared().await;
        (Arc::new(common::connect(&common::group(server)).await), ())
    }

    bus::conformance!(make);
}

mod while_postgres_is_away {
    use super::{Arc, Subject, common};

    #[expect(clippy::unused_async, reason = "the suite awaits it")]
    async fn make() -> (Subject, ()) {
        // Nobody listens at this port, which is kept for that.
        let bus = common::start(&common::at("postgres://nobody@127.0.0.1:1/none"));
        (Arc::new(bus), ())
    }

    bus::conformance!(make);
}
