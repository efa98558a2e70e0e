//! Amazon DynamoDB: which table, the client that speaks to it, and what a failure means.
//!
//! [`DynamoTable`] is shared by everything that keeps items in the table, each under partition keys of its own. The shape
//! of the table is in [`schema`], which also makes one. [`DynamoError`] sorts the failures of every operation by what the
//! sender can do about them.

mod error;
pub mod probe;
pub mod schema;

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;

pub use error::{CancelCause, CancelReason, DynamoError, Item};
pub use schema::{CreatedTable, TableFeature, check_table, create_table};

/// Where a table is and how long its requests may take.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The table's name.
    pub table: String,
    /// The endpoint of a compatible server, in place of that of the region.
    pub endpoint: Option<String>,
    /// The time within which a request is answered or has failed.
    pub timeout: Duration,
}

/// A table and the client that speaks to it. Clones share the client.
#[derive(Clone, Debug)]
pub struct DynamoTable {
    /// The client.
    pub client: Client,
    /// The table's name.
    pub name: String,
}

impl DynamoTable {
    /// Makes the client from the credentials and the region that the environment provides. Nothing is asked yet.
    ///
    /// The client does not repeat a request by itself: whoever sends it knows whether it may.
    pub async fn connect(settings: Settings) -> Self {
        let timeouts = TimeoutConfig::builder()
            .operation_timeout(settings.timeout)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts);
        if let Some(endpoint) = settings.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        Self {
            client: Client::new(&loader.load().await),
            name: settings.table,
        }
    }
}
