//! The open sockets, as items of the table that also holds the journal.
//!
//! Each has two: one by which the sockets of a game's table are found, and one by which a message finds its seat. Both
//! expire after the longest time that a socket may be open, so that one whose end nobody told is forgotten.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::client::customize::CustomizableOperation;
use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, PutRequest, WriteRequest};
use aws_sdk_dynamodb::{Client, Error as SdkFailure};
use dynamo::DynamoTable;
use game::TableId;
use web::SocketSeat;

/// How long an item is kept: API Gateway closes a socket after two hours.
const KEPT: Duration = Duration::from_mins(130);
/// Sockets of one table that are told news at most. The others ask with their next beat.
const WATCHERS_MAX: i32 = 32;

/// Attempts of a request.
const ATTEMPTS_MAX: u32 = 2;

const PARTITION: &str = "pk";
const SORT: &str = "sk";
const EXPIRES: &str = "expires";
const SEAT: &str = "seat";
/// The sort key of an item by which a message finds its seat.
const BY_ID: &str = "SOCKET";

type Item = HashMap<String, AttributeValue>;

/// Why an item was not written or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectionError {
    /// The table refuses or does not answer.
    #[error("the table of connections cannot be used")]
    Table(#[source] Box<SdkFailure>),
    /// The table has taken a part of what was to be written.
    #[error("the table of connections is busy")]
    Unfinished,
}

/// The open sockets.
#[derive(Debug)]
pub(crate) struct SocketConnections {
    client: Client,
    table: String,
    /// How long a request may take, and how often it is sent.
    patience: Builder,
}

impl SocketConnections {
    /// Notes them in `table`, by its client. Each request may be sent twice within `time_max`: the connection that it is sent
    /// on may have died while the environment stood still, and to write or to read an item once more changes nothing.
    pub(crate) fn of(table: &DynamoTable, time_max: Duration) -> Self {
        let twice = RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX);
        let timeouts = TimeoutConfig::builder().operation_timeout(time_max);
        Self {
            client: table.client.clone(),
            table: table.name.clone(),
            patience: Builder::new()
                .retry_config(twice)
                .timeout_config(timeouts.build()),
        }
    }

    /// Notes that a socket is opened for a seat.
    pub(crate) async fn add(&self, id: &str, seat: &SocketSeat) -> Result<(), ConnectionError> {
        let expires = (now() + KEPT).as_secs();
        let items = keys(id, seat.table()).map(|mut item| {
            item.insert(SEAT.to_owned(), AttributeValue::S(seat.to_string()));
            item.insert(EXPIRES.to_owned(), AttributeValue::N(expires.to_string()));
            PutRequest::builder().set_item(Some(item)).build()
        });
        let writes =
            items.map(|put| put.map(|put| WriteRequest::builder().put_request(put).build()));
        self.write(writes).await
    }

    /// Forgets a socket.
    pub(crate) async fn remove(&self, id: &str, table: &TableId) -> Result<(), ConnectionError> {
        let keys = keys(id, table).map(|key| DeleteRequest::builder().set_key(Some(key)).build());
        let writes = keys.map(|it| it.map(|it| WriteRequest::builder().delete_request(it).build()));
        self.write(writes).await
    }

    async fn write<E: Into<SdkFailure>>(
        &self,
        writes: [Result<WriteRequest, E>; 2],
    ) -> Result<(), ConnectionError> {
        let [one, other] = writes;
        let writes = vec![one.map_err(failed)?, other.map_err(failed)?];
        let write = self
            .client
            .batch_write_item()
            .request_items(&self.table, writes);
        let written = self.patiently(write.customize()).send();
        let unprocessed = written.await.map_err(failed)?.unprocessed_items;
        if unprocessed.is_some_and(|items| !items.is_empty()) {
            return Err(ConnectionError::Unfinished);
        }
        Ok(())
    }

    /// Returns the seat that a socket was opened for.
    pub(crate) async fn seat_of(&self, id: &str) -> Result<Option<SocketSeat>, ConnectionError> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("S#{id}"), BY_ID.to_owned())));
        let found = self.patiently(get.customize()).send();
        let item = found.await.map_err(failed)?.item;
        Ok(item.as_ref().and_then(seat))
    }

    /// Returns the sockets of a game's table and the seat of each.
    pub(crate) async fn at(
        &self,
        table: &TableId,
    ) -> Result<Vec<(String, SocketSeat)>, ConnectionError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :table")
            .expression_attribute_values(":table", AttributeValue::S(partition(table)))
            .limit(WATCHERS_MAX);
        let found = self.patiently(query.customize()).send();
        let items = found.await.map_err(failed)?.items.unwrap_or_default();
        let sockets = items
            .iter()
            .filter_map(|item| Some((id(item)?, seat(item)?)));
        Ok(sockets.collect())
    }

    /// The same request, sent as often and given up as soon as any of these.
    fn patiently<T, E, B>(
        &self,
        request: CustomizableOperation<T, E, B>,
    ) -> CustomizableOperation<T, E, B> {
        request.config_override(self.patience.clone())
    }
}

/// Returns the keys of a socket's two items.
fn keys(id: &str, table: &TableId) -> [Item; 2] {
    [
        key(partition(table), id.to_owned()),
        key(format!("S#{id}"), BY_ID.to_owned()),
    ]
}

fn partition(table: &TableId) -> String {
    format!("C#{table}")
}

fn key(partition: String, sort: String) -> Item {
    [
        (PARTITION.to_owned(), AttributeValue::S(partition)),
        (SORT.to_owned(), AttributeValue::S(sort)),
    ]
    .into()
}

fn id(item: &Item) -> Option<String> {
    item.get(SORT)?.as_s().ok().cloned()
}

/// Returns the seat of an item. One that has expired may still be there for days.
fn seat(item: &Item) -> Option<SocketSeat> {
    let expires: u64 = item.get(EXPIRES)?.as_n().ok()?.parse().ok()?;
    let seat = item.get(SEAT)?.as_s().ok()?.parse().ok()?;
    (expires > now().as_secs()).then_some(seat)
}

fn failed(error: impl Into<SdkFailure>) -> ConnectionError {
    ConnectionError::Table(Box::new(error.into()))
}

fn now() -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default()
}
