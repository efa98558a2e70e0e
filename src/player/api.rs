//! The JSON API of a server, as far as a bot needs it. Every wait has a limit, and what may pass is tried again.

use std::cell::Cell;
use std::fmt;
use std::time::Duration;

use anyhow::Context as _;
use game::{Command, SeatNo, TableId, Version};
use reqwest::header::RETRY_AFTER;
use reqwest::{Certificate, Client, Method, Request, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::sleep;
use url::Url;

use crate::shown::{TableSeen, TableShown};

/// How long the server lets a question wait for news, in seconds.
const WAIT_S: u64 = 25;
/// How long an answer is waited for at most: longer than a question for news waits.
const ANSWER_MAX: Duration = Duration::from_secs(40);
/// How long a connection is waited for.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// Bytes of an answer at most: a Chronicle has some hundred thousand.
const BODY_MAX: usize = 8 * 1024 * 1024;
/// Tries of a request that a server does not answer, or puts off.
const TRIES_MAX: u32 = 12;
/// Between two tries where the server says nothing else, at first and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));
/// The longest that a server may put a bot off.
const RETRY_AFTER_MAX: Duration = Duration::from_mins(2);

/// Why the API could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The server cannot be reached.
    #[error("the server does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// The server refuses.
    #[error("the server refuses: {detail} ({code})")]
    Refused {
        /// The stable word for programs.
        code: String,
        /// The sentence for players.
        detail: String,
    },
    /// What came is no answer of this API.
    #[error("the server’s answer is not of this API ({0}): is that its address?")]
    Foreign(StatusCode),
}

/// A problem as the API describes it.
#[derive(Debug, Deserialize)]
struct Problem {
    code: String,
    detail: String,
}

/// A seat that was taken, and what opens it.
#[derive(Deserialize)]
pub(crate) struct HeldSeat {
    table: TableId,
    pub(crate) seat: SeatNo,
    pub(crate) recovery_phrase: String,
    token: String,
}

impl fmt::Debug for HeldSeat {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "HeldSeat({} {} ***)", self.table, self.seat)
    }
}

#[derive(Deserialize)]
struct CodeFound {
    table: TableId,
}

/// One server.
#[derive(Debug)]
pub(crate) struct Api {
    client: Client,
    site: Url,
    /// Whether it has answered before.
    has_answered: Cell<bool>,
}

impl Api {
    /// A server at `site`, whose certificate one of `authorities` has issued; of this machine's, where none are named.
    pub(crate) fn new(site: &Url, authorities: Option<Vec<Certificate>>) -> anyhow::Result<Self> {
        anyhow::ensure!(
            matches!(site.scheme(), "http" | "https") && site.host().is_some(),
            "URL: give the server’s address as a browser has it, such as https://codex.example.org"
        );
        let mut client = Client::builder()
            .timeout(ANSWER_MAX)
            .connect_timeout(CONNECT_MAX)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("arcane-codex-play/", env!("CARGO_PKG_VERSION")));
        if let Some(authorities) = authorities {
            client = client.tls_certs_only(authorities);
        }
        Ok(Self {
            client: client.build().context("TLS cannot be used")?,
            site: site.clone(),
            has_answered: Cell::default(),
        })
    }

    /// Finds the table of a code, or of a link to it.
    pub(crate) async fn find(&self, code: &str) -> Result<TableId, ApiError> {
        let found: CodeFound = self
            .read(Method::GET, &["api", "codes", code], None, None)
            .await?;
        Ok(found.table)
    }

    /// Sits down.
    pub(crate) async fn sit(&self, table: &TableId, name: &str) -> Result<HeldSeat, ApiError> {
        let body = json!({ "name": name, "command_id": fresh_id() });
        let path = ["api", "tables", table.as_str(), "seats"];
        self.read(Method::POST, &path, None, Some(body)).await
    }

    /// Waits until the table stands at another version than the one seen, and returns what the seat is shown then;
    /// nothing when that takes long.
    pub(crate) async fn news(
        &self,
        key: &HeldSeat,
        seen: Option<Version>,
    ) -> Result<Option<TableShown>, ApiError> {
        let path = ["api", "tables", key.table.as_str()];
        let mut url = self.url(&path);
        if let Some(seen) = seen {
            let query = [("after", seen.to_string()), ("wait", WAIT_S.to_string())];
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.client.get(url).bearer_auth(&key.token);
        let (status, body) = self.answered(request).await?;
        if status == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        let table: TableSeen = parsed(status, &body)?;
        Ok(Some(table.view))
    }

    /// Plays a command. Returns the code of the refusal, where the rules refuse it.
    pub(crate) async fn command(
        &self,
        key: &HeldSeat,
        command: &Command,
    ) -> Result<Option<String>, ApiError> {
        let body = json!({ "command_id": fresh_id(), "command": command });
        let path = ["api", "tables", key.table.as_str(), "commands"];
        match self
            .read::<Value>(Method::POST, &path, Some(key), Some(body))
            .await
        {
            Ok(_) => Ok(None),
            // The seat was freed, or the table erased: there is nothing to play on.
            Err(ApiError::Refused { code, detail })
                if matches!(code.as_str(), "not-your-seat" | "no-seat" | "table-erased") =>
            {
                Err(ApiError::Refused { code, detail })
            }
            Err(ApiError::Refused { code, .. }) => Ok(Some(code)),
            Err(error) => Err(error),
        }
    }

    async fn read<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        key: Option<&HeldSeat>,
        body: Option<Value>,
    ) -> Result<T, ApiError> {
        let mut request = self.client.request(method, self.url(path));
        if let Some(key) = key {
            request = request.bearer_auth(&key.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let (status, body) = self.answered(request).await?;
        parsed(status, &body)
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.site.clone();
        // Only a URL that cannot be a base has no path, and `new` has refused those.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    /// Sends a request until it is answered. A command that is sent again has the same id, so it is done once.
    async fn answered(&self, request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), ApiError> {
        let request = request.build().map_err(ApiError::Unreachable)?;
        let mut wait = BACK_OFF.0;
        for _ in 1..TRIES_MAX {
            let put_off = match self.send(&request).await {
                Ok(response) if is_put_off(response.status()) => {
                    retry_after(&response).unwrap_or(wait)
                }
                Ok(response) => {
                    self.has_answered.set(true);
                    return read_whole(response).await;
                }
                // An address that was never right is told at once; a server that restarts is waited for.
                Err(error) if !self.has_answered.get() => return Err(ApiError::Unreachable(error)),
                Err(_) => wait,
            };
            sleep(put_off.min(RETRY_AFTER_MAX)).await;
            wait = (wait * 2).min(BACK_OFF.1);
        }
        let last = self.send(&request).await.map_err(ApiError::Unreachable)?;
        read_whole(last).await
    }

    async fn send(&self, request: &Request) -> reqwest::Result<Response> {
        let again = request.try_clone();
        let again = again.expect("a body that is in memory can be sent again");
        self.client.execute(again).await
    }
}

/// Whether the same request may be answered later.
fn is_put_off(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    seconds.parse().ok().map(Duration::from_secs)
}

async fn read_whole(mut response: Response) -> Result<(StatusCode, Vec<u8>), ApiError> {
    let status = response.status();
    let mut body = Vec::new();
    while let Some(bytes) = response.chunk().await.map_err(ApiError::Unreachable)? {
        if body.len() + bytes.len() > BODY_MAX {
            return Err(ApiError::Foreign(status));
        }
        body.extend_from_slice(&bytes);
    }
    Ok((status, body))
}

fn parsed<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<T, ApiError> {
    let foreign = |_| ApiError::Foreign(status);
    if status.is_success() {
        return serde_json::from_slice(body).map_err(foreign);
    }
    let Problem { code, detail } = serde_json::from_slice(body).map_err(foreign)?;
    Err(ApiError::Refused { code, detail })
}

/// An id that nobody can guess: whoever knows that of a sitting gets the seat.
fn fresh_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    hex::encode(bytes)
}
