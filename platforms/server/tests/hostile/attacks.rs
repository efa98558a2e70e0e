//! What hostile clients do, on bare sockets. What each returns keeps the attack up until it is dropped.

use std::net::SocketAddr;

use futures_util::future::join_all;
use game::Command;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{AbortHandle, JoinSet};

use crate::common::bot::Bot;
use crate::common::fleet::BotFleet;

/// Requests on one HTTP/2 connection: more than a server should answer at a time.
const REQUESTS: u32 = 200;
/// The bytes of a header that does not end.
const HEADER_BYTES: usize = 63 * 1_024;
/// Lines that the owner of many streams says.
const LINES: u32 = 9;

/// An attack that goes on.
pub(crate) struct Attack {
    _connections: Vec<TcpStream>,
    tasks: Vec<AbortHandle>,
}

impl Drop for Attack {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Attack {
    fn of(connections: Vec<TcpStream>) -> Self {
        Self {
            _connections: connections,
            tasks: Vec::new(),
        }
    }
}

/// Opens HTTP/2 connections that ask for a great deal and allow no byte of it to be sent.
pub(crate) async fn ask_and_take_nothing(server: SocketAddr, count: usize) -> Attack {
    let mut request = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    // INITIAL_WINDOW_SIZE is 0.
    request.extend([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    for number in 0..REQUESTS {
        // By number: GET, http. By name: the path.
        let mut header = vec![0x82, 0x86, 0x04, 8];
        header.extend(b"/metrics");
        let length = u8::try_from(header.len()).unwrap();
        let ends = 0x5;
        request.extend([0, 0, length, 1, ends]);
        request.extend((2 * number + 1).to_be_bytes());
        request.extend(header);
    }
    Attack::of(send_each(server, count, &request).await)
}

/// Opens connections that send most of a header and never its end.
pub(crate) async fn begin_headers(server: SocketAddr, count: usize) -> Attack {
    let mut request = b"GET / HTTP/1.1\r\nhost: codex\r\nx-filler: ".to_vec();
    request.resize(HEADER_BYTES, b'.');
    Attack::of(send_each(server, count, &request).await)
}

/// Opens connections that have been answered once and stay.
pub(crate) async fn idle(server: SocketAddr, count: usize) -> Attack {
    let request = b"GET /health/live HTTP/1.1\r\nhost: codex\r\n\r\n";
    Attack::of(send_each(server, count, request).await)
}

async fn send_each(server: SocketAddr, count: usize, request: &[u8]) -> Vec<TcpStream> {
    let mut connections = Vec::new();
    // Some at a time, as many as wait to be accepted.
    for begun in (0..count).step_by(200) {
        let opened = (begun..count.min(begun + 200)).map(async |_| {
            let mut stream = TcpStream::connect(server).await.ok()?;
            // An error says that the server has had enough.
            let _ = stream.write_all(request).await;
            Some(stream)
        });
        connections.extend(join_all(opened).await.into_iter().flatten());
    }
    connections
}

/// Opens streams of one seat, reads them, and has the seat talk.
pub(crate) async fn watch_and_talk(server: SocketAddr, count: usize) -> Attack {
    let fleet = BotFleet::new(server, 2);
    let mut bot = Bot::open(&fleet).await;
    let request = format!(
        "GET /t/{}/live HTTP/1.1\r\nhost: codex\r\ncookie: {}\r\n\r\n",
        bot.table(),
        bot.client().cookies()
    );
    let connections = send_each(server, count, request.as_bytes()).await;
    let mut readers = JoinSet::new();
    let read = |mut stream: TcpStream| async move {
        let mut piece = vec![0; 16 * 1_024];
        while stream.read(&mut piece).await.is_ok_and(|read| read > 0) {}
    };
    let tasks = connections
        .into_iter()
        .map(|stream| readers.spawn(read(stream)))
        .collect();
    readers.detach_all();
    let text = "\u{1F409}".repeat(400);
    for _ in 0..LINES {
        bot.play(&Command::Say { text: text.clone() }).await;
    }
    Attack {
        _connections: Vec::new(),
        tasks,
    }
}
