//! Classifies answers of S3, and missing answers, by what they say about the effect of the request.

use std::error::Error;
use std::io::{self, ErrorKind};

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use retry::error_chain;

use crate::{BucketError, Cause};

/// A request that failed.
pub(super) struct S3RequestError {
    /// The HTTP status of the answer; 0 if there is none.
    pub(super) status: u16,
    code: String,
    pub(super) error: BucketError,
}

impl S3RequestError {
    /// Returns whether the bucket exists and the key is free. Another 404 is a missing bucket.
    pub(super) fn is_no_such_key(&self) -> bool {
        self.status == 404 && self.code == "NoSuchKey"
    }
}

/// Classifies the error of an operation.
pub(super) fn classify<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> S3RequestError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    // Only here has the service answered. All other errors are without an answer.
    if let SdkError::ServiceError(answer) = error {
        let status = answer.raw().status().as_u16();
        let code = answer.err().code().unwrap_or_default();
        let message = answer.err().message().unwrap_or("it does not say why");
        return S3RequestError {
            status,
            code: code.to_owned(),
            error: of_answer(status, code)(Cause::from(format!(
                "{operation}: {status} {code}: {message}"
            ))),
        };
    }
    let cause = Cause::from(format!("{operation}: {}", error_chain(error)));
    S3RequestError {
        status: 0,
        code: String::new(),
        error: of_no_answer(error)(cause),
    }
}

/// Classifies an answer by its status and code.
fn of_answer(status: u16, code: &str) -> fn(Cause) -> BucketError {
    match (status, code) {
        // Another writer is at work and neither has won yet; or the request was too slow, or one too many.
        (_, "ConditionalRequestConflict" | "OperationAborted" | "RequestTimeout" | "SlowDown") => {
            BucketError::Unknown
        }
        // A server that does not know the condition. It must not count as one that kept it.
        (501, _) => BucketError::Denied,
        (408 | 409 | 412 | 425 | 429 | 500.., _) => BucketError::Unknown,
        // The request or its credentials are wrong, so retrying cannot help: a missing bucket, a wrong region, an
        // unknown access key, a wrong secret.
        (300..=499, _) => BucketError::Denied,
        _ => BucketError::Unknown,
    }
}

/// Classifies an error without an answer.
fn of_no_answer<E>(error: &SdkError<E, HttpResponse>) -> fn(Cause) -> BucketError
where
    E: Error + 'static,
{
    if let Some(missing) = find::<CredentialsError>(error) {
        use CredentialsError::{CredentialsNotLoaded, InvalidConfiguration};
        // Any other error means that the credentials service does not answer now.
        let has_none = matches!(missing, CredentialsNotLoaded(_) | InvalidConfiguration(_));
        return if has_none {
            BucketError::Denied
        } else {
            BucketError::Unavailable
        };
    }
    if matches!(error, SdkError::ConstructionFailure(_)) || was_not_connected(error) {
        return BucketError::Unavailable;
    }
    BucketError::Unknown
}

/// Returns whether certainly no byte was sent. In doubt a request counts as sent.
fn was_not_connected(error: &(dyn Error + 'static)) -> bool {
    let in_client = find::<hyper_util::client::legacy::Error>(error);
    let refused = find::<io::Error>(error).map(io::Error::kind);
    in_client.is_some_and(hyper_util::client::legacy::Error::is_connect)
        || refused == Some(ErrorKind::ConnectionRefused)
}

/// Returns an error and its sources, from the outermost.
fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    sources(error).find_map(|source| source.downcast_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(status: u16, code: &str) -> &'static str {
        match of_answer(status, code)(Cause::from("said")) {
            BucketError::Unavailable(_) => "unavailable",
            BucketError::Unknown(_) => "unknown",
            BucketError::Denied(_) => "denied",
        }
    }

    #[test]
    fn an_answer_that_leaves_the_effect_open_is_unknown() {
        for (status, code) in [
            (400, "RequestTimeout"),
            (409, "ConditionalRequestConflict"),
            (429, ""),
            (500, "InternalError"),
            (503, "SlowDown"),
            (504, ""),
        ] {
            assert_eq!(class(status, code), "unknown", "{status} {code}");
        }
    }

    #[test]
    fn an_answer_that_an_operator_must_act_on_is_denied() {
        for (status, code) in [
            (301, "PermanentRedirect"),
            (400, "AuthorizationHeaderMalformed"),
            (401, ""),
            (403, "AccessDenied"),
            (403, "InvalidAccessKeyId"),
            (403, "SignatureDoesNotMatch"),
            (404, "NoSuchBucket"),
            (501, "NotImplemented"),
        ] {
            assert_eq!(class(status, code), "denied", "{status} {code}");
        }
    }
}
