//! The operator's page: signing in, the tables, one table and what is done to it. It needs no script.

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use game::SeatNo;
use http::HeaderMap;
use serde::Deserialize;
use service::TableOperation;

use super::{PageQuery, inspected, named, operated, page_of, status_of};
use crate::client_ip::ClientAddress;
use crate::operator::{Operator, SIGN_IN, SessionCookie, access, admit};
use crate::pages::{OperatorSignInPage, OperatorTablePage, OperatorTablesPage, Template};
use crate::paths::ADMIN;
use crate::{AppState, WebError};

/// The form by which an operator signs in.
#[derive(Deserialize)]
pub(crate) struct SignInForm {
    token: String,
}

/// Asks for the token.
pub(crate) async fn sign_in_form() -> Result<Html<String>, WebError> {
    Ok(Html(OperatorSignInPage { problem: None }.render()?))
}

/// Takes the token, and gives the browser a cookie for an hour.
pub(crate) async fn sign_in(
    State(app): State<AppState>,
    client: ClientAddress,
    headers: HeaderMap,
    form: Result<Form<SignInForm>, FormRejection>,
) -> Result<Response, WebError> {
    let Form(form) = form?;
    match admit(&app, client, form.token.trim(), "page").await {
        Ok(_) => {
            let cookie = SessionCookie::new(&app, &headers, &access(&app)?.token);
            Ok((cookie, Redirect::to(ADMIN)).into_response())
        }
        Err(error @ (WebError::WrongAdminToken | WebError::TooManyTokens { .. })) => {
            let sentence = error.to_string();
            let problem = Some(sentence.as_str());
            Ok(error.on_page(OperatorSignInPage { problem }.render()?))
        }
        Err(error) => Err(error),
    }
}

/// Takes the browser's cookie back.
pub(crate) async fn sign_out(State(app): State<AppState>, headers: HeaderMap) -> Response {
    let cookie = SessionCookie::taken_back(&app, &headers);
    (cookie, Redirect::to(SIGN_IN)).into_response()
}

/// Shows how the server is, and a page of its tables.
pub(crate) async fn tables(
    _operator: Operator,
    State(app): State<AppState>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Html<String>, WebError> {
    let Query(query) = query.map_err(|error| WebError::Unreadable(error.body_text()))?;
    let found = page_of(&app, &query).await?;
    let page = OperatorTablesPage {
        status: &status_of(&app).await?,
        tables: &found.tables,
        next: found.next.as_ref(),
    };
    Ok(Html(page.render()?))
}

/// What was done, in the address of the page that follows.
#[derive(Default, Deserialize)]
pub(crate) struct DoneQuery {
    done: Option<String>,
}

/// Shows one table.
pub(crate) async fn table(
    _operator: Operator,
    State(app): State<AppState>,
    Path(table): Path<String>,
    Query(query): Query<DoneQuery>,
) -> Result<Html<String>, WebError> {
    let page = OperatorTablePage {
        table: &inspected(&app, &table).await?,
        now_ms: app.tables.now_ms(),
        done: query.done.as_deref(),
        problem: None,
    };
    Ok(Html(page.render()?))
}

/// A form that does something to a table.
#[derive(Deserialize)]
pub(crate) struct OperationForm {
    r#do: String,
    seat: Option<u8>,
    force: Option<String>,
}

impl OperationForm {
    fn read(&self) -> Result<TableOperation, WebError> {
        let seat = || {
            let seat = self.seat.map(SeatNo);
            seat.ok_or_else(|| WebError::Unreadable("the seat is missing".to_owned()))
        };
        Ok(match self.r#do.as_str() {
            "close" => TableOperation::Close {},
            "extend" => TableOperation::Extend {},
            "vacate" => TableOperation::Vacate { seat: seat()? },
            "hand-over" => TableOperation::HandOver { seat: seat()? },
            "forget" => TableOperation::Forget { seat: seat()? },
            "delete" => TableOperation::Delete {
                force: self.force.is_some(),
            },
            _ => return Err(WebError::Unreadable("no such operation".to_owned())),
        })
    }
}

/// Does something to a table, and shows what has become of it.
pub(crate) async fn operate(
    operator: Operator,
    State(app): State<AppState>,
    Path(table): Path<String>,
    form: Result<Form<OperationForm>, FormRejection>,
) -> Result<Response, WebError> {
    let Form(form) = form?;
    let (id, operation) = (named(&table)?, form.read()?);
    match operated(&app, &operator, &id, operation).await {
        Ok(()) if matches!(operation, TableOperation::Delete { .. }) => {
            Ok(Redirect::to(ADMIN).into_response())
        }
        Ok(()) => {
            let done = operation.name();
            Ok(Redirect::to(&format!("{ADMIN}/tables/{id}?done={done}")).into_response())
        }
        Err(error) => {
            // What has become of a table that is gone says the error itself.
            let Ok(found) = inspected(&app, &table).await else {
                return Err(error);
            };
            let sentence = error.to_string();
            let page = OperatorTablePage {
                table: &found,
                now_ms: app.tables.now_ms(),
                done: None,
                problem: Some(&sentence),
            };
            Ok(error.on_page(page.render()?))
        }
    }
}
