//! What an answer of S3, or the lack of one, says of the request.

use std::error::Error;
use std::fmt::Write;
use std::io::{self, ErrorKind};

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::{BucketError, Cause};

/// A request that was not answered as it was meant to be.
pub(super) struct Refusal {
    /// The answer's number; none is 0.
    pub(super) status: u16,
    code: String,
    pub(super) fault: BucketError,
}

impl Refusal {
    /// Whether there is no object of the name, though there is the bucket.
    pub(super) fn is_of_no_key(&self) -> bool {
        self.status == 404 && self.code == "NoSuchKey"
    }
}

/// Sorts an error of an operation for which no answer but success means anything.
pub(super) fn fault<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> BucketError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    refusal(operation, error).fault
}

/// Sorts an error of an operation.
pub(super) fn refusal<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> Refusal
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let SdkError::ServiceError(answer) = error {
        let status = answer.raw().status().as_u16();
        let code = answer.err().code().unwrap_or_default();
        let message = answer.err().message().unwrap_or("it does not say why");
        return Refusal {
            status,
            code: code.to_owned(),
            fault: answered(status, code)(Cause::from(format!(
                "{operation}: {status} {code}: {message}"
            ))),
        };
    }
    let cause = Cause::from(format!("{operation}{}", chain(error)));
    Refusal {
        status: 0,
        code: String::new(),
        fault: unanswered(error)(cause),
    }
}

/// Sorts an answer.
fn answered(status: u16, code: &str) -> fn(Cause) -> BucketError {
    match (status, code) {
        // Somebody else is writing: neither has won yet. Or it was too slow, or is asked too much.
        (_, "ConditionalRequestConflict" | "OperationAborted" | "RequestTimeout" | "SlowDown") => {
            BucketError::Unknown
        }
        // A condition that the server does not know: nobody may be told that it was kept.
        (501, _) => BucketError::Denied,
        (408 | 409 | 412 | 425 | 429 | 500.., _) => BucketError::Unknown,
        // What was asked is wrong, or whoever asks: asking again changes neither. Here are the missing
        // bucket, the wrong region, the unknown key and the wrong secret.
        (300..=499, _) => BucketError::Denied,
        _ => BucketError::Unknown,
    }
}

/// Sorts what never came to an answer.
fn unanswered<E>(error: &SdkError<E, HttpResponse>) -> fn(Cause) -> BucketError
where
    E: Error + 'static,
{
    if let Some(missing) = find::<CredentialsError>(error) {
        use CredentialsError::{CredentialsNotLoaded, InvalidConfiguration};
        // Else whoever hands them out does not answer, and may later.
        let nobody_has_any = matches!(missing, CredentialsNotLoaded(_) | InvalidConfiguration(_));
        return if nobody_has_any {
            BucketError::Denied
        } else {
            BucketError::Unavailable
        };
    }
    if matches!(error, SdkError::ConstructionFailure(_)) || has_no_connection(error) {
        return BucketError::Unavailable;
    }
    BucketError::Unknown
}

/// Whether it is sure that no byte was sent. Whatever is not seen here counts as sent.
fn has_no_connection(error: &(dyn Error + 'static)) -> bool {
    let in_client = find::<hyper_util::client::legacy::Error>(error);
    let refused = find::<io::Error>(error).map(io::Error::kind);
    in_client.is_some_and(hyper_util::client::legacy::Error::is_connect)
        || refused == Some(ErrorKind::ConnectionRefused)
}

/// What an error comes from, first to last.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// Tells an error and what it comes from in one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    causes(error).fold(String::new(), |mut told, cause| {
        // Writing to a String does not fail.
        let _ = write!(told, ": {cause}");
        told
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(status: u16, code: &str) -> &'static str {
        match answered(status, code)(Cause::from("said")) {
            BucketError::Unavailable(_) => "unavailable",
            BucketError::Unknown(_) => "unknown",
            BucketError::Denied(_) => "denied",
        }
    }

    #[test]
    fn an_answer_that_leaves_it_open_is_unknown() {
        for (status, code) in [
            (400, "RequestTimeout"),
            (409, "ConditionalRequestConflict"),
            (429, ""),
            (500, "InternalError"),
            (503, "SlowDown"),
            (504, ""),
        ] {
            assert_eq!(sorted(status, code), "unknown", "{status} {code}");
        }
    }

    #[test]
    fn an_answer_that_somebody_must_do_something_about_is_denied() {
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
            assert_eq!(sorted(status, code), "denied", "{status} {code}");
        }
    }
}
