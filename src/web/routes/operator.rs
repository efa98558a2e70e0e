//! The operator's API: what the server is like, its tables, and what is done to one of them.

pub(crate) mod page;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use game::TableId;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use service::{INSPECTED_MAX, InspectedTable, PlayersHeard, ServiceError, TableOperation};

use crate::operator::{Operator, access};
use crate::routes::health::health_of;
use crate::wire::{LimitsInForce, OperatedAnswer, OperatorStatusAnswer, TableCounts, TablesAnswer};
use crate::{AppState, WebError};

/// Tables on a page that does not say how many it wants.
const PAGE: usize = 50;

/// Which page of tables is wanted.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PageQuery {
    after: Option<String>,
    limit: Option<usize>,
}

/// Returns how the server is.
pub(crate) async fn status(
    _operator: Operator,
    State(app): State<AppState>,
) -> Result<Json<OperatorStatusAnswer>, WebError> {
    Ok(Json(status_of(&app).await?))
}

async fn status_of(app: &AppState) -> Result<OperatorStatusAnswer, WebError> {
    let access = access(app)?;
    let tables = &app.tables;
    let in_use = tables.occupancy.report().await.ok();
    Ok(OperatorStatusAnswer {
        health: health_of(app).await,
        storage: access.storage.clone(),
        log_level: (access.log_level)(),
        now_ms: tables.now_ms(),
        tables: TableCounts {
            live: tables.health.measure().await,
            in_use: in_use.map(|report| report.in_use),
        },
        limits: LimitsInForce::new(
            tables.occupancy.limits,
            app.settings.streams_max,
            app.settings.limits,
            app.settings.guesses,
        ),
    })
}

/// Lists tables, a page at a time.
pub(crate) async fn tables(
    _operator: Operator,
    State(app): State<AppState>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Json<TablesAnswer>, WebError> {
    let Query(query) = query.map_err(|error| WebError::Unreadable(error.body_text()))?;
    Ok(Json(page_of(&app, &query).await?))
}

async fn page_of(app: &AppState, query: &PageQuery) -> Result<TablesAnswer, WebError> {
    let after = query.after.as_deref().map(named).transpose()?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, INSPECTED_MAX);
    let heard = PlayersHeard::Yes;
    let tables = app.tables.inspect_page(after.as_ref(), limit, heard);
    let tables = tables.await?;
    let next = tables.last().filter(|_| tables.len() == limit);
    Ok(TablesAnswer {
        next: next.map(|last| last.table.clone()),
        tables,
    })
}

/// Returns one table.
pub(crate) async fn table(
    _operator: Operator,
    State(app): State<AppState>,
    Path(table): Path<String>,
) -> Result<Json<InspectedTable>, WebError> {
    Ok(Json(inspected(&app, &table).await?))
}

async fn inspected(app: &AppState, table: &str) -> Result<InspectedTable, WebError> {
    Ok(app
        .tables
        .inspect(&named(table)?, PlayersHeard::Yes)
        .await?)
}

fn named(table: &str) -> Result<TableId, WebError> {
    TableId::parse(table).ok_or(WebError::Game(ServiceError::NoSuchTable))
}

/// Does something to a table.
pub(crate) async fn operate(
    operator: Operator,
    State(app): State<AppState>,
    Path(table): Path<String>,
    operation: Result<Json<TableOperation>, JsonRejection>,
) -> Result<Json<OperatedAnswer>, WebError> {
    let Json(operation) = operation?;
    let table = named(&table)?;
    operated(&app, &operator, &table, operation).await?;
    let done = operation.name();
    Ok(Json(OperatedAnswer { table, done }))
}

async fn operated(
    app: &AppState,
    operator: &Operator,
    table: &TableId,
    operation: TableOperation,
) -> Result<(), WebError> {
    let done = app.tables.operate(table, operation).await;
    let done = done.map_err(WebError::from);
    let refused = done.as_ref().err();
    operator.logs(table, operation.name(), operation.seat(), refused);
    done
}

/// Exports the Chronicle of a table that is over.
pub(crate) async fn chronicle(
    operator: Operator,
    State(app): State<AppState>,
    Path(table): Path<String>,
) -> Result<Response, WebError> {
    let table = named(&table)?;
    let export = app.tables.chronicles.export(&table).await;
    let export = export.map_err(WebError::from);
    operator.logs(&table, "export", None, export.as_ref().err());
    let parts = stream::try_unfold(export?, |mut export| async move {
        Ok::<_, ServiceError>(export.next().await?.map(|lines| (lines, export)))
    });
    Ok(download(
        &format!("chronicle-{table}.jsonl"),
        Body::from_stream(parts),
    ))
}

/// Looks into a table, which its players are shown, and returns its records so far.
pub(crate) async fn look(
    operator: Operator,
    State(app): State<AppState>,
    Path(table): Path<String>,
) -> Result<Response, WebError> {
    let table = named(&table)?;
    let look = app.tables.look_into(&table).await;
    let look = look.map_err(WebError::from);
    operator.logs(&table, "look", None, look.as_ref().err());
    let parts = stream::try_unfold(look?, |mut look| async move {
        Ok::<_, ServiceError>(look.next().await?.map(|lines| (lines, look)))
    });
    Ok(download(
        &format!("look-{table}.jsonl"),
        Body::from_stream(parts),
    ))
}

/// Answers with JSON lines that a browser keeps as a file.
fn download(name: &str, body: Body) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/jsonl".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, body).into_response()
}
