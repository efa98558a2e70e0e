//! What the CLI must hear of Heroku's Platform API, and of the one for data, so that the guide's commands go on.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use deploy::{Answer, Asked, Kept, ok};
use serde_json::{Value, json};

use super::clone::APP;

/// The settings of the app, among what is kept.
pub(crate) const CONFIG: &str = "config-vars";

const WHEN: &str = "2026-11-22T10:00:00Z";

/// Answers one request. What no command of the guide asks is not found.
pub(crate) fn answer(kept: &mut Kept, asked: &Asked) -> Answer {
    let words = asked.words();
    let method = asked.method.as_str();
    let found = match words.as_slice() {
        ["log-stream"] => return logs(),
        ["backup"] => return Answer::Other(Box::new("PGDMP".into_response())),
        ["client", "v11", path @ ..] => data(path, method, &asked.headers[header::HOST]),
        ["apps"] | ["apps", _] => Some(app()),
        ["apps", _, "addons"] if method == "POST" => Some(attach(kept, asked)),
        ["apps", _, "addons"] => Some(json!([addon("heroku-postgresql:essential-0")])),
        ["apps", _, "addon-attachments"] | ["actions", "addon-attachments", "resolve"] => {
            Some(json!([{
                "id": "attachment-id", "name": "DATABASE", "app": { "id": "app-id", "name": APP }, "namespace": null,
                "addon": addon("heroku-postgresql:essential-0"), "config_vars": ["DATABASE_URL"],
            }]))
        }
        ["apps", _, "config-vars"] => Some(configure(kept, asked)),
        ["apps", _, "dynos"] => Some(json!([dyno()])),
        ["apps", _, "formation"] => Some(json!([
            { "type": "web", "quantity": 2, "size": "standard-1x", "command": "./target/release/heroku" },
        ])),
        ["apps", _, "releases"] if method == "POST" => Some(release(3)),
        ["apps", _, "releases"] => Some(json!([release(2), release(1)])),
        ["apps", _, "features", name] => {
            Some(json!({ "name": name, "enabled": method == "PATCH" }))
        }
        ["apps", _, "sni-endpoints"] => Some(json!([])),
        ["apps", _, "buildpack-installations"] => Some(asked.json()["updates"].clone()),
        ["apps", _, "domains"] => Some(json!({
            "hostname": asked.json()["hostname"], "cname": "codex.herokudns.example", "status": "none",
        })),
        ["apps", _, "log-sessions"] => {
            let host = asked.headers[header::HOST].to_str().unwrap_or_default();
            Some(json!({ "logplex_url": format!("http://{host}/log-stream") }))
        }
        // Asked for beside every command: what the account owes.
        ["account"] => Some(json!({ "email": "player@example.org" })),
        _ => None,
    };
    let missing = json!({ "id": "not_found", "message": "no command of the guide asks this" });
    match found {
        Some(value) if method == "POST" => Answer::Json(StatusCode::CREATED, value),
        Some(value) => ok(value),
        None => Answer::Json(StatusCode::NOT_FOUND, missing),
    }
}

/// The API that makes backups.
fn data(path: &[&str], method: &str, host: &header::HeaderValue) -> Option<Value> {
    let host = host.to_str().unwrap_or_default();
    let backup = json!({
        "uuid": "backup-1", "num": 1, "name": null, "from_name": "DATABASE", "from_type": "pg_dump",
        "to_type": "gof3r", "succeeded": true, "processed_bytes": 5, "source_bytes": 5, "created_at": WHEN,
        "started_at": WHEN, "finished_at": WHEN, "logs": [], "options": {}, "schedule": null,
    });
    match path {
        ["databases", _, "backups"] | ["apps", _, "transfers", _] => Some(backup),
        ["databases", _, "transfer-schedules"] if method == "POST" => Some(json!({})),
        ["databases", _] => Some(json!({ "info": [] })),
        ["apps", _, "transfers"] => Some(json!([backup])),
        ["apps", _, "transfers", _, "actions", "public-url"] => {
            Some(json!({ "url": format!("http://{host}/backup") }))
        }
        _ => None,
    }
}

/// Two lines as the log router writes them.
fn logs() -> Answer {
    let lines = "id: 1\ndata: 2026-11-22T10:00:00.000000+00:00 heroku[web.1]: State changed from starting to up\n\n\
                 id: 2\ndata: 2026-11-22T10:00:01.000000+00:00 app[web.1]: {\"level\":\"INFO\"}\n\n";
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    Answer::Other(Box::new((kind, lines).into_response()))
}

fn app() -> Value {
    json!({
        "id": "app-id", "name": APP, "web_url": format!("https://{APP}-1a2b3c4d5e6f.herokuapp.com/"),
        "stack": { "name": "heroku-24" }, "build_stack": { "name": "heroku-24" }, "region": { "name": "us" },
        "generation": { "name": "cedar" }, "owner": { "email": "player@example.org" },
    })
}

/// Sets what is given and removes what is null.
fn configure(kept: &mut Kept, asked: &Asked) -> Value {
    let config = kept.objects.entry(CONFIG.to_owned());
    let config = config.or_insert_with(|| json!({}));
    for (name, value) in asked.json().as_object().into_iter().flatten() {
        config[name] = value.clone();
    }
    if let Some(set) = config.as_object_mut() {
        set.retain(|_, value| !value.is_null());
    }
    config.clone()
}

fn attach(kept: &mut Kept, asked: &Asked) -> Value {
    let given = asked.json();
    let plan = given["plan"]["name"].as_str().or(given["plan"].as_str());
    let plan = plan.unwrap_or_default();
    kept.objects.insert(format!("addon {plan}"), Value::Null);
    addon(plan)
}

fn addon(plan: &str) -> Value {
    let service = plan.split(':').next().unwrap_or_default();
    let variables: &[&str] = match service {
        "heroku-postgresql" => &["DATABASE_URL"],
        "heroku-redis" => &["REDIS_URL"],
        _ => &["BUCKETEER_BUCKET_NAME"],
    };
    json!({
        "id": format!("{service}-id"), "name": format!("{service}-fitted-1"), "state": "provisioned",
        "addon_service": { "name": service }, "plan": { "name": plan, "price": { "cents": 500, "unit": "month" } },
        "app": { "id": "app-id", "name": APP }, "config_vars": variables, "provision_message": null,
    })
}

fn dyno() -> Value {
    json!({
        "name": "web.1", "type": "web", "size": "Basic", "state": "up", "command": "./target/release/heroku",
        "updated_at": WHEN, "created_at": WHEN, "release": { "version": 2 },
    })
}

fn release(number: u32) -> Value {
    json!({
        "id": format!("release-{number}"), "version": number, "description": "Deploy", "status": "succeeded",
        "current": number == 2, "eligible_for_rollback": true, "user": { "email": "player@example.org" },
        "created_at": WHEN, "updated_at": WHEN,
    })
}
