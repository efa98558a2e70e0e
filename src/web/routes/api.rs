//! The same tables as JSON, for other people's programs.
//!
//! A program keeps its seat as a browser does: by the cookie that opening or joining sets.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::SignedCookieJar;
use axum_extra::extract::cookie::Key;
use game::{Command, CommandId, TimeLimit};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use service::Seated;

use crate::identity::{AtTable, renewed, seat_cookie};
use crate::request::table_of_code;
use crate::routes::phrase::SECRET;
use crate::wire::{CodeAnswer, CommandAnswer, SeatAnswer, TableAnswer};
use crate::{AppState, WebError};

/// The body of a request to open a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenRequest {
    name: String,
    #[serde(default)]
    limit: TimeLimit,
    command_id: CommandId,
}

/// Opens a table.
pub(crate) async fn open(
    State(app): State<AppState>,
    jar: SignedCookieJar<Key>,
    headers: HeaderMap,
    body: Result<Json<OpenRequest>, JsonRejection>,
) -> Result<Response, WebError> {
    let Json(body) = body?;
    let seated = app
        .tables
        .seats
        .open(body.command_id, &body.name, body.limit)
        .await?;
    take_seat(&app, jar, &headers, &seated).await
}

/// Finds the table of a code.
pub(crate) async fn table_of(
    State(app): State<AppState>,
    Path(code): Path<String>,
) -> Result<Json<CodeAnswer>, WebError> {
    let (code, table) = table_of_code(&app, &code).await?;
    Ok(Json(CodeAnswer { code, table }))
}

/// The body of a request to join a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SitRequest {
    name: String,
    command_id: CommandId,
}

/// Joins a table.
pub(crate) async fn sit(
    State(app): State<AppState>,
    jar: SignedCookieJar<Key>,
    at: AtTable,
    headers: HeaderMap,
    body: Result<Json<SitRequest>, JsonRejection>,
) -> Result<Response, WebError> {
    let Json(body) = body?;
    let seated = app
        .tables
        .seats
        .sit(&at.table, body.command_id, &body.name)
        .await?;
    take_seat(&app, jar, &headers, &seated).await
}

/// Shows a table as its seat, or a spectator, sees it.
pub(crate) async fn view(
    State(app): State<AppState>,
    at: AtTable,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let look = app.tables.feeds.look(&at.table, at.holder).await?;
    let body = Json(TableAnswer::of(&at.table, &look));
    let renewed = renewed(&app, &headers, &at);
    Ok(([(CACHE_CONTROL, "no-store")], renewed, body).into_response())
}

/// The body of a request to play a command.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlayRequest {
    command_id: CommandId,
    command: Command,
}

/// Plays a command.
pub(crate) async fn play(
    State(app): State<AppState>,
    at: AtTable,
    body: Result<Json<PlayRequest>, JsonRejection>,
) -> Result<Json<CommandAnswer>, WebError> {
    let Json(body) = body?;
    let holder = at.seated()?;
    let version = app
        .tables
        .commits
        .play(&at.table, holder, body.command_id, body.command)
        .await?;
    Ok(Json(CommandAnswer { version }))
}

async fn take_seat(
    app: &AppState,
    jar: SignedCookieJar<Key>,
    headers: &HeaderMap,
    seated: &Seated,
) -> Result<Response, WebError> {
    let (table, holder) = (&seated.table, seated.holder);
    let look = app.tables.feeds.look(table, Some(holder)).await?;
    let body = SeatAnswer {
        table: table.clone(),
        seat: holder.seat,
        code: look.view().code,
        version: seated.version,
        recovery_phrase: app.keys.phrase(table, holder),
    };
    let jar = jar.add(seat_cookie(app, headers, table, holder));
    let secret = [(CACHE_CONTROL, SECRET)];
    Ok((StatusCode::CREATED, secret, jar, Json(body)).into_response())
}
