//! The sockets of players, which API Gateway holds: it tells what they say, and takes what they are to be told.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Context as _;
use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use dynamo::DynamoTable;
use futures_util::stream::{self, StreamExt as _};
use game::{TableId, Version};
use host::Config;
use serde::Serialize;
use web::{Frame, SocketSeat, Sockets};

use crate::connections::{ConnectionError, SocketConnections};
use crate::event::{SocketEvent, SocketEventType};

/// Bytes of a message at most. The longest that is understood has some hundred.
const MESSAGE_BYTES_MAX: usize = 4 * 1_024;
/// The status of a post to a socket that is no more.
const GONE: u16 = 410;
/// Posts at once.
const POSTS_MAX: usize = 8;
/// How long a request to `DynamoDB` or to API Gateway may take, with its repeat: the connection that it is sent on may have
/// died while the environment stood still, and no client minds to be told the same twice.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(2);

/// The sockets of players.
#[derive(Debug)]
pub(crate) struct SocketGateway {
    sockets: Sockets,
    connections: SocketConnections,
    posts: Client,
}

/// The answer to an event of a socket. A connection is opened by a status of success alone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SocketAnswer {
    status_code: u16,
}

impl SocketAnswer {
    const OK: Self = Self { status_code: 200 };
    const UNAUTHORIZED: Self = Self { status_code: 401 };
    const FAILED: Self = Self { status_code: 500 };
}

/// What became of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Post {
    /// API Gateway took it.
    Taken,
    /// The socket is no more.
    Gone,
    /// It failed otherwise. The client asks with its next beat.
    Failed,
}

impl SocketGateway {
    /// Opens the gateway to the API that holds the sockets, which are noted in `table`; `None` where news do not come by
    /// sockets.
    pub(crate) async fn open(
        config: &Config,
        table: Option<&DynamoTable>,
        sockets: Sockets,
    ) -> anyhow::Result<Option<Self>> {
        let Some(url) = &config.server.socket_url else {
            return Ok(None);
        };
        let table =
            table.context("SOCKET_URL: needs DYNAMODB_TABLE, where open sockets are noted")?;
        let timeouts = TimeoutConfig::builder().operation_timeout(REQUEST_TIME_MAX);
        let posts = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            .timeout_config(timeouts.build())
            .endpoint_url(endpoint(&url.to_string()));
        Ok(Some(Self {
            sockets,
            connections: SocketConnections::of(table, REQUEST_TIME_MAX),
            posts: Client::new(&posts.load().await),
        }))
    }

    /// Answers what has happened at a socket.
    pub(crate) async fn answer(&self, event: &SocketEvent) -> SocketAnswer {
        let answered = match event.context.event_type {
            SocketEventType::Connect => self.connect(event).await,
            SocketEventType::Message => self.message(event).await,
            SocketEventType::Disconnect => self.disconnect(event).await,
        };
        answered.unwrap_or_else(|error| {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "an event of a socket was not dealt with");
            SocketAnswer::FAILED
        })
    }

    async fn connect(&self, event: &SocketEvent) -> Result<SocketAnswer, ConnectionError> {
        let ticket = event.query.as_ref().and_then(|query| query.get("ticket"));
        match self.sockets.admit(ticket.map_or("", String::as_str)) {
            Ok(seat) => {
                // Before the socket is open: what happens from then on is told to it.
                let id = &event.context.connection_id;
                self.connections.add(id, &seat).await?;
                Ok(SocketAnswer::OK)
            }
            Err(error) => {
                tracing::debug!(code = error.code(), "a ticket was refused");
                Ok(SocketAnswer::UNAUTHORIZED)
            }
        }
    }

    async fn message(&self, event: &SocketEvent) -> Result<SocketAnswer, ConnectionError> {
        let id = &event.context.connection_id;
        let Some(seat) = self.connections.seat_of(id).await? else {
            // Nobody knows for whom it speaks any more. Its client opens another.
            self.close(id).await;
            return Ok(SocketAnswer::OK);
        };
        let message = event.body.as_deref().unwrap_or_default();
        if message.len() <= MESSAGE_BYTES_MAX
            && let Some(frame) = self.sockets.answer(&seat, message).await
        {
            self.tell(id, &seat, &frame).await;
        }
        Ok(SocketAnswer::OK)
    }

    async fn disconnect(&self, event: &SocketEvent) -> Result<SocketAnswer, ConnectionError> {
        let id = &event.context.connection_id;
        if let Some(seat) = self.connections.seat_of(id).await? {
            self.connections.remove(id, seat.table()).await?;
        }
        Ok(SocketAnswer::OK)
    }

    /// Tells the sockets of a table that it has come to a version. What fails is made good by the next beat.
    pub(crate) async fn tell_news(&self, table: &TableId, version: Version) {
        let open = match self.connections.at(table).await {
            Ok(open) => open,
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, %table, "nobody was told the news of a table");
                return;
            }
        };
        let mut by_seat: HashMap<SocketSeat, Vec<String>> = HashMap::new();
        for (id, seat) in open {
            by_seat.entry(seat).or_default().push(id);
        }
        // All sockets of a seat are told the same.
        let mut posts = Vec::new();
        for (seat, ids) in &by_seat {
            if let Some(frame) = self.sockets.news(seat, version).await {
                posts.extend(ids.iter().map(|id| (id, seat, frame.clone())));
            }
        }
        let posts = stream::iter(posts);
        posts
            .for_each_concurrent(POSTS_MAX, async |(id, seat, frame)| {
                self.tell(id, seat, &frame).await;
            })
            .await;
    }

    /// Posts a frame to a socket, and forgets one that is no more or has been told its last.
    async fn tell(&self, id: &str, seat: &SocketSeat, frame: &Frame) {
        let post = self.post(id, frame.text()).await;
        if post == Post::Taken && !frame.is_last() || post == Post::Failed {
            return;
        }
        if let Err(error) = self.connections.remove(id, seat.table()).await {
            // It expires.
            let error: &dyn std::error::Error = &error;
            tracing::debug!(error, "a socket was not forgotten");
        }
        if frame.is_last() {
            self.close(id).await;
        }
    }

    async fn post(&self, id: &str, text: &str) -> Post {
        let post = self
            .posts
            .post_to_connection()
            .connection_id(id)
            .data(Blob::new(text));
        let Err(error) = post.send().await else {
            return Post::Taken;
        };
        let status = error.raw_response().map(|answer| answer.status().as_u16());
        if status == Some(GONE) {
            return Post::Gone;
        }
        let error: &dyn std::error::Error = &error;
        tracing::warn!(error, "a frame could not be posted");
        Post::Failed
    }

    /// Closes a socket.
    async fn close(&self, id: &str) {
        let closed = self.posts.delete_connection().connection_id(id).send();
        if let Err(error) = closed.await {
            // It is gone already, or is closed by its client.
            let error: &dyn std::error::Error = &error;
            tracing::debug!(error, "a socket was not closed");
        }
    }
}

/// Returns where API Gateway takes posts: the address of the sockets, as one of HTTP.
fn endpoint(url: &str) -> String {
    match url.strip_prefix("ws") {
        Some(rest) => format!("http{rest}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_go_where_the_sockets_are() {
        let sockets = "wss://a1b2c3.execute-api.eu-west-1.amazonaws.com/live";
        let posts = "https://a1b2c3.execute-api.eu-west-1.amazonaws.com/live";
        assert_eq!(endpoint(sockets), posts);
        assert_eq!(endpoint("ws://127.0.0.1:3001"), "http://127.0.0.1:3001");
    }
}
