//! How a variable's text becomes a value. The error of each function says what would have been one.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;
use std::time::Duration;

use bucket::{BucketUrl, BucketUrlError};
use http::Uri;
use store::Ack;
use tracing_subscriber::EnvFilter;

use super::{Address, LogFormat, TlsVerification};
use crate::logs;
use crate::secret::Secret;

/// Characters a key has at least.
const KEY_MIN: usize = 32;

/// Different characters a key has at least: 32 digits of chance have fewer once in millions.
const KEY_VARIETY_MIN: usize = 6;

/// Letters of a name that stands in other names.
const WORD_MAX: usize = 40;

/// What keys from examples contain, letters only.
const KEY_PLACEHOLDERS: [&str; 7] = [
    "changeme",
    "changethis",
    "changein",
    "yoursecret",
    "secretkeyhere",
    "placeholder",
    "replaceme",
];

pub(super) fn whole<N>(text: &str, least: N, most: N) -> Result<N, String>
where
    N: Copy + FromStr + PartialOrd + Display,
{
    let number = text
        .parse()
        .ok()
        .filter(|number| (&least..=&most).contains(&number));
    number.ok_or_else(|| format!("a whole number from {least} to {most}"))
}

pub(super) fn seconds(text: &str, least: u32, most: u32) -> Result<Duration, String> {
    whole(text, least, most).map(|seconds| Duration::from_secs(seconds.into()))
}

pub(super) fn truth(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("true or false".to_owned()),
    }
}

pub(super) fn address(text: &str) -> Result<IpAddr, String> {
    if text == "localhost" {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    text.parse()
        .map_err(|_| "an IP address such as 0.0.0.0, 127.0.0.1 or ::".to_owned())
}

pub(super) fn key(text: &str) -> Result<Secret, String> {
    if text.chars().count() < KEY_MIN {
        return Err(format!("at least {KEY_MIN} characters long"));
    }
    let letters: String = text
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let mut variety: Vec<char> = text.chars().collect();
    variety.sort_unstable();
    variety.dedup();
    if variety.len() < KEY_VARIETY_MIN || KEY_PLACEHOLDERS.iter().any(|word| letters.contains(word))
    {
        return Err("a key of chance but a placeholder that everybody can guess".to_owned());
    }
    Ok(Secret::new(text))
}

pub(super) fn log_level(text: &str) -> Result<String, String> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let expected = "a level (error, warn, info, debug, trace, off) or filter directives such as info,web=debug";
    let level = match text.to_ascii_lowercase().as_str() {
        "warning" => "warn".to_owned(),
        "critical" | "fatal" => "error".to_owned(),
        lower if LEVELS.contains(&lower) => lower.to_owned(),
        _ => text.to_owned(),
    };
    if let Some(closed) = logs::opened_by(&level) {
        return Err(format!(
            "{expected}; {closed} is not logged in detail, because it tells what it carries"
        ));
    }
    // A filter takes a lone word for a target to log wholly, so a misspelt level would pass.
    let words_known = level
        .split(',')
        .all(|part| part.contains('=') || LEVELS.contains(&part));
    if words_known && EnvFilter::try_new(&level).is_ok() {
        Ok(level)
    } else {
        Err(expected.to_owned())
    }
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text.to_ascii_lowercase().as_str() {
        "auto" => Ok(LogFormat::Auto),
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("auto, text or json".to_owned()),
    }
}

/// Reads `scheme://host[:port]`, as a browser's Origin header gives it.
pub(super) fn origin(text: &str) -> Result<String, String> {
    let origin = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
    let fits = origin.parse::<Uri>().is_ok_and(|uri| {
        let scheme = uri
            .scheme_str()
            .is_some_and(|scheme| scheme == "http" || scheme == "https");
        let bare = uri.authority().is_some_and(|authority| {
            !authority.as_str().contains('@') && origin.ends_with(authority.as_str())
        });
        scheme && bare
    });
    if fits {
        Ok(origin)
    } else {
        Err("an address such as https://codex.example.org".to_owned())
    }
}

pub(super) fn origins(text: &str) -> Result<Vec<String>, String> {
    if text == "*" {
        return Ok(vec!["*".to_owned()]);
    }
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .map(origin)
        .collect::<Result<_, _>>()
        .map_err(|_| "a list of origins such as https://codex.example.org, or *".to_owned())
}

pub(super) fn place(text: &str) -> Result<BucketUrl, String> {
    text.parse()
        .map_err(|unfit: BucketUrlError| format!("a place for a replica: {unfit}"))
}

pub(super) fn ack(text: &str) -> Result<Ack, String> {
    match text.to_ascii_lowercase().as_str() {
        "strict" => Ok(Ack::Strict),
        "async" => Ok(Ack::Async),
        _ => Err("strict or async".to_owned()),
    }
}

pub(super) fn tls_verification(text: &str) -> Result<TlsVerification, String> {
    match text.to_ascii_lowercase().as_str() {
        "verify" => Ok(TlsVerification::Verify),
        "any" => Ok(TlsVerification::AnyCertificate),
        _ => Err("verify or any".to_owned()),
    }
}

/// Reads a name that may stand in other names.
pub(super) fn word(text: &str) -> Result<String, String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if text.len() <= WORD_MAX && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "at most {WORD_MAX} letters, digits, - and _ (others have a meaning in names of channels)"
        ))
    }
}

#[cfg(feature = "postgres")]
pub(super) fn database(text: &str) -> Result<Address, String> {
    store::postgres::PgUrl::parse(text)
        .map(|url| Address::new(text, url))
        .map_err(|error| format!("the URL of a database: {error}"))
}

#[cfg(not(feature = "postgres"))]
pub(super) fn database(_text: &str) -> Result<Address, String> {
    Err("for this build, which has no PostgreSQL: build with `--features postgres`".to_owned())
}

#[cfg(feature = "redis")]
pub(super) fn redis(text: &str) -> Result<Address, String> {
    text.parse::<bus::redis::Address>()
        .map(|address| Address::new(text, address))
        .map_err(|error| format!("the URL of a Redis: {error}"))
}

#[cfg(not(feature = "redis"))]
pub(super) fn redis(_text: &str) -> Result<Address, String> {
    Err("for this build, which has no Redis: build with `--features redis`".to_owned())
}

/// Tells whether one letter added, left out or changed makes `given` into `known`.
pub(super) fn one_letter_apart(given: &str, known: &str) -> bool {
    let same_start = given
        .bytes()
        .zip(known.bytes())
        .take_while(|(one, other)| one == other)
        .count();
    let (given, known) = (
        &given.as_bytes()[same_start..],
        &known.as_bytes()[same_start..],
    );
    match (given, known) {
        ([], []) => false,
        ([], rest) | (rest, []) => rest.len() == 1,
        ([_, given_rest @ ..], [_, known_rest @ ..]) => {
            given_rest == known_rest || given == known_rest || given_rest == known
        }
    }
}
