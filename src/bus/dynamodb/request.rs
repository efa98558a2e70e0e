//! Requests to the table, each of a limited time, and the parts they are made of.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, ReturnValue, ReturnValuesOnConditionCheckFailure,
};
use dynamo::schema::{PARTITION_KEY, SORT_KEY};
use dynamo::{DynamoError, Item};
use retry::error_chain;
use tokio::time::{Instant, timeout_at};

use super::DynamoBus;
use crate::LinkFailure;

/// What became of an update with a condition: the item as it is now.
#[derive(Debug)]
pub(super) enum Updated {
    /// The condition held.
    Written(Item),
    /// It did not.
    Unfit(Item),
}

impl DynamoBus {
    /// Begins an update of an item, which brings the item back.
    pub(super) fn update(&self, key: Item) -> UpdateItemFluentBuilder {
        self.table
            .client
            .update_item()
            .table_name(&self.table.name)
            .set_key(Some(key))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Sends an update. `None` if the table cannot be reached in time, or is not asked now.
    pub(super) async fn send_update(
        &self,
        update: UpdateItemFluentBuilder,
        deadline: Instant,
    ) -> Option<Updated> {
        let send = || async {
            let error = match update.clone().send().await {
                Ok(updated) => {
                    return Ok(Updated::Written(updated.attributes.unwrap_or_default()));
                }
                Err(error) => error,
            };
            if let Some(UpdateItemError::ConditionalCheckFailedException(unfit)) =
                error.as_service_error()
            {
                return Ok(Updated::Unfit(unfit.item().cloned().unwrap_or_default()));
            }
            Err(DynamoError::from(error))
        };
        self.ask_table(send, deadline).await
    }

    /// Reads items, and returns them with the keys that the table has left out. `None` as above.
    pub(super) async fn read(
        &self,
        question: KeysAndAttributes,
        deadline: Instant,
    ) -> Option<(Vec<Item>, Vec<Item>)> {
        let name = &self.table.name;
        let request = self.table.client.batch_get_item();
        let request = request.request_items(name, question);
        let send = || async {
            let answer = request.clone().send().await?;
            let items = answer.responses.unwrap_or_default().remove(name);
            let left = answer.unprocessed_keys.unwrap_or_default().remove(name);
            let left = left.map(|left| left.keys).unwrap_or_default();
            Ok((items.unwrap_or_default(), left))
        };
        self.ask_table(send, deadline).await
    }

    /// Sends a request, and once more if it fails at once: a process that was frozen for a while finds its connections
    /// closed. `None` if there is no answer until `deadline`, or if the table is not asked now.
    async fn ask_table<T, F>(&self, send: impl Fn() -> F, deadline: Instant) -> Option<T>
    where
        F: Future<Output = Result<T, DynamoError>>,
    {
        if !self.link.may_ask() {
            return None;
        }
        let mut answer = timeout_at(deadline, send()).await;
        if let Ok(Err(DynamoError::Unavailable(_))) = &answer {
            answer = timeout_at(deadline, send()).await;
        }
        match answer {
            Ok(Ok(answer)) => {
                self.link.answered();
                Some(answer)
            }
            Ok(Err(error)) => {
                self.note_failure(&error);
                None
            }
            Err(_) => {
                let cause = "there is no answer in time".to_owned();
                self.link.failed(cause, LinkFailure::Unreachable);
                None
            }
        }
    }

    fn note_failure(&self, error: &DynamoError) {
        let failure = match error {
            DynamoError::AccessDenied(_)
            | DynamoError::TableMissing
            | DynamoError::Unsupported
            | DynamoError::Unfit(_) => LinkFailure::Refused,
            DynamoError::ConditionFailed
            | DynamoError::Canceled(_)
            | DynamoError::Conflict
            | DynamoError::TokenReused
            | DynamoError::Throttled(_)
            | DynamoError::InUse
            | DynamoError::Unavailable(_) => LinkFailure::Unreachable,
        };
        self.link.failed(error_chain(error), failure);
    }
}

/// Returns the key of an item.
pub(super) fn key(partition: String, sort: &str) -> Item {
    Item::from([
        (PARTITION_KEY.to_owned(), AttributeValue::S(partition)),
        (SORT_KEY.to_owned(), AttributeValue::S(sort.to_owned())),
    ])
}

/// Returns a number as the table stores it.
pub(super) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Reads a number that the table has stored.
pub(super) fn number_in(value: &AttributeValue) -> Option<u64> {
    value.as_n().ok()?.parse().ok()
}
