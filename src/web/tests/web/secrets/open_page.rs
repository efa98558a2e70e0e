//! A page of a player that stays open, whatever brings it news.

use game::{TableId, Version};
use http::StatusCode;

use crate::client::Client;
use crate::follower::Follower;
use crate::server::Server;
use crate::socket_client::{SocketClient, Told};

/// A page that stays open.
#[derive(Debug)]
pub(super) enum OpenPage {
    Stream(Box<Follower>),
    Socket(SocketClient, Client),
}

impl OpenPage {
    /// Opens the page of a table.
    pub(super) async fn open(server: &Server, mut client: Client, table: &TableId) -> Self {
        if !server.has_sockets() {
            return Self::Stream(Box::new(Follower::follow(client, table).await));
        }
        let mut socket = SocketClient::open(server, &mut client, table).await;
        socket.says(server, "hello").await;
        Self::Socket(socket, client)
    }

    /// Reads until it shows what its viewer saw of a table that has come to a version, and returns all that was sent.
    pub(super) async fn come_to(
        &mut self,
        server: &Server,
        (version, seen): (Version, Version),
    ) -> String {
        let (socket, client) = match self {
            Self::Stream(follower) => return follower.come_to(seen.0).await,
            Self::Socket(socket, client) => (socket, client),
        };
        let mut sent = socket.come_to(server, version).await;
        // What a beat has said is there, and was too long.
        let news = format!("/t/{}/news?since={}", socket.seat.table(), socket.id);
        let fetched = client.get_json(&news).await;
        assert_eq!(fetched.status, StatusCode::OK, "{}", fetched.text());
        let told = Told::read(fetched.text());
        sent += &told.data;
        socket.take(told);
        sent
    }

    /// The HTML it shows.
    pub(super) fn page(&self) -> String {
        match self {
            Self::Stream(follower) => follower.page(),
            Self::Socket(socket, _) => socket.page(),
        }
    }

    /// The number of updates by a stream, the bytes of the median one, and all bytes that were sent.
    pub(super) fn received(&self) -> Option<(usize, usize, usize)> {
        match self {
            Self::Stream(follower) => Some(follower.received()),
            Self::Socket(..) => None,
        }
    }
}
