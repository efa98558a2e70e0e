//! Problems in words: a page for people, problem+json for programs.

use axum::Json;
use axum::extract::Request;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::uri::PathAndQuery;
use http::{HeaderValue, Method, StatusCode, Uri};

use crate::error::WebError;
use crate::pages::{ErrorPage, Template};
use crate::pasted;
use crate::request::Wants;
use crate::say::{self, StaticText};
use crate::wire::ProblemAnswer;

/// The type of a problem as programs read it.
pub(crate) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What the words of a problem depend on. Most requests have none, so it is cheap to keep and read late.
#[derive(Debug)]
pub(crate) struct ProblemContext {
    uri: Uri,
    accept: Option<HeaderValue>,
    /// Whether the request changes nothing, and may be sent again.
    looks: bool,
}

impl ProblemContext {
    /// Keeps what is needed of a request.
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            uri: request.uri().clone(),
            accept: request.headers().get(ACCEPT).cloned(),
            looks: matches!(*request.method(), Method::GET | Method::HEAD),
        }
    }

    /// Gives a problem its words: a page for people, problem+json for programs. Whoever followed a link to a table that
    /// a chat has broken is led to the table. Other answers stay as they are.
    pub(crate) fn shown(&self, mut response: Response) -> Response {
        if response.status() == StatusCode::PAYLOAD_TOO_LARGE
            && response.extensions().get::<ProblemAnswer>().is_none()
        {
            response = WebError::TooLarge.into_response();
        }
        let Some(problem) = response.extensions_mut().remove::<ProblemAnswer>() else {
            return response;
        };
        let wants = Wants::by(&self.uri, self.accept.as_ref());
        if response.status() == StatusCode::NOT_FOUND
            && self.looks
            && wants == Wants::Page
            && let Some(meant) = pasted::address(self.uri.path())
        {
            return Redirect::to(&meant).into_response();
        }
        let shown = match wants {
            Wants::Json => {
                let mut shown = Json(&problem).into_response();
                shown.headers_mut().insert(CONTENT_TYPE, PROBLEM_JSON);
                shown
            }
            Wants::Page => Html(self.error_page(&problem, &response)).into_response(),
        };
        let (mut parts, _) = response.into_parts();
        let (shown_parts, body) = shown.into_parts();
        parts.headers.remove(CONTENT_LENGTH);
        for (name, value) in &shown_parts.headers {
            parts.headers.insert(name, value.clone());
        }
        Response::from_parts(parts, body)
    }

    fn error_page(&self, problem: &ProblemAnswer, response: &Response) -> String {
        let (back, back_label) = self.way_on(response.status());
        let after = response.headers().get(RETRY_AFTER);
        let page = ErrorPage {
            title: &problem.title,
            sentence: &problem.detail,
            advice: if self.looks {
                say::error_nothing_lost()
            } else {
                say::error_not_saved()
            }
            .as_str(),
            back,
            back_label: &back_label,
            again_s: after
                .and_then(|after| after.to_str().ok())
                .filter(|_| self.looks),
        };
        // A page about a problem may not become another problem.
        page.render().unwrap_or_else(|_| problem.detail.clone())
    }

    /// Returns where the way on leads, and what it is called. Every address that takes a form has a page, too.
    fn way_on(&self, status: StatusCode) -> (&str, StaticText) {
        match status {
            StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::GONE => ("/", say::page_front_door()),
            _ if self.looks => (self.path(), say::page_try_again()),
            _ => (self.path(), say::error_back()),
        }
    }

    fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", PathAndQuery::as_str)
    }
}
