//! Whom a process answers, and how it lives.

use std::time::Duration;

use super::{Setting, Shown, parse, shown};
use crate::config::LogFormat;

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
        name: "METRICS_PORT",
        what: "A port for /metrics and /health alone; PORT then answers no /metrics",
        shown: Shown::Always,
        take: |config, text| {
            parse::whole(text, 1, u16::MAX).map(|port| config.metrics_port = Some(port))
        },
        show: |config| {
            config
                .metrics_port
                .map(|port| port.to_string())
                .unwrap_or_default()
        },
    },
    Setting {
        name: "SECRET_KEY",
        what: "What signs the players' cookies, at least 32 characters of chance (openssl rand -hex 32)",
        shown: Shown::Never,
        take: |config, text| parse::key(text).map(|key| config.secret_key = Some(key)),
        show: |config| shown(config.secret_key.as_ref()),
    },
    Setting {
        name: "SECRET_KEY_PREVIOUS",
        what: "The key before this one: what it has signed is still believed, and signed anew",
        shown: Shown::Never,
        take: |config, text| parse::key(text).map(|key| config.secret_key_previous = Some(key)),
        show: |config| shown(config.secret_key_previous.as_ref()),
    },
    Setting {
        name: "PUBLIC_URL",
        what: "The address players see, for links and QR codes; without it, that of each request",
        shown: Shown::Always,
        take: |config, text| parse::origin(text).map(|url| config.public_url = Some(url)),
        show: |config| config.public_url.clone().unwrap_or_default(),
    },
    Setting {
        name: "CORS_ORIGINS",
        what: "Other origins whose pages may ask us, separated by commas; * is every one, without cookies",
        shown: Shown::Always,
        take: |config, text| parse::origins(text).map(|origins| config.cors_origins = origins),
        show: |config| config.cors_origins.join(","),
    },
    Setting {
        name: "TRUSTED_PROXY_HOPS",
        what: "How many of our own proxies stand in front; with any, the client is who the last of them names in X-Forwarded-For, X-Forwarded-Proto is believed and one address may have any number of connections",
        shown: Shown::Always,
        take: |config, text| parse::whole(text, 0, 10).map(|hops| config.trusted_proxy_hops = hops),
        show: |config| config.trusted_proxy_hops.to_string(),
    },
    Setting {
        name: "RATE_LIMIT_ENABLED",
        what: "Whether who asks too often is told to wait",
        shown: Shown::Always,
        take: |config, text| parse::truth(text).map(|enabled| config.rate_limit_enabled = enabled),
        show: |config| config.rate_limit_enabled.to_string(),
    },
    Setting {
        name: "MAX_REQUESTS_PER_MINUTE",
        what: "Requests of one seat in a minute; an address without a seat may ask ten times as often",
        shown: Shown::Always,
        take: |config, text| {
            parse::whole(text, 1, 100_000).map(|requests| config.requests_per_minute = requests)
        },
        show: |config| config.requests_per_minute.to_string(),
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
        name: "MAX_STREAMS",
        what: "Live streams at a time",
        shown: Shown::Always,
        take: |config, text| {
            parse::whole(text, 1, 1_000_000).map(|streams| config.max_streams = streams)
        },
        show: |config| config.max_streams.to_string(),
    },
    Setting {
        name: "MAX_STREAM_MINUTES",
        what: "Minutes a live stream lasts before its page is asked to come back; 0 sets no limit",
        shown: Shown::Always,
        take: |config, text| {
            parse::whole(text, 0, 1_440_u32).map(|minutes| {
                config.stream_age = (minutes > 0).then(|| Duration::from_mins(minutes.into()));
            })
        },
        show: |config| {
            let minutes = config.stream_age.map(|age| age.as_secs() / 60);
            minutes.unwrap_or_default().to_string()
        },
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
        name: "DRAIN_SECONDS",
        what: "Seconds the platform waits between asking a process to end and killing it",
        shown: Shown::Always,
        take: |config, text| parse::seconds(text, 3, 3_600).map(|drain| config.drain = drain),
        show: |config| config.drain.as_secs().to_string(),
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
];
