//! The lobby: the first page, opening a table, and joining one.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use game::{TableId, TimeLimit};
use http::{HeaderMap, Uri};
use serde::Deserialize;
use service::Seated;

use crate::client_ip::ClientAddress;
use crate::identity::SeatCookie;
use crate::old_seats::OldSeats;
use crate::pages::{CommandIds, DoorField, DoorProblem, HomePage, NoTablePage, Template};
use crate::pasted::{self, WayIn};
use crate::request::{CheckedQuery, Wants, base_url, fresh_stem, table_of_code};
use crate::routes::join_door::JoinDoor;
use crate::routes::your_tables;
use crate::visitor::{Visitor, VisitorCookie};
use crate::{AppState, WebError};

/// The first page.
pub(crate) async fn home(
    State(app): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let page = front_door(&app, (&uri, &headers), &Typed::default(), None).await?;
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
    uri: Uri,
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
            let page = front_door(&app, (&uri, &headers), &typed, Some(&error)).await?;
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
    uri: Uri,
    headers: HeaderMap,
    CheckedQuery(typed): CheckedQuery<TypedCode>,
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
            let page = front_door(&app, (&uri, &headers), &typed, Some(&error)).await?;
            Ok(for_newcomer(&app, &headers, error.on_page(page)))
        }
        Err(error) => Err(error),
    }
}

/// Shows the form that asks for a name; a browser that has a seat is redirected to the table.
pub(crate) async fn join_page(
    State(app): State<AppState>,
    Path(typed): Path<String>,
    client: ClientAddress,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let (code, table) = match table_of_code(&app, client, &typed).await {
        Ok(found) => found,
        Err(error) => return no_table(&uri, &headers, &typed, error),
    };
    if name_of_holder(&app, &headers, &table).await?.is_some() {
        return Ok(Redirect::to(&format!("/t/{table}")).into_response());
    }
    let door = JoinDoor::of(&app, &code, &table).await?;
    let page = door.page(&app, (&uri, &headers), "", None)?;
    Ok(for_newcomer(&app, &headers, Html(page)))
}

/// Answers people whose code leads to no table with a page that asks for it again. A link that a chat has broken leads
/// where it was meant to first.
fn no_table(
    uri: &Uri,
    headers: &HeaderMap,
    typed: &str,
    error: WebError,
) -> Result<Response, WebError> {
    let is_broken = pasted::address(uri.path()).is_some();
    let is_for_people = Wants::of(uri, headers) == Wants::Page;
    if !matches!(error, WebError::NoSuchCode) || is_broken || !is_for_people {
        return Err(error);
    }
    let problem = error.to_string();
    let page = NoTablePage {
        code: typed,
        problem: &problem,
    };
    Ok(error.on_page(page.render()?))
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
    Path(typed): Path<String>,
    client: ClientAddress,
    uri: Uri,
    headers: HeaderMap,
    form: Result<Form<JoinForm>, FormRejection>,
) -> Result<Response, WebError> {
    let Form(form) = form?;
    let (code, table) = match table_of_code(&app, client, &typed).await {
        Ok(found) => found,
        Err(error) => return no_table(&uri, &headers, &typed, error),
    };
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
            let door = JoinDoor::of(&app, &code, &table).await?;
            let page = door.page(&app, (&uri, &headers), &form.name, Some(&error))?;
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

async fn front_door(
    app: &AppState,
    (uri, headers): (&Uri, &HeaderMap),
    typed: &Typed<'_>,
    error: Option<&WebError>,
) -> Result<String, WebError> {
    let Typed { name, limit, code } = *typed;
    let problem = error.map(ToString::to_string);
    // Whoever has typed a code is told at the code, also to wait.
    let field = |error: &WebError| {
        if code.is_empty() {
            error.field()
        } else {
            DoorField::Code
        }
    };
    let page = HomePage {
        base_url: &base_url(app, uri, headers),
        tables: &your_tables::of(app, headers).await,
        name,
        limit,
        code,
        problem: error
            .zip(problem.as_deref())
            .map(|(error, sentence)| DoorProblem {
                field: field(error),
                sentence,
            }),
        ids: CommandIds::new(fresh_stem(app)),
    };
    Ok(page.render()?)
}
