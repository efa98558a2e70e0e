//! Buses that meet at a table.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use bus::dynamodb::DynamoBus;
use dynamo::DynamoTable;
use servers::DynamoDb;

pub(crate) use bus::conformance::until;

/// A table of the test's own, at a server that tests share.
pub(crate) async fn new_table() -> DynamoTable {
    DynamoDb::shared().await.make_table().await
}

/// The same table at an address at which nobody listens: the port is reserved for that.
pub(crate) fn nowhere(table: &DynamoTable) -> DynamoTable {
    at(table, "http://127.0.0.1:1")
}

/// The same table at another address.
pub(crate) fn at(table: &DynamoTable, endpoint: &str) -> DynamoTable {
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_secs(5));
    let config = table.client.config().to_builder();
    let config = config
        .endpoint_url(endpoint)
        .timeout_config(timeouts.build());
    DynamoTable {
        client: Client::from_conf(config.build()),
        name: table.name.clone(),
    }
}

/// A bus at a table.
pub(crate) fn bus(table: &DynamoTable) -> DynamoBus {
    DynamoBus::new(table.clone(), now_ms)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock that is handed in"
)]
pub(crate) fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_millis().try_into().unwrap()
}
