//! Those who watch a table without an event stream, as pages do: by a socket, or by asking again and again.

use std::time::Duration;

use bots::client::HttpClient;
use bots::streams::Watcher;
use futures_util::{SinkExt as _, StreamExt as _};
use game::TableId;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{interval, sleep};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Between two questions, and between two beats: shorter than a page's, so that a test sees many.
const ASK_EVERY: Duration = Duration::from_millis(100);
const BEAT_EVERY: Duration = Duration::from_secs(1);
/// Between two attempts to open a socket.
const BACK_OFF: Duration = Duration::from_millis(200);

/// A socket of a client.
#[derive(Debug)]
pub struct SocketClient {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What a socket is told: an event of the event stream.
#[derive(Clone, Debug, Deserialize)]
pub struct SocketFrame {
    /// What kind it is.
    pub event: String,
    /// What the client has then.
    #[serde(default)]
    pub id: String,
    /// What it says.
    #[serde(default)]
    pub data: String,
}

impl SocketFrame {
    /// The version it tells of.
    pub fn version(&self) -> Option<u64> {
        if self.event == "beat" {
            let beat: Value = serde_json::from_str(&self.data).ok()?;
            return beat["version"].as_u64();
        }
        self.id.split('-').next()?.parse().ok()
    }
}

impl SocketClient {
    /// Opens a socket with a ticket that the seat of this client is given.
    ///
    /// # Errors
    ///
    /// When the socket is not opened.
    pub async fn open(client: &HttpClient, table: &TableId) -> Result<Self, SocketError> {
        let path = format!("/api/tables/{table}/ticket");
        let ticket = client.post(&path, &json!({})).await;
        assert_eq!(ticket.status, StatusCode::OK, "{ticket:?}");
        let url = ticket.field("url");
        Self::at(url.as_str().unwrap()).await
    }

    /// Opens a socket with this ticket.
    ///
    /// # Errors
    ///
    /// When the socket is not opened.
    pub async fn with(url: &str, ticket: &str) -> Result<Self, SocketError> {
        Self::at(&format!("{url}?ticket={ticket}")).await
    }

    async fn at(address: &str) -> Result<Self, SocketError> {
        let (socket, _) = connect_async(address).await?;
        Ok(Self { socket })
    }

    /// Says something; no if the socket is closed.
    pub async fn say(&mut self, action: &str, since: &str) -> bool {
        let message = json!({ "action": action, "since": since });
        let message = Message::text(message.to_string());
        self.socket.send(message).await.is_ok()
    }

    /// The next frame; none when the socket is closed. Cancel-safe.
    pub async fn next(&mut self) -> Option<SocketFrame> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(_) | Err(_) => return None,
            }
        }
    }

    /// Closes it.
    pub async fn close(mut self) {
        // An error says that it is closed.
        let _ = self.socket.close(None).await;
    }
}

/// Somebody who asks for the view again and again.
pub fn asks_again_and_again(client: HttpClient, table: &TableId) -> Watcher {
    Watcher::by(table, |table, newest| async move {
        loop {
            show(&newest, version(&client, &table).await);
            sleep(ASK_EVERY).await;
        }
    })
}

/// Somebody who is told by a socket, and opens another whenever it ends.
pub fn follows_by_socket(client: HttpClient, table: &TableId) -> Watcher {
    Watcher::by(table, |table, newest| async move {
        loop {
            if let Ok(mut socket) = SocketClient::open(&client, &table).await {
                follow(&client, &table, &mut socket, &newest).await;
            }
            sleep(BACK_OFF).await;
        }
    })
}

/// Follows a table until the socket ends.
async fn follow(
    client: &HttpClient,
    table: &TableId,
    socket: &mut SocketClient,
    newest: &watch::Sender<u64>,
) {
    let mut id = String::new();
    let mut beats = interval(BEAT_EVERY);
    beats.tick().await;
    if !socket.say("hello", &id).await {
        return;
    }
    loop {
        tokio::select! {
            _ = beats.tick() => if !socket.say("beat", &id).await { return },
            frame = socket.next() => {
                let Some(frame) = frame.filter(|frame| frame.event != "bye") else { return };
                let told = frame.version().unwrap();
                if frame.event != "beat" {
                    id = frame.id;
                    show(newest, told);
                } else if told > *newest.borrow() {
                    // What it shows is longer than a frame.
                    show(newest, version(client, table).await);
                }
            }
        }
    }
}

/// The version of the view that a client is shown.
async fn version(client: &HttpClient, table: &TableId) -> u64 {
    let answer = client.get(&format!("/api/tables/{table}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.field("view")["version"].as_u64().unwrap()
}

/// A frame that another overtook tells of an older version.
fn show(newest: &watch::Sender<u64>, version: u64) {
    newest.send_if_modified(|shown| {
        let is_newer = version > *shown;
        *shown = version.max(*shown);
        is_newer
    });
}
