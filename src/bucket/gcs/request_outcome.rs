//! How far a request came: kept in types on its way through `object_store`, which hands on only some of it.

use std::error::Error;
use std::{fmt, iter};

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Limited};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};

use crate::{BucketError, Cause};

/// Bytes of a refusal that are read.
const REFUSAL_MAX: usize = 16 * 1_024;
/// Letters of a refusal that are told.
const TOLD_MAX: usize = 400;

/// Why a request led to nothing.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The storage refused it.
    Refused(Refusal),
    /// It was not sent, because nobody gave credentials for it.
    Unsigned(Refusal),
    /// It was not sent.
    Unsent(String),
    /// It may have been sent, and nothing came back that can be understood.
    Unanswered(String),
}

impl Trouble {
    /// Finds out what happened.
    pub(super) fn of(error: &object_store::Error) -> Self {
        if let Some(refusal) = find::<Refusal>(error) {
            return match refusal.by {
                Asked::Storage => Self::Refused(refusal.clone()),
                Asked::Credentials => Self::Unsigned(refusal.clone()),
            };
        }
        if let Some(NoCredentials(cause)) = find(error) {
            return Self::Unsent(format!("no credentials: {}", causes(cause)));
        }
        match find::<HttpError>(error) {
            Some(broken) if broken.kind() == HttpErrorKind::Connect => Self::Unsent(causes(broken)),
            Some(broken) => Self::Unanswered(causes(broken)),
            None => Self::Unanswered(error.to_string()),
        }
    }

    /// Whether the condition of a write did not hold.
    pub(super) fn is_condition(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.status == 412)
    }

    /// Whether there is no such object. Another 404 is a missing bucket, or no storage at all: who took it
    /// for an absence would begin anew beside what is kept.
    pub(super) fn is_absence(&self) -> bool {
        matches!(self, Self::Refused(refusal)
            if refusal.status == 404 && refusal.code == "NoSuchKey")
    }

    /// Says it to the bucket's user, after what was being done.
    pub(super) fn into_fault(self, doing: &str) -> BucketError {
        match self {
            Self::Refused(refusal) | Self::Unsigned(refusal) if refusal.is_final() => {
                BucketError::Denied(refusal.cause(doing))
            }
            Self::Refused(refusal) => BucketError::Unknown(refusal.cause(doing)),
            Self::Unsigned(refusal) => BucketError::Unavailable(refusal.cause(doing)),
            Self::Unsent(why) => BucketError::Unavailable(Cause::from(format!("{doing}: {why}"))),
            Self::Unanswered(why) => BucketError::Unknown(Cause::from(format!("{doing}: {why}"))),
        }
    }
}

/// An answer that is no success.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{by}{status} {code}: {message}")]
pub(super) struct Refusal {
    by: Asked,
    status: u16,
    code: String,
    message: String,
}

impl Refusal {
    /// Whether the same request is going to be refused again.
    ///
    /// A conflict is none: the service answers so while another write of the object is under way.
    fn is_final(&self) -> bool {
        !matches!(self.status, 408 | 409 | 425 | 429 | 500..)
    }

    fn cause(&self, doing: &str) -> Cause {
        Cause::from(format!("{doing}: {self}"))
    }

    async fn read(by: Asked, answer: HttpResponse) -> Self {
        let status = answer.status();
        // A refusal is one whether or not its reasons arrive.
        let text = match Limited::new(answer.into_body(), REFUSAL_MAX)
            .collect()
            .await
        {
            Ok(body) => String::from_utf8_lossy(&body.to_bytes()).into_owned(),
            Err(_) => String::new(),
        };
        let reason = || status.canonical_reason().unwrap_or_default();
        let told = match (element(&text, "Message"), element(&text, "Details")) {
            (Some(message), Some(details)) => format!("{message} {details}"),
            (Some(message), None) => message.to_owned(),
            (None, _) => text.clone(),
        };
        Self {
            by,
            status: status.as_u16(),
            code: element(&text, "Code").unwrap_or_else(reason).to_owned(),
            message: told.trim().chars().take(TOLD_MAX).collect(),
        }
    }
}

/// Who was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Storage,
    Credentials,
}

impl fmt::Display for Asked {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Storage => "",
            Self::Credentials => "no credentials: ",
        })
    }
}

/// No answer came from whoever gives credentials.
#[derive(Debug, thiserror::Error)]
#[error("no credentials")]
struct NoCredentials(#[source] HttpError);

/// Makes clients that keep what they are told.
#[derive(Debug)]
pub(super) struct Connector<C> {
    inner: C,
    /// What the storage's addresses begin with; all others are of those who give credentials.
    storage: String,
}

impl<C> Connector<C> {
    pub(super) fn new(inner: C, base: &str) -> Self {
        Self {
            inner,
            storage: format!("{base}/"),
        }
    }
}

impl<C: HttpConnector> HttpConnector for Connector<C> {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Wire {
            client: self.inner.connect(options)?,
            storage: self.storage.clone(),
        }))
    }
}

#[derive(Debug)]
struct Wire {
    client: HttpClient,
    storage: String,
}

#[async_trait]
impl HttpService for Wire {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let asked = if request.uri().to_string().starts_with(&self.storage) {
            Asked::Storage
        } else {
            Asked::Credentials
        };
        match (self.client.execute(request).await, asked) {
            (Ok(answer), _) if answer.status().is_success() => Ok(answer),
            (Ok(answer), by) => {
                let refusal = Refusal::read(by, answer).await;
                Err(HttpError::new(HttpErrorKind::Unknown, refusal))
            }
            (Err(error), Asked::Storage) => Err(error),
            (Err(error), Asked::Credentials) => {
                let kind = error.kind();
                Err(HttpError::new(kind, NoCredentials(error)))
            }
        }
    }
}

/// Returns what an element of an error document holds.
fn element<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    let (held, _) = rest.split_once(&format!("</{name}>"))?;
    Some(held)
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| error.source())
}

fn find<T: Error + 'static>(error: &object_store::Error) -> Option<&T> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// Tells what lies under a broken request in one line: each layer alone says next to nothing.
fn causes(error: &HttpError) -> String {
    let told: Vec<_> = chain(error).skip(1).map(ToString::to_string).collect();
    told.join(": ")
}
