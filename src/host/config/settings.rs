//! The table of all variables: name, meaning, parser.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::{Config, Environment, LogFormat, Origin, parse};

/// One variable.
pub(super) struct Setting {
    /// Its name in the environment.
    pub(super) name: &'static str,
    /// What it sets, for the help text.
    pub(super) what: &'static str,
    /// When its value is shown.
    pub(super) shown: Shown,
    /// Puts a value into a configuration, or says what would have been one.
    take: fn(&mut Config, &str) -> Result<(), String>,
    /// Returns the value in force as its variable would give it.
    pub(super) show: fn(&Config) -> String,
}

/// When the value of a variable is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Always.
    Always,
    /// Not in error sentences: what is wrong with it may be that a secret stands in it.
    IfRight,
    /// Never: it is a secret, and may come from a file.
    Never,
}

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "HOST",
        what: "The IP address to listen on",
        shown: Shown::Always,
        take: |config, text| parse::address(text).map(|host| config.host = host),
        show: |config| config.host.to_string(),
    },
    Setting {
        name: "PORT",
        what: "The port to listen on; 0 takes a free one",
        shown: Shown::Always,
        take: |config, text| parse::whole(text, 0, u16::MAX).map(|port| config.port = port),
        show: |config| config.port.to_string(),
    },
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
        what: "Readers of the journal at a time",
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
        name: "SECRET_KEY",
        what: "What signs the players' cookies, at least 32 characters of chance (openssl rand -hex 32)",
        shown: Shown::Never,
        take: |config, text| parse::key(text).map(|key| config.secret_key = Some(key)),
        show: |config| {
            config
                .secret_key
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
        },
    },
    Setting {
        name: "LOG_LEVEL",
        what: "What is logged: a level, or filter directives such as info,web=debug",
        shown: Shown::Always,
        take: |config, text| parse::log_level(text).map(|level| config.log_level = level),
        show: |config| config.log_level.clone(),
    },
    Setting {
        name: "LOG_FORMAT",
        what: "The form of a log line: auto, text or json; auto is text on a terminal, else json",
        shown: Shown::Always,
        take: |config, text| parse::log_format(text).map(|format| config.log_format = format),
        show: |config| match config.log_format {
            LogFormat::Auto => "auto".to_owned(),
            LogFormat::Text => "text".to_owned(),
            LogFormat::Json => "json".to_owned(),
        },
    },
    Setting {
        name: "DEBUG",
        what: "Raises the default LOG_LEVEL to debug, and nothing else",
        shown: Shown::Always,
        take: |config, text| parse::truth(text).map(|debug| config.debug = debug),
        show: |config| config.debug.to_string(),
    },
    Setting {
        name: "MAX_CONCURRENT_GAMES",
        what: "Tables that may be open at a time",
        shown: Shown::Always,
        take: |config, text| {
            parse::whole(text, 1, 1_000_000).map(|games| config.max_concurrent_games = games)
        },
        show: |config| config.max_concurrent_games.to_string(),
    },
    Setting {
        name: "RECONNECT_TIMEOUT_MINUTES",
        what: "Minutes a seat may be gone before its table's host may vacate it",
        shown: Shown::Always,
        take: |config, text| {
            parse::seconds(text, 1, 10_080).map(|minutes| config.reconnect_timeout = minutes * 60)
        },
        show: |config| (config.reconnect_timeout.as_secs() / 60).to_string(),
    },
    Setting {
        name: "TRUSTED_PROXY_HOPS",
        what: "How many of our own proxies stand in front; with any, X-Forwarded-Proto is believed and one address may have any number of connections",
        shown: Shown::Always,
        take: |config, text| parse::whole(text, 0, 10).map(|hops| config.trusted_proxy_hops = hops),
        show: |config| config.trusted_proxy_hops.to_string(),
    },
    Setting {
        name: "CORS_ORIGINS",
        what: "Other origins whose pages may ask us, separated by commas; * is every one, without cookies",
        shown: Shown::Always,
        take: |config, text| parse::origins(text).map(|origins| config.cors_origins = origins),
        show: |config| config.cors_origins.join(","),
    },
    Setting {
        name: "DRAIN_SECONDS",
        what: "Seconds the platform waits between asking a process to end and killing it",
        shown: Shown::Always,
        take: |config, text| parse::seconds(text, 3, 3_600).map(|drain| config.drain = drain),
        show: |config| config.drain.as_secs().to_string(),
    },
    Setting {
        name: "PUBLIC_URL",
        what: "The address players see, for links and QR codes; without it, that of each request",
        shown: Shown::Always,
        take: |config, text| parse::origin(text).map(|url| config.public_url = Some(url)),
        show: |config| config.public_url.clone().unwrap_or_default(),
    },
    Setting {
        name: "MAX_STREAMS",
        what: "Live streams at a time",
        shown: Shown::Always,
        take: |config, text| {
            parse::whole(text, 1, 1_000_000).map(|streams| config.max_streams = streams)
        },
        show: |config| config.max_streams.to_string(),
    },
    Setting {
        name: "REPLICA_URL",
        what: "Where the journal is kept besides the disk: s3://bucket/prefix, gs://bucket/prefix or file:///folder",
        shown: Shown::IfRight,
        take: |config, text| parse::place(text).map(|place| config.replica = Some(place)),
        show: |config| {
            config
                .replica
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
        },
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

impl Setting {
    /// Returns the names this variable may be given under.
    pub(super) fn names(&self) -> Vec<String> {
        let file = self.is_secret().then(|| self.file_name());
        std::iter::once(self.name.to_owned()).chain(file).collect()
    }

    /// Returns the default as the help text and error sentences say it.
    pub(super) fn default(&self, standard: &Config) -> String {
        match (self.show)(standard) {
            none if none.is_empty() && self.is_secret() => {
                "one is made and kept beside the journal".to_owned()
            }
            none if none.is_empty() => "none".to_owned(),
            value => value,
        }
    }

    /// Takes this variable from the environment into `config`, if it is set.
    pub(super) fn read(
        &self,
        environment: &Environment,
        standard: &Config,
        config: &mut Config,
    ) -> Result<Option<Origin>, String> {
        let Some((value, origin)) = self.given(environment)? else {
            return Ok(None);
        };
        (self.take)(config, &value).map_err(|expected| {
            let given = match self.shown {
                Shown::Always => format!("{value:?}"),
                Shown::IfRight | Shown::Never => "the value given".to_owned(),
            };
            format!(
                "{}: {given} is not {expected} (default {})",
                self.name,
                self.default(standard)
            )
        })?;
        Ok(Some(origin))
    }

    fn given(&self, environment: &Environment) -> Result<Option<(String, Origin)>, String> {
        let value = text(environment, self.name)?;
        let file_name = self.file_name();
        let file = if self.is_secret() {
            text(environment, &file_name)?
        } else {
            None
        };
        match (value, file) {
            (Some(_), Some(_)) => Err(format!(
                "{}: {file_name} is set too; keep one of the two",
                self.name
            )),
            (Some(value), None) => Ok(Some((value, Origin::Environment))),
            (None, Some(path)) => {
                let content = fs::read_to_string(Path::new(&path))
                    .map_err(|error| format!("{file_name}: cannot read {path:?}: {error}"))?;
                let value = content.trim_end_matches(['\r', '\n']);
                if value.is_empty() {
                    return Err(format!("{file_name}: {path:?} is empty"));
                }
                Ok(Some((value.to_owned(), Origin::File(path))))
            }
            (None, None) => Ok(None),
        }
    }

    pub(super) fn is_secret(&self) -> bool {
        self.shown == Shown::Never
    }

    fn file_name(&self) -> String {
        format!("{}_FILE", self.name)
    }
}

/// Returns the value of a variable; an empty one counts as not set.
fn text(environment: &Environment, name: &str) -> Result<Option<String>, String> {
    let value = environment
        .get(name)
        .cloned()
        .map(OsString::into_string)
        .transpose();
    let value = value.map_err(|_| format!("{name}: the value is not UTF-8 text"))?;
    Ok(value
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty()))
}
