//! The keys of cookies, from a secret that the environment names.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use bots::bot::Bot;
use bots::fleet::BotFleet;
use platform_sim::Store;
use platform_sim::lambda::{FunctionUrl, LambdaFunction, LambdaTerms};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::common::{PEACE, seed};

const SECRET: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:codex-a1b2c3";
/// Keys by their versions.
const KEYS: [(&str, &str); 2] = [
    (
        "version-1",
        "the-key-before-that-signs-cookies-of-these-tests",
    ),
    (
        "version-2",
        "the-newest-key-that-signs-cookies-of-these-tests",
    ),
];

type Asked = Arc<Mutex<Vec<Value>>>;

/// A stand-in for Secrets Manager, which notes what it is asked for.
async fn secrets_manager() -> (String, Asked) {
    let asked = Asked::default();
    let router = Router::new()
        .route("/", post(answer))
        .with_state(Arc::clone(&asked));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    (url, asked)
}

async fn answer(State(asked): State<Asked>, body: String) -> Json<Value> {
    let question: Value = serde_json::from_str(&body).unwrap();
    let version = question["VersionId"].as_str().unwrap();
    let key = KEYS.iter().find(|(known, _)| *known == version).unwrap().1;
    let answer =
        json!({ "ARN": SECRET, "Name": "codex", "VersionId": version, "SecretString": key });
    asked.lock().unwrap().push(question);
    Json(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_read_once_from_the_versions_that_are_named_and_are_never_logged() {
    let (url, asked) = secrets_manager().await;
    let terms = LambdaTerms {
        binary: env!("CARGO_BIN_EXE_bootstrap"),
        variables: vec![
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", url),
            ("SECRET_KEY_SECRET", SECRET.to_owned()),
            ("SECRET_KEY_VERSION", KEYS[1].0.to_owned()),
            ("SECRET_KEY_PREVIOUS_VERSION", KEYS[0].0.to_owned()),
            ("LOG_LEVEL", "debug".to_owned()),
        ],
        store: Store::dynamodb().await,
        chaos: PEACE,
    };
    let function = LambdaFunction::new(terms, seed());
    let front = FunctionUrl::start(function.clone()).await;
    let fleet = BotFleet::new(front.plain(), seed());
    let anna = Bot::open(&fleet).await;
    assert!(!anna.is_in_scene().await, "the seat is known by its cookie");
    let asked = asked.lock().unwrap().clone();
    let expected =
        [KEYS[1].0, KEYS[0].0].map(|version| json!({ "SecretId": SECRET, "VersionId": version }));
    // Each environment asks once.
    assert!(asked.chunks(2).all(|both| both == expected), "{asked:?}");
    let log = function.end().await;
    for (_, key) in KEYS {
        assert!(!log.contains(key), "{log}");
    }
}
