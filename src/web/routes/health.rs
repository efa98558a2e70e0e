//! Liveness, readiness, and the health of every part.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use service::ReplicaStatus;

use crate::wire::{
    BusCheck, DatabaseCheck, HealthAnswer, HealthChecks, LivenessAnswer, ReadinessAnswer,
    ReplicaCheck, SettingsCheck, StreamsCheck, UptimeCheck,
};
use crate::{AppState, LifecycleStage};

/// Liveness: alive as long as it answers; a failing dependency is no reason to restart.
pub(crate) async fn live() -> Json<LivenessAnswer> {
    Json(LivenessAnswer { status: "ok" })
}

/// Readiness: whether commands can be taken.
pub(crate) async fn ready(State(app): State<AppState>) -> (StatusCode, Json<ReadinessAnswer>) {
    let mut reasons = Vec::new();
    match app.lifecycle.stage() {
        LifecycleStage::Opening => reasons.push("the journal is being opened"),
        LifecycleStage::Closing => reasons.push("the process is about to end"),
        LifecycleStage::Open => {
            if let Err(error) = app.tables.health.check().await {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "not ready");
                reasons.push("the journal cannot be used");
            }
        }
    }
    let ready = reasons.is_empty();
    (status_of(ready), Json(ReadinessAnswer { ready, reasons }))
}

/// The health of every part, for people.
pub(crate) async fn health(State(app): State<AppState>) -> (StatusCode, Json<HealthAnswer>) {
    let answer = health_of(&app).await;
    (status_of(answer.checks.database.healthy), Json(answer))
}

/// Looks at every part.
pub(crate) async fn health_of(app: &AppState) -> HealthAnswer {
    let journal = &app.tables.health;
    let healthy = journal.check().await.is_ok();
    let replica = journal.replica();
    let cut_off = app.tables.presence.cut_off();
    // Players can go on while the replica or the bus fails: that is degraded, and no reason to restart.
    let settings = SettingsCheck::of(app.settings.useless_settings);
    let whole = replica.as_ref().is_none_or(ReplicaStatus::is_well)
        && cut_off.is_none()
        && settings.healthy;
    HealthAnswer {
        status: match (healthy, whole) {
            (false, _) => "unhealthy",
            (true, false) => "degraded",
            (true, true) => "healthy",
        },
        version: env!("CARGO_PKG_VERSION"),
        stage: app.lifecycle.stage(),
        checks: HealthChecks {
            database: DatabaseCheck::of(healthy, journal.readers()),
            bus: BusCheck::of(app.tables.presence.is_alone(), cut_off),
            settings,
            uptime: UptimeCheck {
                healthy: true,
                uptime_seconds: app.tables.uptime_ms() / 1_000,
            },
            streams: StreamsCheck {
                healthy: true,
                open: app.stream_limit.open(),
                most: app.settings.streams_max,
            },
            replica: replica.map(|replica| ReplicaCheck::of(&replica, app.tables.now_ms())),
        },
    }
}

fn status_of(is_well: bool) -> StatusCode {
    if is_well {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}
