//! Settings of the journal's replica in a bucket.

use std::time::Duration;

use bucket::{BucketUrl, BucketUrlError, S3Credentials};
use store::Ack;

use super::setting::{Setting, SettingGroup};
use super::{Config, parse};

/// Only the `SQLite` store has a replica; `PostgreSQL` and `DynamoDB` have replication of their own.
const ONLY_OF_A_FILE: &str = "and only a journal in a file has a replica; keep one of the two";

/// Seconds of a day.
const DAY_S: u32 = 86_400;

/// Settings of the replica of the journal: the bucket, the acknowledgement, the intervals.
#[derive(Clone, Debug)]
pub struct ReplicaConfig {
    /// The bucket or folder.
    pub url: Option<BucketUrl>,
    /// The credentials for buckets of S3, if the platform provides them; else the provider's library finds some.
    pub s3_credentials: Option<S3Credentials>,
    /// Whether a command is acknowledged when the replica holds it, or when the disk does.
    pub ack: Ack,
    /// The time between two uploads that commands do not wait for.
    pub upload_interval: Duration,
    /// The time between two snapshots of the journal.
    pub snapshot_interval: Duration,
    /// The age at which snapshots, and the log they cover, are deleted from the replica.
    pub retention: Duration,
}

impl Default for ReplicaConfig {
    fn default() -> Self {
        Self {
            url: None,
            s3_credentials: None,
            ack: Ack::Strict,
            upload_interval: Duration::from_millis(500),
            snapshot_interval: Duration::from_hours(24),
            retention: Duration::from_hours(30 * 24),
        }
    }
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "Replica",
    summary: "A second copy of the journal in a bucket, from which a start on an empty disk restores it.",
    settings: &[
        Setting {
            name: "REPLICA_URL",
            meaning: "The bucket or folder that the journal is replicated to; a folder must be there, empty or with a \
                      replica",
            form: "s3://bucket/prefix, gs://bucket/prefix or file:///folder",
            essential: true,
            parse: |config, text| {
                // Set in any case, so that what it needs beside it is told at once, too.
                let url = config.replica.url.insert(url(text)?);
                spoken_by_this_build(url)
            },
            format: |config| {
                let url = config.replica.url.as_ref();
                url.map(ToString::to_string).unwrap_or_default()
            },
            ..Setting::MASKED_URL
        },
        Setting {
            name: "REPLICA_ACK",
            meaning: "When a command is acknowledged: strict, when the replica holds it; async, when the disk holds it",
            form: "strict or async",
            parse: |config, text| ack(text).map(|ack| config.replica.ack = ack),
            format: |config| config.replica.ack.to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "REPLICA_INTERVAL_MS",
            meaning: "The time between two uploads if REPLICA_ACK is async",
            form: "milliseconds, 10 to 60000",
            parse: |config, text| {
                parse::number(text, 10, 60_000)
                    .map(|ms| config.replica.upload_interval = Duration::from_millis(ms))
            },
            format: |config| config.replica.upload_interval.as_millis().to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "REPLICA_SNAPSHOT_MINUTES",
            meaning: "The time between two snapshots of the journal in the replica, if the journal has changed",
            form: "minutes, 1 to 43200",
            parse: |config, text| {
                parse::minutes(text, 1, 43_200).map(|time| config.replica.snapshot_interval = time)
            },
            format: |config| (config.replica.snapshot_interval.as_secs() / 60).to_string(),
            ..Setting::PUBLIC
        },
        Setting {
            name: "REPLICA_RETENTION_DAYS",
            meaning: "The age at which snapshots in the replica are deleted, with the log that they cover; the newest \
                      snapshot of that age always stays, with the log after it",
            form: "days, 1 to 3650",
            parse: |config, text| {
                parse::seconds(text, 1, 3_650).map(|days| config.replica.retention = days * DAY_S)
            },
            format: |config| (config.replica.retention.as_secs() / u64::from(DAY_S)).to_string(),
            ..Setting::PUBLIC
        },
    ],
    contradictions,
};

fn contradictions(config: &Config) -> Vec<String> {
    let servers = [
        ("DATABASE_URL", config.database.url.is_some()),
        ("DYNAMODB_TABLE", config.dynamodb.table.is_some()),
    ];
    let set = servers
        .iter()
        .filter(|(_, is_set)| *is_set && config.replica.url.is_some());
    set.map(|(name, _)| format!("REPLICA_URL: is set beside {name}, {ONLY_OF_A_FILE}"))
        .collect()
}

fn url(text: &str) -> Result<BucketUrl, String> {
    text.parse()
        .map_err(|error: BucketUrlError| format!("the URL of a replica: {error}"))
}

/// Refuses a bucket of a provider whose protocol this build does not speak.
fn spoken_by_this_build(url: &BucketUrl) -> Result<(), String> {
    let (spoken, provider, feature) = match url {
        BucketUrl::S3 { .. } => (cfg!(feature = "s3"), "S3", "s3"),
        BucketUrl::Gcs { .. } => (cfg!(feature = "gcs"), "Google Cloud Storage", "gcs"),
        BucketUrl::Folder(_) => (true, "", ""),
    };
    if spoken {
        return Ok(());
    }
    Err(format!(
        "for this build, which has no {provider}: build with `--features {feature}`"
    ))
}

fn ack(text: &str) -> Result<Ack, String> {
    match text.to_ascii_lowercase().as_str() {
        "strict" => Ok(Ack::Strict),
        "async" => Ok(Ack::Async),
        _ => Err("strict or async".to_owned()),
    }
}
