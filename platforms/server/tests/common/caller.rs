//! A browser or program that asks until it is answered.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::sleep;

use super::server::PATIENCE;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// Where a server is reached. When it moves, whoever has a clone asks there.
#[derive(Clone, Debug)]
pub(crate) struct Whereabouts(watch::Sender<SocketAddr>);

impl Whereabouts {
    pub(crate) fn new(server: SocketAddr) -> Self {
        Self(watch::Sender::new(server))
    }

    /// Sends everybody elsewhere, those who still wait for an answer as well.
    pub(crate) fn move_to(&self, server: SocketAddr) {
        self.0.send_replace(server);
    }
}

/// A browser with its own cookies.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    client: Client,
    jar: Arc<Jar>,
    server: Whereabouts,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// Time from the asking to the answer, without the tries before.
    pub(crate) took: Duration,
}

impl Answer {
    /// Reads as much of the body as `T` is made of.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A field of a body that is an object.
    pub(crate) fn field(&self, name: &str) -> Value {
        self.read::<Value>()[name].take()
    }
}

impl Caller {
    pub(crate) fn new(server: SocketAddr) -> Self {
        Self::of(Whereabouts::new(server))
    }

    /// One that asks wherever the server is.
    pub(crate) fn of(server: Whereabouts) -> Self {
        let jar = Arc::new(Jar::default());
        // While the server is down, the system may take its free port for our own end of a connection, and
        // then the server cannot come back. From another address our ends are never in its way.
        let from = cfg!(target_os = "linux").then_some(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)));
        let client = Client::builder()
            .cookie_provider(Arc::clone(&jar))
            .local_address(from)
            .timeout(PATIENCE)
            .build()
            .unwrap();
        Self {
            client,
            jar,
            server,
        }
    }

    /// What a browser would send as its cookies.
    pub(crate) fn cookies(&self) -> String {
        let cookies = self.jar.cookies(&self.url("/").parse().unwrap());
        cookies
            .map(|cookies| cookies.to_str().unwrap().to_owned())
            .unwrap_or_default()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Asks again and again, the same every time, until a server that can answer does.
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let began = Instant::now();
        let mut moves = self.server.0.subscribe();
        loop {
            let tried = tokio::select! {
                tried = self.ask_once(method.clone(), path, body) => tried,
                // The sender lives in self.
                _ = moves.changed() => continue,
            };
            match tried {
                Ok(answer) if !is_passing(answer.status) => return answer,
                tried => assert!(began.elapsed() < PATIENCE, "{method} {path}: {tried:?}"),
            }
            sleep(PAUSE).await;
        }
    }

    /// Asks once, and takes whatever comes of it.
    pub(crate) async fn ask_once(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<Answer> {
        let began = Instant::now();
        let mut request = self.client.request(method, self.url(path));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        let took = began.elapsed();
        Ok(Answer {
            status,
            headers,
            text,
            took,
        })
    }

    /// Opens a stream that goes on.
    pub(crate) async fn open(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", *self.server.0.borrow())
    }
}

/// Whether the same may be answered otherwise in a moment.
fn is_passing(status: StatusCode) -> bool {
    status == StatusCode::BAD_GATEWAY || status == StatusCode::SERVICE_UNAVAILABLE
}
