//! The same tables as JSON, for other people's programs.
//!
//! A program keeps its seat by the token that it is answered when it takes one, or as a browser does: by the cookie that comes
//! with the same answer.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use game::{Command, CommandId, TableId, TimeLimit, Version};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;
use service::{Holder, Look, Seated, ServiceError, Update};
use tokio::time::{Instant, sleep_until};

use crate::client_ip::ClientAddress;
use crate::identity::{AtTable, SeatCookie, parting, renewed};
use crate::old_seats::OldSeats;
use crate::rendering;
use crate::request::{CheckedQuery, table_of_code};
use crate::routes::phrase::SECRET;
use crate::routes::recovery;
use crate::wire::{CodeAnswer, CommandAnswer, SeatAnswer};
use crate::{AppState, LifecycleStage, WebError, token};

/// How long a client may wait for another version. Proxies wait for 30 seconds at least.
const WAIT_MAX: Duration = Duration::from_secs(25);

/// The body of a request to open a table.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenRequest {
    /// The player's name: 1 to 24 characters that can be seen.
    name: String,
    /// How long the table waits.
    #[serde(default)]
    limit: TimeLimit,
    /// The opening's own name, drawn at random: whoever knows it gets this seat.
    command_id: CommandId,
}

/// Opens a table.
pub(crate) async fn open(
    State(app): State<AppState>,
    client: ClientAddress,
    headers: HeaderMap,
    body: Result<Json<OpenRequest>, JsonRejection>,
) -> Result<Response, WebError> {
    let Json(body) = body?;
    let opener = app.opening_log.opener(&app, client);
    let seats = &app.tables.seats;
    let seated = seats.open(body.command_id, &body.name, body.limit, opener);
    let seated = match seated.await {
        Ok(seated) => seated,
        Err(error) => {
            app.opening_log.note(&app, client, &error).await;
            return Err(error.into());
        }
    };
    take_seat(&app, &headers, StatusCode::CREATED, &seated).await
}

/// Finds the table of a code.
pub(crate) async fn table_of(
    State(app): State<AppState>,
    client: ClientAddress,
    code: Result<Path<String>, PathRejection>,
) -> Result<Json<CodeAnswer>, WebError> {
    let Path(code) = code?;
    let (code, table) = table_of_code(&app, client, &code).await?;
    Ok(Json(CodeAnswer { code, table }))
}

/// The body of a request to join a table.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SitRequest {
    /// The player's name: 1 to 24 characters that can be seen.
    name: String,
    /// The sitting's own name, drawn at random: whoever knows it gets this seat.
    command_id: CommandId,
}

/// Joins a table.
pub(crate) async fn sit(
    State(app): State<AppState>,
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
    take_seat(&app, &headers, StatusCode::CREATED, &seated).await
}

/// The body of a request to come back to a seat.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReturnRequest {
    /// The table's code, or the link to it; its id once it has no code any more.
    table: String,
    /// The seat's recovery phrase.
    phrase: String,
}

/// Gives a seat to this program, too, by its recovery phrase.
pub(crate) async fn come_back(
    State(app): State<AppState>,
    client: ClientAddress,
    headers: HeaderMap,
    body: Result<Json<ReturnRequest>, JsonRejection>,
) -> Result<Response, WebError> {
    let Json(body) = body?;
    let ReturnRequest { table, phrase } = &body;
    let table = TableId::parse(table).map_or_else(|| table.clone(), |id| format!("/t/{id}"));
    let seated = recovery::seat_of(&app, client, &table, phrase).await?;
    take_seat(&app, &headers, StatusCode::OK, &seated).await
}

/// What a client asks of a view.
#[derive(Default, Deserialize, JsonSchema)]
pub(crate) struct ViewQuery {
    /// The version the client has.
    after: Option<u64>,
    /// How long it waits for another, in seconds.
    #[serde(default)]
    wait: u64,
}

/// Shows a table as its seat, or a spectator, sees it. A client that has a version may wait for another: it is
/// answered as soon as there is one, or with 204 when there is none in time.
pub(crate) async fn view(
    State(app): State<AppState>,
    at: AtTable,
    CheckedQuery(query): CheckedQuery<ViewQuery>,
    asked: Parts,
) -> Result<Response, WebError> {
    let after = query.after.map(Version);
    // Any other version counts, so that nobody waits for one that a table set back from a backup does not have.
    let is_another = |look: &Look| after != Some(look.version());
    let look = match first_news(&app, &at, query.wait, &asked, is_another).await {
        Ok(look) => look,
        Err(error) => return Ok(parting(&app, &asked.headers, &at, error)),
    };
    let cookie = renewed(&app, &asked.headers, &at);
    let no_store = [(CACHE_CONTROL, "no-store")];
    if !is_another(&look) {
        return Ok((StatusCode::NO_CONTENT, no_store, cookie, ()).into_response());
    }
    let view = rendering::view(&app, &at.table, &look)?;
    let json = [(CONTENT_TYPE, "application/json")];
    Ok((no_store, json, cookie, view.json.clone()).into_response())
}

/// Looks at a table until what it shows `is_news`, for `wait_s` seconds at most, and returns the last look. Where nothing
/// may wait, and where this process closes, that is the first.
pub(crate) async fn first_news(
    app: &AppState,
    at: &AtTable,
    wait_s: u64,
    asked: &Parts,
    is_news: impl Fn(&Look) -> bool,
) -> Result<Look, WebError> {
    let mut last = app.tables.feeds.look(&at.table, at.holder).await?;
    let wait = Duration::from_secs(wait_s).min(WAIT_MAX);
    let at_once = !app.settings.news.may_wait() || app.lifecycle.stage() == LifecycleStage::Closing;
    if wait.is_zero() || at_once || is_news(&last) {
        return Ok(last);
    }
    // Who waits holds a connection open, as a stream does.
    let hops = app.settings.trusted_proxy_hops;
    let client = ClientAddress::of(hops, &asked.headers, &asked.extensions);
    let _slot = app.stream_limit.take(client.network(), None)?;
    let mut updates = app.tables.feeds.watch(&at.table, at.holder).await?;
    let end = Instant::now() + wait;
    loop {
        let update = tokio::select! {
            update = updates.next() => update,
            () = sleep_until(end) => return Ok(last),
            () = app.lifecycle.closing() => return Ok(last),
        };
        match update {
            Update::Shown(look) => last = look,
            Update::Beat(_) => {}
            Update::Erased => return Err(ServiceError::Erased.into()),
        }
        if is_news(&last) {
            return Ok(last);
        }
    }
}

/// The body of a request to play a command.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlayRequest {
    /// The command's own name, new for each.
    command_id: CommandId,
    command: Command,
}

/// Plays a command.
pub(crate) async fn play(
    State(app): State<AppState>,
    at: AtTable,
    client: ClientAddress,
    body: Result<Json<PlayRequest>, JsonRejection>,
) -> Result<Json<CommandAnswer>, WebError> {
    let Json(body) = body?;
    let caller = (&at.table, at.seated()?);
    let version = played(&app, client, caller, body.command_id, body.command).await?;
    let now_ms = app.tables.now_ms();
    Ok(Json(CommandAnswer { version, now_ms }))
}

/// Plays a command of a seat. A table that goes on is one more that this client has opened.
pub(crate) async fn played(
    app: &AppState,
    client: ClientAddress,
    (table, holder): (&TableId, Holder),
    id: CommandId,
    command: Command,
) -> Result<Version, WebError> {
    let goes_on = matches!(command, Command::GoOn {});
    let opener = goes_on
        .then(|| app.opening_log.opener(app, client))
        .flatten();
    let commits = &app.tables.commits;
    let played = commits.play_as(table, holder, id, command, opener).await;
    if let Err(error) = &played {
        app.opening_log.note(app, client, error).await;
    }
    Ok(played?)
}

async fn take_seat(
    app: &AppState,
    headers: &HeaderMap,
    status: StatusCode,
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
        token: token::issue(&app.keys, table, holder),
    };
    let cookie = SeatCookie::new(app, headers, table, holder);
    let old_seats = OldSeats::of(app, headers, table).await;
    let secret = [(CACHE_CONTROL, SECRET)];
    Ok((status, secret, old_seats, cookie, Json(body)).into_response())
}
