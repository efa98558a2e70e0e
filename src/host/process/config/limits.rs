//! Settings of what one instance takes on: tables, streams, and how long they may last.

use std::time::Duration;

use super::parse;
use super::setting::{Setting, SettingGroup};
use crate::Platform;
use crate::memory::STREAMS_MAX;

/// The variable whose default follows from the memory limit.
pub(super) const STREAMS: &str = "MAX_STREAMS";

/// Settings of the limits of one instance.
#[derive(Clone, Debug)]
pub struct LimitsConfig {
    /// Tables that may be in use at the same time, over all instances.
    pub tables_max: u64,
    /// The part of them that one client may have opened once half of them are in use, in percent.
    pub client_share_percent: u64,
    /// How long a table is in use after a player's command or a look.
    pub rests_after: Duration,
    /// Live streams at the same time.
    pub streams_max: usize,
    /// The bytes of memory that this process may take, if its container limits them.
    pub memory_bytes: Option<usize>,
    /// The time after which a live stream ends and its page reconnects.
    pub stream_age_max: Option<Duration>,
    /// How long a player must be away before the table's host may free the seat.
    pub away_after: Duration,
}

impl LimitsConfig {
    /// Returns the defaults of a platform.
    pub(super) fn defaults(platform: &Platform) -> Self {
        Self {
            tables_max: 100,
            client_share_percent: 20,
            rests_after: Duration::from_hours(3),
            streams_max: STREAMS_MAX,
            memory_bytes: None,
            stream_age_max: platform.stream_age,
            away_after: Duration::from_mins(10),
        }
    }
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "Limits",
    summary: "How many tables and streams are served, and how long a stream or an absence may last.",
    settings: &[
        Setting {
            name: "MAX_CONCURRENT_GAMES",
            meaning: "The tables that may be in use at the same time, over all instances. A table is in use while somebody has \
                      it open, and for GAME_REST_MINUTES after",
            form: "tables, 1 to 1000000",
            essential: true,
            parse: |config, text| {
                parse::number(text, 1, 1_000_000).map(|tables| config.limits.tables_max = tables)
            },
            format: |config| config.limits.tables_max.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "CLIENT_SHARE_PERCENT",
            meaning: "The share of MAX_CONCURRENT_GAMES that one client network may have opened, once half of them are in use; \
                      before that it may open as many as it likes",
            form: "percent, 1 to 100",
            parse: |config, text| {
                parse::number(text, 1, 100)
                    .map(|percent| config.limits.client_share_percent = percent)
            },
            format: |config| config.limits.client_share_percent.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "GAME_REST_MINUTES",
            meaning: "How long after the last command or look of anybody a table rests. Its story goes on and it can be taken \
                      up at any time; it only no longer counts towards MAX_CONCURRENT_GAMES",
            form: "minutes, 15 to 10080",
            parse: |config, text| {
                parse::minutes(text, 15, 10_080).map(|time| config.limits.rests_after = time)
            },
            format: |config| minutes(config.limits.rests_after),
            ..Setting::PUBLIC
        },
        Setting {
            name: STREAMS,
            meaning: "The live event streams that one instance serves at the same time; if unset, as many as fit the \
                      memory limit of the container, and 10000 at most",
            form: "streams, 1 to 1000000",
            parse: |config, text| {
                parse::number(text, 1, 1_000_000).map(|streams| config.limits.streams_max = streams)
            },
            format: |config| config.limits.streams_max.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "MAX_STREAM_MINUTES",
            meaning: "The time after which a live stream ends and its page reconnects; 0 sets no limit",
            form: "minutes, 0 to 1440",
            parse: |config, text| {
                parse::minutes(text, 0, 1_440)
                    .map(|age| config.limits.stream_age_max = (!age.is_zero()).then_some(age))
            },
            format: |config| minutes(config.limits.stream_age_max.unwrap_or_default()),
            ..Setting::PUBLIC
        },
        Setting {
            name: "RECONNECT_TIMEOUT_MINUTES",
            meaning: "How long a player must be away before the table's host may free the seat",
            form: "minutes, 1 to 10080",
            parse: |config, text| {
                parse::minutes(text, 1, 10_080).map(|time| config.limits.away_after = time)
            },
            format: |config| minutes(config.limits.away_after),
            ..Setting::PUBLIC
        },
    ],
    ..SettingGroup::CONSISTENT
};

fn minutes(time: Duration) -> String {
    (time.as_secs() / 60).to_string()
}
