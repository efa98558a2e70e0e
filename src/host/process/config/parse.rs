//! Parsers that several groups share. The error of each says what would have been a value.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use crate::TlsVerification;

/// What a number is called in the error about it. The unit, which the form of the setting names, is put behind it.
pub(super) const NUMBER: &str = "a whole number";

/// Parses a whole number from `least` to `most`, both included.
pub(super) fn number<N>(text: &str, least: N, most: N) -> Result<N, String>
where
    N: Copy + FromStr + PartialOrd + Display,
{
    let number = text
        .parse()
        .ok()
        .filter(|number| (&least..=&most).contains(&number));
    number.ok_or_else(|| format!("{NUMBER} from {least} to {most}"))
}

/// Parses a whole number of seconds from `least` to `most`, both included.
pub(super) fn seconds(text: &str, least: u32, most: u32) -> Result<Duration, String> {
    number(text, least, most).map(|seconds| Duration::from_secs(seconds.into()))
}

/// Parses a whole number of minutes from `least` to `most`, both included.
pub(super) fn minutes(text: &str, least: u32, most: u32) -> Result<Duration, String> {
    number(text, least, most).map(|minutes| Duration::from_mins(minutes.into()))
}

/// Parses a truth value in the spellings that shells, YAML and people use.
pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("true or false".to_owned()),
    }
}

/// Parses which certificates a client accepts.
pub(super) fn tls_verification(text: &str) -> Result<TlsVerification, String> {
    match text.to_ascii_lowercase().as_str() {
        "verify" => Ok(TlsVerification::Verify),
        "any" => Ok(TlsVerification::AnyCertificate),
        _ => Err("verify or any".to_owned()),
    }
}
