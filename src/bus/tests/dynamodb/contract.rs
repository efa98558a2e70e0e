//! The contracts of the ports, with the table there and with it unreachable.

use bus::dynamodb::DynamoBus;

use crate::common;

mod at_a_table {
    use super::{DynamoBus, common};

    async fn make() -> (DynamoBus, ()) {
        (common::bus(&common::new_table().await), ())
    }

    bus::pubsub_conformance!(make);
    bus::presence_conformance!(make);
    bus::token_bucket_conformance!(make);
}

mod without_a_table {
    use super::{DynamoBus, common};

    async fn make() -> (DynamoBus, ()) {
        let table = common::new_table().await;
        (common::bus(&common::nowhere(&table)), ())
    }

    bus::pubsub_conformance!(make);
    bus::presence_conformance!(make);
    bus::token_bucket_conformance!(make);
}
