//! Answers of the operator's API.

use serde::Serialize;
use service::InspectedTable;

use super::operation::HealthAnswer;
use crate::rate_limit::{GuessLimits, RateLimits};

/// How the server is, and what limits it has.
#[derive(Debug, Serialize)]
pub(crate) struct OperatorStatusAnswer {
    pub(crate) health: HealthAnswer,
    /// Where the journal is kept, without a password.
    pub(crate) storage: String,
    /// The level or the directives of the log that are in force.
    pub(crate) log_level: String,
    /// The server's clock, in milliseconds since the Unix epoch.
    pub(crate) now_ms: u64,
    pub(crate) tables: TableCounts,
    pub(crate) limits: LimitsInForce,
}

/// The tables of the server, counted. A count is `null` while the journal does not say.
#[derive(Debug, Serialize)]
pub(crate) struct TableCounts {
    pub(crate) live: Option<u64>,
    pub(crate) in_use: Option<u64>,
}

/// The limits in force. Those of requests are `null` where requests are not limited.
#[derive(Debug, Serialize)]
pub(crate) struct LimitsInForce {
    pub(crate) tables_in_use: u64,
    pub(crate) client_share_percent: u64,
    pub(crate) rests_after_ms: u64,
    pub(crate) streams: usize,
    pub(crate) requests: Option<RequestLimits>,
    pub(crate) wrong_codes_per_minute: u32,
    pub(crate) wrong_phrases_per_minute: u32,
}

/// How often each client may ask.
#[derive(Debug, Serialize)]
pub(crate) struct RequestLimits {
    pub(crate) seat_per_minute: u32,
    pub(crate) unseated_per_minute: u32,
    pub(crate) address_per_minute: u32,
    pub(crate) probes_per_minute: u32,
    pub(crate) openings_per_ten_minutes: u32,
    pub(crate) joinings_per_five_minutes: u32,
}

impl From<RateLimits> for RequestLimits {
    fn from(limits: RateLimits) -> Self {
        Self {
            seat_per_minute: limits.seat_per_minute,
            unseated_per_minute: limits.unseated_per_minute,
            address_per_minute: limits.address_per_minute,
            probes_per_minute: limits.probes_per_minute,
            openings_per_ten_minutes: limits.openings_per_ten_minutes,
            joinings_per_five_minutes: limits.joinings_per_five_minutes,
        }
    }
}

impl LimitsInForce {
    pub(crate) fn new(
        occupancy: service::OccupancyLimits,
        streams: usize,
        requests: Option<RateLimits>,
        guesses: GuessLimits,
    ) -> Self {
        Self {
            tables_in_use: occupancy.tables_max,
            client_share_percent: occupancy.share_percent,
            rests_after_ms: occupancy.rests_after_ms,
            streams,
            requests: requests.map(RequestLimits::from),
            wrong_codes_per_minute: guesses.codes_per_minute,
            wrong_phrases_per_minute: guesses.phrases_per_minute,
        }
    }
}

/// A page of tables.
#[derive(Debug, Serialize)]
pub(crate) struct TablesAnswer {
    pub(crate) tables: Vec<InspectedTable>,
    /// What to ask for `after` to have the next page; `null` on the last.
    pub(crate) next: Option<game::TableId>,
}

/// An operation that is done.
#[derive(Debug, Serialize)]
pub(crate) struct OperatedAnswer {
    pub(crate) table: game::TableId,
    pub(crate) done: &'static str,
}

#[cfg(test)]
mod tests {
    use game::{Code, Phase, SeatNo, TableId, TimeLimit, Version};
    use serde_json::json;
    use service::{InspectedSeat, InspectedState, OccupancyLimits, SeatPresence};

    use super::*;

    #[test]
    fn a_page_of_tables_has_this_form() {
        let table = TableId::from_random([7; TableId::LEN]);
        let state = InspectedState {
            phase: Phase::Scene,
            rules: 2,
            limit: TimeLimit::Day,
            deadline_ms: Some(9),
            quest: Some("A quest".to_owned()),
            scene: Some((1, 5)),
            looks: 0,
            seats: vec![InspectedSeat {
                seat: SeatNo(1),
                name: "Anna".to_owned(),
                present: true,
                host: true,
                presence: Some(SeatPresence::Here),
            }],
        };
        let answer = TablesAnswer {
            tables: vec![InspectedTable {
                table: table.clone(),
                code: Code::from_random([7; Code::LEN]),
                live: true,
                commits: Version(3),
                opened_ms: 1,
                last_commit_ms: 2,
                bytes: 4,
                state: Some(state),
                fault: None,
            }],
            next: None,
        };
        let form = json!({
            "tables": [{
                "table": table.as_str(), "code": "999999", "live": true, "commits": 3,
                "opened_ms": 1, "last_commit_ms": 2, "bytes": 4,
                "state": {
                    "phase": "scene", "rules": 2, "limit": "day", "deadline_ms": 9, "quest": "A quest",
                    "scene": [1, 5], "looks": 0,
                    "seats": [{
                        "seat": 1, "name": "Anna", "present": true, "host": true, "presence": "here",
                    }],
                },
                "fault": null,
            }],
            "next": null,
        });
        assert_eq!(serde_json::to_value(answer).unwrap(), form);
        let answer = OperatedAnswer {
            table: table.clone(),
            done: "close",
        };
        let form = json!({ "table": table.as_str(), "done": "close" });
        assert_eq!(serde_json::to_value(answer).unwrap(), form);
    }

    #[test]
    fn the_limits_in_force_have_this_form() {
        let occupancy = OccupancyLimits {
            tables_max: 100,
            share_percent: 20,
            rests_after_ms: 3,
        };
        let limits = RateLimits::by_seat(60);
        let guesses = GuessLimits::default();
        let answer = LimitsInForce::new(occupancy, 50, Some(limits), guesses);
        let form = json!({
            "tables_in_use": 100, "client_share_percent": 20, "rests_after_ms": 3, "streams": 50,
            "requests": {
                "seat_per_minute": 60, "unseated_per_minute": 600, "address_per_minute": 6_000,
                "probes_per_minute": 600, "openings_per_ten_minutes": 100,
                "joinings_per_five_minutes": 300,
            },
            "wrong_codes_per_minute": 120, "wrong_phrases_per_minute": 20,
        });
        assert_eq!(serde_json::to_value(answer).unwrap(), form);
    }
}
