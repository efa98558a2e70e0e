//! Steps of an operator at the page and the API of a real server.

use std::net::SocketAddr;
use std::sync::Arc;

use game::TableId;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;
use crate::common::server::Server;

/// A token no test but this one knows.
pub(crate) const TOKEN: &str = "c81f0a9d3b7e46520f1d8a6b";

/// An operator's browser or program.
pub(crate) struct Desk {
    client: Client,
    address: SocketAddr,
}

/// An answer, read to its end.
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Told {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    #[track_caller]
    pub(crate) fn refuses(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.json()["code"], code, "{}", self.text);
    }
}

impl Desk {
    pub(crate) fn at(address: SocketAddr) -> Self {
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .cookie_store(true)
            .build()
            .unwrap();
        Self { client, address }
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.address);
        self.client.request(method, url)
    }

    pub(crate) async fn get(&self, path: &str) -> Told {
        told(self.ask(Method::GET, path)).await
    }

    pub(crate) async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Told {
        let form = fields.iter().map(|(name, value)| format!("{name}={value}"));
        let form = form.collect::<Vec<_>>().join("&");
        let request = self
            .ask(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        told(request).await
    }

    pub(crate) async fn api(&self, path: &str) -> Told {
        told(self.ask(Method::GET, path).bearer_auth(TOKEN)).await
    }

    pub(crate) async fn does(&self, table: &TableId, operation: &Value) -> Told {
        let path = format!("/admin/api/tables/{table}/operations");
        let request = self.ask(Method::POST, &path).bearer_auth(TOKEN);
        told(request.json(operation)).await
    }
}

pub(crate) async fn told(request: RequestBuilder) -> Told {
    let answer = request.send().await.unwrap();
    Told {
        status: answer.status(),
        headers: answer.headers().clone(),
        text: answer.text().await.unwrap(),
    }
}

/// A table of two whose first scene is open.
pub(crate) async fn live(server: &Server, seed: u64) -> (Arc<BotFleet>, Bot, Bot) {
    let fleet = BotFleet::new(server.address(), seed);
    let mut anna = Bot::open(&fleet).await;
    let mut ben = Bot::sit(&fleet, &anna.table().clone()).await;
    assert!(anna.begin().await);
    while !anna.is_in_scene().await {
        for bot in [&mut anna, &mut ben] {
            for command in bot.consider().await.unwrap() {
                bot.play(&command).await;
            }
        }
    }
    (fleet, anna, ben)
}

/// What a seat is shown.
pub(crate) async fn view(bot: &Bot) -> Value {
    let path = format!("/api/tables/{}", bot.table());
    bot.client().get(&path).await.field("view")
}
