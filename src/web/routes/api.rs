//! The same tables as JSON, for other people's programs.
//!
//! A program keeps its seat as a browser does: by the cookie that opening or joining sets.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::SignedCookieJar;
use axum_extra::extract::cookie::Key;
use game::{Command, CommandId, TimeLimit, View};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use service::Seated;

use crate::identity::{AtTable, renewed, seat_cookie};
use crate::routes::lobby::find;
use crate::{AppState, WebError};

/// What opening a table takes.
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
        .open(body.command_id, &body.name, body.limit)
        .await?;
    take_seat(&app, jar, &headers, &seated).await
}

/// Finds the table of a code.
pub(crate) async fn table_of(
    State(app): State<AppState>,
    Path(code): Path<String>,
) -> Result<Response, WebError> {
    let (code, table) = find(&app, &code).await?;
    Ok(Json(json!({ "code": code, "table": table })).into_response())
}

/// What joining a table takes.
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
    let view = app.tables.view(&at.table, at.holder).await?;
    let body = Json(shown(&app, &at, &view).await);
    let renewed = renewed(&app, &headers, &at);
    Ok(([(CACHE_CONTROL, "no-store")], renewed, body).into_response())
}

/// A table as programs read it, here and in the stream.
pub(crate) async fn shown(app: &AppState, at: &AtTable, view: &View) -> Value {
    let presence = app.tables.presence_in(&at.table, view).await;
    json!({ "table": at.table, "view": view, "presence": presence })
}

/// A command and its id.
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
) -> Result<Response, WebError> {
    let Json(body) = body?;
    let holder = at.seated()?;
    let version = app
        .tables
        .play(&at.table, holder, body.command_id, body.command)
        .await?;
    Ok(Json(json!({ "version": version })).into_response())
}

async fn take_seat(
    app: &AppState,
    jar: SignedCookieJar<Key>,
    headers: &HeaderMap,
    seated: &Seated,
) -> Result<Response, WebError> {
    let view = app.tables.view(&seated.table, Some(seated.holder)).await?;
    let body = json!({
        "table": seated.table,
        "seat": seated.holder.seat,
        "code": view.code,
        "version": seated.version,
        "recovery_phrase": app.keys.phrase(&seated.table, seated.holder),
    });
    let jar = jar.add(seat_cookie(app, headers, &seated.table, seated.holder));
    Ok((StatusCode::CREATED, jar, Json(body)).into_response())
}
