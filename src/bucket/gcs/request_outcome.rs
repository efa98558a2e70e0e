//! Records whether a request was sent, refused or left unanswered, because `object_store`'s own errors do not tell
//! these apart.
//!
//! A [`TrackingConnector`] wraps the HTTP client below `object_store`. It puts what happened into the source of the
//! error, where [`GcsRequestError::of`] finds it again.

use std::error::Error;
use std::{fmt, iter};

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Limited};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use retry::error_chain;

use crate::{BucketError, Cause};

/// Bytes of an error document that are read.
const DOCUMENT_BYTES_MAX: usize = 16 * 1_024;
/// Letters of an error document that are repeated.
const MESSAGE_LETTERS_MAX: usize = 400;

/// Why a request failed.
#[derive(Debug)]
pub(super) enum GcsRequestError {
    /// The storage service answered with an error.
    Refused(GcsAnswerError),
    /// It was not sent: the credentials service answered with an error.
    Unsigned(GcsAnswerError),
    /// It was not sent.
    Unsent(String),
    /// It may have been sent, and there is no answer that can be understood.
    Unanswered(String),
}

impl GcsRequestError {
    /// Returns what an error of `object_store` means.
    pub(super) fn of(error: &object_store::Error) -> Self {
        // From the most to the least specific: an answer is also wrapped into an HTTP error.
        if let Some(answer) = find::<GcsAnswerError>(error) {
            return match answer.of {
                Service::Storage => Self::Refused(answer.clone()),
                Service::Credentials => Self::Unsigned(answer.clone()),
            };
        }
        if let Some(GcsCredentialsError(cause)) = find(error) {
            return Self::Unsent(format!("no credentials: {}", causes(cause)));
        }
        match find::<HttpError>(error) {
            Some(http) if http.kind() == HttpErrorKind::Connect => Self::Unsent(causes(http)),
            Some(http) => Self::Unanswered(causes(http)),
            None => Self::Unanswered(error.to_string()),
        }
    }

    /// Returns whether the condition of a write did not hold.
    pub(super) fn is_condition(&self) -> bool {
        matches!(self, Self::Refused(answer) if answer.status == 412)
    }

    /// Returns whether the key is free. Another 404 is a missing bucket or no storage service at all; taken for a free
    /// key, it would let a writer begin anew beside what is stored.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self, Self::Refused(answer)
            if answer.status == 404 && answer.code == "NoSuchKey")
    }

    /// Returns the error of the port; `operation` begins its cause.
    pub(super) fn into_bucket_error(self, operation: &str) -> BucketError {
        match self {
            Self::Refused(answer) | Self::Unsigned(answer) if answer.is_final() => {
                BucketError::Denied(answer.cause(operation))
            }
            // A 5xx may come after the write was carried out.
            Self::Refused(answer) => BucketError::Unknown(answer.cause(operation)),
            Self::Unsigned(answer) => BucketError::Unavailable(answer.cause(operation)),
            Self::Unsent(why) => {
                BucketError::Unavailable(Cause::from(format!("{operation}: {why}")))
            }
            Self::Unanswered(why) => {
                BucketError::Unknown(Cause::from(format!("{operation}: {why}")))
            }
        }
    }
}

/// An answer whose status is no success.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{of}{status} {code}: {message}")]
pub(super) struct GcsAnswerError {
    of: Service,
    status: u16,
    code: String,
    message: String,
}

impl GcsAnswerError {
    /// Returns whether the same request would be refused again.
    ///
    /// A 409 would not: the service answers so while another write of the object is in progress.
    fn is_final(&self) -> bool {
        !matches!(self.status, 408 | 409 | 425 | 429 | 500..)
    }

    fn cause(&self, operation: &str) -> Cause {
        Cause::from(format!("{operation}: {self}"))
    }

    async fn read(of: Service, answer: HttpResponse) -> Self {
        let status = answer.status();
        // The status alone decides. The document only explains it, and may fail to arrive.
        let text = match Limited::new(answer.into_body(), DOCUMENT_BYTES_MAX)
            .collect()
            .await
        {
            Ok(body) => String::from_utf8_lossy(&body.to_bytes()).into_owned(),
            Err(_) => String::new(),
        };
        let reason = || status.canonical_reason().unwrap_or_default();
        let message = match (element(&text, "Message"), element(&text, "Details")) {
            (Some(message), Some(details)) => format!("{message} {details}"),
            (Some(message), None) => message.to_owned(),
            (None, _) => text.clone(),
        };
        Self {
            of,
            status: status.as_u16(),
            code: element(&text, "Code").unwrap_or_else(reason).to_owned(),
            message: message.trim().chars().take(MESSAGE_LETTERS_MAX).collect(),
        }
    }
}

/// The service that a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Storage,
    Credentials,
}

impl fmt::Display for Service {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Storage => "",
            Self::Credentials => "no credentials: ",
        })
    }
}

/// The credentials service did not answer.
#[derive(Debug, thiserror::Error)]
#[error("no credentials")]
struct GcsCredentialsError(#[source] HttpError);

/// Makes HTTP clients that record what happens to each request.
#[derive(Debug)]
pub(super) struct TrackingConnector<C> {
    inner: C,
    /// What the URLs of the storage service begin with. All others are of the credentials service.
    storage: String,
}

impl<C> TrackingConnector<C> {
    pub(super) fn new(inner: C, base: &str) -> Self {
        Self {
            inner,
            storage: format!("{base}/"),
        }
    }
}

impl<C: HttpConnector> HttpConnector for TrackingConnector<C> {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(TrackingClient {
            client: self.inner.connect(options)?,
            storage: self.storage.clone(),
        }))
    }
}

#[derive(Debug)]
struct TrackingClient {
    client: HttpClient,
    storage: String,
}

#[async_trait]
impl HttpService for TrackingClient {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let service = if request.uri().to_string().starts_with(&self.storage) {
            Service::Storage
        } else {
            Service::Credentials
        };
        match (self.client.execute(request).await, service) {
            (Ok(answer), _) if answer.status().is_success() => Ok(answer),
            // `object_store` hands on only a part of such an answer. The source of the error carries the rest.
            (Ok(answer), of) => {
                let error = GcsAnswerError::read(of, answer).await;
                Err(HttpError::new(HttpErrorKind::Unknown, error))
            }
            // Left as it is: its kind says already whether the request was sent.
            (Err(error), Service::Storage) => Err(error),
            (Err(error), Service::Credentials) => {
                let kind = error.kind();
                Err(HttpError::new(kind, GcsCredentialsError(error)))
            }
        }
    }
}

/// Returns the content of an element of an error document.
fn element<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    let (held, _) = rest.split_once(&format!("</{name}>"))?;
    Some(held)
}

fn sources<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| error.source())
}

fn find<T: Error + 'static>(error: &object_store::Error) -> Option<&T> {
    sources(error).find_map(|error| error.downcast_ref())
}

/// Returns the sources of an HTTP error as one sentence. Its own message says nothing.
fn causes(error: &HttpError) -> String {
    error.source().map(error_chain).unwrap_or_default()
}
