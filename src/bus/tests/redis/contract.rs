//! The contract of a bus, with Redis there and with it unreachable.

use std::sync::Arc;

use bus::conformance::Subject;

use crate::common;

mod at_redis {
    use super::{Arc, Subject, common};

    async fn make() -> (Subject, ()) {
        let server = common::shared().await;
        (
            Arc::new(common::connect(&server.url(), &common::group()).await),
            (),
        )
    }

    bus::conformance!(make);
}

mod without_redis {
    use super::{Arc, Subject, common};

    #[expect(clippy::unused_async, reason = "the suite awaits it")]
    async fn make() -> (Subject, ()) {
        let bus = common::start(common::NOWHERE, &common::group());
        (Arc::new(bus), ())
    }

    bus::conformance!(make);
    bus::conformance!(make: announcements_beyond_the_outbox_are_dropped_and_counted);
}

mod meeting {
    use super::common::AtRedis;

    bus::meeting_conformance!(AtRedis::own, AtRedis::own);
}
