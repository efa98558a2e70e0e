//! A page of a player that stays open, whatever brings it news.

use game::{TableId, Version};

use crate::client::Client;
use crate::follower::Follower;
use crate::server::Server;
use crate::socket_client::SocketClient;

/// A page that stays open.
#[derive(Debug)]
pub(super) enum OpenPage {
    Stream(Box<Follower>),
    Socket(SocketClient),
}

impl OpenPage {
    /// Opens the page of a table.
    pub(super) async fn open(server: &Server, mut client: Client, table: &TableId) -> Self {
        if !server.has_sockets() {
            return Self::Stream(Box::new(Follower::follow(client, table).await));
        }
        let mut socket = SocketClient::open(server, &mut client, table).await;
        socket.says(server, "hello").await;
        Self::Socket(socket)
    }

    /// Reads until it shows what its viewer saw of a table that has come to a version, and returns all that was sent.
    pub(super) async fn come_to(
        &mut self,
        server: &Server,
        (version, seen): (Version, Version),
    ) -> String {
        match self {
            Self::Stream(follower) => follower.come_to(seen.0).await,
            Self::Socket(socket) => socket.come_to(server, version).await,
        }
    }

    /// The HTML it shows.
    pub(super) fn page(&self) -> String {
        match self {
            Self::Stream(follower) => follower.page(),
            Self::Socket(socket) => socket.page(),
        }
    }

    /// The number of updates by a stream, the bytes of the median one, and all bytes that were sent.
    pub(super) fn received(&self) -> Option<(usize, usize, usize)> {
        match self {
            Self::Stream(follower) => Some(follower.received()),
            Self::Socket(_) => None,
        }
    }
}
