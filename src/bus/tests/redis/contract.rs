//! The contracts of all ports, with Redis there and with it unreachable.

use bus::redis::RedisBus;

use crate::common;

mod at_redis {
    use super::{RedisBus, common};

    async fn make() -> (RedisBus, ()) {
        let server = common::shared().await;
        (common::connect(&server.url(), &common::group()).await, ())
    }

    bus::pubsub_conformance!(make);
    bus::presence_conformance!(make);
    bus::token_bucket_conformance!(make);
    bus::shared_cache_conformance!(make);
}

mod without_redis {
    use super::{RedisBus, common};

    #[expect(clippy::unused_async, reason = "the suite awaits it")]
    async fn make() -> (RedisBus, ()) {
        (common::start(common::NOWHERE, &common::group()), ())
    }

    bus::pubsub_conformance!(make);
    bus::presence_conformance!(make);
    bus::token_bucket_conformance!(make);
    bus::shared_cache_conformance!(make);
    bus::conformance!(make: announcements_beyond_the_outbox_are_dropped_and_counted);
}

mod meeting {
    use super::common::AtRedis;

    bus::meeting_conformance!(AtRedis::own, AtRedis::own);
}
