//! Settings of the journal: its file, its connections, its time limit.

use std::path::PathBuf;
use std::time::Duration;

use super::setting::{Setting, SettingGroup};
use super::{Config, detection, parse};
use crate::Platform;

const DAY: Duration = Duration::from_hours(24);

/// Settings of the journal: the file, the connections to the file or the database, the time limit.
#[derive(Clone, Debug)]
pub struct JournalConfig {
    /// The `SQLite` file.
    pub path: PathBuf,
    /// Reader connections to the file, or connections to the database.
    pub pool_size: usize,
    /// How long one read or write may take.
    pub timeout: Duration,
    /// How long a table is kept that is over; none keeps all.
    pub retention: Option<Duration>,
    /// Whether an ephemeral disk may hold the only copy.
    pub ephemeral_allowed: bool,
}

impl JournalConfig {
    /// Returns the defaults of a platform.
    pub(super) fn defaults(platform: &Platform) -> Self {
        Self {
            path: PathBuf::from("arcane_codex.db"),
            pool_size: platform.pool,
            timeout: Duration::from_secs(30),
            retention: None,
            ephemeral_allowed: false,
        }
    }

    /// Returns the file that holds a generated secret key.
    pub fn key_path(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(".key");
        path.into()
    }
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "Journal",
    summary: "The journal of all tables, in a SQLite file unless DATABASE_URL or DYNAMODB_TABLE is set.",
    settings: &[
        Setting {
            name: "DB_PATH",
            meaning: "The SQLite file of the journal, on a local disk",
            form: "a path",
            essential: true,
            parse: |config, text| {
                config.journal.path = text.into();
                Ok(())
            },
            format: |config| config.journal.path.display().to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "DB_POOL_SIZE",
            meaning: "The connections to the database of the journal: without DATABASE_URL, those that read the SQLite \
                      file, beside one that writes; with it, all connections to PostgreSQL",
            form: "connections, 1 to 200",
            parse: |config, text| {
                parse::number(text, 1, 200).map(|size| config.journal.pool_size = size)
            },
            format: |config| config.journal.pool_size.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "DB_TIMEOUT",
            meaning: "How long one read or write of the journal may take",
            form: "seconds, 1 to 600",
            parse: |config, text| {
                parse::seconds(text, 1, 600).map(|timeout| config.journal.timeout = timeout)
            },
            format: |config| config.journal.timeout.as_secs().to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "RETENTION_DAYS",
            meaning: "How long a table is kept after it is over, counted from its last commit; then what it told is \
                      erased for good. 0 keeps every table",
            form: "days, 0 to 36500",
            parse: |config, text| {
                parse::number(text, 0, 36_500).map(|days: u32| {
                    let retention = (days > 0).then(|| DAY * days);
                    config.journal.retention = retention;
                })
            },
            format: |config| {
                let seconds = config
                    .journal
                    .retention
                    .map_or(0, |retention| retention.as_secs());
                (seconds / DAY.as_secs()).to_string()
            },
            ..Setting::PUBLIC
        },
        Setting {
            name: "ALLOW_EPHEMERAL_JOURNAL",
            meaning: "Whether the journal may be kept only on a disk that is wiped at each restart, as those of Heroku, \
                      ECS and Cloud Run are unless a volume is mounted; every table is then lost at a restart",
            form: "true or false",
            parse: |config, text| {
                parse::boolean(text).map(|allowed| config.journal.ephemeral_allowed = allowed)
            },
            format: |config| config.journal.ephemeral_allowed.to_string(),
            ..Setting::PUBLIC
        },
    ],
    contradictions,
};

/// Refuses a journal whose only copy is on an ephemeral disk, unless the operator has allowed it.
fn contradictions(config: &Config) -> Vec<String> {
    let durable = config.replica.url.is_some() || config.has_journal_server();
    if durable || config.journal.ephemeral_allowed {
        return Vec::new();
    }
    let Some(advice) = config.platform.profile.ephemeral_advice else {
        return Vec::new();
    };
    let loss = detection::loss_of_journal(config);
    let sentence = loss.map(|loss| {
        format!(
            "DATABASE_URL, DYNAMODB_TABLE, REPLICA_URL: none is set, and {loss}: {advice}. To play on tables that are lost at every \
             restart: ALLOW_EPHEMERAL_JOURNAL=true"
        )
    });
    sentence.into_iter().collect()
}
