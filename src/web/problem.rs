//! Problems in words: a page for people, problem+json for programs.

use axum::Json;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Method, StatusCode};

use crate::error::WebError;
use crate::pages::{ErrorPage, Template};
use crate::request::Wants;
use crate::wire::ProblemAnswer;

/// The type of a problem as programs read it.
pub(crate) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What a page about a problem must know of the request, to show the way on.
struct ProblemContext {
    path: String,
    /// Whether the request changes nothing, and may be sent again.
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

    /// Returns where the way on leads, and what it is called. Every address that takes a form has a page, too.
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

fn error_page(problem: &ProblemAnswer, context: &ProblemContext, response: &Response) -> String {
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
        && response.extensions().get::<ProblemAnswer>().is_none()
    {
        response = WebError::TooLarge.into_response();
    }
    let Some(problem) = response.extensions_mut().remove::<ProblemAnswer>() else {
        return response;
    };
    let shown = match wants {
        Wants::Json => {
            let mut shown = Json(&problem).into_response();
            shown.headers_mut().insert(CONTENT_TYPE, PROBLEM_JSON);
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
