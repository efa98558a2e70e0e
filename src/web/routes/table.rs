//! The page of a table, and playing on it.

use axum::body::Body;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Form, Json};
use futures_util::stream;
use game::{Code, Command};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use service::ServiceError;

use crate::client_ip::ClientAddress;
use crate::command_form::CommandForm;
use crate::identity::{AtTable, SeatCookie, parting, renewed};
use crate::landing::Landing;
use crate::pages::{CommandIds, Notice, TablePage, Template, TvScreen};
use crate::rendering;
use crate::request::{CheckedQuery, Wants, base_url, fresh_stem};
use crate::routes::api::ViewQuery;
use crate::routes::invitation;
use crate::say;
use crate::wire::CommandAnswer;
use crate::{AppState, WebError};

/// Shows a table: to its seat, or to a spectator.
pub(crate) async fn page(
    State(app): State<AppState>,
    at: AtTable,
    query: CheckedQuery<ViewQuery>,
    CheckedQuery(arrival): CheckedQuery<ArrivalQuery>,
    asked: Parts,
) -> Result<Response, WebError> {
    if arrival.tv.is_some() {
        return Ok(Redirect::to(&format!("/t/{}/tv", at.table)).into_response());
    }
    let (uri, headers) = (&asked.uri, &asked.headers);
    if Wants::of(uri, headers) == Wants::Json {
        return super::api::view(State(app), at, query, asked).await;
    }
    let notice = if at.unreadable {
        Some(WebError::NoSeat { unreadable: true }.to_string())
    } else {
        arrival.seated.map(|_| say::error_seated().to_string())
    };
    let notice = notice.as_deref().map(Notice::says);
    match show(&app, &at, (uri, headers), notice, false).await {
        Ok(shown) => Ok((renewed(&app, headers, &at), shown).into_response()),
        Err(error) => Ok(parting(&app, headers, &at, error)),
    }
}

/// Shows a table on a screen for all who sit around it.
pub(crate) async fn tv(
    State(app): State<AppState>,
    at: AtTable,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let shown = show(&app, &at, (&uri, &headers), None, true).await;
    shown.map(IntoResponse::into_response)
}

/// How a browser came to a table.
#[derive(Deserialize)]
pub(crate) struct ArrivalQuery {
    /// By a form that would have taken a second seat.
    seated: Option<String>,
    /// To be looked at from afar.
    tv: Option<String>,
}

/// Plays a command from a form.
pub(crate) async fn play(
    State(app): State<AppState>,
    at: AtTable,
    client: ClientAddress,
    uri: Uri,
    headers: HeaderMap,
    form: Result<Form<CommandForm>, FormRejection>,
) -> Result<Response, WebError> {
    let Form(form) = form?;
    let made_for = form.made_for.clone();
    let landing = Landing::of(&form);
    let (id, command) = form.read()?;
    let leaves = matches!(command, Command::Leave {});
    let typed = if let Command::Say { text } = &command {
        Some(text.clone())
    } else {
        None
    };
    let played = match at.seated_as(made_for.as_deref()) {
        Ok(holder) => super::api::played(&app, client, (&at.table, holder), id, command).await,
        Err(error) => Err(error),
    };
    let json = Wants::of(&uri, &headers) == Wants::Json;
    match played {
        Ok(version) if json => {
            let now_ms = app.tables.now_ms();
            Ok(Json(CommandAnswer { version, now_ms }).into_response())
        }
        Ok(_) if leaves => {
            let cookie = SeatCookie::taken_back(&app, &headers, &at.table);
            Ok((cookie, Redirect::to("/")).into_response())
        }
        Ok(_) => {
            let look = app.tables.feeds.look(&at.table, at.holder).await?;
            let place = landing.place(&look.view());
            Ok(Redirect::to(&format!("/t/{}#{place}", at.table)).into_response())
        }
        Err(error) if json => Err(error),
        Err(error) => refused(&app, &at, (&uri, &headers), error, typed.as_deref()).await,
    }
}

/// Redirects to the page whose forms are sent to this address: a browser that was told to retry sends a GET here.
pub(crate) async fn back(at: AtTable) -> Redirect {
    Redirect::to(&format!("/t/{}", at.table))
}

/// Exports the Chronicle of a table that is over, part by part.
pub(crate) async fn export(State(app): State<AppState>, at: AtTable) -> Result<Response, WebError> {
    let export = app.tables.chronicles.export(&at.table).await?;
    let parts = stream::try_unfold(export, |mut export| async move {
        Ok::<_, ServiceError>(export.next().await?.map(|lines| (lines, export)))
    });
    let name = format!("attachment; filename=\"chronicle-{}.jsonl\"", at.table);
    let headers = [
        (CONTENT_TYPE, "application/jsonl".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// Without a script, a refusal is a sentence on the page as it stands now: a stale form shows where the
/// story is. What was typed is still there.
async fn refused(
    app: &AppState,
    at: &AtTable,
    (uri, headers): (&Uri, &HeaderMap),
    error: WebError,
    typed: Option<&str>,
) -> Result<Response, WebError> {
    let (status, sentence) = (error.status(), error.to_string());
    let about_the_page = matches!(
        error,
        WebError::NoSeat { .. }
            | WebError::OtherSeat
            | WebError::Game(
                ServiceError::Refused(_)
                    | ServiceError::NotYourSeat
                    | ServiceError::StillHere { .. }
            )
    );
    if !about_the_page {
        return Err(error);
    }
    let notice = Notice {
        sentence: &sentence,
        typed,
    };
    let shown = show(app, at, (uri, headers), Some(notice), false).await?;
    let status = if status == StatusCode::UNAUTHORIZED {
        StatusCode::FORBIDDEN
    } else {
        status
    };
    Ok((status, shown).into_response())
}

async fn show(
    app: &AppState,
    at: &AtTable,
    (uri, headers): (&Uri, &HeaderMap),
    notice: Option<Notice<'_>>,
    is_tv: bool,
) -> Result<Html<String>, WebError> {
    let look = app.tables.feeds.look(&at.table, at.holder).await?;
    let base_url = base_url(app, uri, headers).into();
    let shown = rendering::page(app, &at.table, &look, &base_url)?;
    let ids = CommandIds::new(fresh_stem(app));
    let page = TablePage {
        table: &at.table,
        version: shown.version,
        title: &shown.title,
        main: &notice.map_or_else(
            || ids.fill(&shown.text),
            |it| it.fill(ids.fill(&shown.text)),
        ),
        news: app.settings.news.name(),
        now_ms: app.tables.now_ms(),
        notice,
        tv: is_tv.then(|| tv_screen(&base_url, look.view().code.as_ref())),
    };
    Ok(Html(page.render()?))
}

fn tv_screen<'a>(base_url: &'a str, code: Option<&Code>) -> TvScreen<'a> {
    let link = code.map(|code| invitation::link(base_url, code));
    TvScreen {
        door: base_url.split_once("://").map_or("", |(_, host)| host),
        is_drawn: link.is_some_and(|link| invitation::is_drawn(base_url, &link)),
    }
}
