//! A client that speaks HTTP/1.1 over its own connections, for bots whose CPU a bench does not want to pay for.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::time::Instant;

use reqwest::Method;
use reqwest::header::{HeaderMap, SET_COOKIE};
use serde_json::Value;

use crate::client::Answer;
use crate::connection::Connection;

/// The connections of one bot, one to each server, and its cookies.
#[derive(Debug)]
pub(crate) struct DirectClient {
    servers: Vec<SocketAddr>,
    from: Ipv4Addr,
    cookies: Mutex<BTreeMap<String, String>>,
    connections: tokio::sync::Mutex<Connections>,
}

#[derive(Debug)]
struct Connections {
    open: Vec<Option<Connection>>,
    turn: usize,
}

impl DirectClient {
    /// A client that asks from an address of this machine. Each request goes to the next server.
    pub(crate) fn new(servers: &[SocketAddr], from: Ipv4Addr) -> Self {
        Self {
            servers: servers.to_vec(),
            from,
            cookies: Mutex::default(),
            connections: tokio::sync::Mutex::new(Connections {
                open: servers.iter().map(|_| None).collect(),
                turn: 0,
            }),
        }
    }

    /// What a browser would send as its cookies.
    pub(crate) fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<String> = (cookies.iter())
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Asks once. A connection that fails is not used again.
    pub(crate) async fn ask(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> io::Result<Answer> {
        let mut connections = self.connections.lock().await;
        let turn = connections.turn % self.servers.len();
        connections.turn += 1;
        let server = self.servers[turn];
        let mut connection = match connections.open[turn].take() {
            Some(connection) => connection,
            None => Connection::open(server, self.from).await?,
        };
        let request = self.request(method, path, body, server);
        let began = Instant::now();
        let (head, body) = connection.ask(request.as_bytes()).await?;
        let took = began.elapsed();
        connections.open[turn] = Some(connection);
        self.take_cookies(&head.headers);
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8(body.into()).unwrap(),
            took,
        })
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        server: SocketAddr,
    ) -> String {
        let cookies = self.cookies();
        let request =
            format!("{method} {path} HTTP/1.1\r\nhost: {server}\r\ncookie: {cookies}\r\n");
        let Some(body) = body else {
            return request + "\r\n";
        };
        let body = body.to_string();
        let length = body.len();
        request
            + &format!("content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
    }

    fn take_cookies(&self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next();
            let (name, value) = pair.unwrap_or_default().split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
