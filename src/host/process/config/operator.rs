//! Settings of the operator's page and API.

use super::setting::{Setting, SettingGroup};
use super::{Config, parse};
use crate::process::secret::Secret;

/// Characters of a token at least.
const TOKEN_MIN: usize = 24;

/// Different characters of a token at least. 24 random hexadecimal digits have fewer once in millions.
const TOKEN_VARIETY_MIN: usize = 6;

/// The command that makes a token.
const MAKE: &str = "`openssl rand -hex 24`";

/// Settings of the operator's page and API.
#[derive(Clone, Debug, Default)]
pub struct OperatorConfig {
    /// The token that opens them. Without it there are none.
    pub token: Option<Secret>,
    /// A port for them alone.
    pub port: Option<u16>,
}

pub(super) const GROUP: SettingGroup = SettingGroup {
    title: "Operator",
    summary: "The page and the API below /admin, for whoever runs the server.",
    settings: &[
        Setting {
            name: "ADMIN_TOKEN",
            meaning: "The token that opens the operator's page and API below /admin; generate one with: openssl rand -hex \
                      24. Unless it is set, there is neither",
            form: "at least 24 random characters, without blanks",
            unset: "no page and no API",
            parse: |config, text| token(text).map(|token| config.operator.token = Some(token)),
            format: |config| {
                let token = config.operator.token.as_ref();
                token.map(ToString::to_string).unwrap_or_default()
            },
            ..Setting::SECRET
        },
        Setting {
            name: "ADMIN_PORT",
            meaning: "A TCP port that serves only /admin and /health; PORT then serves no /admin",
            form: "1 to 65535",
            parse: |config, text| {
                parse::number(text, 1, u16::MAX).map(|port| config.operator.port = Some(port))
            },
            format: |config| {
                let port = config.operator.port;
                port.map(|port| port.to_string()).unwrap_or_default()
            },
            ..Setting::PUBLIC
        },
    ],
    contradictions,
};

fn contradictions(config: &Config) -> Vec<String> {
    let Some(port) = config.operator.port else {
        return Vec::new();
    };
    let taken = [
        ("PORT", Some(config.server.port)),
        ("METRICS_PORT", config.server.metrics_port),
    ];
    let same = taken.into_iter().filter(|(_, other)| *other == Some(port));
    same.map(|(name, _)| {
        format!(
            "ADMIN_PORT: {port} is {name}, too, and serves one of the two; set another, such as 9200, or none"
        )
    })
    .collect()
}

fn token(text: &str) -> Result<Secret, String> {
    let is_sent_whole = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.len() < TOKEN_MIN || !is_sent_whole {
        return Err(format!(
            "a token of at least {TOKEN_MIN} characters, without blanks and of ASCII, as {MAKE} makes one"
        ));
    }
    let mut variety = text.as_bytes().to_vec();
    variety.sort_unstable();
    variety.dedup();
    if variety.len() < TOKEN_VARIETY_MIN || super::secrets::is_placeholder(text) {
        return Err(format!(
            "a random token but a placeholder that everybody can guess; {MAKE} makes one"
        ));
    }
    Ok(Secret::new(text))
}
