//! Whether the process lives, is ready, and how everything is.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};
use service::ReplicaStatus;

use crate::{AppState, LifecycleStage};

/// Alive as long as it answers: dependencies are no reason to restart.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Ready when commands can be taken.
pub(crate) async fn ready(State(app): State<AppState>) -> Response {
    let mut reasons = Vec::new();
    match app.lifecycle.stage() {
        LifecycleStage::Opening => reasons.push("the journal is being opened".to_owned()),
        LifecycleStage::Closing => reasons.push("the process is about to end".to_owned()),
        LifecycleStage::Open => {
            if let Err(error) = app.tables.check().await {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "not ready");
                reasons.push("the journal cannot be used".to_owned());
            }
        }
    }
    let status = if reasons.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        Json(json!({ "ready": reasons.is_empty(), "reasons": reasons })),
    )
        .into_response()
}

/// The whole picture, for people.
pub(crate) async fn health(State(app): State<AppState>) -> Response {
    let checked = app.tables.check().await;
    let readers = app.tables.readers();
    let healthy = checked.is_ok();
    let replica = app.tables.replica();
    let whole = replica.as_ref().is_none_or(ReplicaStatus::is_well);
    let cut_off = app.tables.cut_off();
    let word = match (healthy, whole && cut_off.is_none()) {
        (false, _) => "unhealthy",
        (true, false) => "degraded",
        (true, true) => "healthy",
    };
    let status = if healthy {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let uptime_s = app.tables.uptime_ms() / 1000;
    let mut body = json!({
        "status": word,
        "version": env!("CARGO_PKG_VERSION"),
        "stage": format!("{:?}", app.lifecycle.stage()).to_lowercase(),
        "checks": {
            "database": {
                "healthy": healthy,
                "message": if healthy { "the journal can be read and written" } else { "the journal cannot be used" },
                "pool_size": readers.size,
                "active": readers.active,
            },
            "bus": bus_check(app.tables.is_alone(), cut_off),
            "uptime": { "healthy": true, "uptime_seconds": uptime_s },
            "streams": { "healthy": true, "open": app.streams.open(), "most": app.settings.streams_max },
        },
    });
    if let Some(replica) = replica {
        body["checks"]["replica"] = replica_check(&replica, app.tables.now_ms());
    }
    (status, Json(body)).into_response()
}

/// Whether other instances are heard. While they are not, news between instances come with the heartbeat. Why stands in
/// the log: it may name hosts, and this page is open to whoever the edge lets through.
fn bus_check(alone: bool, cut_off: Option<Duration>) -> Value {
    match cut_off {
        None if alone => json!({
            "healthy": true,
            "link": "alone",
            "message": "there are no other instances to hear",
        }),
        None => json!({
            "healthy": true,
            "link": "connected",
            "message": "other instances are heard",
        }),
        Some(lasting) => json!({
            "healthy": false,
            "link": "away",
            "message": "other instances are not heard; the log says why",
            "away_seconds": lasting.as_secs(),
        }),
    }
}

/// How the replica stands. Times are seconds ago.
fn replica_check(replica: &ReplicaStatus, now_ms: u64) -> Value {
    let ago_s = |at_ms: Option<u64>| at_ms.map(|at_ms| now_ms.saturating_sub(at_ms) / 1_000);
    let message = match (&replica.fenced_by, &replica.fault) {
        (Some(_), _) => "another process has taken over",
        (None, Some(_)) => "the object store fails",
        (None, None) => "the object store has what it should",
    };
    json!({
        "healthy": replica.is_well(),
        "message": message,
        "mode": replica.ack.to_string(),
        "epoch": replica.epoch,
        "position": replica.position,
        "lag_records": replica.lag_records(),
        "lag_ms": replica.lag_ms(now_ms),
        "last_snapshot_seconds_ago": ago_s(replica.last_snapshot_ms),
        "last_verified_restore_seconds_ago": ago_s(replica.last_verified_ms),
    })
}
