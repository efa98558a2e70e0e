//! A page that is told of news by a socket: it puts together what it shows, as the page's script does.

use game::{TableId, Version};
use http::{Method, StatusCode};
use serde_json::Value;
use web::{FRAME_BYTES_MAX, Frame, SocketSeat};

use crate::client::{Answer, Client, program};
use crate::follower::patched;
use crate::server::Server;

/// A page that is told of news by a socket.
#[derive(Debug)]
pub(crate) struct SocketClient {
    pub(crate) seat: SocketSeat,
    client: Client,
    lines: Vec<String>,
    pub(crate) id: String,
}

/// One event, as a frame or an answer holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) event: String,
    pub(crate) id: String,
    pub(crate) data: String,
}

impl Told {
    pub(crate) fn read(json: &str) -> Self {
        let json: Value = serde_json::from_str(json).expect("a frame is JSON");
        let text = |name: &str| json[name].as_str().expect("a frame has it").to_owned();
        Self {
            event: text("event"),
            id: text("id"),
            data: text("data"),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.data).expect("this event holds JSON")
    }
}

/// Asks for a ticket for the page of a table.
pub(crate) async fn ticket(client: &mut Client, table: &TableId) -> Answer {
    let path = format!("/t/{table}/ticket");
    client.send(program(Method::POST, &path, "".into())).await
}

impl SocketClient {
    /// Takes a ticket and opens a socket with it.
    pub(crate) async fn open(server: &Server, client: &mut Client, table: &TableId) -> Self {
        let answer = ticket(client, table).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let ticket = answer.json()["ticket"].take();
        let seat = server.sockets.admit(ticket.as_str().unwrap());
        Self {
            seat: seat.expect("a fresh ticket is taken"),
            client: client.clone(),
            lines: Vec::new(),
            id: String::new(),
        }
    }

    /// The HTML it shows.
    pub(crate) fn page(&self) -> String {
        self.lines.join("\n")
    }

    /// Says what it has, and returns what it is told. What is too long for a socket it fetches.
    pub(crate) async fn says(&mut self, server: &Server, action: &str) -> Told {
        let message = serde_json::json!({ "action": action, "since": self.id }).to_string();
        let frame = server.sockets.answer(&self.seat, &message).await;
        let told = self.receive(&frame.expect("a page is answered"));
        if told.event == "beat" && told.id != self.id {
            return self.fetch().await;
        }
        told
    }

    /// Asks for what leads from what it has to the newest.
    async fn fetch(&mut self) -> Told {
        let news = format!("/t/{}/news?since={}", self.seat.table(), self.id);
        let fetched = self.client.get_json(&news).await;
        assert_eq!(fetched.status, StatusCode::OK, "{}", fetched.text());
        let told = Told::read(fetched.text());
        self.take(told.clone());
        told
    }

    /// Is told of a version, asks for the whole if that does not fit what it has, and returns all that was sent: nothing
    /// where the seat sees nothing of it.
    pub(crate) async fn come_to(&mut self, server: &Server, version: Version) -> String {
        let Some(frame) = server.sockets.news(&self.seat, version).await else {
            return String::new();
        };
        let before = self.id.clone();
        let told = self.receive(&frame);
        let mut sent = told.data;
        if self.id == before {
            sent += &self.says(server, "hello").await.data;
        }
        sent
    }

    /// Receives a frame as the page's script does.
    pub(crate) fn receive(&mut self, frame: &Frame) -> Told {
        assert!(frame.text().len() <= FRAME_BYTES_MAX);
        let told = Told::read(frame.text());
        self.take(told.clone());
        told
    }

    /// Takes an event. A patch that starts from another page changes nothing.
    fn take(&mut self, told: Told) {
        match told.event.as_str() {
            "page" => self.lines = told.data.split('\n').map(str::to_owned).collect(),
            "patch" => {
                let (_, mark) = self.id.split_once('-').unwrap_or_default();
                if told.json()["from"] != mark {
                    return;
                }
                self.lines = patched(std::mem::take(&mut self.lines), &told.json());
            }
            other => {
                assert!(["beat", "bye"].contains(&other), "{other}");
                return;
            }
        }
        self.id = told.id;
    }
}
