//! Whether the table answers, and how often it is asked while it does not.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::{LinkFailure, LinkState, lock};

/// How long after a failure nobody asks again: one call pays for a table that hangs, and those after it return at once.
const PAUSE: Duration = Duration::from_secs(2);

/// What the last request told of the table.
#[derive(Debug, Default)]
pub(super) struct DynamoLink(Mutex<DynamoLinkStatus>);

#[derive(Debug, Default)]
enum DynamoLinkStatus {
    /// It answered, or was not asked yet.
    #[default]
    Answering,
    Failing {
        since: Instant,
        ask_again: Instant,
        cause: String,
        failure: LinkFailure,
    },
    Closed {
        since: Instant,
    },
}

impl DynamoLink {
    /// Whether a request may be sent now. While the table fails, one of all callers may, now and then.
    pub(super) fn may_ask(&self) -> bool {
        match &mut *lock(&self.0) {
            DynamoLinkStatus::Answering => true,
            DynamoLinkStatus::Failing { ask_again, .. } => {
                let now = Instant::now();
                let may = now >= *ask_again;
                if may {
                    *ask_again = now + PAUSE;
                }
                may
            }
            DynamoLinkStatus::Closed { .. } => false,
        }
    }

    /// Notes that the table has answered.
    pub(super) fn answered(&self) {
        let mut status = lock(&self.0);
        if matches!(*status, DynamoLinkStatus::Failing { .. }) {
            tracing::info!(
                "DYNAMODB_TABLE: the table answers again: instances share presence and limits"
            );
            *status = DynamoLinkStatus::Answering;
        }
    }

    /// Notes that a request failed. It is logged once: an outage has many requests.
    pub(super) fn failed(&self, cause: String, failure: LinkFailure) {
        let mut status = lock(&self.0);
        let now = Instant::now();
        let (since, before) = match &*status {
            DynamoLinkStatus::Answering => (now, None),
            DynamoLinkStatus::Failing { since, failure, .. } => (*since, Some(*failure)),
            DynamoLinkStatus::Closed { .. } => return,
        };
        if before != Some(failure) {
            match failure {
                LinkFailure::Unreachable => tracing::warn!(
                    cause,
                    "DYNAMODB_TABLE: the table does not answer; this instance knows of no other's presence and limits"
                ),
                LinkFailure::Refused => tracing::error!(
                    cause,
                    "DYNAMODB_TABLE: the table refuses this instance, which knows of no other's presence and limits \
                     until that is corrected; `doctor` tells more"
                ),
            }
        }
        *status = DynamoLinkStatus::Failing {
            since,
            ask_again: now + PAUSE,
            cause,
            failure,
        };
    }

    pub(super) fn close(&self) {
        *lock(&self.0) = DynamoLinkStatus::Closed {
            since: Instant::now(),
        };
    }

    pub(super) fn state(&self) -> LinkState {
        match &*lock(&self.0) {
            DynamoLinkStatus::Answering => LinkState::Connected,
            DynamoLinkStatus::Failing {
                since,
                cause,
                failure,
                ..
            } => LinkState::Disconnected {
                duration: since.elapsed(),
                cause: cause.clone(),
                failure: *failure,
            },
            DynamoLinkStatus::Closed { since } => LinkState::Disconnected {
                duration: since.elapsed(),
                cause: "it is closed".to_owned(),
                failure: LinkFailure::Unreachable,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(link: &DynamoLink) {
        link.failed("no answer".to_owned(), LinkFailure::Unreachable);
    }

    #[tokio::test(start_paused = true)]
    async fn while_the_table_fails_one_caller_asks_now_and_then() {
        let link = DynamoLink::default();
        assert_eq!(link.state(), LinkState::Connected);
        assert!(link.may_ask() && link.may_ask());
        fail(&link);
        assert!(!link.may_ask());
        tokio::time::advance(PAUSE).await;
        assert!(link.may_ask());
        assert!(!link.may_ask(), "one asks for all");
        fail(&link);
        let LinkState::Disconnected { duration, .. } = link.state() else {
            panic!("{:?}", link.state());
        };
        assert_eq!(duration, PAUSE, "since the first failure");
        tokio::time::advance(PAUSE).await;
        assert!(link.may_ask());
        link.answered();
        assert_eq!(link.state(), LinkState::Connected);
        assert!(link.may_ask() && link.may_ask());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_closed_stays_closed() {
        let link = DynamoLink::default();
        link.close();
        link.answered();
        fail(&link);
        assert!(!link.may_ask());
        let LinkState::Disconnected { cause, .. } = link.state() else {
            panic!("{:?}", link.state());
        };
        assert_eq!(cause, "it is closed");
    }
}
