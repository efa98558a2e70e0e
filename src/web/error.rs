//! What went wrong, as a sentence for people and as problem+json for programs.

use std::time::Duration;

use axum::Json;
use axum::extract::Request;
use axum::extract::rejection::{FormRejection, JsonRejection};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use game::{Refusal, RefusalClass};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, StatusCode};
use serde::Serialize;
use service::ServiceError;

use crate::pages::{ErrorPage, Template};
use crate::request::Wants;

/// Seconds after which a refused client may come again.
const RETRY_AFTER_S: u64 = 5;
/// The same where all tables are taken: stories take longer to end.
const FULL_RETRY_AFTER_S: u64 = 60;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// The service says no.
    #[error(transparent)]
    Game(#[from] ServiceError),
    /// The browser holds no seat at this table.
    #[error("You have no seat at this table. If you had one, come back with your recovery phrase.")]
    NoSeat {
        /// There was a cookie, but it could not be read.
        unreadable: bool,
    },
    /// There is no such page.
    #[error("There is no such page here.")]
    NotFound,
    /// The page does not take this method.
    #[error("This address does not take that method.")]
    WrongMethod,
    /// The code is not one, or no table gathers under it.
    #[error(
        "No table answers to that code. Codes have six letters and digits, without 0, O, 1 and I."
    )]
    NoSuchCode,
    /// The phrase fits no seat.
    #[error("That phrase fits no seat at this table. Check the spelling and the table's code.")]
    WrongPhrase,
    /// Too many phrases were tried.
    #[error("Too many phrases were tried for this table. Please wait {}.", in_words(*wait))]
    TooManyTries {
        /// Until one may be tried again.
        wait: Duration,
    },
    /// The client asked too often.
    #[error(
        "Too many requests came from you or your network. Please wait {} and try again.",
        in_words(*wait)
    )]
    TooManyRequests {
        /// Until it may ask again.
        wait: Duration,
    },
    /// The form or the JSON cannot be read.
    #[error("This request could not be read: {0}.")]
    Unreadable(String),
    /// The body is too large.
    #[error("That is too much at once: 16 KiB is the most this address takes.")]
    TooLarge,
    /// The request comes from another site.
    #[error("This request came from another site and was not carried out.")]
    CrossSite,
    /// As many streams are open as this server takes.
    #[error(
        "This server has as many open pages as it takes. The page still works without live news."
    )]
    TooManyStreams,
    /// The process is about to end; another takes over.
    #[error("The Codex is being carried to another shelf. Please try again in a moment.")]
    Closing,
    /// A page could not be made. Nobody's fault but ours.
    #[error("Something went wrong on our side. Nothing that was saved is lost.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<Refusal> for WebError {
    fn from(refusal: Refusal) -> Self {
        Self::Game(refusal.into())
    }
}

impl From<FormRejection> for WebError {
    fn from(rejection: FormRejection) -> Self {
        Self::unreadable(rejection.status(), &rejection)
    }
}

impl From<JsonRejection> for WebError {
    fn from(rejection: JsonRejection) -> Self {
        Self::unreadable(rejection.status(), &rejection)
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl WebError {
    fn unreadable(status: StatusCode, rejection: &dyn std::error::Error) -> Self {
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            return Self::TooLarge;
        }
        // The innermost cause says what is wrong with the text; the outer ones only that something is.
        let mut innermost = rejection;
        while let Some(cause) = innermost.source() {
            innermost = cause;
        }
        Self::Unreadable(innermost.to_string().trim_end_matches('.').to_owned())
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Game(error) => error.code(),
            Self::NoSeat { unreadable: true } => "cookie-unreadable",
            Self::NoSeat { unreadable: false } => "no-seat",
            Self::NotFound => "not-found",
            Self::WrongMethod => "wrong-method",
            Self::NoSuchCode => "no-such-code",
            Self::WrongPhrase => "wrong-phrase",
            Self::TooManyTries { .. } => "too-many-tries",
            Self::TooManyRequests { .. } => "too-many-requests",
            Self::Unreadable(_) => "unreadable",
            Self::TooLarge => "too-large",
            Self::CrossSite => "cross-site",
            Self::TooManyStreams => "too-many-streams",
            Self::Closing => "closing",
            Self::Internal(_) => "internal",
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Game(error) => status_of(error),
            Self::NoSeat { .. } => StatusCode::UNAUTHORIZED,
            Self::NotFound | Self::NoSuchCode => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::WrongPhrase | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::TooManyTries { .. } | Self::TooManyRequests { .. } => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyStreams | Self::Closing => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Answers with a page that says what is wrong where it can be put right.
    pub(crate) fn on_page(&self, page: String) -> Response {
        let mut response = (self.status(), Html(page)).into_response();
        self.say_when_to_retry(&mut response);
        response
    }

    fn say_when_to_retry(&self, response: &mut Response) {
        let after_s = if let Self::TooManyTries { wait } | Self::TooManyRequests { wait } = self {
            whole_seconds(*wait)
        } else if let Self::Game(ServiceError::Full) = self {
            FULL_RETRY_AFTER_S
        } else if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            RETRY_AFTER_S
        } else {
            return;
        };
        let after = HeaderValue::from(after_s);
        response.headers_mut().insert(RETRY_AFTER, after);
    }

    /// Logs what an operator should know, once, where it stops.
    fn log(&self) {
        if let Self::Game(ServiceError::Store(cause)) = self {
            let error: &dyn std::error::Error = cause;
            tracing::error!(error, "the journal could not be used");
        }
        if let Self::Game(ServiceError::NewerRelease(cause)) = self {
            let error: &dyn std::error::Error = cause;
            tracing::warn!(error, "a table is left to instances of a newer release");
        }
        if let Self::Internal(cause) = self {
            let error: &(dyn std::error::Error + 'static) = &**cause;
            tracing::error!(error, "a page could not be made");
        }
    }
}

/// Seconds after which a wait is surely over.
fn whole_seconds(wait: Duration) -> u64 {
    let begun = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(begun).max(1)
}

fn in_words(wait: Duration) -> String {
    match whole_seconds(wait) {
        1 => "a second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}

fn status_of(error: &ServiceError) -> StatusCode {
    match error {
        ServiceError::Refused(refusal) => match refusal.class() {
            RefusalClass::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            RefusalClass::Unseated => StatusCode::UNAUTHORIZED,
            RefusalClass::Forbidden => StatusCode::FORBIDDEN,
            RefusalClass::Conflict => StatusCode::CONFLICT,
            RefusalClass::Gone => StatusCode::GONE,
        },
        ServiceError::NoSuchTable => StatusCode::NOT_FOUND,
        ServiceError::NotYourSeat => StatusCode::UNAUTHORIZED,
        ServiceError::StillHere { .. } | ServiceError::ForeignCommand | ServiceError::NotOver => {
            StatusCode::CONFLICT
        }
        ServiceError::Full
        | ServiceError::Busy
        | ServiceError::NewerRelease(_)
        | ServiceError::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A problem as programs read it (RFC 9457).
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Problem {
    r#type: String,
    title: String,
    status: u16,
    pub(crate) detail: String,
    pub(crate) code: &'static str,
}

impl IntoResponse for WebError {
    /// Answers with the status and leaves the words to [`show_problems`], which knows who asked.
    fn into_response(self) -> Response {
        self.log();
        let status = self.status();
        let problem = Problem {
            r#type: format!("urn:arcane-codex:problem:{}", self.code()),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
            code: self.code(),
        };
        let mut response = status.into_response();
        self.say_when_to_retry(&mut response);
        response.extensions_mut().insert(problem);
        response
    }
}

/// What was asked for, so that a page about a problem knows the way on.
struct ProblemContext {
    path: String,
    /// Whether only looking was asked for, which may be asked for again.
    looks: bool,
}

impl ProblemContext {
    fn of(request: &Request) -> Self {
        Self {
            path: (request.uri().path_and_query())
                .map_or_else(|| "/".to_owned(), ToString::to_string),
            looks: matches!(*request.method(), Method::GET | Method::HEAD),
        }
    }

    /// Where the way on leads, and what it is called. Whatever takes a form can be looked at, too.
    fn way_on(&self, status: StatusCode) -> (&str, &'static str) {
        match status {
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::GONE => ("/", "To the front door"),
            _ if self.looks => (&self.path, "Try again"),
            _ => (&self.path, "Back to where you were"),
        }
    }
}

fn error_page(problem: &Problem, context: &ProblemContext, response: &Response) -> String {
    let (back, back_label) = context.way_on(response.status());
    let after = response.headers().get(RETRY_AFTER);
    let page = ErrorPage {
        title: &problem.title,
        sentence: &problem.detail,
        advice: if context.looks {
            "Nothing you did before is lost."
        } else {
            "Nothing you did before is lost, but this was not taken: it can be sent again."
        },
        back,
        back_label,
        again_s: after
            .and_then(|after| after.to_str().ok())
            .filter(|_| context.looks),
    };
    // A page about a problem may not become another problem.
    page.render().unwrap_or_else(|_| problem.detail.clone())
}

/// Gives every problem its words: a page for people, problem+json for programs.
pub(crate) async fn show_problems(request: Request, next: Next) -> Response {
    let wants = Wants::of(request.uri(), request.headers());
    let context = ProblemContext::of(&request);
    let mut response = next.run(request).await;
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE
        && response.extensions().get::<Problem>().is_none()
    {
        response = WebError::TooLarge.into_response();
    }
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let shown = match wants {
        Wants::Json => {
            let mut shown = Json(&problem).into_response();
            let json = HeaderValue::from_static("application/problem+json");
            shown.headers_mut().insert(CONTENT_TYPE, json);
            shown
        }
        Wants::Page => Html(error_page(&problem, &context, &response)).into_response(),
    };
    let (mut parts, _) = response.into_parts();
    let (shown_parts, body) = shown.into_parts();
    parts.headers.remove(http::header::CONTENT_LENGTH);
    for (name, value) in &shown_parts.headers {
        parts.headers.insert(name, value.clone());
    }
    Response::from_parts(parts, body)
}
