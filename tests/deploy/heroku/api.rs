//! The part of Heroku's Platform API that the guide's commands use.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::account::Account;
use crate::data;

/// What an endpoint answers; `None` says that there is no such thing.
pub(crate) type Answer = Option<(StatusCode, Value)>;

/// The API of one account, listening.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    account: Arc<Mutex<Account>>,
    /// Where it listens: an address and a port.
    pub(crate) address: String,
}

impl Api {
    /// Starts to answer for an account.
    pub(crate) async fn start(account: Account) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("it is bound").to_string();
        let account = Arc::new(Mutex::new(account));
        let api = Self { account, address };
        let router = Router::new().fallback(answer).with_state(api.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        api
    }

    /// The account as it is now.
    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        let account = self.account.lock();
        let mut account = account.unwrap_or_else(PoisonError::into_inner);
        account.notice_push();
        account
    }
}

async fn answer(State(api): State<Api>, method: Method, uri: Uri, body: Bytes) -> Response {
    let path: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
    match path.as_slice() {
        ["log-stream"] => return logs(),
        ["backup"] => return "PGDMP".into_response(),
        _ => {}
    }
    let given = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut account = api.account();
    let found = match path.as_slice() {
        ["client", "v11", path @ ..] => {
            data::answer(&mut account, &method, path, &given, &api.address)
        }
        ["apps"] => create(&mut account, &method, &given),
        ["apps", name, path @ ..] if account.app.as_deref() == Some(*name) => {
            of_app(&mut account, &method, path, &given, &api.address)
        }
        ["actions", "addon-attachments", "resolve"] => {
            let attachment = account.attachment();
            attachment.map(|attachment| (StatusCode::OK, json!([attachment])))
        }
        // Asked for beside every command: what the account owes.
        ["account"] => ok(json!({ "email": "player@example.org" })),
        _ => None,
    };
    let (status, told) = found.unwrap_or_else(|| {
        account.unknown.push(format!("{method} {uri} {given}"));
        let message = "This imitation does not know that.";
        (
            StatusCode::NOT_FOUND,
            json!({ "id": "not_found", "message": message }),
        )
    });
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        told.to_string(),
    )
        .into_response()
}

/// Two lines as the log router writes them.
fn logs() -> Response {
    let lines = "id: 1\ndata: 2026-11-22T10:00:00.000000+00:00 heroku[web.1]: State changed from starting to up\n\n\
                 id: 2\ndata: 2026-11-22T10:00:01.000000+00:00 app[web.1]: {\"level\":\"INFO\"}\n\n";
    ([(header::CONTENT_TYPE, "text/event-stream")], lines).into_response()
}

fn create(account: &mut Account, method: &Method, given: &Value) -> Answer {
    if method != Method::POST {
        return None;
    }
    account.app = Some(given["name"].as_str()?.to_owned());
    if let Some(stack) = given["stack"].as_str() {
        stack.clone_into(&mut account.stack);
    }
    account.released("Initial release");
    Some((StatusCode::CREATED, account.shown()))
}

fn of_app(
    account: &mut Account,
    method: &Method,
    path: &[&str],
    given: &Value,
    address: &str,
) -> Answer {
    let is = |wanted: Method| *method == wanted;
    match path {
        [] if is(Method::DELETE) => {
            account.app = None;
            ok(json!({}))
        }
        [] if is(Method::GET) => ok(account.shown()),
        ["buildpack-installations"] if is(Method::PUT) => {
            let updates = given["updates"].as_array()?.iter();
            account.buildpacks = updates
                .filter_map(|update| text(update, "buildpack"))
                .collect();
            ok(given["updates"].clone())
        }
        ["addons"] if is(Method::POST) => {
            let plan = text(&given["plan"], "name").or_else(|| text(given, "plan"))?;
            Some((StatusCode::CREATED, account.add(&plan)))
        }
        ["addons"] => {
            let addons = account.addons.iter().map(|plan| account.addon(plan));
            ok(addons.collect())
        }
        ["addon-attachments"] => ok(account.attachment().into_iter().collect()),
        ["config-vars"] => {
            if is(Method::PATCH) {
                account.configure(given.as_object().unwrap_or(&Map::new()));
            }
            ok(Value::Object(account.config.clone()))
        }
        ["dynos"] => ok(account.dynos()),
        ["formation"] => formation(account, method, given),
        ["releases"] if is(Method::POST) => roll_back(account, given),
        ["releases"] => ok(account.history()),
        ["features", feature] => {
            let enabled = account.features.iter().any(|known| known == feature);
            if is(Method::PATCH) {
                account.features.push((*feature).to_owned());
            }
            ok(json!({ "name": feature, "enabled": enabled }))
        }
        ["sni-endpoints"] => ok(json!([])),
        ["domains"] if is(Method::POST) => {
            let domain = text(given, "hostname")?;
            account.domains.push(domain.clone());
            let cname = format!("{domain}.herokudns.example");
            Some((
                StatusCode::CREATED,
                json!({ "hostname": domain, "cname": cname, "status": "none" }),
            ))
        }
        ["log-sessions"] if is(Method::POST) => {
            let place = format!("http://{address}/log-stream");
            Some((StatusCode::CREATED, json!({ "logplex_url": place })))
        }
        _ => None,
    }
}

fn formation(account: &mut Account, method: &Method, given: &Value) -> Answer {
    if *method == Method::PATCH {
        for update in given["updates"]
            .as_array()?
            .iter()
            .filter(|update| update["type"] == "web")
        {
            let asked = &update["quantity"];
            if let Some(quantity) = asked.as_u64().or_else(|| asked.as_str()?.parse().ok()) {
                account.web.0 = quantity;
            }
            if let Some(size) = text(update, "size") {
                account.web.1 = size;
            }
        }
    }
    ok(account.formation())
}

fn roll_back(account: &mut Account, given: &Value) -> Answer {
    let target = text(given, "release")?;
    account.released(&format!("Rollback to {}", target.replace("release-", "v")));
    let newest = account.history()[0].clone();
    Some((StatusCode::CREATED, newest))
}

/// An answer to what went well.
#[expect(
    clippy::unnecessary_wraps,
    reason = "an endpoint's answer may be that there is none"
)]
pub(crate) fn ok(told: Value) -> Answer {
    Some((StatusCode::OK, told))
}

fn text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}
