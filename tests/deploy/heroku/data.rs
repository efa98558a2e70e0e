//! The part of Heroku's data API that makes backups.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::account::Account;
use crate::api::{Answer, ok};

pub(crate) fn answer(
    account: &mut Account,
    method: &Method,
    path: &[&str],
    given: &Value,
    address: &str,
) -> Answer {
    let is = |wanted: Method| *method == wanted;
    match path {
        ["databases", _, "backups"] if is(Method::POST) => {
            account.backups += 1;
            Some((StatusCode::CREATED, backup(account.backups)))
        }
        ["databases", _, "transfer-schedules"] if is(Method::POST) => {
            account.schedule = Some(given.clone());
            Some((StatusCode::CREATED, json!({})))
        }
        ["databases", _] => ok(json!({ "info": [] })),
        ["apps", _, "transfers"] => ok((1..=account.backups).map(backup).collect()),
        ["apps", _, "transfers", _, "actions", "public-url"] => {
            ok(json!({ "url": format!("http://{address}/backup") }))
        }
        ["apps", _, "transfers", _] => ok(backup(account.backups)),
        _ => None,
    }
}

/// A backup that has ended well.
fn backup(number: usize) -> Value {
    json!({
        "uuid": format!("backup-{number}"), "num": number, "name": null, "from_name": "DATABASE",
        "from_type": "pg_dump", "to_type": "gof3r", "succeeded": true, "processed_bytes": 5, "source_bytes": 5,
        "created_at": "2026-11-22T10:00:00Z", "started_at": "2026-11-22T10:00:00Z",
        "finished_at": "2026-11-22T10:00:05Z", "logs": [], "options": {}, "schedule": null,
    })
}
