//! The lobby: the first page, opening a table, and joining one.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use game::{Code, Phase, Refusal, SEATS_MAX, TableId, TimeLimit};
use http::HeaderMap;
use serde::Deserialize;
use service::Seated;

use crate::client_ip::ClientAddress;
use crate::identity::SeatCookie;
use crate::old_seats::OldSeats;
use crate::pages::{CommandIds, HomePage, JoinPage, Template};
use crate::pasted::{self, WayIn};
use crate::request::{fresh_stem, table_of_code};
use crate::visitor::{Visitor, VisitorCookie};
use crate::{AppState, WebError};

/// The first page.
pub(crate) async fn home(
    State(app): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let page = front_door(&app, &Typed::default(), None)?;
    Ok(for_newcomer(&app, &headers, Html(page)))
}

/// Sends a page whose form takes a seat, with the cookie that the form needs.
fn for_newcomer(app: &AppState, headers: &HeaderMap, page: impl IntoResponse) -> Response {
    (VisitorCookie::for_newcomer(app, headers), page).into_response()
}

/// Redirects to the page whose form is sent to this address: a browser that was told to retry sends a GET here.
pub(crate) async fn back() -> Redirect {
    Redirect::to("/")
}

/// The form that opens a table.
#[derive(Deserialize)]
pub(crate) struct OpenForm {
    name: String,
    #[serde(default)]
    limit: TimeLimit,
    command_id: String,
    visitor: Option<String>,
}

/// Opens a table.
pub(crate) async fn open(
    State(app): State<AppState>,
    client: ClientAddress,
    headers: HeaderMap,
    form: Result<Form<OpenForm>, FormRejection>,
) -> Result<Response, WebError> {
    let Form(form) = form?;
    match opened(&app, client, &headers, &form).await {
        Ok(seated) => Ok(take_seat(&app, &headers, &seated).await),
        Err(error) if error.keeps_form() => {
            let typed = Typed {
                name: &form.name,
                limit: form.limit,
                code: "",
            };
            let page = front_door(&app, &typed, Some(&error.to_string()))?;
            Ok(for_newcomer(&app, &headers, error.on_page(page)))
        }
        Err(error) => Err(error),
    }
}

async fn opened(
    app: &AppState,
    client: ClientAddress,
    headers: &HeaderMap,
    form: &OpenForm,
) -> Result<Seated, WebError> {
    let sender = Visitor::sending(headers, form.visitor.as_deref())?;
    let id = Visitor::command_id(sender.as_ref(), &form.command_id)?;
    let opener = app.opening_log.opener(app, client);
    let seats = &app.tables.seats;
    let seated = seats.open(id, &form.name, form.limit, opener).await;
    if let Err(error) = &seated {
        app.opening_log.note(app, client, error).await;
    }
    Ok(seated?)
}

/// A code as it was typed.
#[derive(Deserialize)]
pub(crate) struct TypedCode {
    #[serde(default)]
    code: String,
}

/// Goes to the table of a typed code or link: to its door, or to the table itself if it is that which the link names.
pub(crate) async fn join_typed(
    State(app): State<AppState>,
    client: ClientAddress,
    headers: HeaderMap,
    Query(typed): Query<TypedCode>,
) -> Result<Response, WebError> {
    if let Some(WayIn::Table(table)) = pasted::way_in(&typed.code) {
        return Ok(Redirect::to(&format!("/t/{table}")).into_response());
    }
    match table_of_code(&app, client, &typed.code).await {
        Ok((code, _)) => Ok(Redirect::to(&format!("/join/{code}")).into_response()),
        Err(error @ (WebError::NoSuchCode | WebError::TooManyTries { .. })) => {
            let typed = Typed {
                code: &typed.code,
                ..Typed::default()
            };
            let page = front_door(&app, &typed, Some(&error.to_string()))?;
            Ok(for_newcomer(&app, &headers, error.on_page(page)))
        }
        Err(error) => Err(error),
    }
}

/// Shows the form that asks for a name; a browser that has a seat is redirected to the table.
pub(crate) async fn join_page(
    State(app): State<AppState>,
    Path(code): Path<String>,
    client: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let (code, table) = table_of_code(&app, client, &code).await?;
    if name_of_holder(&app, &headers, &table).await?.is_some() {
        return Ok(Redirect::to(&format!("/t/{table}")).into_response());
    }
    let page = joining(&app, &code, &table, "", None).await?;
    Ok(for_newcomer(&app, &headers, Html(page)))
}

/// Returns the name under which a browser sits at a table already.
async fn name_of_holder(
    app: &AppState,
    headers: &HeaderMap,
    table: &TableId,
) -> Result<Option<String>, WebError> {
    let Some((holder, _)) = app.keys.holder(headers, table) else {
        return Ok(None);
    };
    let look = app.tables.feeds.look(table, Some(holder)).await?;
    let seats = look.view().seats.into_iter();
    let held = seats.map(|seat| (Some(seat.seat), seat.name));
    Ok(held
        .filter(|(seat, _)| look.seat.is_some() && *seat == look.seat)
        .map(|(_, name)| name)
        .next())
}

/// The form that joins a table.
#[derive(Deserialize)]
pub(crate) struct JoinForm {
    name: String,
    command_id: String,
    visitor: Option<String>,
}

/// Joins a table. A browser that sits there already keeps its seat and takes no second one: nobody would play the first.
pub(crate) async fn join(
    State(app): State<AppState>,
    Path(code): Path<String>,
    client: ClientAddress,
    headers: HeaderMap,
    form: Result<Form<JoinForm>, FormRejection>,
) -> Result<Response, WebError> {
    let Form(form) = form?;
    let (code, table) = table_of_code(&app, client, &code).await?;
    if let Some(name) = name_of_holder(&app, &headers, &table).await? {
        // A second press of the same button asks for nothing new.
        let asks = if name == form.name.trim() {
            ""
        } else {
            "?seated"
        };
        return Ok(Redirect::to(&format!("/t/{table}{asks}")).into_response());
    }
    match seated(&app, &headers, &table, &form).await {
        Ok(seated) => Ok(take_seat(&app, &headers, &seated).await),
        Err(error) if error.keeps_form() => {
            let problem = error.to_string();
            let page = joining(&app, &code, &table, &form.name, Some(&problem)).await?;
            Ok(for_newcomer(&app, &headers, error.on_page(page)))
        }
        Err(error) => Err(error),
    }
}

async fn seated(
    app: &AppState,
    headers: &HeaderMap,
    table: &TableId,
    form: &JoinForm,
) -> Result<Seated, WebError> {
    let sender = Visitor::sending(headers, form.visitor.as_deref())?;
    let id = Visitor::command_id(sender.as_ref(), &form.command_id)?;
    Ok(app.tables.seats.sit(table, id, &form.name).await?)
}

/// Gives a browser its seat and sends it to the table.
pub(crate) async fn take_seat(app: &AppState, headers: &HeaderMap, seated: &Seated) -> Response {
    let old_seats = OldSeats::of(app, headers, &seated.table).await;
    let cookie = SeatCookie::new(app, headers, &seated.table, seated.holder);
    let table = Redirect::to(&format!("/t/{}", seated.table));
    (old_seats, cookie, table).into_response()
}

/// What was typed at the front door before something stood in the way.
#[derive(Default)]
struct Typed<'a> {
    name: &'a str,
    limit: TimeLimit,
    code: &'a str,
}

fn front_door(
    app: &AppState,
    typed: &Typed<'_>,
    problem: Option<&str>,
) -> Result<String, WebError> {
    let Typed { name, limit, code } = *typed;
    let ids = CommandIds::new(fresh_stem(app));
    Ok(HomePage {
        name,
        limit,
        code,
        problem,
        ids,
    }
    .render()?)
}

async fn joining(
    app: &AppState,
    code: &Code,
    table: &TableId,
    name: &str,
    problem: Option<&str>,
) -> Result<String, WebError> {
    let loaded = app.tables.loader.load(table).await?;
    let seated: Vec<String> = loaded
        .present()
        .map(|(_, seat)| seat.name.clone())
        .collect();
    let full = seated.len() >= usize::from(SEATS_MAX);
    let closed = if loaded.phase() == Phase::Gathering {
        full.then_some(Refusal::TableFull)
    } else {
        Some(Refusal::AlreadyBegun)
    };
    let watch = closed.as_ref().map(|_| format!("/t/{table}"));
    let closed = closed.map(|refusal| refusal.to_string());
    let page = JoinPage {
        code: code.as_str(),
        seated: &seated,
        name,
        problem: problem.or(closed.as_deref()),
        watch: watch.as_deref(),
        ids: CommandIds::new(fresh_stem(app)),
    };
    Ok(page.render()?)
}
