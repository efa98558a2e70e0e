//! What the server on this machine and its public address answer.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::{CommandContext, PublicAnswer};

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read at most.
const BYTES_MAX: u64 = 64 * 1_024;

/// An answer of the server, or why there is none.
pub(super) enum ServerAnswer {
    /// It answered.
    Answered(PlainAnswer),
    /// Nobody did.
    Silent(String),
}

/// An answer over HTTP, as it was sent.
pub(super) struct PlainAnswer(pub(super) String);

impl PlainAnswer {
    /// Returns the status, if it is one.
    pub(super) fn status(&self) -> Option<u16> {
        self.0.split(' ').nth(1)?.parse().ok()
    }

    /// Whether a header is sent.
    pub(super) fn has_header(&self, name: &str) -> bool {
        let head = self.0.split("\r\n\r\n").next().unwrap_or_default();
        head.lines().any(|line| {
            let sent = line.split_once(':').map(|(sent, _)| sent);
            sent.is_some_and(|sent| sent.eq_ignore_ascii_case(name))
        })
    }

    /// Returns a text of the JSON object in the body.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        let (_, body) = self.0.split_once("\r\n\r\n")?;
        let start = body.find('{')?;
        let end = body.rfind('}')?;
        let object: serde_json::Value = serde_json::from_str(body.get(start..=end)?).ok()?;
        object[name].as_str().map(str::to_owned)
    }
}

/// What was asked for, and what came of it.
pub(super) struct ServerAnswers {
    /// `/health` of the server on this machine.
    pub(super) health: ServerAnswer,
    /// `/metrics` of the same.
    pub(super) metrics: ServerAnswer,
    /// The front door, by the public address; none where no public address is set.
    pub(super) door: Option<PublicAnswer>,
    /// `/metrics`, by the public address.
    pub(super) public_metrics: Option<PublicAnswer>,
    /// The operator's page, by the public address.
    pub(super) public_admin: Option<PublicAnswer>,
}

impl ServerAnswers {
    /// Asks for all of it.
    pub(super) async fn ask(context: &CommandContext) -> Self {
        let facts = &context.settings.production;
        let from_outside = async |path| match &facts.public_url {
            Some(url) => Some(context.opener.ask_public(url, path).await),
            None => None,
        };
        Self {
            health: ask_here(facts.host, facts.port, "/health").await,
            metrics: ask_here(facts.host, facts.port, "/metrics").await,
            door: from_outside("/").await,
            public_metrics: from_outside("/metrics").await,
            public_admin: from_outside("/admin/sign-in").await,
        }
    }
}

/// Asks the server of the settings on this machine.
async fn ask_here(host: IpAddr, port: u16, path: &str) -> ServerAnswer {
    if port == 0 {
        return ServerAnswer::Silent("PORT is 0, so the port to ask at is not known".to_owned());
    }
    let host = if host.is_unspecified() {
        match host {
            IpAddr::V4(_) => IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        }
    } else {
        host
    };
    let address = SocketAddr::new(host, port);
    match timeout(LIMIT, ask(address, path)).await {
        Ok(Ok(answer)) => ServerAnswer::Answered(PlainAnswer(answer)),
        Ok(Err(error)) => ServerAnswer::Silent(format!("no server answers at {address} ({error})")),
        Err(_) => ServerAnswer::Silent(format!("{address} did not answer for {LIMIT:?}")),
    }
}

async fn ask(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: application/json\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(BYTES_MAX).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
