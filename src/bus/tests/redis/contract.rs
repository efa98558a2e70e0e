//! The contract of a bus, kept with its server there and with it away.

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

mod while_redis_is_away {
    use super::{Arc, Subject, common};

    #[expect(clippy::unused_async, reason = "the suite awaits it")]
    async fn make() -> (Subject, ()) {
        // Nobody listens at this port, which is kept for that.
        let bus = common::start("redis://127.0.0.1:1", &common::group());
        (Arc::new(bus), ())
    }

    bus::conformance!(make);
}
