//! The failures of requests, by what their sender can do about them.

use std::any::Any;
use std::collections::HashMap;
use std::error::Error;

use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, CancellationReason};

/// The attributes of an item by their names.
pub type Item = HashMap<String, AttributeValue>;

/// The failure of a request.
#[derive(Debug, thiserror::Error)]
pub enum DynamoError {
    /// The condition of a single write does not hold. Nothing was written.
    #[error("the condition of the write does not hold")]
    ConditionFailed,
    /// A transaction was canceled, and wrote nothing. There is a reason for each of its actions, in their order.
    #[error("the transaction was canceled: {0:?}")]
    Canceled(Vec<CancelReason>),
    /// Another transaction has an item in hand. The same request may succeed in a moment.
    #[error("another transaction is writing the same item")]
    Conflict,
    /// The token of this transaction was used for another one.
    #[error("the token of the transaction was used for another one")]
    TokenReused,
    /// More was asked than the table's or the account's limits allow. Try later.
    #[error("the requests are throttled")]
    Throttled(#[source] Box<dyn Error + Send + Sync>),
    /// The credentials are missing or not accepted, or lack the right. The text says which.
    #[error("the request is not allowed: {0}")]
    AccessDenied(String),
    /// There is no such table in this account and region.
    #[error("there is no such table")]
    TableMissing,
    /// What was to be made is there already, or is changing.
    #[error("it is there already")]
    InUse,
    /// The server does not know the operation: it is a compatible one.
    #[error("the server does not know the operation")]
    Unsupported,
    /// The request does not fit the table, or a limit of the service. The text says why.
    #[error("the request does not fit the table: {0}")]
    Unfit(String),
    /// The server cannot be reached or failed. Whether something was written is not known.
    #[error("the server did not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

/// Why a transaction was canceled, for one of its actions.
#[derive(Clone, Debug, PartialEq)]
pub struct CancelReason {
    /// The cause.
    pub cause: CancelCause,
    /// The item as it was, if its condition failed and the action asked for it.
    pub item: Option<Item>,
}

/// The cause of a canceled transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CancelCause {
    /// This action is not the reason.
    Nothing,
    /// Its condition does not hold.
    ConditionFailed,
    /// Another transaction has its item in hand.
    Conflict,
    /// More was asked than the limits allow.
    Throttled,
    /// Another one, in the words of the service: the action does not fit the table or a limit.
    Other(String),
}

impl CancelCause {
    /// Whether it keeps nothing from succeeding in a moment.
    fn passes(&self) -> bool {
        matches!(self, Self::Nothing | Self::Conflict | Self::Throttled)
    }
}

impl DynamoError {
    /// Whether the same request may succeed in a moment.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Canceled(reasons) => {
                let mut causes = reasons.iter().map(|reason| &reason.cause);
                let is_there = causes.clone().any(|cause| *cause != CancelCause::Nothing);
                is_there && causes.all(CancelCause::passes)
            }
            Self::Conflict | Self::Throttled(_) | Self::Unavailable(_) => true,
            Self::ConditionFailed
            | Self::TokenReused
            | Self::AccessDenied(_)
            | Self::TableMissing
            | Self::InUse
            | Self::Unsupported
            | Self::Unfit(_) => false,
        }
    }
}

impl<E> From<SdkError<E>> for DynamoError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E>) -> Self {
        let Some(answer) = error.as_service_error() else {
            return unanswered(error);
        };
        if let Some(reasons) = cancel_reasons(answer) {
            return Self::Canceled(reasons);
        }
        let meta = answer.meta();
        let message = meta.message().unwrap_or("no reason given").to_owned();
        match meta.code().unwrap_or_default() {
            "ConditionalCheckFailedException" => Self::ConditionFailed,
            "TransactionConflictException"
            | "TransactionInProgressException"
            | "ReplicatedWriteConflictException" => Self::Conflict,
            "IdempotentParameterMismatchException" => Self::TokenReused,
            "ProvisionedThroughputExceededException"
            | "ThrottlingException"
            | "RequestLimitExceeded"
            | "LimitExceededException" => Self::Throttled(Box::new(error)),
            "AccessDeniedException"
            | "UnrecognizedClientException"
            | "InvalidSignatureException"
            | "IncompleteSignatureException"
            | "MissingAuthenticationTokenException" => Self::AccessDenied(message),
            "ResourceNotFoundException" | "TableNotFoundException" => Self::TableMissing,
            "ResourceInUseException" | "TableAlreadyExistsException" => Self::InUse,
            "UnknownOperationException" | "NotImplemented" => Self::Unsupported,
            "ValidationException" | "SerializationException" => Self::Unfit(message),
            _ => Self::Unavailable(Box::new(error)),
        }
    }
}

/// Sorts the failure of a request to which the service has not answered with an error of its own.
fn unanswered<E>(error: SdkError<E>) -> DynamoError
where
    E: Error + Send + Sync + 'static,
{
    let chain = DisplayErrorContext(&error).to_string();
    let is_of_settings = matches!(&error, SdkError::ConstructionFailure(_));
    // The client looks for credentials on the way to the server, and tells their absence as a failure of the connection.
    let lacks_credentials =
        matches!(&error, SdkError::DispatchFailure(_)) && chain.contains("provided credentials");
    if lacks_credentials || chain.contains("CredentialsNotLoaded") {
        let why = "no credentials were found in the environment, its files, or the metadata of the machine";
        return DynamoError::AccessDenied(why.to_owned());
    }
    if is_of_settings {
        return DynamoError::Unfit(chain);
    }
    DynamoError::Unavailable(Box::new(error))
}

/// Returns the reasons of a canceled transaction, if the answer is one.
fn cancel_reasons(answer: &dyn Any) -> Option<Vec<CancelReason>> {
    let answer = answer.downcast_ref::<TransactWriteItemsError>()?;
    let TransactWriteItemsError::TransactionCanceledException(canceled) = answer else {
        return None;
    };
    Some(canceled.cancellation_reasons().iter().map(reason).collect())
}

fn reason(told: &CancellationReason) -> CancelReason {
    let cause = match told.code().unwrap_or("None") {
        "None" => CancelCause::Nothing,
        "ConditionalCheckFailed" => CancelCause::ConditionFailed,
        "TransactionConflict" => CancelCause::Conflict,
        "ThrottlingError" | "ProvisionedThroughputExceeded" => CancelCause::Throttled,
        code => {
            let message = told.message().unwrap_or_default();
            CancelCause::Other(format!("{code}: {message}"))
        }
    };
    CancelReason {
        cause,
        item: told.item().cloned(),
    }
}
