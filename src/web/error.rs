//! The errors of a request, each with its sentence, its code and its status.

use std::time::Duration;

use axum::extract::rejection::{FormRejection, JsonRejection, PathRejection, QueryRejection};
use axum::response::{Html, IntoResponse, Response};
use game::{Refusal, RefusalClass};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use service::ServiceError;

use crate::pages::DoorField;
use crate::say::{self, Plain};
use crate::wire::ProblemAnswer;

/// How a seat is proved besides by its cookie (RFC 9110, 11.6.1, asks for it). Browsers show no dialogue for this scheme.
const BEARER: HeaderValue = HeaderValue::from_static("Bearer realm=\"seat\"");
/// The same for who may look at metrics.
const SCRAPER: HeaderValue = HeaderValue::from_static("Bearer realm=\"metrics\"");
/// The same for who may tend tables.
const OPERATOR: HeaderValue = HeaderValue::from_static("Bearer realm=\"admin\"");
/// Seconds after which a refused client may come again.
const RETRY_AFTER_S: u64 = 5;
/// The same where all tables are taken: stories take longer to end, so it is longer.
const FULL_RETRY_AFTER_S: u64 = 60;

/// Why a request was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// The service says no.
    #[error(transparent)]
    Game(#[from] ServiceError),
    /// The browser holds no seat at this table.
    #[error("{}", say::error_no_seat())]
    NoSeat {
        /// There was a cookie, but it could not be read.
        unreadable: bool,
    },
    /// The request brings a bearer token that gives no seat at this table.
    #[error("{}", say::error_token_unreadable())]
    TokenUnreadable,
    /// The page was made for another seat than the browser holds now.
    #[error("{}", say::error_other_seat())]
    OtherSeat,
    /// The browser sends no cookie back.
    #[error("{}", say::error_no_cookie())]
    NoCookie,
    /// No token of the operator's was sent.
    #[error("{}", say::error_no_admin_token())]
    NoAdminToken,
    /// The operator's token is another.
    #[error("{}", say::error_wrong_admin_token())]
    WrongAdminToken,
    /// The client tried too many tokens that were not the operator's.
    #[error("{}", say::error_too_many_tokens(in_words(*wait)))]
    TooManyTokens {
        /// Until one may be tried again.
        wait: Duration,
    },
    /// There is no such page.
    #[error("{}", say::error_not_found())]
    NotFound,
    /// The link of a story leads to none, or to one that was taken back.
    #[error("{}", say::error_no_story())]
    NoStory,
    /// The page does not take this method.
    #[error("{}", say::error_wrong_method())]
    WrongMethod,
    /// The code is not one, or no table gathers under it.
    #[error("{}", say::error_no_such_code())]
    NoSuchCode,
    /// The phrase fits no seat.
    #[error("{}", say::error_wrong_phrase())]
    WrongPhrase,
    /// The client tried too many codes, or phrases, that were wrong.
    #[error("{}", say::error_too_many_tries(in_words(*wait)))]
    TooManyTries {
        /// Until one may be tried again.
        wait: Duration,
    },
    /// The client asked too often.
    #[error("{}", say::error_too_many_requests(in_words(*wait)))]
    TooManyRequests {
        /// Until it may ask again.
        wait: Duration,
    },
    /// The form or the JSON cannot be read.
    #[error("{}", say::error_unreadable(.0))]
    Unreadable(String),
    /// The body is too large.
    #[error("{}", say::error_too_large())]
    TooLarge,
    /// The request names no host, or several.
    #[error("{}", say::error_host_unclear())]
    HostUnclear,
    /// The request comes from another site.
    #[error("{}", say::error_cross_site())]
    CrossSite,
    /// Metrics are for scrapers that show the token.
    #[error("{}", say::error_metrics_token())]
    MetricsToken,
    /// As many streams are open as this server takes.
    #[error("{}", say::error_too_many_streams())]
    TooManyStreams,
    /// News do not come by event streams here.
    #[error("{}", say::error_no_streams())]
    NoStreams,
    /// News do not come by sockets here.
    #[error("{}", say::error_no_sockets())]
    NoSockets,
    /// The process is about to end; another takes over.
    #[error("{}", say::error_closing())]
    Closing,
    /// A page could not be made: an error of this program.
    #[error("{}", say::error_internal())]
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

impl From<QueryRejection> for WebError {
    fn from(rejection: QueryRejection) -> Self {
        Self::unreadable(rejection.status(), &rejection)
    }
}

impl From<PathRejection> for WebError {
    fn from(rejection: PathRejection) -> Self {
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

    /// Returns a stable code for programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Game(error) => error.code(),
            Self::NoSeat { unreadable: true } => "cookie-unreadable",
            Self::NoSeat { unreadable: false } => "no-seat",
            Self::TokenUnreadable => "token-unreadable",
            Self::OtherSeat => "other-seat",
            Self::NoCookie => "no-cookie",
            Self::NoAdminToken => "no-admin-token",
            Self::WrongAdminToken => "wrong-admin-token",
            Self::NotFound => "not-found",
            Self::NoStory => "no-such-story",
            Self::WrongMethod => "wrong-method",
            Self::NoSuchCode => "no-such-code",
            Self::WrongPhrase => "wrong-phrase",
            Self::TooManyTries { .. } | Self::TooManyTokens { .. } => "too-many-tries",
            Self::TooManyRequests { .. } => "too-many-requests",
            Self::Unreadable(_) => "unreadable",
            Self::TooLarge => "too-large",
            Self::HostUnclear => "host-unclear",
            Self::CrossSite => "cross-site",
            Self::MetricsToken => "metrics-token",
            Self::TooManyStreams => "too-many-streams",
            Self::NoStreams => "no-streams",
            Self::NoSockets => "no-sockets",
            Self::Closing => "closing",
            Self::Internal(_) => "internal",
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Game(error) => status_of(error),
            Self::NoSeat { .. }
            | Self::TokenUnreadable
            | Self::MetricsToken
            | Self::NoAdminToken
            | Self::WrongAdminToken => StatusCode::UNAUTHORIZED,
            Self::NotFound | Self::NoSuchCode | Self::NoStory => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::WrongPhrase | Self::CrossSite | Self::NoCookie => StatusCode::FORBIDDEN,
            Self::OtherSeat => StatusCode::CONFLICT,
            Self::TooManyTries { .. }
            | Self::TooManyTokens { .. }
            | Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unreadable(_) | Self::HostUnclear => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoStreams | Self::NoSockets => StatusCode::NOT_IMPLEMENTED,
            Self::TooManyStreams | Self::Closing => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns what the rules refused, if they did.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        if let Self::Game(ServiceError::Refused(refusal)) = self {
            Some(*refusal)
        } else {
            None
        }
    }

    /// Returns the field of a door's form at which it can be put right, if it is one field's.
    pub(crate) fn field(&self) -> DoorField {
        match self.code() {
            "name-missing" | "name-too-long" | "name-unreadable" | "name-taken" | "name-alike"
            | "name-of-the-story" => DoorField::Name,
            "no-such-code" => DoorField::Code,
            "wrong-phrase" => DoorField::Phrase,
            _ => DoorField::Whole,
        }
    }

    /// Whether the form that was refused is shown again, with what was typed into it: the same, sent later or changed
    /// a little, may be taken.
    pub(crate) fn keeps_form(&self) -> bool {
        match self {
            Self::Game(error) => !matches!(error, ServiceError::NoSuchTable),
            Self::NoCookie | Self::NoSuchCode | Self::WrongPhrase | Self::TooManyTries { .. } => {
                true
            }
            Self::NoSeat { .. }
            | Self::TokenUnreadable
            | Self::OtherSeat
            | Self::NoAdminToken
            | Self::WrongAdminToken
            | Self::TooManyTokens { .. }
            | Self::NotFound
            | Self::NoStory
            | Self::WrongMethod
            | Self::TooManyRequests { .. }
            | Self::Unreadable(_)
            | Self::TooLarge
            | Self::HostUnclear
            | Self::CrossSite
            | Self::MetricsToken
            | Self::TooManyStreams
            | Self::NoStreams
            | Self::NoSockets
            | Self::Closing
            | Self::Internal(_) => false,
        }
    }

    /// Answers with a page that says what is wrong where it can be put right.
    pub(crate) fn on_page(&self, page: String) -> Response {
        self.log();
        let mut response = (self.status(), Html(page)).into_response();
        self.say_when_to_retry(&mut response);
        response
    }

    fn say_when_to_retry(&self, response: &mut Response) {
        let after_s = if let Self::TooManyTries { wait }
        | Self::TooManyTokens { wait }
        | Self::TooManyRequests { wait } = self
        {
            whole_seconds(*wait)
        } else if let Self::Game(ServiceError::Full | ServiceError::ShareTaken { .. }) = self {
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
        if let Self::Game(ServiceError::Damaged(cause)) = self {
            let error: &dyn std::error::Error = cause;
            tracing::error!(
                error,
                "a table is left alone: restore it from a backup or a replica; `verify` tells more"
            );
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

fn in_words(wait: Duration) -> impl Plain {
    say::wait(whole_seconds(wait))
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
        ServiceError::Erased => StatusCode::GONE,
        ServiceError::NotYourSeat => StatusCode::UNAUTHORIZED,
        ServiceError::StillHere { .. }
        | ServiceError::ForeignCommand
        | ServiceError::StillPlayed
        | ServiceError::NotOver => StatusCode::CONFLICT,
        ServiceError::ShareTaken { .. } => StatusCode::TOO_MANY_REQUESTS,
        ServiceError::Full
        | ServiceError::Busy
        | ServiceError::NewerRelease(_)
        | ServiceError::Damaged(_)
        | ServiceError::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl IntoResponse for WebError {
    /// Answers with the status and leaves the words to [`crate::problem::ProblemContext::shown`], which knows what the client reads.
    fn into_response(self) -> Response {
        self.log();
        let status = self.status();
        let problem = ProblemAnswer::new(status, self.code(), self.to_string());
        let mut response = status.into_response();
        self.say_when_to_retry(&mut response);
        if status == StatusCode::UNAUTHORIZED {
            let realm = if matches!(self, Self::MetricsToken) {
                SCRAPER
            } else if matches!(self, Self::NoAdminToken | Self::WrongAdminToken) {
                OPERATOR
            } else {
                BEARER
            };
            response.headers_mut().insert(WWW_AUTHENTICATE, realm);
        }
        response.extensions_mut().insert(problem);
        response
    }
}

mod titles;

pub(crate) use titles::title_of;

#[cfg(test)]
mod tests;
