//! The failures of requests, translated for the caller.

use dynamo::DynamoError;

use crate::StoreError;

pub(super) fn unavailable(
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    StoreError::Unavailable(cause.into())
}

/// Sorts a failure by what the caller of the journal can do about it.
pub(super) fn judge(table: &str, error: DynamoError) -> StoreError {
    match error {
        DynamoError::AccessDenied(why) => unusable(
            table,
            &format!(
                "keeps this process out ({why}): give its role the rights that the guide lists"
            ),
        ),
        DynamoError::TableMissing => unusable(
            table,
            "is not there in this account and region: make it (arcane-codex store create), or correct its name",
        ),
        DynamoError::Unfit(why) => unusable(
            table,
            &format!(
                "is not as this release needs it ({why}): make another (arcane-codex store create) and name that"
            ),
        ),
        other @ (DynamoError::ConditionFailed
        | DynamoError::Canceled(_)
        | DynamoError::Conflict
        | DynamoError::TokenReused
        | DynamoError::Throttled(_)
        | DynamoError::InUse
        | DynamoError::Unsupported
        | DynamoError::Unavailable(_)) => unavailable(other),
    }
}

pub(super) fn unusable(table: &str, why: &str) -> StoreError {
    StoreError::Unusable(format!("the DynamoDB table {table} {why}"))
}
