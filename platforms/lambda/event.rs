//! What an invocation brings: a request of HTTP, something of a socket, or a round of the clock.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The detail type of the events that schedules of Amazon `EventBridge` send.
const SCHEDULED: &str = "Scheduled Event";

/// The kinds of events that this function answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// A request of HTTP, in version 2.0 of its form: of a function URL or an HTTP API.
    Http,
    /// A connection, a message or a disconnection of a WebSocket API.
    Socket,
    /// A round of the clock.
    Schedule,
}

/// Why an event was not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EventError {
    /// It is none of those that this function is made for.
    #[error(
        "the event is no HTTP request in version 2.0 of its form, nothing of a WebSocket API, and no scheduled event"
    )]
    Unknown,
    /// It is of a known kind and of another form.
    #[error("the event cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// It took longer than the function may.
    #[error("the event was not answered in time")]
    Late,
}

/// The fields by which events are told apart.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventShape {
    request_context: Option<ContextShape>,
    #[serde(rename = "detail-type")]
    detail_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContextShape {
    http: Option<IgnoredAny>,
    connection_id: Option<IgnoredAny>,
}

impl EventKind {
    /// Tells which kind an event is.
    pub(crate) fn of(event: &str) -> Result<Self, EventError> {
        let shape: EventShape = serde_json::from_str(event)?;
        match shape.request_context {
            Some(context) if context.http.is_some() => Ok(Self::Http),
            Some(context) if context.connection_id.is_some() => Ok(Self::Socket),
            None if shape.detail_type.as_deref() == Some(SCHEDULED) => Ok(Self::Schedule),
            Some(_) | None => Err(EventError::Unknown),
        }
    }
}

/// Something of a socket, as API Gateway tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SocketEvent {
    #[serde(rename = "requestContext")]
    pub(crate) context: SocketContext,
    /// The parameters of the address that a connection is opened at.
    #[serde(default, rename = "queryStringParameters")]
    pub(crate) query: Option<BTreeMap<String, String>>,
    /// The message, if it is one.
    pub(crate) body: Option<String>,
}

/// Which socket it is of, and what has happened there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SocketContext {
    pub(crate) connection_id: String,
    pub(crate) event_type: SocketEventType,
}

/// What has happened at a socket.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum SocketEventType {
    /// It is being opened, and is open once this is answered well.
    Connect,
    /// It says something.
    Message,
    /// It is closed. Not every closing is told.
    Disconnect,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_told_apart_by_their_form() {
        let http = r#"{"version":"2.0","requestContext":{"http":{"method":"GET"}}}"#;
        let socket =
            r#"{"requestContext":{"connectionId":"L0SM9cOFvHcCIhw=","eventType":"CONNECT"}}"#;
        let schedule = r#"{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}"#;
        assert_eq!(EventKind::of(http).unwrap(), EventKind::Http);
        assert_eq!(EventKind::of(socket).unwrap(), EventKind::Socket);
        assert_eq!(EventKind::of(schedule).unwrap(), EventKind::Schedule);
        // A request of a REST API, and a message of a queue.
        for other in [
            r#"{"requestContext":{"httpMethod":"GET"}}"#,
            r#"{"Records":[]}"#,
        ] {
            assert!(
                matches!(EventKind::of(other), Err(EventError::Unknown)),
                "{other}"
            );
        }
    }
}
