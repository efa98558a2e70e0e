//! Where the tables are kept.

use std::time::Duration;

use super::{Setting, Shown, parse, shown};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "DB_PATH",
        what: "The file of the journal, on a local disk",
        shown: Shown::Always,
        take: |config, text| {
            config.db_path = text.into();
            Ok(())
        },
        show: |config| config.db_path.display().to_string(),
    },
    Setting {
        name: "DB_POOL_SIZE",
        what: "Readers of the journal, or connections to its database, at a time",
        shown: Shown::Always,
        take: |config, text| parse::whole(text, 1, 200).map(|size| config.db_pool_size = size),
        show: |config| config.db_pool_size.to_string(),
    },
    Setting {
        name: "DB_TIMEOUT",
        what: "Seconds that one read or write of the journal may take",
        shown: Shown::Always,
        take: |config, text| {
            parse::seconds(text, 1, 600).map(|timeout| config.db_timeout = timeout)
        },
        show: |config| config.db_timeout.as_secs().to_string(),
    },
    Setting {
        name: "DATABASE_URL",
        what: "The PostgreSQL database of the journal, in place of the file DB_PATH: postgres://user:password@host/name",
        shown: Shown::IfRight,
        take: |config, text| parse::database(text).map(|found| config.database = Some(found)),
        show: |config| shown(config.database.as_ref()),
    },
    Setting {
        name: "DATABASE_TLS",
        what: "Whose certificate is believed where DATABASE_URL demands TLS: verify, a trusted one with the right name; any, anybody's",
        shown: Shown::Always,
        take: |config, text| {
            parse::tls_verification(text).map(|verification| config.database_tls = verification)
        },
        show: |config| config.database_tls.to_string(),
    },
    Setting {
        name: "DATABASE_POOLED",
        what: "Whether a pooler such as PgBouncer lends the database's sessions by the transaction",
        shown: Shown::Always,
        take: |config, text| parse::truth(text).map(|pooled| config.database_pooled = pooled),
        show: |config| config.database_pooled.to_string(),
    },
    Setting {
        name: "ALLOW_EPHEMERAL_JOURNAL",
        what: "Whether a platform whose disks do not last may keep the journal there alone, and lose every table at a restart",
        shown: Shown::Always,
        take: |config, text| parse::truth(text).map(|allowed| config.ephemeral = allowed),
        show: |config| config.ephemeral.to_string(),
    },
    Setting {
        name: "REPLICA_URL",
        what: "Where the journal is kept besides the disk: s3://bucket/prefix, gs://bucket/prefix or file:///folder",
        shown: Shown::IfRight,
        take: |config, text| parse::place(text).map(|place| config.replica = Some(place)),
        show: |config| shown(config.replica.as_ref()),
    },
    Setting {
        name: "REPLICA_ACK",
        what: "When a command is answered: strict, when the replica has it; async, when the disk has it",
        shown: Shown::Always,
        take: |config, text| parse::ack(text).map(|ack| config.replica_ack = ack),
        show: |config| config.replica_ack.to_string(),
    },
    Setting {
        name: "REPLICA_INTERVAL_MS",
        what: "Milliseconds between two writes to an async replica",
        shown: Shown::Always,
        take: |config, text| {
            parse::whole(text, 10, 60_000)
                .map(|ms| config.replica_interval = Duration::from_millis(ms))
        },
        show: |config| config.replica_interval.as_millis().to_string(),
    },
    Setting {
        name: "REPLICA_SNAPSHOT_MINUTES",
        what: "Minutes between two snapshots of the journal in the replica, if anything happened",
        shown: Shown::Always,
        take: |config, text| {
            parse::seconds(text, 1, 43_200).map(|minutes| config.replica_snapshot = minutes * 60)
        },
        show: |config| (config.replica_snapshot.as_secs() / 60).to_string(),
    },
    Setting {
        name: "REPLICA_RETENTION_DAYS",
        what: "Days the replica keeps what a newer snapshot covers",
        shown: Shown::Always,
        take: |config, text| {
            parse::seconds(text, 1, 3_650).map(|days| config.replica_retention = days * 86_400)
        },
        show: |config| (config.replica_retention.as_secs() / 86_400).to_string(),
    },
];
